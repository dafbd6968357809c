"""What a file is called here: the sender's name for it, harmless, with the ending of what it is. Pure."""

from typing import Final

from opconsole.wire import limits
from opconsole.wire.text import clean_file_name, shorten_file_name
from server_stub.files.kinds import KINDS, Kind

_ENDINGS: Final = frozenset(ending for kind in KINDS.values() for ending in kind.endings)


def name_of(said: str, kind: Kind) -> str:
    """`invoice.pdf.exe` that is a PDF is `invoice.pdf`, `photo.png` that is a JPEG `photo.jpg`; what has no ending of a kind
    that we know keeps it, and gets the right one behind it."""
    name = clean_file_name(said, limits.FILE_NAME_CHARS)
    if _ending(name) in kind.endings:
        return name
    stem = name.rpartition(".")[0]
    if _ending(stem) in kind.endings:
        return stem
    if stem and _ending(name) in _ENDINGS:
        name = stem
    return clean_file_name(
        shorten_file_name(f"{name}.{kind.endings[0]}", limits.FILE_NAME_CHARS), limits.FILE_NAME_CHARS
    )


def _ending(name: str) -> str:
    """Without its dot, small; empty: there is none."""
    stem, _, ending = name.rpartition(".")
    return ending.lower() if stem else ""
