"""What is written is little, and makes of any screen the one that was meant; what is used of Textual's private compositor is there."""

import inspect

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Offset, Region
from textual.strip import Strip

from opconsole.terminal.shadow import GAP_CELLS, Shadow, Spans, spans_of

COLOURS = ColorSystem.TRUECOLOR
STYLES = [
    Style(),
    Style(color="#102030", bgcolor="#405060"),
    Style(color="#102030", bgcolor="#405060", bold=True),
    Style(color="#ffffff", bgcolor="#405060", bold=True, dim=True),
    Style(bgcolor="#000000", underline=True),
    Style(color="red", reverse=True, dim=True),
    Style(color="color(200)", italic=True),
]
WIDTH, HEIGHT = 16, 3
TEXTS = st.text(alphabet="ab 1界\u0301…я🙂", min_size=1, max_size=6).map(lambda text: text.lstrip("\u0301"))
"""A mark that begins a piece would stand on the letter before it; pieces begin with letters."""


def strip_of(parts: list[tuple[str, Style]], cells: int) -> Strip:
    return Strip([Segment(text, style) for text, style in parts if text]).adjust_cell_length(cells, STYLES[1])


@st.composite
def paintings(draw: st.DrawFn) -> list[tuple[int, int, Strip]]:
    """A few spans somewhere on the screen, each line once."""
    spans = []
    for y in draw(st.sets(st.integers(0, HEIGHT - 1), min_size=1)):
        x = draw(st.integers(0, WIDTH - 2))
        cells = draw(st.integers(1, WIDTH - x))
        parts = draw(st.lists(st.tuples(TEXTS, st.sampled_from(STYLES)), max_size=4))
        spans.append((x, y, strip_of(parts, cells)))
    return spans


class Terminal:
    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.screen)
        self.feed("\x1b[?7l")  # as Textual does: else pyte scrolls for a mark on the last letter of the last line

    def feed(self, text: str) -> None:
        self._stream.feed(text)

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        return [[self.screen.buffer[y][x] for x in range(WIDTH)] for y in range(HEIGHT)]


@given(st.lists(paintings(), max_size=6))
def test_what_differs_is_enough(story: list[list[tuple[int, int, Strip]]]) -> None:
    """The screen after each painting is the one on which everything was written."""
    shadow = Shadow()
    ours, theirs = Terminal(), Terminal()
    for spans in story:
        ours.feed(shadow.changes(spans, COLOURS))
        theirs.feed(Shadow().changes(spans, COLOURS))
        assert ours.cells == theirs.cells
        assert shadow.changes(spans, COLOURS) == ""


@given(
    st.lists(st.tuples(st.text(alphabet="ab", min_size=1, max_size=3), st.sampled_from(STYLES)), min_size=1, max_size=8)
)
def test_colours_are_those_that_were_meant(parts: list[tuple[str, Style]]) -> None:
    """However little is written between two renditions, each letter has the one that Textual itself would write."""
    ours, theirs = Terminal(), Terminal()
    line = [(text[:2], style) for text, style in parts]
    strip = Strip([Segment(text, style) for text, style in line])
    ours.feed(Shadow().changes([(0, 0, strip)], COLOURS))
    theirs.feed("\x1b[1;1H" + "".join(Strip.render_style(style, text, COLOURS) for text, style in line))
    assert ours.cells == theirs.cells


def test_only_the_cells_that_differ_are_written() -> None:
    shadow = Shadow()
    shadow.changes([(2, 1, strip_of([("Anna   0:05", Style())], 11))], COLOURS)
    assert shadow.changes([(2, 1, strip_of([("Anna   0:04", Style())], 11))], COLOURS) == "\x1b[2;13H4"


