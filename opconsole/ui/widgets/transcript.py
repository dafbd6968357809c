"""The conversation: entries of one chat, then my words on their way, then what the visitor is typing.

Only what is in sight is ever wrapped or drawn, so a chat of ten thousand messages opens, grows and is resized at the cost of a
screen. There is no list of heights: the view is held by an anchor. Either it sticks to the end, or its first line is line `k` of
entry `n`, and stays there whatever is added at either end.
"""

from collections.abc import Hashable
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message as Posted
from textual.strip import Strip

from opconsole.locale import tr, trn
from opconsole.state import selectors
from opconsole.ui.actions import both_layouts
from opconsole.ui.final_strip import FinalStrip
from opconsole.ui.view import View
from opconsole.ui.widgets.entries import Lines, draw, draw_peek, draw_typists
from opconsole.ui.widgets.line import SCROLL_THUMB, SCROLL_TRACK, LineWidget, strip_of, thumb
from opconsole.ui.widgets.run import Run

_WHEEL_LINES: Final = 3
_CACHED_ITEMS: Final = 400

Spot = tuple[int, int]
"""An item's index and a line of it."""


class Transcript(LineWidget, can_focus=True):
    FOCUS_ON_CLICK = False  # a click must not take the keys from the composer
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(both_layouts("up", "k"), "choose(-1)", show=False),
        Binding(both_layouts("down", "j"), "choose(1)", show=False),
        Binding("shift+up", "extend(-1)", show=False),
        Binding("shift+down", "extend(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding(both_layouts("r"), "failed('retry')", show=False),
        Binding(both_layouts("e"), "words('edit', 'edit_last')", show=False),
        Binding(both_layouts("x"), "words('dismiss', 'delete_last')", show=False),
        Binding(both_layouts("h"), "wish('history')", show=False),
        Binding(both_layouts("o"), "wish('open')", show=False),
        Binding(both_layouts("z"), "wish('undo')", show=False),
    ]

    class OlderWanted(Posted):
        """The oldest entry held is in sight, or nearly."""

        def __init__(self, chat: int) -> None:
            super().__init__()
            self.chat = chat

    class EndSeen(Posted):
        """By scrolling, the newest entry came in sight."""

        def __init__(self, chat: int) -> None:
            super().__init__()
            self.chat = chat

    class FailedWords(Posted):
        """Something is wanted of refused words: `retry`, `edit` or `dismiss`."""

        def __init__(self, cid: str, wish: str) -> None:
            super().__init__()
            self.cid = cid
            self.wish = wish

    class Wish(Posted):
        """An action is wanted, by its id: of the marked entry `edit_last`, `delete_last`, `history` or `open`; or `undo`."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, view: View, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self.run = Run(view)
        self.at_end = True
        self._anchor: Spot = (0, 0)
        """While not at the end, the first line in sight: the number of its entry, and how many lines that has from it to its end. (From
        its end, because an entry loses its name and day when an older one comes before it.)"""
        self._seen_last = 0
        """How many entries there were to see when the end was left."""
        self.chosen: tuple[int, int] | None = None
        """Entry numbers, first and last that are marked: the cursor is the second."""
        self._state: Hashable = None
        """Of the run, when it was laid out."""
        self._items: dict[Hashable, Lines] = {}
        self._layout: list[tuple[Hashable, int]] = []
        """Per line in sight: the item's key and which of its lines."""
        self._bar = range(0)
        """Lines of the scroll bar's thumb, as of the layout."""

    # ------------------------------------------------------------ what it shows

    def open(self, chat: int) -> None:
        """Show this chat (0: none), at its end."""
        self.run.open(chat)
        self.at_end, self.chosen = True, None
        self._items.clear()
        self._state = None
        self.changed()

    def changed(self) -> None:
        """Something in the picture changed that may be in sight."""
        self.run.refresh()
        state = self.run.state()
        if state == self._state:
            return
        self._state = state
        if not self.at_end and self.run.index_of(self._anchor[0]) < 0:
            self.at_end = True
        self._lay_out()
        self.repaint_changed()

    def selected_text(self) -> str:
        """The words of the marked entries; empty: none is marked."""
        if self.chosen is None:
            return ""
        first, last = sorted(self.chosen)
        texts = (self.run.plain_text(index) for index in self.run.between(first, last))
        return "\n".join(text for text in texts if text)

    @property
    def marked(self) -> int:
        """Number of the entry that the mark's cursor is on; 0: none is marked."""
        return self.chosen[1] if self.chosen is not None else 0

    # ------------------------------------------------------------ layout

    def _lines(self, index: int) -> tuple[Hashable, Lines]:
        """The item's key and its lines. Items beyond the entries are the peek and the typists."""
        inks, cells = self.view.inks, self.cells.width - 1
        run = self.run
        chosen = self._is_chosen(index)
        key: Hashable = (run.key(index), chosen, cells)
        lines = self._items.get(key)
        if lines is None:
            if len(self._items) >= _CACHED_ITEMS:
                self._items.clear()
            ink = inks.chosen if chosen else inks.talk
            if index < run.count:
                lines = draw(run.entry(index), cells, ink, self.view.now())
            elif run.tail[index - run.count][0] == "peek":
                lines = draw_peek(run.visitor_name, run.tail[index - run.count][1], cells, ink)
            else:
                lines = draw_typists(run.tail[index - run.count][1].split("\n"), cells, ink)
            self._items[key] = lines
        return key, lines

    def _is_chosen(self, index: int) -> bool:
        if self.chosen is None or index >= self.run.count:
            return False
        first, last = sorted(self.chosen)
        return first <= self.run.number(index) <= last

    def _lay_out(self) -> None:
        """Fill the lines in sight: upwards from the end, or downwards from the anchor."""
        height = self.cells.height
        if not height:
            return
        if not self.at_end:
            layout = self._downwards(*self._top(), height)
            if len(layout) < height:
                self.at_end = True
        if self.at_end:
            layout = self._upwards(height)
            self._seen_last = self.run.last_number - self.run.hidden
        self._layout = layout
        top = self._top()
        self._bar = self._thumb(top[0])
        if self.run.chat and self.run.older_exist and top[0] * 2 < height:
            self.post_message(self.OlderWanted(self.run.chat))

    def _downwards(self, index: int, line: int, height: int) -> list[tuple[Hashable, int]]:
        layout: list[tuple[Hashable, int]] = []
        while len(layout) < height and index < self.run.total:
            key, lines = self._lines(index)
            layout += [(key, number) for number in range(line, len(lines))]
            index, line = index + 1, 0
        return layout[:height]

    def _upwards(self, height: int) -> list[tuple[Hashable, int]]:
        layout: list[tuple[Hashable, int]] = []
        index = self.run.total - 1
        while len(layout) < height and index >= 0:
            key, lines = self._lines(index)
            layout[:0] = [(key, number) for number in range(len(lines))]
            index -= 1
        return [(None, 0)] * (height - len(layout)) + layout[-height:]

    def _top(self) -> Spot:
        """Index and line of the first line in sight that is an item's."""
        if not self.at_end:
            number, lines = self._anchor
            index = max(0, self.run.index_of(number))
            return self._up_from(index, len(self._lines(index)[1]) - lines)
        left = self.cells.height
        index = self.run.total
        while index > 0 and left > 0:
            index -= 1
            left -= len(self._lines(index)[1])
        return (index, max(0, -left))

    # ------------------------------------------------------------ scrolling

    def scroll_lines(self, by: int) -> None:
        """Up (negative) or down. Stops at both ends."""
        if not self.run.total:
            return
        index, line = self._top()
        index, line = self._up_from(index, line + by)
        while index < self.run.count and line >= len(self._lines(index)[1]):
            line -= len(self._lines(index)[1])
            index += 1
        self._stand_at(index, line)

    def _up_from(self, index: int, line: int) -> Spot:
        """A line of an item; negative: so many lines above it."""
        while line < 0 and index > 0:
            index -= 1
            line += len(self._lines(index)[1])
        return index, max(0, line)

    def _stand_at(self, index: int, line: int) -> None:
        was_at_end, self.at_end = self.at_end, index >= self.run.count
        if not self.at_end:
            self._anchor = (self.run.number(index), len(self._lines(index)[1]) - line)
        self._lay_out()
        self.repaint_changed()
        if self.at_end and not was_at_end:
            self.post_message(self.EndSeen(self.run.chat))

    def to_end(self) -> None:
        self._stand_at(self.run.count, 0)

    def to_start(self) -> None:
        if self.run.count:
            self._stand_at(0, 0)

    # ------------------------------------------------------------ drawing

    def _banner(self) -> str:
        """On the last line while the end is out of sight."""
        if self.at_end:
            return ""
        new = self.run.last_number - self.run.hidden - self._seen_last
        return trn("{n} new ↓ End", "{n} new ↓ End", new) if new > 0 else tr("↓ End")

    def _thumb(self, index: int) -> range:
        """`index`: of the first item in sight."""
        run, height = self.run, self.cells.height
        if not run.total or (
            len({key for key, _ in self._layout if key is not None}) >= run.total - run.hidden and not run.older_exist
        ):
            return range(0)
        shown = max(1, len({key for key, _ in self._layout}))
        if self.at_end:
            index = run.total - shown
        return thumb(max(0, index), shown, max(run.total, shown + 1), height)

    def line_keys(self) -> list[Hashable]:
        height, bar = self.cells.height, self._bar
        layout = self._layout if len(self._layout) == height else [(None, 0)] * height
        keys: list[Hashable] = [(key, y in bar, bool(bar)) for y, key in enumerate(layout)]
        if height and (banner := self._banner()):
            keys[-1] = (keys[-1], banner)
        return keys

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.talk
        width = self.cells.width
        key, line = self._layout[y] if y < len(self._layout) else (None, 0)
        parts = self._items[key][line] if key is not None and key in self._items else []
        fill = parts[0][1] if parts else ink.text
        banner = self._banner() if y == self.cells.height - 1 else ""
        bar = self._bar
        body = strip_of(parts, width - 1, fill)
        if banner:
            words = f" {banner} "
            body = FinalStrip.join(
                [body.crop(0, width - 1 - len(words)), strip_of([(words, ink.on_unread)], len(words), ink.text)]
            )
        mark = (SCROLL_THUMB, ink.muted) if y in bar else (SCROLL_TRACK, ink.border) if bar else (" ", ink.text)
        return FinalStrip.join([body, strip_of([mark], 1, ink.text)])

    # ------------------------------------------------------------ keys and mouse

    def action_choose(self, by: int) -> None:
        """Move the mark to the entry above or below, or begin with the newest."""
        self._mark(by, extend=False)

    def action_extend(self, by: int) -> None:
        self._mark(by, extend=True)

    def _mark(self, by: int, extend: bool) -> None:
        run = self.run
        if not run.count:
            return
        at = run.index_of(self.chosen[1]) + by if self.chosen is not None else run.count - 1
        index = self._drawn(max(0, min(run.count - 1, at)), by)
        number = run.number(index)
        self.chosen = (self.chosen[0], number) if extend and self.chosen is not None else (number, number)
        self._bring_into_sight(index)

    def _drawn(self, index: int, by: int) -> int:
        """The nearest item from there on that there is something to see of; the mark doesn't stand on others."""
        at = index
        while 0 <= at < self.run.count and self.run.is_hidden(at):
            at += by
        if 0 <= at < self.run.count:
            return at
        while 0 < index < self.run.count and self.run.is_hidden(index):
            index -= by
        return max(0, min(index, self.run.count - 1))

    def _bring_into_sight(self, index: int) -> None:
        top, line = self._top()
        if index < top or (index == top and line):
            self._stand_at(index, 0)
            return
        height, taken = self.cells.height, -line
        for other in range(top, index + 1):
            taken += len(self._lines(other)[1])
        if taken > height:
            self.scroll_lines(taken - height)
        else:
            self._lay_out()
            self.repaint_changed()

    def unmark(self) -> bool:
        """Whether anything was marked."""
        marked, self.chosen = self.chosen is not None, None
        if marked:
            self._lay_out()
            self.repaint_changed()
        return marked

    def action_page(self, by: int) -> None:
        self.scroll_lines(by * max(1, self.cells.height - 2))

    def action_edge(self, end: int) -> None:
        if end:
            self.to_end()
        else:
            self.to_start()

    def action_failed(self, wish: str) -> None:
        """On the marked refused words or file on its way, or the newest ones."""
        if cid := self.failed_cid():
            self.post_message(self.FailedWords(cid, wish))

    def action_words(self, wish: str, action: str) -> None:
        """On marked words that are stored; else on the refused ones."""
        index = self.run.index_of(self.marked) if self.marked else -1
        if index >= 0 and self.run.is_stored(index):
            self.post_message(self.Wish(action))
        else:
            self.action_failed(wish)

    def action_wish(self, action: str) -> None:
        self.post_message(self.Wish(action))

    def failed_cid(self) -> str:
        uploads, outgoing = self.view.picture.uploads, selectors.outgoing(self.view.picture, self.run.chat)
        words = [item for item in outgoing if item.failure is not None or item.cid in uploads]
        if self.chosen is not None:
            marked = [item for item in words if self.run.is_outgoing(self.chosen[1], item.cid)]
            words = marked or words
        return words[-1].cid if words else ""

    def on_click(self, event: events.Click) -> None:
        if event.y == self.cells.height - 1 and self._banner():
            self.to_end()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_lines(_WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_lines(-_WHEEL_LINES)

    def repaint_all(self) -> None:
        self._items.clear()
        self.run.forget()
        self._lay_out()
        super().repaint_all()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._items.clear()
        self._lay_out()
