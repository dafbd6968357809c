"""What stands on the terminal, cell by cell, so that only what differs is written: curses' old way, under Textual.

Textual writes whole lines of whole panes: a toast that opens was 29 kB, for a new layout writes the screen anew, and each segment brings
its colours and takes them back. Over ssh on a bad day that is a second and a half.

Cells are compared where each character is known to take one. What holds others (wide, combined, emoji) is compared and written as a
whole, and what stands to its right is written after it: there a terminal may count otherwise than we, and half a line on top of what it
made of the other half would be garbage.

Private API of Textual: the compositor's `LayoutUpdate` and `ChopsUpdate`, `Style._ansi`, `Strip.render_ansi`, `Strip._segments`. Guarded by
`tests/unit/terminal/test_shadow.py`.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import compress, count, groupby, repeat
from operator import itemgetter, ne
from typing import Final

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderResult
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Offset
from textual.strip import Strip

GAP_CELLS: Final = 6
"""Cells between two changes that are written again rather than jumped over: a jump takes as many bytes."""
_ONE_EACH: Final = re.compile("[ -~\u0401\u0410-\u044f\u0451\u2500-\u257f…·✓●]*").fullmatch
"""Most of what is ever painted."""

_CODE: Final = re.compile(
    r"(?P<colour>38;2;\d+;\d+;\d+|38;5;\d+|3[0-7]|9[0-7])|(?P<ground>48;2;\d+;\d+;\d+|48;5;\d+|4[0-7]|10[0-7])|[^;]+"
)
_ENDS: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}
"""Attributes, and what ends each."""

Span = tuple[int, int, Strip]
"""Column and line, and what is there now."""
_Piece = tuple[str, str]
"""SGR parameters, and a text."""
_Run = tuple[int, int, list[_Piece]]
"""Line, column, and what is written from there on."""


class Spans(CompositorUpdate):
    """Cells of one widget. `offset`: where it is."""

    def __init__(self, spans: Sequence[Span], offset: Offset) -> None:
        left, top = offset
        self.spans = [(left + x, top + y, strip) for x, y, strip in spans]

    def render_segments(self, console: Console) -> str:
        return Shadow().changes(self.spans, console._color_system or ColorSystem.TRUECOLOR)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from ()


class Ready(CompositorUpdate):
    """What is to be written, as it is."""

    def __init__(self, text: str) -> None:
        self._text = text

    def render_segments(self, console: Console) -> str:
        return self._text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from ()


def spans_of(update: object) -> Iterator[Span] | None:
    """What an update of the compositor paints; None: it is of another kind."""
    if isinstance(update, Spans):
        return iter(update.spans)
    if isinstance(update, LayoutUpdate):
        return _of_layout(update)
    if isinstance(update, ChopsUpdate):
        return _of_chops(update)
    return None


def _of_layout(update: LayoutUpdate) -> Iterator[Span]:
    for y, line in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in line:
            yield x, y, strip
            x += strip.cell_length


def _of_chops(update: ChopsUpdate) -> Iterator[Span]:
    """As `ChopsUpdate.render_segments` goes through them."""
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > x2 or end <= x1:
                continue
            yield x, y, strip if x2 > x >= x1 and end <= x2 else strip.crop(0, min(end, x2) - x)


class Shadow:
    """Knows nothing at first: what it doesn't know is written."""

    def __init__(self) -> None:
        self._lines: dict[int, list[object]] = {}
        """Per cell: a character and its SGR parameters; or what it is a part of, and which; or None."""

    def forget(self) -> None:
        """Something else may have written to the terminal, or it has another size."""
        self._lines.clear()

    def changes(self, spans: Iterable[Span], colors: ColorSystem) -> str:
        """What must be written so that all of this is there. From here on it is taken to be."""
        runs: list[_Run] = []
        uncertain: set[int] = set()
        for x, y, strip in spans:
            pieces = [
                (codes_of(style, colors), text) for text, style, control in strip._segments if text and not control
            ]
            if not pieces:
                continue
            line = self._lines.setdefault(y, [])
            if all(_one_each(text) for _, text in pieces):
                cells: list[object] = []
                for codes, text in pieces:
                    cells += zip(text, repeat(codes))
                runs += _differing(line, x, y, cells)
            else:
                whole = tuple(pieces)
                cells = [(whole, place) for place in range(strip.cell_length)]
                if line[x : x + len(cells)] != cells:
                    runs.append((y, x, pieces))
                    uncertain.add(y)
                    del line[x:]
            if len(line) < x:
                line += [None] * (x - len(line))
            line[x : x + len(cells)] = cells
        return written(_joined(runs, uncertain), uncertain)


