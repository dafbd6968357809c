"""What a terminal answers when it is asked what it can do, read from its bytes. Pure; who asks is `queries`.

Sources: xterm's control sequences (DA1, DECRQM, DECRQSS, XTGETTCAP, XTVERSION, OSC 11), kitty's keyboard and graphics protocols.
"""

import re
from typing import Final

from msgspec import Struct

PROBES: Final = (
    ("я", 1),
    ("宽", 2),
    ("🙂", 2),
    ("e\u0301", 1),
    ("\u26a0\ufe0f", 2),
    ("👩\u200d🚀", 2),
)
"""Characters, and the cells that the console counts for them: a letter, a wide one, an emoji, a combining mark, a picture by variation
selector, and one joined of two."""

FOCUS: Final = 1004
PASTE: Final = 2004
SYNCHRONISED: Final = 2026
MODES: Final = (FOCUS, PASTE, SYNCHRONISED)

SIXEL: Final = 4
COPIES: Final = 52
"""Attributes of DA1."""

_ATTRIBUTES: Final = re.compile(r"\x1b\[\?([\d;]*)c")
_KITTY_KEYS: Final = re.compile(r"\x1b\[\?(\d+)u")
_VERSION: Final = re.compile(r"\x1bP>\|([^\x1b\x07]{0,200})(?:\x1b\\|\x07)")
_GRAPHICS: Final = re.compile(r"\x1b_Gi=31[^\x1b;]*;OK")
_COLOUR: Final = re.compile(r"\x1bP1\$r[\d;:]*48[:;]2[:;]{1,2}1[:;]2[:;]3")
_COLOUR_ANSWER: Final = re.compile(r"\x1bP[01]\$r")
_BACKGROUND: Final = re.compile(r"\x1b\]11;rgb:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_MODE: Final = re.compile(r"\x1b\[\?(\d+);(\d)\$y")
_CLIPBOARD: Final = re.compile(r"\x1bP([01])\+r4[dD]73")
_POSITION: Final = re.compile(r"\x1b\[\d+;(\d+)R")


class Answers(Struct, frozen=True):
    """`None`: it did not say."""

    answered: bool = False
    """It answered the question that every terminal answers (DA1): silence to another is a no."""
    name: str = ""
    attributes: frozenset[int] = frozenset()
    kitty_keys: bool = False
    kitty_graphics: bool = False
    true_colour: bool | None = None
    background: str = ""
    """`#rrggbb`."""
    modes: frozenset[int] = frozenset()
    """Of `MODES`, those that it knows."""
    clipboard: bool | None = None
    widths: tuple[int, ...] = ()
    """Cells that each of `PROBES` took; empty: not known."""


def complete(text: str) -> bool:
    """Whether the last question (DA1) has been answered."""
    return _ATTRIBUTES.search(text) is not None


def read(text: str) -> Answers:
    """All that stands in the answers, in whatever order, with keys or noise between them."""
    attributes = _ATTRIBUTES.search(text)
    version = _VERSION.search(text)
    colour = True if _COLOUR.search(text) else False if _COLOUR_ANSWER.search(text) else None
    clipboard = _CLIPBOARD.search(text)
    ground = _BACKGROUND.search(text)
    columns = [int(found[1]) - 1 for found in _POSITION.finditer(text)]
    numbers = (attributes[1] if attributes else "").split(";")
    return Answers(
        answered=attributes is not None,
        name="".join(character for character in version[1] if character.isprintable()) if version else "",
        attributes=frozenset(int(number) for number in numbers if number),
        kitty_keys=_KITTY_KEYS.search(text) is not None,
        kitty_graphics=_GRAPHICS.search(text) is not None,
        true_colour=colour,
        background="#" + "".join(_two_digits(part) for part in ground.groups()) if ground else "",
        modes=frozenset(int(found[1]) for found in _MODE.finditer(text) if found[2] in "1234"),
        clipboard=clipboard[1] == "1" if clipboard else None,
        widths=tuple(columns) if len(columns) == len(PROBES) else (),
    )


def _two_digits(part: str) -> str:
    """`rgb:` components have one to four digits; the first two count."""
    return (part * 2)[:2].lower() if len(part) == 1 else part[:2].lower()
