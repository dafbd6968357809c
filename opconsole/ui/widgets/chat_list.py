"""The inbox and my chats: two lines a chat. Order and numbers come from the store; here is only how a chat looks in a list."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from rich.style import Style
from textual import events
from textual.strip import Strip

from opconsole.locale import clock, tr, trn
from opconsole.state import selectors
from opconsole.state.line_edit import LineEdit
from opconsole.state.order import NUMBERS
from opconsole.terminal.layouts import readings
from opconsole.ui.cells import cut, fit, fit_right, width
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.entry import typed_parts
from opconsole.ui.widgets.line import Part, strip_of
from opconsole.ui.widgets.rows import Rows
from opconsole.ui.words import channel_mark, chat_name, last_words, left, waited
from opconsole.wire.cards import ChatCard, Priority

if TYPE_CHECKING:
    from opconsole.state.chat_filter import Fault
    from opconsole.state.filtered import Filtered

RESCUED: Final = "↩"
LATE_SOON_MS: Final = 15_000
"""In the inbox, less than this before its `answer_by` a chat's time is in the warning colour."""


class ChatRows(Rows):
    """Rows that are chats, by number of chat. A filter may hide some; then a second title line shows it."""

    ROW_LINES: ClassVar[int] = 2

    def __init__(self, view: View, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self.filtered: Filtered | None = None
        """What the filter lets through; None: there is none. (Its modules are imported with the first filter.)"""
        self.typed: LineEdit | None = None
        """The filter while it is being typed."""

    def all_cards(self) -> Sequence[ChatCard]:
        raise NotImplementedError

    def place(self, chat: int) -> int:
        """Of all the list's chats, the place of this one; -1: it isn't there."""
        raise NotImplementedError

    def cards(self) -> Sequence[ChatCard]:
        """What is shown."""
        return self.filtered.cards if self.filtered is not None and self.filtered.filter else self.all_cards()

    def index_of(self, item: Hashable) -> int:
        if not isinstance(item, int):
            return -1
        return self.filtered.index(item) if self.filtered is not None and self.filtered.filter else self.place(item)

    # ------------------------------------------------------------ the filter

    @property
    def filter_text(self) -> str:
        """As typed; empty: no filter."""
        return self.filtered.filter.text if self.filtered is not None else ""

    @property
    def faults(self) -> "tuple[Fault, ...]":
        """What of the filter was not understood."""
        return self.filtered.filter.faults if self.filtered is not None else ()

    @property
    def hidden(self) -> int:
        return self.filtered.hidden if self.filtered is not None and self.filtered.filter else 0

    def use_filter(self, text: str) -> None:
        """Show only what fits it; empty: everything."""
        if text.strip():
            from opconsole.state.chat_filter import parse
            from opconsole.state.filtered import Filtered

            self.filtered = self.filtered or Filtered()
            self.filtered.use(parse(text, readings))
        else:
            self.filtered = None
        self.follow()

    def follow(self) -> None:
        if self.filtered is not None and self.filtered.filter:
            picture, view = self.view.picture, self.view
            warn_ms = picture.me.settings.warn_ms
            self.filtered.look(self.all_cards(), lambda card: selectors.unread(picture, card), view.now(), warn_ms)
        super().follow()

    def tick(self) -> None:
        """A second has passed: with a filter other chats may fit it now."""
        if self.filtered is not None:
            self.follow()
        else:
            self.repaint_changed()

    def repaint_all(self) -> None:
        if self.filtered is not None:  # its faults are sentences of a language
            self.use_filter(self.filter_text)
        super().repaint_all()

    def on_paste(self, event: events.Paste) -> None:
        if self.typed is not None:
            event.stop()
            self.typed.insert(event.text)
            self.use_filter(self.typed.text)

    def counted(self) -> str:
        """`3 of 12`, and how many of the hidden ones are pressing; empty: nothing is hidden by a filter."""
        filtered = self.filtered
        if filtered is None or not filtered.filter:
            return ""
        words = tr("{n} of {total}", n=len(filtered.cards), total=filtered.total)
        if pressing := filtered.pressing_hidden:
            words = trn("! {n} urgent hidden", "! {n} urgent hidden", pressing) + " · " + words
        return words

    def nothing_fits(self) -> str:
        """What an empty list says when the filter alone makes it empty; empty: it is none."""
        return tr("Nothing fits the filter.") if self.hidden else ""

    @property
    def title_lines(self) -> int:
        return 2 if self.typed is not None or self.filtered is not None else 1

    def title_more(self) -> Hashable:
        typed = self.typed
        return (self.filter_text, typed and (typed.text, typed.cursor), len(self.faults))

    def draw_title(self, y: int, width: int) -> Strip:
        if y == 0:
            return super().draw_title(y, width)
        ink = self.view.inks.bar
        mark = (" ? ", ink.warning) if self.faults else (" / ", ink.accent)
        if self.typed is not None:
            text = typed_parts(self.typed, width - 4, ink.strong, ink.on_accent)
        else:
            text = [(cut(self.filter_text, width - 4), ink.warning)]
        return strip_of([mark, *text], width, ink.text)

    # ------------------------------------------------------------ rows

    def count(self) -> int:
        return len(self.cards())

    def id_at(self, index: int) -> Hashable:
        return self.cards()[index].chat

    @property
    def chat(self) -> int:
        """The chat under the cursor; 0: none."""
        item = self.item
        return item if isinstance(item, int) else 0


class Inbox(ChatRows):
    """The chats that wait, earliest deadline first: who, since when, how much time is left, and the last words."""

    FOCUS_ON_CLICK = False

    def all_cards(self) -> Sequence[ChatCard]:
        return selectors.inbox(self.view.picture)

    def place(self, chat: int) -> int:
        return selectors.inbox_index(self.view.picture, chat)

    def follow(self) -> None:
        super().follow()
        self.view.hidden = self.hidden

    def title(self) -> tuple[str, str]:
        if counted := self.counted():
            return (tr("Inbox"), counted)
        cards = self.cards()
        if not cards:
            return (tr("Inbox"), "0")
        now = self.view.now()
        return (
            tr("Inbox"),
            tr("{n} · oldest {time}", n=len(cards), time=waited(min(c.waiting_since for c in cards), now)),
        )

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
        )

    def row_lines(self, index: int, chosen: bool, width: int) -> list[list[Part]]:
        card = self.cards()[index]
        ink = self.view.inks.row(chosen, self.has_focus)
        now = self.view.now()
        late = card.answer_by - now
        urgency = ink.danger if late <= 0 else ink.warning if late <= LATE_SOON_MS else ink.muted
        first = [
            _edge(chosen, ink),
            *_name(card, width - 13, ink),
            (fit_right(channel_mark(card.channel), 5) + " ", ink.muted),
            (fit_right(waited(card.waiting_since, now), 6), ink.text),
        ]
        marks: list[Part] = []
        if card.alarm:
            marks.append(("!! ", ink.danger))
        if card.rescues:
            marks.append((f"{RESCUED}{card.rescues if card.rescues > 1 else ''} ", ink.owes))
        if card.priority in (Priority.high, Priority.urgent):
            marks.append((("▲▲ " if card.priority is Priority.urgent else "▲ "), ink.warning))
        return [first, _second(marks, last_words(card), ink, (left(card.answer_by, now), urgency), width)]


class MyChats(ChatRows):
    """The chats that I hold, by their numbers: what is unread, what I owe, and when it will be rescued."""

    FOCUS_ON_CLICK = False

    def all_cards(self) -> Sequence[ChatCard]:
        chats = self.view.picture.chats
        return [chats[chat] for chat in self.view.picture.mine.chats() if chat in chats]

    def place(self, chat: int) -> int:
        numbers = self.view.picture.mine.chats()
        return numbers.index(chat) if chat in numbers else -1

    def title(self) -> tuple[str, str]:
        if counted := self.counted():
            return (tr("My chats"), counted)
        load = selectors.my_load(self.view.picture)
        return (tr("My chats"), f"{load.held}/{load.limit}" if load.limit else str(load.held))

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
            left(card.close_at, self.view.now()),
            picture.mine.number(card.chat),
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
            *_name(card, width - 4 - 12, ink),
            (fit_right(words, 12) + " ", style),
        ]
        marks: list[Part] = [(f"●{unread} ", ink.unread)] if unread else []
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


def due_part(card: ChatCard, view: View, ink: Ink) -> tuple[str, Style]:
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
