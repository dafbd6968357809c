"""Painting by itself: what is used of Textual's private compositor is there, and what is written is what the screen would paint."""

import inspect
from collections.abc import Callable, Hashable
from importlib.metadata import version

import pyte
import pytest
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual._compositor import Compositor, CompositorUpdate
from textual.app import App
from textual.geometry import Offset, Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from opconsole.terminal.outlet import Outlet
from opconsole.terminal.shadow import Spans
from opconsole.ui.widgets.instant import paint_now, paint_spans
from opconsole.ui.widgets.line import changed_span, strip_of, thumb
from tests.ui.conftest import Open

PLAIN = Style()
BOLD = Style(bold=True)


def test_textual_is_the_version_that_this_was_written_for() -> None:
    """Another version: read `instant.py` again, run the console's benchmark, then change this line."""
    assert version("textual") == "8.2.8"


def test_the_private_names_are_there() -> None:
    assert "_layout_required" in inspect.getsource(Screen)
    assert "_repaint_required" in inspect.getsource(Widget)
    assert isinstance(inspect.getattr_static(Compositor, "visible_widgets"), property)
    assert list(inspect.signature(Widget._exchange_repaint_regions).parameters) == ["self"]
    assert list(inspect.signature(App._display).parameters) == ["self", "screen", "renderable"]
    assert list(inspect.signature(CompositorUpdate.render_segments).parameters) == ["self", "console"]
    assert "_batch_count" in inspect.getsource(App)


async def test_the_front_comes_first_in_the_map_of_visible_widgets(open_console: Open) -> None:
    async with open_console(size=(80, 24), shown=11) as bench:
        await bench.press("f8")
        order = list(bench.app.workspace._compositor.visible_widgets)
        assert order.index(bench.app.workspace.visitor) < order.index(bench.app.workspace.composer)


async def test_what_is_covered_is_left_to_the_screen(open_console: Open) -> None:
    async with open_console(size=(80, 24), shown=11) as bench:
        workspace = bench.app.workspace
        assert paint_now(workspace.composer)
        await bench.press("f8")
        assert not paint_now(workspace.composer)
        await bench.press("f8", "f1")
        assert not paint_now(workspace.composer)
        assert not paint_spans(workspace.status, [(0, 0, Strip([Segment("x")]))])


async def test_spans_are_written_where_the_widget_is(open_console: Open) -> None:
    async with open_console() as bench:
        written = Spans([(2, 1, Strip([Segment("ab")])), (0, 3, Strip([Segment("界")]))], Offset(5, 2)).render_segments(
            bench.app.console
        )
    screen = pyte.Screen(20, 8)
    pyte.Stream(screen).feed(written)
    assert screen.display[3].rstrip() == "       ab"
    assert screen.display[5].rstrip().startswith("     界")


async def test_a_key_is_painted_before_the_next_tick_of_the_screen(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        shown: list[object] = []
        bench.app._display = lambda screen, renderable: shown.append(renderable)  # type: ignore[method-assign]
        assert await bench.app.controllers.keys.take(events.Key("x", "x"))
        assert bench.composed == "x"
        assert isinstance(shown[0], Spans)
        assert "x" in shown[0].render_segments(bench.app.console)


def strip(*parts: tuple[str, Style]) -> Strip:
    return strip_of(parts, 12, PLAIN)


def test_only_the_cells_that_differ_are_written() -> None:
    old = strip(("name   ", BOLD), (" 0:05", PLAIN))
    assert changed_span(old, strip(("name   ", BOLD), (" 0:04", PLAIN)), 12) == (7, 12)
    assert changed_span(old, strip(("anna   ", BOLD), (" 0:05", PLAIN)), 12) == (0, 7)
    assert changed_span(old, strip(("name   ", BOLD), (" 0:05", PLAIN)), 12) is None
    assert changed_span(strip(("界", PLAIN), ("a", BOLD)), strip(("界", PLAIN), ("b", BOLD)), 12) == (2, 3)
    assert changed_span(strip(), strip(("a", PLAIN)), 12) == (0, 12)


class _Slow(Outlet):
    """A terminal that is behind until it is told to go on."""

    def __init__(self) -> None:
        self.slow = True
        self.waiting: dict[Hashable, Callable[[], None]] = {}

    @property
    def behind(self) -> bool:
        return self.slow

    def when_free(self, key: Hashable, paint: Callable[[], None]) -> None:
        self.waiting[key] = paint


async def test_a_terminal_that_is_behind_gets_the_newest_later_and_all_of_it(
    open_console: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_console(shown=11) as bench:
        pane = bench.app.workspace.status
        slow = _Slow()
        bench.app._driver.outlet = slow  # type: ignore[union-attr]
        written: list[object] = []
        bench.app._display = lambda screen, renderable: written.append(renderable)  # type: ignore[method-assign]
        pane._strips.clear()
        for name in ("one", "two"):
            line = strip_of([(name, PLAIN)], pane.cells.width, PLAIN)
            monkeypatch.setattr(pane, "draw_line", lambda y, line=line: line)
            pane._strips.clear()
            pane.repaint_changed()
        assert not written
        pane.render_lines(Region(0, 0, 5, 1))  # the screen paints something near, and not this
        slow.slow = False
        slow.waiting[pane]()
        (spans,) = written
        assert isinstance(spans, Spans)
        assert "two" in spans.render_segments(bench.app.console)


def test_controls_never_reach_a_strip() -> None:
    assert "\x1b" not in strip_of([("a\x1b[31mb", PLAIN)], 10, PLAIN).text


def test_the_scroll_bar_shows_where_one_is() -> None:
    assert thumb(0, 10, 10, 10) == range(0)
    assert thumb(0, 10, 100, 10) == range(0, 1)
    assert thumb(90, 10, 100, 10) == range(9, 10)
    assert len(thumb(0, 10, 20, 10)) == 5
