"""The operator's own dictionary: a text file with a word a line, which may be edited by hand. Case counts as it does for hunspell."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from opconsole.wire.text import clean_line

MOST: Final = 20_000
_LONGEST: Final = 60


class OwnWords:
    def __init__(self, file: Path) -> None:
        self.file = file
        self._words: set[str] = set()

    def __contains__(self, word: str) -> bool:
        """A word in small letters also stands for itself with a capital, as at the start of a sentence."""
        return word in self._words or word[:1].lower() + word[1:] in self._words

    def load(self) -> None:
        """Raises OSError, but not for a file that isn't there."""
        try:
            text = self.file.read_text("utf-8", "replace")
        except FileNotFoundError:
            return
        self._words = set(_lines(text))

    def add(self, word: str) -> None:
        """Blocking: in a thread. Raises OSError; then it counts all the same until the end."""
        word = clean_line(word).strip()
        if not word or word in self._words:
            return
        self._words.add(word)
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.file.open("a", encoding="utf-8") as handle:
            handle.write(f"{word}\n")


def _lines(text: str) -> Iterator[str]:
    for count, line in enumerate(text.splitlines()):
        word = line.strip()
        if count < MOST and word and len(word) <= _LONGEST and not word.startswith("#"):
            yield word