def _differing(line: list[object], x: int, y: int, cells: list[object]) -> Iterator[_Run]:
    """The cells that are not in the line as they should be, in runs."""
    there = line[x : x + len(cells)]
    if there == cells:
        return
    there += [None] * (len(cells) - len(there))
    places = list(compress(count(), map(ne, there, cells)))
    start = last = places[0]
    for place in [*places[1:], -1]:
        if place < 0 or place - last > GAP_CELLS:
            parts = groupby(cells[start : last + 1], key=itemgetter(1))  # type: ignore[arg-type]
            yield y, x + start, [(str(codes), "".join(cell[0] for cell in part)) for codes, part in parts]  # type: ignore[index]
            start = place
        last = place


def _joined(runs: list[_Run], uncertain: Container[int]) -> list[_Run]:
    """Runs that touch are one: a pane's edge behind a window parts its lines in two."""
    found: list[_Run] = []
    end = (-1, -1)
    for y, x, pieces in runs:
        if (y, x) == end and y not in uncertain:
            found[-1] = (y, found[-1][1], [*found[-1][2], *pieces])
        else:
            found.append((y, x, pieces))
        end = (y, x + sum(len(text) for _, text in pieces))
    return found


def written(runs: list[_Run], uncertain: Container[int] = ()) -> str:
    """The runs as bytes for the terminal. Of colours is written what changes, so runs that begin alike go together; but those of
    the `uncertain` lines stay in their order."""
    if len(runs) > 1:
        runs = sorted(runs, key=lambda run: (True, "") if run[0] in uncertain else (False, run[2][0][0]))
    out = []
    current = ""
    for y, x, pieces in runs:
        out.append(f"\x1b[{y + 1};{x + 1}H")
        for codes, text in pieces:
            if codes != current:
                out.append(f"\x1b[{_turn(current, codes)}m")
                current = codes
            out.append(text)
    if current:
        out.append("\x1b[0m")
    return "".join(out)


def codes_of(style: Style | None, colors: ColorSystem) -> str:
    """The style's SGR parameters; empty: none."""
    if style is None:
        return ""
    codes = style._ansi
    return Strip.render_ansi(style, colors) if codes is None else codes


@lru_cache(maxsize=1024)
def _turn(before: str, after: str) -> str:
    """SGR parameters that make of the one rendition the other."""
    old, new = _taken_apart(before), _taken_apart(after)
    if not after or old is None or new is None:
        return f"0;{after}" if before and after else after or "0"
    steps = []
    kept = old[0] & new[0]
    ended = {_ENDS[attribute] for attribute in old[0] - new[0]}
    if any(_ENDS[attribute] in ended for attribute in kept):
        kept = frozenset()  # bold and dim end together
    steps += sorted(ended)
    steps += sorted(new[0] - kept)
    steps += [
        colour or default for was, colour, default in zip(old[1:], new[1:], ("39", "49"), strict=True) if was != colour
    ]
    turn = ";".join(steps)
    whole = f"0;{after}" if before else after
    return turn if turn and len(turn) < len(whole) else whole


@lru_cache(maxsize=1024)
def _taken_apart(codes: str) -> tuple[frozenset[str], str, str] | None:
    """Attributes, colour and ground; None: there is something else in it."""
    attributes, colour, ground = set(), "", ""
    for found in _CODE.finditer(codes):
        code = found[0]
        if found["ground"]:
            ground = code
        elif found["colour"]:
            colour = code
        elif code in _ENDS:
            attributes.add(code)
        else:
            return None
    return frozenset(attributes), colour, ground


@lru_cache(maxsize=2048)
def _one_each(text: str) -> bool:
    """Whether each character is known to take one cell."""
    return _ONE_EACH(text) is not None or all(cell_len(letter) == 1 for letter in text)