def test_far_changes_are_jumped_to_and_near_ones_are_not() -> None:
    shadow = Shadow()
    near, far = "a" * (GAP_CELLS + 1), "b" * (GAP_CELLS + 3)
    shadow.changes([(0, 0, Strip([Segment(f"1{near}1{far}1")]))], COLOURS)
    written = shadow.changes([(0, 0, Strip([Segment(f"2{near[:-2]}aa2{far}2")]))], COLOURS)
    assert written == f"\x1b[1;1H2\x1b[1;{len(near) + 2}H2\x1b[1;{len(near) + len(far) + 3}H2"
    assert shadow.changes([(0, 0, Strip([Segment("3aa3")]))], COLOURS) == "\x1b[1;1H3aa3"


def test_what_a_terminal_may_measure_otherwise_is_written_as_a_whole() -> None:
    shadow = Shadow()
    shadow.changes([(0, 0, Strip([Segment("🙂 one")]))], COLOURS)
    assert shadow.changes([(0, 0, Strip([Segment("🙂 two")]))], COLOURS) == "\x1b[1;1H🙂 two"
    assert shadow.changes([(3, 0, Strip([Segment("two")]))], COLOURS) == "\x1b[1;4Htwo"


def test_what_it_may_have_moved_is_written_after_it() -> None:
    shadow = Shadow()
    right = (6, 0, Strip([Segment("right", STYLES[1])]))
    shadow.changes([(0, 0, Strip([Segment("🙂 one", STYLES[2])])), right], COLOURS)
    written = shadow.changes([(0, 0, Strip([Segment("🙂 two", STYLES[2])])), right], COLOURS)
    assert written.index("two") < written.index("right")


def test_a_colour_is_written_when_it_changes() -> None:
    bold, plain = Style(color="#010203", bgcolor="#040506", bold=True), Style(color="#010203", bgcolor="#040506")
    spans = [(0, y, Strip([Segment(text, bold if y % 2 else plain)])) for y, text in enumerate("abcd")]
    colours = "38;2;1;2;3;48;2;4;5;6"
    written = Shadow().changes(spans, COLOURS)
    assert written == f"\x1b[2;1H\x1b[1;{colours}mb\x1b[4;1Hd\x1b[1;1H\x1b[22ma\x1b[3;1Hc\x1b[0m"


def test_what_touches_is_written_in_one() -> None:
    left, right = (0, 0, Strip([Segment("ab", STYLES[1])])), (2, 0, Strip([Segment("cd", STYLES[1])]))
    assert Shadow().changes([left, right], COLOURS) == "\x1b[1;1H\x1b[38;2;16;32;48;48;2;64;80;96mabcd\x1b[0m"


def test_what_was_forgotten_is_written_again() -> None:
    shadow = Shadow()
    spans = [(0, 0, Strip([Segment("a")]))]
    assert shadow.changes(spans, COLOURS) == "\x1b[1;1Ha"
    shadow.forget()
    assert shadow.changes(spans, COLOURS) == "\x1b[1;1Ha"


def test_updates_of_the_compositor_are_read() -> None:
    """Another version of Textual: compare `spans_of` with what these classes' `render_segments` go through."""
    one, two = Strip([Segment("ab")]), Strip([Segment("cdef")])
    layout = LayoutUpdate([[one, two], [two]], Region(3, 5, 6, 2))
    assert list(spans_of(layout) or ()) == [(3, 5, one), (5, 5, two), (3, 6, two)]
    chops = ChopsUpdate([{0: one, 2: two, 6: None}], [(0, 1, 5)], [[2, 6, 8]])
    found = [(x, y, strip.text) for x, y, strip in spans_of(chops) or ()]
    assert found == [(0, 0, "ab"), (2, 0, "cde")]
    assert list(spans_of(Spans([(1, 2, one)], Offset(10, 20))) or ()) == [(11, 22, one)]
    assert spans_of("text") is None
    assert "strip.crop(0, min(end, x2) - x)" in inspect.getsource(ChopsUpdate.render_segments)


@pytest.mark.parametrize("kind", [LayoutUpdate, ChopsUpdate])
def test_they_are_still_there(kind: type) -> None:
    assert "render_segments" in vars(kind)
