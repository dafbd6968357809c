"""A chat to read only, opened at one of its messages: for results of a search, whether the chat is held, closed or long forgotten.

Its entries are fetched a page at a time, around the message first and then on at either end as one scrolls. They are not the store's:
nothing here is kept up to date, marked as read, or watched. Esc goes back to where one came from.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar, Final

from msgspec.structs import replace
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.strip import Strip

from opconsole.locale import day_number, refusal_text, tr
from opconsole.ui.actions import both_layouts
from opconsole.ui.cells import cut, fit_right, width
from opconsole.ui.final_strip import FinalStrip
from opconsole.ui.ink import Ink
from opconsole.ui.screens.over import Over
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.entries import Entry, Lines, day_of, draw, entry_of
from opconsole.ui.widgets.line import SCROLL_THUMB, SCROLL_TRACK, LineWidget, Part, strip_of, thumb
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Fetch, PageOf, Refused

AROUND: Final = 40
"""Entries before the message, and after it, that are fetched first."""
PAGE: Final = 80
NEAR: Final = 10
"""Lines from an end at which more is fetched."""
RUN_MS: Final = 5 * 60_000

Ask = Callable[[Fetch], bool]


class Reading(Over[int]):
    """The result: the chat to go to in the workspace, or 0."""

    DEFAULT_CSS = """
    Reading { align: center top; background: $background 60%; }
    Reading > Vertical { width: 100%; max-width: 130; height: 100%; background: $surface; }
    Reading _Page { height: 1fr; }
    """
    AUTO_FOCUS: ClassVar[str | None] = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(both_layouts("up", "k"), "scroll_by(-1)", show=False),
        Binding(both_layouts("down", "j"), "scroll_by(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("home", "scroll_by(-99999)", show=False),
        Binding("end", "scroll_by(99999)", show=False),
        Binding(both_layouts("escape", "q"), "leave", show=False),
        Binding("enter", "go", show=False),
    ]

    def __init__(self, view: View, chat: int, n: int, visitor: str, ask: Ask, new_id: Callable[[], str]) -> None:
        """`visitor`: the name, if it is known."""
        super().__init__()
        self._view = view
        self.chat = chat
        self._n = n
        self._ask = ask
        self._new_id = new_id
        self._under_way = ""
        self._wish = (0, 0)
        """Of the fetch under way: `before` and the limit."""
        self._none_newer = False
        self._page = _Page(view, n, visitor)
        self._title = _Title(view, chat, visitor)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._title
            yield self._page

    def on_mount(self) -> None:
        self._fetch(self._n + AROUND + 1, 2 * AROUND + 1)

    # ------------------------------------------------------------ fetching

    def _fetch(self, before: int, limit: int) -> None:
        if self._under_way:
            return
        question = Fetch(id=self._new_id(), chat=self.chat, before=before, limit=limit)
        if self._ask(question):
            self._under_way, self._wish = question.id, (before, limit)
        elif not self._page.messages:
            self._page.tell(tr("There is no link to the relay now."))

    def take(self, frame: PageOf | Refused) -> None:
        """An answer; another's is none of ours."""
        if frame.id != self._under_way:
            return
        self._under_way = ""
        if isinstance(frame, Refused):
            self._page.tell(refusal_text(frame.code, frame.facts, frame.text))
            return
        last = self._page.messages[-1].n if self._page.messages else 0
        self._page.add(frame.messages)
        newest = self._page.messages[-1].n if self._page.messages else 0
        if newest == last or newest < self._wish[0] - 1:
            self._none_newer = self._none_newer or self._wish[0] > last
        self._look_for_more()

    def link_lost(self) -> None:
        self._under_way = ""
        if not self._page.messages:
            self._page.tell(tr("There is no link to the relay now."))

    def link_is_back(self) -> None:
        if not self._page.messages:
            self.on_mount()

    def erased(self, chat: int) -> None:
        """It is gone for good, while it stood here."""
        if chat == self.chat:
            self._page.clear()
            self._page.tell(tr("What was said in this chat has been erased."))
            self._none_newer = True

    def _look_for_more(self) -> None:
        page = self._page
        if not page.messages:
            return
        if page.top < NEAR and page.messages[0].n > 1:
            self._fetch(page.messages[0].n, PAGE)
        elif page.below < NEAR and not self._none_newer:
            self._fetch(page.messages[-1].n + PAGE + 1, PAGE)

    # ------------------------------------------------------------ keys and mouse

    def action_scroll_by(self, by: int) -> None:
        self._page.scroll_by(by)
        self._look_for_more()

    def action_page(self, by: int) -> None:
        self.action_scroll_by(by * max(1, self._page.cells.height - 2))

    def action_leave(self) -> None:
        self.dismiss(0)

    def action_go(self) -> None:
        """To the chat itself, if I see it in the workspace."""
        self.dismiss(self.chat if self.chat in self._view.picture.chats else 0)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.action_scroll_by(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.action_scroll_by(-3)


class _Title(Bar):
    def __init__(self, view: View, chat: int, visitor: str) -> None:
        super().__init__(view)
        self._chat = chat
        self._visitor = visitor

    def parts(self, ink: Ink) -> list[Part]:
        name = self._visitor or tr("Visitor {chat}", chat=self._chat)
        here = self._chat in self.view.picture.chats
        hint = tr("Enter goes to the chat · Esc goes back") if here else tr("only to read · Esc goes back")
        title = cut(f" #{self._chat}  {name}  ", max(10, self.cells.width - width(hint) - 2))
        return [(title, ink.accent), (fit_right(hint, self.cells.width - width(title) - 1) + " ", ink.muted)]


class _Page(LineWidget):
    """The entries, laid out whole: they are a few hundred at most."""

    def __init__(self, view: View, n: int, visitor: str) -> None:
        super().__init__(view)
        self._n = n
        self._visitor = visitor
        self.messages: list[Message] = []
        self.top = 0
        self._lines: Lines = []
        self._starts: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        """The first line of each entry, and the one after its last, by its number."""
        self._words = tr("Fetching the chat…")
        self._revision = 0

    @property
    def below(self) -> int:
        """Lines beyond the last one in sight."""
        return max(0, len(self._lines) - self.top - self.cells.height)

    def tell(self, words: str) -> None:
        """In place of entries, while there are none."""
        self._words = words
        self._revision += 1
        self.repaint_changed()

    def clear(self) -> None:
        self.messages, self.top = [], 0
        self._lay_out()

    def add(self, messages: Sequence[Message]) -> None:
        """Entries that join at either end; what was in sight stays there."""
        first = not self.messages
        known = {message.n: message for message in (*self.messages, *messages)}
        anchor = self._at_top()
        self.messages = [known[n] for n in sorted(known)]
        self._words = "" if self.messages else tr("There is nothing to read.")
        self._lay_out()
        if first:
            self._show_found()
        else:
            self._stand_at(anchor)

    def _at_top(self) -> tuple[int, int]:
        """The entry of the first line in sight, and how many lines there are from that to its end. (From its end, because an entry
        loses its day and name when an older one comes before it.)"""
        after = [(end, n) for n, end in self._ends.items() if end > self.top]
        end, n = min(after, default=(self.top, 0))
        return n, end - self.top

    def _stand_at(self, anchor: tuple[int, int]) -> None:
        self.top = self._ends.get(anchor[0], 0) - anchor[1]
        self.scroll_by(0)

    def _show_found(self) -> None:
        """The message that was looked for stands in the upper third."""
        self.top = self._starts.get(self._n, 0) - self.cells.height // 3
        self.scroll_by(0)

    def scroll_by(self, by: int) -> None:
        self.top = max(0, min(self.top + by, len(self._lines) - self.cells.height))
        self.repaint_changed()

    def _lay_out(self) -> None:
        cells = self.cells.width - 1
        self._lines, self._starts, self._ends = [], {}, {}
        self._revision += 1
        before: Entry | None = None
        for message in self.messages:
            if message.kind is Kind.change:
                continue
            entry = self._entry(message)
            alone = entry
            if before is None or day_number(before.at) != day_number(entry.at):
                entry = replace(entry, day=day_of(entry.at, self.view.now()))
            elif _goes_on(before, entry):
                entry = replace(entry, name="")
            before = alone
            self._starts[message.n] = len(self._lines)
            inks = self.view.inks
            self._lines += draw(entry, cells, inks.chosen if message.n == self._n else inks.talk, self.view.now())
            self._ends[message.n] = len(self._lines)

    def _entry(self, message: Message) -> Entry:
        entry = entry_of(message, None, self.view.picture.me.login)
        if entry.visitor and self._visitor and not message.name:
            entry = replace(entry, name=self._visitor)
        return entry

    # ------------------------------------------------------------ drawing

    def line_keys(self) -> list[Hashable]:
        bar = self._bar()
        return [(self._revision, self.top + y, y in bar) for y in range(self.cells.height)]

    def _bar(self) -> range:
        return thumb(self.top, self.cells.height, len(self._lines), self.cells.height)

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.talk
        if not self.messages:
            return strip_of([("  " + self._words, ink.muted)] if y == 1 else [], self.cells.width, ink.text)
        index = self.top + y
        parts = self._lines[index] if index < len(self._lines) else []
        bar = self._bar()
        mark = (SCROLL_THUMB, ink.muted) if y in bar else (SCROLL_TRACK, ink.border) if bar else (" ", ink.text)
        body = strip_of(parts, self.cells.width - 1, parts[0][1] if parts else ink.text)
        return FinalStrip.join([body, strip_of([mark], 1, ink.text)])

    def repaint_all(self) -> None:
        self._lay_out()
        super().repaint_all()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        anchor = self._at_top()
        self._lay_out()
        self._stand_at(anchor)


def _goes_on(before: Entry, entry: Entry) -> bool:
    """Whether an entry goes on under the name of the one before."""
    if entry.kind is Kind.event:
        return False
    same = (before.kind, before.visitor, before.name) == (entry.kind, entry.visitor, entry.name)
    return same and entry.at - before.at < RUN_MS
