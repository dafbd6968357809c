"""Text by the terminal's cells: its width, its fit into a column, its wrapping. Pure; knows nothing of styles or widgets.

Nearly every message is Latin or Cyrillic, one cell a character: those take a path made of a few C calls. The rest (wide
characters, emoji, combining marks) is measured by Rich's tables.
"""

import re
from functools import lru_cache
from typing import Final

from rich.cells import cell_len, chop_cells, set_cell_size

ELLIPSIS: Final = "…"

_NARROW: Final = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2116\u2190-\u2199]*"
).fullmatch


def is_narrow(text: str) -> bool:
    """Whether each character of a line is known to take one cell (False: it must be measured)."""
    return _NARROW(text) is not None


def width(text: str) -> int:
    """Cells that a line takes."""
    return len(text) if _NARROW(text) else cell_len(text)


@lru_cache(maxsize=4096)
def fit(text: str, cells: int) -> str:
    """The line in exactly so many cells: padded, or cut with an ellipsis."""
    if cells <= 0:
        return ""
    if _NARROW(text):
        size = len(text)
        if size <= cells:
            return text + " " * (cells - size)
        return text[: cells - 1] + ELLIPSIS
    size = cell_len(text)
    if size <= cells:
        return text + " " * (cells - size)
    kept = set_cell_size(text, cells - 1)
    if not text.startswith(
        kept
    ):  # half of a wide character had no room: the blank in its place belongs after the ellipsis
        return kept[:-1] + ELLIPSIS + " "
    return kept + ELLIPSIS


def whole_parts(text: str, cells: int, between: str = " · ") -> str:
    """As many of the text's parts, from its beginning, as have room: none of them is cut."""
    while text and width(text) > cells:
        text = text.rpartition(between)[0]
    return text


def cut(text: str, cells: int) -> str:
    """The line in at most so many cells: not padded."""
    return text if width(text) <= cells else fit(text, cells)


def fit_right(text: str, cells: int) -> str:
    """As `fit`, to the right of its column."""
    size = width(text)
    return " " * (cells - size) + text if size < cells else fit(text, cells)


def wrap(text: str, cells: int) -> list[str]:
    """The text's lines, none wider than `cells`: broken at spaces, and inside a word only when it is longer than a line.

    Newlines of the text stay; an empty text is one empty line."""
    cells = max(cells, 2)  # a wide character must fit
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if _NARROW(paragraph):
            _wrap_narrow(paragraph, cells, lines)
        else:
            _wrap_measured(paragraph, cells, lines)
    return lines


def _wrap_narrow(text: str, cells: int, lines: list[str]) -> None:
    start, size = 0, len(text)
    while size - start > cells:
        space = text.rfind(" ", start, start + cells + 1)
        if space <= start:
            lines.append(text[start : start + cells])
            start += cells
        else:
            lines.append(text[start:space])
            start = space + 1
    lines.append(text[start:])


def _wrap_measured(text: str, cells: int, lines: list[str]) -> None:
    line: list[str] = []
    taken = 0
    for word in text.split(" "):
        size = cell_len(word)
        if line and taken + 1 + size > cells:
            lines.append(" ".join(line))
            line, taken = [], 0
        if size > cells:
            *whole, word = chop_cells(word, cells)
            lines.extend(whole)
            size = cell_len(word)
        taken += size + (1 if line else 0)
        line.append(word)
    lines.append(" ".join(line))
