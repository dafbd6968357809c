"""A list of rows: a title line, rows of equal height, a cursor, its own scroll. What a row looks like is the subclass's.

The cursor stands on a thing (its id), not at a place: when the order changes the cursor goes with the thing, and when the
thing goes it stays at the place.
"""

from collections.abc import Hashable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from opconsole.ui.actions import both_layouts
from opconsole.ui.cells import cut, fit
from opconsole.ui.cells import width as cells
from opconsole.ui.final_strip import FinalStrip
from opconsole.ui.view import View
from opconsole.ui.widgets.line import SCROLL_THUMB, SCROLL_TRACK, LineWidget, Part, strip_of, thumb

_WHEEL_ROWS = 2


class Rows(LineWidget, can_focus=True):
    """Subclass: give `count`, `id_at`, `index_of`, `row_key`, `row_lines` and `title`."""

    ROW_LINES: ClassVar[int] = 1
    TITLE_LINES: ClassVar[int] = 1
    OVER: ClassVar[bool] = False
    """It stands in a window over the workspace, and on the ground of one."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(both_layouts("up", "k"), "move(-1)", show=False),
        Binding(both_layouts("down", "j"), "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("enter", "choose", show=False),
    ]

    class About(Message):
        """Something of one row."""

        def __init__(self, rows: "Rows", item: Hashable) -> None:
            super().__init__()
            self.rows = rows
            self.item = item

        @property
        def control(self) -> "Rows":
            return self.rows

    class Chosen(About):
        """Enter or a click on a row."""

    class Moved(About):
        """The cursor stands on another thing."""

    def __init__(self, view: View, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(view, id=id, classes=classes)
        self.top = 0
        """Index of the first row in sight."""
        self.cursor = 0
        self._item: Hashable = None

    # ------------------------------------------------------------ what a subclass gives

    def count(self) -> int:
        raise NotImplementedError

    def id_at(self, index: int) -> Hashable:
        raise NotImplementedError

    def index_of(self, item: Hashable) -> int:
        """-1: it is not here."""
        raise NotImplementedError

    def row_key(self, index: int, chosen: bool) -> Hashable:
        """All that the look of the row depends on, but the width and the theme."""
        raise NotImplementedError

    def row_lines(self, index: int, chosen: bool, width: int) -> list[list[Part]]:
        """`ROW_LINES` lines; each is cut or filled to `width` by the caller."""
        raise NotImplementedError

    def title(self) -> tuple[str, str]:
        """Left and right words of the title line."""
        return ("", "")

    @property
    def title_lines(self) -> int:
        """How many lines stand above the rows now."""
        return self.TITLE_LINES

    def title_more(self) -> Hashable:
        """What the further title lines look like depends on this."""
        return None

    def draw_title(self, y: int, width: int) -> Strip:
        return self._draw_title(width)

    # ------------------------------------------------------------ state

    @property
    def item(self) -> Hashable:
        """What the cursor stands on; None: the list is empty."""
        return self.id_at(self.cursor) if 0 <= self.cursor < self.count() else None

    def follow(self) -> None:
        """The rows changed: keep the cursor on its thing, and repaint what looks different."""
        count = self.count()
        at = self.index_of(self._item) if self._item is not None else -1
        self.cursor = at if at >= 0 else max(0, min(self.cursor, count - 1))
        self._item = self.item
        self._keep_in_sight()
        self.repaint_changed()

    def move_to(self, index: int) -> None:
        count = self.count()
        if not count:
            return
        self.cursor = max(0, min(index, count - 1))
        before, self._item = self._item, self.item
        self._keep_in_sight()
        self.repaint_changed()
        if self._item != before:
            self.post_message(self.Moved(self, self._item))

    def point_at(self, item: Hashable) -> None:
        """Put the cursor on a thing, without telling anybody."""
        if (index := self.index_of(item)) >= 0:
            self.cursor, self._item = index, item
            self._keep_in_sight()
            self.repaint_changed()

    @property
    def rows_in_sight(self) -> int:
        return max(0, (self.cells.height - self.title_lines) // self.ROW_LINES)

    def _keep_in_sight(self) -> None:
        shown = self.rows_in_sight
        if shown:
            self.top = max(self.cursor - shown + 1, min(self.top, self.cursor))
            self.top = max(0, min(self.top, self.count() - shown))

    # ------------------------------------------------------------ drawing

    def line_keys(self) -> list[Hashable]:
        count, height = self.count(), self.cells.height
        shown = self.rows_in_sight
        scrolls = count > shown
        bar = thumb(self.top, shown, count, height)
        focused = self.has_focus
        titles = self.title_lines
        keys: list[Hashable] = [("title", line, self.title(), self.title_more(), focused) for line in range(titles)]
        y = titles
        for index in range(self.top, min(count, self.top + shown + 1)):
            chosen = index == self.cursor
            row = (scrolls, chosen, chosen and focused, self.row_key(index, chosen))
            for line in range(self.ROW_LINES):
                keys.append((line, y in bar, row))
                y += 1
        while y < height:
            words = self.empty_words() if not count and y == titles else ""
            keys.append(("blank", y in bar, scrolls, words))
            y += 1
        return keys[:height]

    def draw_line(self, y: int) -> Strip:
        width, height = self.cells
        inks, count = self.view.inks, self.count()
        titles = self.title_lines
        if y < titles:
            return self.draw_title(y, width)
        row, line = divmod(y - titles, self.ROW_LINES)
        index = self.top + row
        scrolls = count > self.rows_in_sight
        inner = width - 1 if scrolls else width
        if index >= count:
            words = self.empty_words() if not count and y == titles else ""
            parts, ink = [("  " + words, inks.side.muted)], inks.side
        else:
            chosen = index == self.cursor
            ink = (inks.chosen if chosen else inks.over) if self.OVER else inks.row(chosen, self.has_focus)
            parts = self.row_lines(index, chosen, inner)[line]
        strip = strip_of(parts, inner, ink.text)
        if not scrolls:
            return strip
        bar = y in thumb(self.top, self.rows_in_sight, count, height)
        ground = inks.over if self.OVER else inks.side
        mark = (SCROLL_THUMB, ground.muted) if bar else (SCROLL_TRACK, ground.border)
        return FinalStrip.join([strip, strip_of([mark], 1, ground.text)])

    def _draw_title(self, width: int) -> Strip:
        ink = self.view.inks.bar
        left, right = self.title()
        mark = "▌" if self.has_focus else " "
        right = cut(right, max(0, width - 8))
        room = width - cells(right) - 3
        return strip_of(
            [
                (mark, ink.accent),
                (fit(left, room) + " ", ink.accent if self.has_focus else ink.strong),
                (right + " ", ink.muted),
            ],
            width,
            ink.text,
        )

    def empty_words(self) -> str:
        return ""

    # ------------------------------------------------------------ keys and mouse

    def action_move(self, by: int) -> None:
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        self.move_to(self.cursor + by * max(1, self.rows_in_sight - 1))

    def action_edge(self, end: int) -> None:
        self.move_to(self.count() - 1 if end else 0)

    def action_choose(self) -> None:
        if self.item is not None:
            self.post_message(self.Chosen(self, self.item))

    def on_click(self, event: events.Click) -> None:
        row = (event.y - self.title_lines) // self.ROW_LINES
        index = self.top + row
        if event.y >= self.title_lines and index < self.count():
            self.move_to(index)
            self.action_choose()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(_WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-_WHEEL_ROWS)

    def _scroll(self, by: int) -> None:
        self.top = max(0, min(self.top + by, self.count() - self.rows_in_sight))
        self.repaint_changed()

    def on_focus(self) -> None:
        self.repaint_changed()

    def on_blur(self) -> None:
        self.repaint_changed()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._keep_in_sight()
