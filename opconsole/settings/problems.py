"""What is wrong in a file that a person wrote (settings, a theme, templates), said so that they can mend it at once."""

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from opconsole.locale import tr
from opconsole.wire.text import clean_line


class Problem(Struct, frozen=True):
    """One fault of one file. `text` is a whole translated sentence without the file; `str()` puts the file before it."""

    file: Path
    key: str
    """Where in the file: `warnings.rescue.bell`, `line 12, field code`. Empty: the file as a whole."""
    text: str

    def __str__(self) -> str:
        return clean_line(f"{self.file}: {self.key}: {self.text}" if self.key else f"{self.file}: {self.text}")


def nearest(word: str, names: Iterable[str]) -> str:
    """The name that was probably meant, or empty."""
    from difflib import get_close_matches

    found = get_close_matches(word, list(names), n=1, cutoff=0.6)
    return found[0] if found else ""


def unknown_key(file: Path, key: str, names: Iterable[str]) -> Problem:
    """`key` is dotted; `names` are the valid ones at its place."""
    return Problem(file, key, tr("no such key. {hint}", hint=did_you_mean(key.rpartition(".")[2], names)))


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """A sentence that names the nearest valid name, or all of them."""
    names = list(names)
    if meant := nearest(word, names):
        return tr("Did you mean {name}?", name=meant)
    return tr("Known here: {names}.", names=", ".join(names))
