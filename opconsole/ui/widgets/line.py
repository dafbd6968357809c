"""The base of everything here that draws by line: strips are final, cached by what they depend on, and only changed cells are repainted.

Textual's own path (styles cache, line filters, scroll bars as widgets, a layout for each change of the virtual size) costs more than
the drawing itself; so a line widget has no border, padding or children, keeps its own scroll, and draws its own scroll bar.
Because line filters are passed by, each text goes through `seal` here.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from opconsole.terminal.gate import seal
from opconsole.terminal.output import outlet_of
from opconsole.terminal.shadow import Span
from opconsole.ui.cells import width as cells_of
from opconsole.ui.final_strip import FinalStrip
from opconsole.ui.view import View
from opconsole.ui.widgets.instant import paint_spans

CACHED_ROWS: Final = 300
"""Strips kept by one list: several screens of rows."""
SCROLL_THUMB: Final = "┃"
SCROLL_TRACK: Final = "│"

Part = tuple[str, Style]
"""A piece of a line: text and style."""


def strip_of(parts: Iterable[Part], cells: int, fill: Style) -> Strip:
    """One final line, exactly `cells` wide."""
    return FinalStrip([Segment(seal(text), style) for text, style in parts if text]).adjust_cell_length(cells, fill)


def lit(text: str, hits: Sequence[int], style: Style, bright: Style) -> list[Part]:
    """The text with some of its letters (by their positions) bright and underlined, so that colour alone says nothing."""
    if not hits:
        return [(text, style)]
    marked = bright + Style(underline=True)
    parts: list[Part] = []
    start = 0
    wanted = set(hits)
    for at in range(1, len(text) + 1):
        if at == len(text) or (at in wanted) != (start in wanted):
            parts.append((text[start:at], marked if start in wanted else style))
            start = at
    return parts


class LineWidget(Widget):
    """Draws itself line by line; see the module. A subclass gives `line_keys` (or `line_key`) and `draw_line`."""

    DEFAULT_CSS = "LineWidget { width: 1fr; height: 1; }"
    ALLOW_SELECT = False  # Textual's selection doesn't know these lines; Shift with the mouse is the terminal's own

    def __init__(self, view: View, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.view = view
        self.cells = Size(0, 0)
        """Its size. (Textual's `size` walks the tree at each call.)"""
        self._strips: dict[Hashable, Strip] = {}
        self._painted: list[Strip | None] = []
        """What stands on the screen, line by line; None: not known."""
        self._late = False
        """The terminal is behind: something may have changed that is not painted yet."""

    def line_key(self, y: int) -> Hashable:
        """All that the look of line `y` depends on (but the width and the theme, which drop every cached strip)."""
        raise NotImplementedError

    def line_keys(self) -> Sequence[Hashable]:
        """The keys of all lines, from the top. Asked for at each painting and at each look for changes."""
        return [self.line_key(y) for y in range(self.cells.height)]

    def draw_line(self, y: int) -> Strip:
        """Line `y` as it must look now, exactly `self.cells.width` cells."""
        raise NotImplementedError

    def _strip(self, y: int, key: Hashable) -> Strip:
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) >= CACHED_ROWS:
                self._strips.clear()
            strip = self._strips[key] = self.draw_line(y)
        return strip

    def render_lines(self, crop: Region) -> list[Strip]:
        width, height = self.cells
        if len(self._painted) != height:
            self._painted = [None] * height
        fill = self.view.inks.talk.text
        keys = self.line_keys()
        x1, x2 = crop.column_span
        strips = []
        for y in crop.line_range:
            if y >= len(keys):
                strips.append(Strip.blank(crop.width, fill))
                continue
            strip = self._strip(y, keys[y])
            # The screen asks for more lines and cells than it paints. While the widget is late that would pass for painted.
            self._painted[y] = None if self._late else strip
            strips.append(strip if x1 == 0 and x2 == width else strip.crop_extend(x1, x2, fill))
        return strips

    def repaint_changed(self) -> None:
        """Repaint those cells on the screen that look different now."""
        width, height = self.cells
        if not width or not height or not self.display or not self.is_mounted:
            return
        if len(self._painted) != height:
            self.refresh()
            return
        if self._repaint_required:
            self.refresh()  # all of it is painted soon anyway
            return
        outlet = outlet_of(self.app)
        self._late = outlet is not None and outlet.behind
        if outlet is not None and self._late:
            outlet.when_free(self, self.repaint_changed)
            return
        spans: list[Span] = []
        for y, key in enumerate(self.line_keys()):
            old = self._painted[y]
            new = self._strip(y, key)
            if new is old:
                continue
            span = (0, width) if old is None else changed_span(old, new, width)
            if span is not None:
                # Cutting costs as much as comparing half a line of cells (`terminal/shadow.py` does that again, cell by cell).
                start, part = (0, new) if (span[1] - span[0]) * 2 > width else (span[0], new.crop(*span))
                spans.append((start, y, part))
            self._painted[y] = new
        if spans and not paint_spans(self, spans):
            self.refresh(*(Region(x, y, strip.cell_length, 1) for x, y, strip in spans))

    def repaint_all(self) -> None:
        """The theme, the language or the width changed: nothing drawn before is right."""
        self._strips.clear()
        self._painted = []
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        self.cells = event.size
        self._strips.clear()
        self._painted = []


def changed_span(old: Strip, new: Strip, width: int) -> tuple[int, int] | None:
    """The cells from the first to after the last that differ; None: none does. By whole segments: near enough, and cheap."""
    before, after = old._segments, new._segments
    shorter = min(len(before), len(after))
    first = 0
    start = 0
    while first < shorter and before[first] == after[first]:
        start += cells_of(after[first].text)
        first += 1
    if first == len(before) == len(after):
        return None
    last = 0
    end = width
    while last < shorter - first and before[-1 - last] == after[-1 - last]:
        end -= cells_of(after[-1 - last].text)
        last += 1
    return start, max(start + 1, end)


def thumb(top: int, shown: int, total: int, height: int) -> range:
    """Lines of a scroll bar of `height` that its thumb takes; empty: all is in sight."""
    if total <= shown or height <= 0:
        return range(0)
    size = max(1, height * shown // total)
    at = min(height - size, round(top * (height - size) / (total - shown)))
    return range(at, at + size)
