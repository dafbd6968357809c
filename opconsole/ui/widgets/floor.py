"""The supervisor's floor, by line: who waits and for how long, which chats are in whose hands, how each operator stands, the day's counters.

What is urgent is told by a sign as well as by a colour: `!!` everybody has let the chat go, `!` too late, `▴` soon.
"""

from collections.abc import Hashable, Sequence
from typing import ClassVar, Final

from opconsole.locale import clock, tr, trn
from opconsole.state.floor import Floor, Seat, floor
from opconsole.ui.cells import cut, fit, fit_right, width
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar, link_words
from opconsole.ui.widgets.chat_list import LATE_SOON_MS, RESCUED
from opconsole.ui.widgets.chat_rows import ChatRows
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.rows import Rows
from opconsole.ui.words import channel_mark, chat_name, last_words, left, operator_name, status_name, waited
from opconsole.wire.cards import ChatCard, Status

_SEAT_MARKS: Final = {Status.online: "●", Status.busy: "◐", Status.away: "◌", Status.offline: "○"}
_WORDS_CELLS: Final = 30
"""With less room than this a row has a name and no words."""


class FloorView:
    """The floor as of the last change, shared by the panes that draw it: it is put in order once a change, not once a pane."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.floor: Floor = floor(view.picture)
        self.only = ""
        """Login of the one operator whose chats are shown; empty: all."""

    def refresh(self) -> None:
        self.floor = floor(self.view.picture)

    @property
    def held(self) -> list[ChatCard]:
        held = self.floor.held
        return [card for card in held if card.owner == self.only] if self.only else held


class _FloorRows(ChatRows):
    ROW_LINES: ClassVar[int] = 1

    def __init__(self, floor_view: FloorView, *, id: str) -> None:
        super().__init__(floor_view.view, id=id)
        self.floor_view = floor_view

    def place(self, chat: int) -> int:
        return next((index for index, card in enumerate(self.all_cards()) if card.chat == chat), -1)

    def _line(
        self, first: list[Part], card: ChatCard, cells: int, ink: Ink, last: list[Part] | None = None
    ) -> list[Part]:
        """Columns, then the name, the last words as far as there is room, and marks at the end."""
        last = last or []
        room = cells - sum(width(text) for text, _ in (*first, *last)) - 1
        name = chat_name(card)
        if room - width(name) < _WORDS_CELLS // 3:
            return [*first, (fit(name, room) + " ", ink.strong), *last]
        taken = min(width(name), max(12, room // 2))
        return [
            *first,
            (fit(name, taken), ink.strong),
            (fit("  " + last_words(card), room - taken) + " ", ink.muted),
            *last,
        ]


class Waiting(_FloorRows):
    """The inbox as the supervisor sees it: how urgent, since when, where from, who, and the last words."""

    def all_cards(self) -> Sequence[ChatCard]:
        return self.floor_view.floor.waiting

    def title(self) -> tuple[str, str]:
        if counted := self.counted():
            return (tr("Waiting"), counted)
        count = len(self.cards())
        since = self.floor_view.floor.oldest_waiting_since
        right = tr("{n} · oldest {time}", n=count, time=waited(since, self.view.now())) if since else str(count)
        return (tr("Waiting"), right)

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
            waited(card.waiting_since, now),
            _urgency(card, now),
            card.chat == self.view.picture.shown,
        )

    def row_lines(self, index: int, chosen: bool, width: int) -> list[list[Part]]:
        card = self.cards()[index]
        ink = self.view.inks.row(chosen, self.has_focus)
        now = self.view.now()
        sign, style = {
            3: ("!!", ink.danger),
            2: ("! ", ink.danger),
            1: ("▴ ", ink.warning),
            0: ("  ", ink.muted),
        }[_urgency(card, now)]
        first: list[Part] = [
            _edge(card, self.view, ink),
            (sign, style),
            (fit_right(waited(card.waiting_since, now), 6) + " ", style if style is not ink.muted else ink.text),
            (fit(channel_mark(card.channel), 4), ink.muted),
        ]
        rescued = f"{RESCUED}{card.rescues} " if card.rescues else ""
        return [self._line(first, card, width, ink, [(rescued, ink.owes)] if rescued else None)]


class Held(_FloorRows):
    """Chats in hands, the one nearest its rescue first."""

    def all_cards(self) -> Sequence[ChatCard]:
        return self.floor_view.held

    def title(self) -> tuple[str, str]:
        only = self.floor_view.only
        count = self.counted() or str(len(self.cards()))
        if only:
            operators = self.view.picture.operators
            return (tr("In the hands of {name}", name=operator_name(operators.get(only), only)), count)
        return (tr("In hands"), count)

    def empty_words(self) -> str:
        if words := self.nothing_fits():
            return words
        return tr("No chats in hands.") if self.view.picture.synced else ""

    def row_key(self, index: int, chosen: bool) -> Hashable:
        card = self.cards()[index]
        return (card.chat, card.rev, self._due(card), card.chat == self.view.picture.shown, self.floor_view.only)

    def row_lines(self, index: int, chosen: bool, width: int) -> list[list[Part]]:
        card = self.cards()[index]
        ink = self.view.inks.row(chosen, self.has_focus)
        words, urgency = self._due(card)
        style = {2: ink.danger, 1: ink.owes, 0: ink.ok}[urgency]
        owner = "" if self.floor_view.only else fit(card.owner_name or card.owner, 10 if width < 60 else 16) + " "
        first: list[Part] = [_edge(card, self.view, ink), (fit_right(words, 7) + " ", style), (owner, ink.operator)]
        unread = f"●{card.unread} " if card.unread else ""
        return [self._line(first, card, width, ink, [(unread, ink.unread)] if unread else None)]

    def _due(self, card: ChatCard) -> tuple[str, int]:
        """The time left to the rescue, or since when a reply is owed without one; and how urgent it is, 0 to 2."""
        if not card.owes_since:
            return ("✓", 0)
        now = self.view.now()
        if not card.rescue_at:
            return (RESCUED + waited(card.owes_since, now), 1)
        soon = card.rescue_at - now <= self.view.picture.me.settings.warn_ms
        return (("!" if soon else RESCUED) + left(card.rescue_at, now), 2 if soon else 1)


class Seats(Rows):
    """The team: status, n of limit, the oldest reply owed, rescues today."""

    def __init__(self, floor_view: FloorView, *, id: str) -> None:
        super().__init__(floor_view.view, id=id)
        self.floor_view = floor_view

    def seats(self) -> Sequence[Seat]:
        return self.floor_view.floor.seats

    def count(self) -> int:
        return len(self.seats())

    def id_at(self, index: int) -> Hashable:
        return self.seats()[index].card.login

    def index_of(self, item: Hashable) -> int:
        return next((index for index, seat in enumerate(self.seats()) if seat.card.login == item), -1)

    def title(self) -> tuple[str, str]:
        working = sum(seat.working for seat in self.seats())
        return (tr("Team"), tr("{n} of {all} here", n=working, all=self.count()))

    def empty_words(self) -> str:
        return tr("Nobody is in the team.") if self.view.picture.synced else ""

    def row_key(self, index: int, chosen: bool) -> Hashable:
        seat = self.seats()[index]
        return (
            seat.card.login,
            seat.card.rev,
            waited(seat.oldest_owed, self.view.now()),
            self.floor_view.only == seat.card.login,
        )

    def row_lines(self, index: int, chosen: bool, width: int) -> list[list[Part]]:
        seat = self.seats()[index]
        card = seat.card
        ink = self.view.inks.row(chosen, self.has_focus)
        here = seat.working
        full = card.held >= card.limit
        mark = ink.ok if card.status is Status.online else ink.warning
        status = card.reason if here and card.status is Status.away and card.reason else status_name(card.status)
        if not here and card.status is not Status.offline:
            status = tr("not here")
        owed = waited(seat.oldest_owed, self.view.now())
        late = seat.oldest_owed and self.view.now() - seat.oldest_owed >= self.view.picture.me.settings.first_reply_ms
        last: list[Part] = [
            (fit_right(f"{card.held}/{card.limit}", 5), (ink.warning if full else ink.text) if here else ink.muted),
            (fit_right((("!" if late else "") + owed) if owed else "", 7), ink.danger if late else ink.owes),
            (fit_right(f"{RESCUED}{card.rescues_today}" if card.rescues_today else "", 4) + " ", ink.warning),
        ]
        first: list[Part] = [
            ("›" if self.floor_view.only == card.login else " ", ink.accent),
            ((_SEAT_MARKS[card.status] if here else "○") + " ", mark if here else ink.muted),
        ]
        room = width - 3 - 17
        status_room = min(12, room - 10) if room >= 18 else 0
        first.append((fit(operator_name(card), room - status_room), ink.operator if here else ink.muted))
        if status_room:
            first.append((fit(" " + status, status_room), ink.muted))
        return [[*first, *last]]


class DeskBar(Bar):
    """The first line: the link, the desk, the time, and that one only looks."""

    def parts(self, ink: Ink) -> list[Part]:
        picture = self.view.picture
        mark, words, calm = link_words(picture.link, self.view.clock())
        right = " ".join(word for word in (cut(picture.me.desk, 24), clock(self.view.now())) if word)
        link: list[Part] = [(f" {mark} ", ink.ok if calm else ink.danger), (words, ink.text if calm else ink.danger)]
        title: list[Part] = [("   " + tr("Monitor: you only look"), ink.accent)]
        if not calm and picture.link.why:
            title = [("   " + picture.link.why, ink.warning)]
        room = self.cells.width - sum(width(text) for text, _ in (*link, *title)) - 1
        return [*link, *title, (fit_right(right, room) + " " if room > width(right) else "", ink.muted)]


class CounterBar(Bar):
    """The second line: how the day goes. What has no room goes, the least important first."""

    def __init__(self, floor_view: FloorView, *, id: str) -> None:
        super().__init__(floor_view.view, id=id)
        self.floor_view = floor_view

    def parts(self, ink: Ink) -> list[Part]:
        floor_, now = self.floor_view.floor, self.view.now()
        desk = floor_.desk
        late = sum(card.answer_by <= now for card in floor_.waiting)
        alarms = trn("{n} chat that nobody keeps", "{n} chats that nobody keeps", floor_.alarms)
        blocks: list[list[Part]] = [
            [(f" {alarms} ", ink.on_danger)] if floor_.alarms else [],
            _counter(tr("waiting"), len(floor_.waiting), ink, ink.warning if floor_.waiting else ink.text),
            _counter(tr("late"), late, ink, ink.danger) if late else [],
            _counter(tr("in hands"), len(floor_.held), ink, ink.text),
            [(tr("owed for") + " ", ink.muted), (waited(floor_.oldest_owed_since, now), ink.owes)]
            if floor_.oldest_owed_since
            else [],
            _counter(tr("aside"), floor_.aside, ink, ink.text) if floor_.aside else [],
            _counter(tr("rescues"), desk.rescues_today, ink, ink.warning if desk.rescues_today else ink.text),
            _counter(tr("abandoned"), desk.abandoned_today, ink, ink.warning if desk.abandoned_today else ink.text),
            _counter(tr("opened"), desk.opened_today, ink, ink.text),
            _counter(tr("taken"), desk.taken_today, ink, ink.text),
            _counter(tr("closed"), desk.closed_today, ink, ink.text),
        ]
        parts: list[Part] = []
        room = self.cells.width
        for block in blocks:
            size = sum(width(text) for text, _ in block) + 3
            if block and size <= room:
                parts += [("   " if parts else " ", ink.text), *block]
                room -= size
        return parts


def _counter(words: str, number: int, ink: Ink, style: object) -> list[Part]:
    return [(words + " ", ink.muted), (str(number), style)]  # type: ignore[list-item]


def _edge(card: ChatCard, view: View, ink: Ink) -> Part:
    """Which chat is being read."""
    return ("▌" if card.chat == view.picture.shown else " ", ink.accent)


def _urgency(card: ChatCard, now: int) -> int:
    """0: there is time; 1: soon; 2: too late; 3: everybody has let it go."""
    if card.alarm:
        return 3
    late = card.answer_by - now
    return 2 if late <= 0 else 1 if late <= LATE_SOON_MS else 0
