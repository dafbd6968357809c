"""The inbox and my chats: two lines a chat. Order and numbers come from the store; here is only how a chat looks in a list."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import ClassVar, Final

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType

from opconsole.locale import clock, date, day_number, tr
from opconsole.state import selectors
from opconsole.state.order import NUMBERS
from opconsole.ui.actions import both_layouts
from opconsole.ui.cells import cut, fit, fit_right, width
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.chat_rows import ChatRows
from opconsole.ui.widgets.line import Part
from opconsole.ui.words import ASIDE, FLAG, channel_mark, chat_name, last_words, left, waited
from opconsole.wire.cards import ChatCard, Place, Priority

RESCUED: Final = "↩"
MARKED: Final = "*"
_RIGHT: Final = 3
"""The right button of a mouse."""
LATE_SOON_MS: Final = 15_000
"""In the inbox, less than this before its `answer_by` a chat's time is in the warning colour."""


class DeskRows(ChatRows):
    """The lists of the workspace, where chats can be marked, and what is under the cursor acted on."""

    FOCUS_ON_CLICK = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(both_layouts("m", "space"), "run('mark_chat')", show=False),
        Binding("asterisk", "run('mark_invert')", show=False),
        Binding("shift+up", "mark_on(-1)", show=False),
        Binding("shift+down", "mark_on(1)", show=False),
        Binding(both_layouts("z"), "run('undo')", show=False),
        Binding("tab", "next_pane(1)", show=False),
        Binding("shift+tab", "next_pane(-1)", show=False),
        Binding(both_layouts("s"), "run('snooze')", show=False),
    ]

    def __init__(self, view: View, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self.run: Callable[[str], None] = lambda action: None
        """Carries out an action, by its id, at once: the next key may be here already."""
        self.to_next_pane: Callable[[int], None] = lambda by: None
        """Goes to the next pane (1) or the one before (-1), at once."""
        self.set_marks: Callable[[Iterable[int], bool], None] = lambda chats, on: None
        """Marks these chats, or takes their marks away."""

    def action_run(self, action: str) -> None:
        self.run(action)

    def action_mark_on(self, by: int) -> None:
        """Mark the chat under the cursor and the one that it goes to."""
        before = self.chat
        self.move_to(self.cursor + by)
        if before:
            self.set_marks((before, self.chat), True)

    def action_next_pane(self, by: int) -> None:
        self.to_next_pane(by)

    def on_click(self, event: events.Click) -> None:
        """With Ctrl, or with the right button, a click marks the chat, or takes its mark away."""
        index = self.top + (event.y - self.title_lines) // self.ROW_LINES
        in_rows = event.y >= self.title_lines and index < self.count()
        if not in_rows or not (event.ctrl or event.button == _RIGHT):
            return
        event.prevent_default()
        chat = self.cards()[index].chat
        self.screen.set_focus(self)  # what is done to marked chats is done from here
        self.move_to(index)
        self.set_marks((chat,), chat not in self.view.picture.marks.marked)

    def marks(self, card: ChatCard) -> Hashable:
        """All of my own marks on a chat that are drawn."""
        marks = self.view.picture.marks
        return (card.chat in marks.flagged, card.chat in marks.marked)

    def name_parts(self, card: ChatCard, room: int, ink: Ink) -> list[Part]:
        """The visitor's name, after the sign of a marked chat."""
        marked = card.chat in self.view.picture.marks.marked
        return [(MARKED + " ", ink.accent), *_name(card, room - 2, ink)] if marked else _name(card, room, ink)

    def count_words(self, words: str) -> str:
        """At the right of the title: how many are marked here, before the rest."""
        marked = self.view.picture.marks.marked
        count = sum(card.chat in marked for card in self.cards()) if marked else 0
        return f"{MARKED}{count} · {words}" if count else words


class Inbox(DeskRows):
    """The chats that wait, earliest deadline first: who, since when, how much time is left, and the last words."""

    def all_cards(self) -> Sequence[ChatCard]:
        return selectors.inbox(self.view.picture)

    def place(self, chat: int) -> int:
        return selectors.inbox_index(self.view.picture, chat)

    def follow(self) -> None:
        super().follow()
        self.view.hidden = self.hidden

    def title(self) -> tuple[str, str]:
        if counted := self.counted():
            return (tr("Inbox"), self.count_words(counted))
        oldest = self.view.picture.inbox.oldest()
        if oldest is None:
            return (tr("Inbox"), "0")
        since = waited(oldest.waiting_since, self.view.now())
        return (tr("Inbox"), self.count_words(tr("{n} · oldest {time}", n=len(self.cards()), time=since)))

    def empty_words(self) -> str:
        if words := self.nothing_fits():
            return words
        return tr("Nobody waits.") if self.view.picture.synced else ""

    def row_key(self, index: int, chosen: bool) -> Hashable:
        card = self.cards()[index]
        now = self.view.now()
        return (
            card.chat,
            card.rev,
            card.chat == self.view.picture.shown,
            waited(card.waiting_since, now),
            left(card.answer_by, now),
            self.marks(card),
        )

    def row_lines(self, index: int, chosen: bool, width: int) -> list[list[Part]]:
        card = self.cards()[index]
        ink = self.view.inks.row(chosen, self.has_focus)
        now = self.view.now()
        late = card.answer_by - now
        urgency = ink.danger if late <= 0 else ink.warning if late <= LATE_SOON_MS else ink.muted
        first = [
            _edge(chosen, ink),
            *self.name_parts(card, width - 13, ink),
            (fit_right(channel_mark(card.channel), 5) + " ", ink.muted),
            (fit_right(waited(card.waiting_since, now), 6), ink.text),
        ]
        marks: list[Part] = [(FLAG + " ", ink.warning)] if selectors.flagged(self.view.picture, card.chat) else []
        if card.alarm:
            marks.append(("!! ", ink.danger))
        if card.rescues:
            marks.append((f"{RESCUED}{card.rescues if card.rescues > 1 else ''} ", ink.owes))
        if card.priority in (Priority.high, Priority.urgent):
            marks.append((("▲▲ " if card.priority is Priority.urgent else "▲ "), ink.warning))
        return [first, _second(marks, last_words(card), ink, (left(card.answer_by, now), urgency), width)]


class MyChats(DeskRows):
    """The chats that I hold, by their numbers: what is unread, what I owe, and when it will be rescued."""

    def all_cards(self) -> Sequence[ChatCard]:
        chats = self.view.picture.chats
        return [chats[chat] for chat in self.view.picture.mine.chats() if chat in chats]

    def place(self, chat: int) -> int:
        numbers = self.view.picture.mine.chats()
        return numbers.index(chat) if chat in numbers else -1

    def title(self) -> tuple[str, str]:
        if counted := self.counted():
            return (tr("My chats"), self.count_words(counted))
        load = selectors.my_load(self.view.picture)
        return (tr("My chats"), self.count_words(f"{load.held}/{load.limit}" if load.limit else str(load.held)))

    def empty_words(self) -> str:
        if words := self.nothing_fits():
            return words
        return tr("None yet: take one from the inbox.") if self.view.picture.synced else ""

    def row_key(self, index: int, chosen: bool) -> Hashable:
        card = self.cards()[index]
        picture = self.view.picture
        return (
            card.chat,
            card.rev,
            card.chat == picture.shown,
            selectors.unread(picture, card),
            self._peeked(card),
            due(card, self.view),
            aside(card, self.view) if card.place is Place.snoozed else "",
            left(card.close_at, self.view.now()),
            picture.mine.number(card.chat),
            self.marks(card),
        )

    def row_lines(self, index: int, chosen: bool, width: int) -> list[list[Part]]:
        card = self.cards()[index]
        picture = self.view.picture
        ink = self.view.inks.row(chosen, self.has_focus)
        number = picture.mine.number(card.chat)
        unread = selectors.unread(picture, card)
        words, style = due_part(card, self.view, ink)
        shown = card.chat == picture.shown
        first: list[Part] = [
            ("▌" if shown else " ", ink.accent),
            (f"{number} " if 0 < number <= NUMBERS else "· ", ink.accent),
            *self.name_parts(card, width - 4 - 12, ink),
            (fit_right(words, 12) + " ", style),
        ]
        marks: list[Part] = [(f"●{unread} ", ink.unread)] if unread else []
        if selectors.flagged(picture, card.chat):
            marks.append((FLAG + " ", ink.warning))
        if self._peeked(card):
            last: Part = (tr("typing…"), ink.peek)
        elif not card.online:
            last = (
                tr("left {time}", time=left(card.close_at, self.view.now())) if card.close_at else tr("not here"),
                ink.muted,
            )
        else:
            last = (clock(card.last_at), ink.muted)
        return [first, _second(marks, last_words(card), ink, last, width, indent=3)]

    def _peeked(self, card: ChatCard) -> bool:
        return bool(selectors.peek(self.view.picture, card.chat))


def due(card: ChatCard, view: View) -> str:
    """What I owe in a chat of mine, in words: the time left to its rescue, `reply` without a deadline, or nothing."""
    if not card.owes_since:
        return ""
    return tr("reply {time}", time=left(card.rescue_at, view.now())) if card.rescue_at else tr("reply")


def aside(card: ChatCard, view: View) -> str:
    """Of a chat that is put aside: the mark, and when it is back. Today a clock, else a day."""
    now = view.now()
    today = day_number(card.snoozed_until) == day_number(now)
    return f"{ASIDE} {clock(card.snoozed_until) if today else date(card.snoozed_until, now)}"


def due_part(card: ChatCard, view: View, ink: Ink) -> tuple[str, Style]:
    if card.place is Place.snoozed:
        return (aside(card, view), ink.muted)
    words = due(card, view)
    if not words:
        return ("✓", ink.ok)
    soon = card.rescue_at and card.rescue_at - view.now() <= view.picture.me.settings.warn_ms
    return ("!" + words, ink.danger) if soon else (words, ink.owes)


def _edge(chosen: bool, ink: Ink) -> Part:
    return ("›" if chosen else " ", ink.accent)


def _name(card: ChatCard, room: int, ink: Ink) -> list[Part]:
    return [(fit(chat_name(card), max(4, room)), ink.strong)]


def _second(marks: list[Part], words: str, ink: Ink, last: Part, cells: int, indent: int = 1) -> list[Part]:
    taken = sum(width(text) for text, _ in marks)
    end = cut(last[0], cells // 2)
    room = max(0, cells - indent - taken - width(end) - 2)
    return [
        (" " * indent, ink.text),
        *marks,
        (fit(words, room), ink.muted),
        (" ", ink.text),
        (end, last[1]),
        (" ", ink.text),
    ]
