"""The outline of the screen, written before anything is imported: a start that one sees at once.

Standard library only, and of that only what the interpreter has loaded anyway. What to draw comes from the caller; here it
becomes escape sequences. Textual paints over it; where that never happens `erase` gives the terminal back as it was.
"""

import os
import sys

TYPE_CHECKING = False  # as in `typing`, whose import is spared
if TYPE_CHECKING:
    from collections.abc import Sequence

Box = tuple[int, int, int, int, str, str]
"""Column and row from 0, width, height, ground colour as `#rrggbb` (empty: the terminal's own), and one line of plain text."""

_written = False


def paint(boxes: "Sequence[Box]", ink: str) -> bool:
    """Show the boxes on the alternate screen. `ink`: colour of the texts. False: there is no terminal to show it on."""
    global _written
    if not can_paint():
        return False
    out = ["\x1b[?1049h\x1b[?25l\x1b[2J"]
    for column, row, width, height, ground, text in boxes:
        style = f"\x1b[0{_rgb(38, ink)}{_rgb(48, ground)}m"
        for line in range(height):
            words = f" {text}"[:width] if line == 0 and text else ""
            out.append(f"\x1b[{row + line + 1};{column + 1}H{style}{words.ljust(width)}")
    out.append("\x1b[0m")
    try:
        os.write(sys.__stdout__.fileno(), "".join(out).encode())  # type: ignore[union-attr]
    except OSError:
        return False
    _written = True
    return True


def can_paint() -> bool:
    """Whether both ends are a terminal that can be painted on."""
    if os.environ.get("TERM", "dumb") in ("", "dumb", "unknown"):
        return False
    try:
        return os.isatty(0) and os.isatty(1) and sys.__stdout__ is not None
    except OSError:
        return False


def hand_over() -> None:
    """Textual paints from here on, and gives the terminal back itself."""
    global _written
    _written = False


def erase() -> None:
    """Give the terminal back as it was, if an outline stands on it."""
    global _written
    if _written:
        _written = False
        os.write(1, b"\x1b[0m\x1b[?25h\x1b[?1049l")


def _rgb(kind: int, colour: str) -> str:
    if len(colour) != 7 or colour[0] != "#":
        return ""
    try:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    except ValueError:
        return ""
    return f";{kind};2;{red};{green};{blue}"
