"""The base of everything here that draws by line: strips are final, cached by what they depend on, and repainted only when that changed.

Textual's own path (styles cache, line filters, scroll bars as widgets, a layout for each change of the virtual size) costs more than
the drawing itself; so a line widget has no border, padding or children, keeps its own scroll, and draws its own scroll bar.
Because line filters are passed by, every text that is drawn must have gone through `opconsole.wire.text` (the codec does it).
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from opconsole.ui.view import View

CACHED_ROWS: Final = 600
"""Strips kept by one list: several screens of rows."""
SCROLL_THUMB: Final = "┃"
SCROLL_TRACK: Final = "│"

Part = tuple[str, Style]
"""A piece of a line: text and style."""


def strip_of(parts: Iterable[Part], cells: int, fill: Style) -> Strip:
    """One final line, exactly `cells` wide."""
    return Strip([Segment(text, style) for text, style in parts if text]).adjust_cell_length(cells, fill)


class LineWidget(Widget):
    """Draws itself line by line; see the module. A subclass gives `line_key` and `draw_line`."""

    DEFAULT_CSS = "LineWidget { width: 1fr; height: 1; }"

    def __init__(self, view: View, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.view = view
        self._strips: dict[Hashable, Strip] = {}
        self._painted: list[Hashable] = []
        """The keys of the lines that are on the screen."""

    def line_key(self, y: int) -> Hashable:
        """All that the look of line `y` depends on (but the width and the theme, which drop every cached strip)."""
        raise NotImplementedError

    def draw_line(self, y: int) -> Strip:
        """Line `y` as it must look now, exactly `self.size.width` cells."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        key = self.line_key(y)
        if y < len(self._painted):
            self._painted[y] = key
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) >= CACHED_ROWS:
                self._strips.clear()
            strip = self._strips[key] = self.draw_line(y)
        return strip

    def render_lines(self, crop: Region) -> list[Strip]:
        if len(self._painted) != self.size.height:
            self._painted = [None] * self.size.height
        x1, x2 = crop.column_span
        fill = self.view.inks.talk.text
        return [self.render_line(y).crop_extend(x1, x2, fill) for y in crop.line_range]

    def repaint_changed(self) -> None:
        """Repaint those lines on the screen whose key is another than when they were painted."""
        width, height = self.size
        if not width or not height or not self.display:
            return
        if len(self._painted) != height:
            self.refresh()
            return
        changed = [y for y in range(height) if self.line_key(y) != self._painted[y]]
        if not changed:
            return
        if len(changed) * 2 > height:
            self.refresh()
        else:
            self.refresh(*_regions(changed, width))

    def repaint_all(self) -> None:
        """The theme, the language or the width changed: nothing drawn before is right."""
        self._strips.clear()
        self.refresh()

    def on_resize(self) -> None:
        self._strips.clear()


def _regions(lines: Sequence[int], width: int) -> list[Region]:
    """Neighbouring lines joined into one region each."""
    regions: list[Region] = []
    start = previous = lines[0]
    for y in [*lines[1:], -1]:
        if y != previous + 1:
            regions.append(Region(0, start, width, previous - start + 1))
            start = y
        previous = y
    return regions


def thumb(top: int, shown: int, total: int, height: int) -> range:
    """Lines of a scroll bar of `height` that its thumb takes; empty: all is in sight."""
    if total <= shown or height <= 0:
        return range(0)
    size = max(1, height * shown // total)
    at = min(height - size, round(top * (height - size) / (total - shown)))
    return range(at, at + size)
