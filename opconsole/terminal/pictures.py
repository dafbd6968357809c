"""Pictures on the terminal: by kitty's graphics, by sixels, or by half blocks, which are text. The sequences, and which of them this terminal takes.

kitty's are shown by *Unicode placeholders*: the picture is sent once under a number, and drawn wherever the cells of a text say so. So it lives
within what Textual paints, in tmux too, and goes with its cells. Sixels are drawn onto the screen behind Textual's back: who shows one erases it.

Sources: kitty's "Terminal graphics protocol" with its list of row and column marks, DEC's sixels as xterm and foot have them. Whether a terminal can is told by
its variables, as for notifications: an answer to a question would come amid the keys. `opconsole doctor` asks, and says what to set.
"""

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final

from textual.app import App

from opconsole.terminal.output import outlet_of, send, through_multiplexer

CHUNK: Final = 4096
"""Characters of base64 in one sequence, at most."""
CELL: Final = (10, 20)
"""Pixels of a cell, where the terminal doesn't tell."""
TMUX_S: Final = 1.0
PLACEHOLDER: Final = "\U0010eeee"


class Way(Enum):
    kitty = "kitty"
    sixel = "sixel"
    blocks = "blocks"
    off = "off"


_SIXEL_TERMS: Final = ("foot", "mlterm", "contour", "yaft", "xterm-sixel")
_SIXEL_PROGRAMS: Final = frozenset({"wezterm", "iterm.app", "mintty", "rio", "contour"})


def way_of(wish: str, environment: Mapping[str, str] = os.environ) -> Way:
    """How this terminal shows pictures. `wish`: the setting `pictures`. Inside tmux the variables that the terminal outside has set still
    tell; whether tmux lets them through, `passes` does. Without colours there are none: a picture is nothing else."""
    if "NO_COLOR" in environment:
        return Way.off
    if wish != "auto":
        return Way(wish)
    if environment.get("STY") or environment.get("TEXTUAL_DRIVER"):  # a browser's tab names its driver
        return Way.blocks
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "").lower()
    if (
        environment.get("KITTY_WINDOW_ID")
        or term in ("xterm-kitty", "xterm-ghostty")
        or environment.get("GHOSTTY_RESOURCES_DIR")
    ):
        return Way.kitty
    if environment.get("TMUX"):
        return Way.blocks  # a tmux that has sixels of its own must be told of: pictures = "sixel"
    if term.startswith(_SIXEL_TERMS) or program in _SIXEL_PROGRAMS or environment.get("WEZTERM_PANE"):
        return Way.sixel
    return Way.blocks


def passes(way: Way, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether what is between us and the terminal lets this through. Blocking: tmux is asked."""
    if way is not Way.kitty or not environment.get("TMUX"):
        return True
    program = shutil.which("tmux", path=environment.get("PATH"))
    if program is None:
        return False
    pane = environment.get("TMUX_PANE", "")
    try:
        said = subprocess.run(  # a fixed program and our own words  # noqa: S603  # nosec B603
            [program, "show-options", *(("-t", pane) if pane else ()), "-Apqv", "allow-passthrough"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TMUX_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.stdout.strip() in ("on", "all")


def cell_pixels() -> tuple[int, int]:
    """Width and height of a cell."""
    try:
        import fcntl
        import struct
        import termios

        stream = sys.__stdout__
        assert stream is not None
        answer = fcntl.ioctl(stream.fileno(), termios.TIOCGWINSZ, b"\0" * 8)
        lines, columns, width, height = struct.unpack("HHHH", answer)
        if lines and columns and width >= columns and height >= lines:
            return width // columns, height // lines
    except (ImportError, OSError, ValueError, AssertionError):
        pass
    return CELL


# ---------------------------------------------------------------- kitty

_MARKS: Final = (
    "305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1 5a8-5a9 5ab-5ac 5af 5c4 610-617 "
    "657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d 73f-741 743 745 747 749-74a 7eb-7f1 7f3 816-819 "
    "81b-823 825-827 829-82d 951 953-954 f82-f83 f86-f87 135d-135f 17dd 193a 1a17 1a75-1a7c 1b6b 1b6d-1b73 1cd0-1cd2 1cda-1cdb 1ce0 "
    "1dc0-1dc1 1dc3-1dc9 1dcb-1dcc 1dd1-1de6 1dfe 20d0-20d1 20d4-20d7 20db-20dc 20e1 20e7 20e9 20f0 2cef-2cf1 2de0-2dff a66f "
    "a67c-a67d a6f0-a6f1 a8e0-a8f1 aab0 aab2-aab3 aab7-aab8 aabe-aabf aac1 fe20-fe26 10a0f 10a38 1d185-1d189 1d1aa-1d1ad 1d242-1d244"
)
"""Code points that stand for the numbers 0, 1, 2, … of rows and columns."""


def _numbers() -> Iterator[str]:
    for part in _MARKS.split():
        first, _, last = part.partition("-")
        for code in range(int(first, 16), int(last or first, 16) + 1):
            yield chr(code)


NUMBERS: Final = tuple(_numbers())
IDS: Final = range(16, 256)
"""Numbers of pictures that a colour of the palette can tell; the first 16 colours may be changed by themes."""


def placeholder(row: int, column: int) -> str:
    """The text of one cell of a picture. Its colour says which."""
    return PLACEHOLDER + NUMBERS[row] + NUMBERS[column]


def kitty_show(png: bytes, number: int, columns: int, rows: int, environment: Mapping[str, str] = os.environ) -> str:
    """Send the picture under this number (of `IDS`), to be drawn in so many cells. It answers nothing."""
    payload = base64.standard_b64encode(png).decode("ascii")
    chunks = [payload[at : at + CHUNK] for at in range(0, len(payload), CHUNK)] or [""]
    sequences = []
    for place, chunk in enumerate(chunks):
        more = int(place < len(chunks) - 1)
        first = f"a=T,U=1,i={number},f=100,t=d,c={columns},r={rows},q=2," if not place else ""
        sequences.append(_apc(f"{first}m={more};{chunk}", environment))
    return "".join(sequences)


def kitty_forget(number: int, environment: Mapping[str, str] = os.environ) -> str:
    """The picture goes, and its memory."""
    return _apc(f"a=d,d=I,i={number},q=2", environment)


def _apc(body: str, environment: Mapping[str, str]) -> str:
    return through_multiplexer(f"\x1b_G{body}\x1b\\", environment)


# ---------------------------------------------------------------- sixel


def sixel_show(sixels: str, column: int, row: int) -> str:
    """Draw at this cell (from 0), and leave the cursor where it was."""
    clean = "".join(each for each in sixels if " " < each <= "~")
    return f"\x1b7\x1b[{row + 1};{column + 1}H\x1bP0;1;0q{clean}\x1b\\\x1b8"


ERASE: Final = "\x1b[2J"
"""With the text, what was drawn on it."""


def erase(app: App[Any]) -> None:
    """Everything on the screen, pictures too; then all of it is painted anew."""
    write(app, ERASE)
    outlet = outlet_of(app)
    if outlet is not None:
        outlet.shadow.forget()
    app.call_later(app.refresh, layout=True)


def write(app: App[Any], sequence: str) -> None:
    """In order with what is painted."""
    send(app, sequence)
