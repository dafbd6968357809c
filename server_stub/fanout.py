"""What a batch of decisions looks like to each session: rendered once, encoded once, sent only after the commit.

The state's `touched` says what has changed, `desk.audience` who may see it, the roster which sessions those are. Cards are
made of the state as the batch left it, so a chat that changed ten times in a batch is one card. Nothing is decided here, and
nothing is sent: the result is a list of sessions with their bytes.
"""

from collections.abc import Sequence

from msgspec import Struct

from opconsole.wire.cards import Place
from opconsole.wire.codec import encode
from opconsole.wire.staff import Gone, TemplateGone, TemplateUsed
from server_stub.desk import cards
from server_stub.desk.audience import NOBODY, Audience, audience_of, may_read
from server_stub.desk.events import ChatOpened, Record, TemplateDropped
from server_stub.desk.model import Moved, State, Touched
from server_stub.desk.transcript import message_of, visitor_message_of
from server_stub.edge import bounds
from server_stub.edge.sessions import Session, StaffSession, VisitorSession
from server_stub.roster import Group, Roster

Outgoing = list[tuple[Session, bytes]]


class Given(Struct, frozen=True):
    """A chat has come to a session that did not follow it before: it needs the transcript up to entry `last`."""

    session: StaffSession
    chat: int
    last: int


class Rendered(Struct, frozen=True):
    """A batch as its sessions see it, and what must be read from the journal besides."""

    outgoing: Outgoing
    given: list[Given]
    strangers: list[VisitorSession]
    """Visitors' sessions that are shown another chat than before: they need a sync."""


class Fanout:
    """Renders batches. What all the team sees, and the places in the queue, may wait a little for more (`edge.bounds`)."""

    def __init__(self, state: State, roster: Roster) -> None:
        self._state = state
        self._roster = roster
        self._busy: list[Session] = []
        """Sessions with frames of their own in this batch."""
        self._goings: dict[Session, list[bytes]] = {}
        """The `gone` frames of this batch. They leave before all others: with its last chat a client forgets the visitor,
        whose card may come again with another chat."""
        self._strangers: list[VisitorSession] = []
        self._operators: set[str] = set()
        self._used: set[str] = set()
        """Templates whose count of uses is to be told."""
        self._desk = False
        self._floor_at = 0
        self._told: dict[int, int] = {}
        """Of waiting chats: the place in the queue as their visitors were told it last."""
        self._places_at = 0
        self._places_due = False

    def due_at(self) -> int:
        """When `render` should be called though nothing happens, ms; 0: no need."""
        due = self._floor_at + bounds.FLOOR_GAP_MS if self._operators or self._used or self._desk else 0
        if self._places_due:
            places = self._places_at + bounds.POSITIONS_GAP_MS
            return min(due, places) if due else places
        return due

    def visitor_joins(self, visitor: str) -> None:
        """One of a visitor's sessions was told the place in the queue alone: tell it to all of them next time."""
        chat = cards.current_chat(self._state, visitor)
        if chat is not None and chat.place is Place.inbox:
            self._told.pop(chat.chat, None)
            self._places_due = True

    def render(
        self,
        records: Sequence[Record],
        touched: Touched,
        replies: Sequence[tuple[Session, bytes]],
        now: int,
        *,
        flush: bool = False,
    ) -> Rendered:
        """The frames of a batch by session. `flush`: also what could wait."""
        given: list[Given] = []
        if touched.chats:
            self._chats(records, touched, given)
        if touched.visitors:
            self._visitors(touched)
        if records:
            self._messages(records, given)
        if touched.templates:
            self._templates(records, touched)
        for chat_id in sorted(touched.erased):
            self._roster.team.frames.append(encode(Gone(chat=chat_id, rev=self._state.head, why="erased")))
        self._floor(touched, now, flush)
        if self._places_due and (flush or now - self._places_at >= bounds.POSITIONS_GAP_MS):
            self._places(now)
        for session, frame in replies:
            self._add(session, frame)
        strangers, self._strangers = self._strangers, []
        return Rendered(self._collect(), given, strangers)

    # ------------------------------------------------------------ chats

    def _chats(self, records: Sequence[Record], touched: Touched, given: list[Given]) -> None:
        state, roster, moved = self._state, self._roster, touched.moved
        visitors: dict[str, None] = {}
        for chat_id in touched.chats:
            chat = state.chats.get(chat_id)
            move = moved.get(chat_id)
            if chat is None or move is not None:
                self._moved(chat_id, move, touched, given)
            elif chat.place is Place.inbox:
                self._places_due = True
                self._show(audience_of(chat), encode(cards.chat_card(state, chat_id)))
            elif chat.place is not Place.closed:
                self._show_owner(chat.owner, encode(cards.chat_card(state, chat_id)))
            if chat is not None and chat.visitor in roster.visitors:
                visitors[chat.visitor] = None
        for visitor_id in visitors:
            self._tell_visitor(visitor_id, records)

    def _moved(self, chat_id: int, move: Moved | None, touched: Touched, given: list[Given]) -> None:
        """The chat is in another place than when the batch began, or is forgotten."""
        state = self._state
        chat = state.chats.get(chat_id)
        after = NOBODY if chat is None else audience_of(chat)
        before = NOBODY if move is None else audience_of(move)
        if after.department or before.department:
            self._places_due = True
        card = b"" if after == NOBODY else encode(cards.chat_card(state, chat_id))
        if before == after:
            if card:
                self._show(after, card)
            return
        visitor = b""
        if card and chat is not None and chat.visitor not in touched.visitors:
            visitor = encode(cards.visitor_card(state, chat.visitor))
        self._change_audience(chat_id, before, after, card, visitor, move)
        if after.owner and after.owner != before.owner:
            self._give(chat_id, after.owner, given, seen=before != NOBODY)

    def _show(self, whom: Audience, frame: bytes) -> None:
        """One frame to everyone of an audience."""
        if whom.department:
            roster = self._roster
            if roster.overseers.sessions:
                roster.overseers.frames.append(frame)
            group = roster.departments.get(whom.department)
            if group is not None and group.sessions:
                group.frames.append(frame)
        elif whom.owner:
            self._show_owner(whom.owner, frame)

    def _show_owner(self, owner: str, frame: bytes) -> None:
        """One frame to the sessions of a chat's owner, and to those who see everything."""
        roster = self._roster
        if roster.overseers.sessions:
            roster.overseers.frames.append(frame)
        for session in roster.logins.get(owner, ()):
            if not session.overseer:
                parts = session.parts
                if not parts:
                    self._busy.append(session)
                parts.append(frame)

    def _change_audience(
        self, chat_id: int, before: Audience, after: Audience, card: bytes, visitor: bytes, move: Moved | None
    ) -> None:
        """The chat's audience has changed: some see it no more, some for the first time, and its visitor with it.

        `visitor`: that card, unless all the audience gets it anyway."""
        state, roster = self._state, self._roster
        chat = state.chats.get(chat_id)
        gone = encode(
            Gone(
                chat=chat_id,
                rev=chat.rev if chat is not None else state.head,
                why=move.why if move is not None else "closed",
                by=move.by if move is not None else "",
            )
        )
        if card:
            self._show(after, card)
            if visitor:
                self._show(after, visitor)
        elif roster.overseers.sessions:
            roster.overseers.frames.append(gone)
        seeing = roster.narrow(after)
        for session in roster.narrow(before):
            if session not in seeing:
                self._goings.setdefault(session, []).append(gone)
                if session.watching == chat_id:
                    roster.watch(session, 0)
        for session in [*roster.watchers.get(chat_id, ())]:
            # With the chat its watch is gone too; who could read it without seeing it still may not be able to.
            if after == NOBODY or not may_read(state, session.actor, chat_id):
                roster.watch(session, 0)

    def _give(self, chat_id: int, owner: str, given: list[Given], *, seen: bool) -> None:
        """The chat comes to an owner. Who watched it has its transcript, unless it was gone from sight (not `seen`)."""
        last = self._state.chats[chat_id].last
        sessions = self._roster.logins.get(owner, ())
        given += [Given(each, chat_id, last) for each in sessions if not seen or each.watching != chat_id]

    # ------------------------------------------------------------ visitors

    def _visitors(self, touched: Touched) -> None:
        """Visitors' cards, to those who see one of their open chats."""
        state = self._state
        for visitor_id in sorted(touched.visitors):
            visitor = state.visitors.get(visitor_id)
            if visitor is None or not visitor.open:
                continue
            frame = encode(cards.visitor_card(state, visitor_id))
            if len(visitor.open) == 1:
                self._show(audience_of(state.chats[visitor.open[0]]), frame)
                continue
            audiences = dict.fromkeys(audience_of(state.chats[chat]) for chat in visitor.open)
            sessions = dict.fromkeys(session for whom in audiences for session in self._roster.narrow(whom))
            for session in (*sessions, *self._roster.overseers.sessions):
                self._add(session, frame)

    def _tell_visitor(self, visitor: str, records: Sequence[Record] = ()) -> None:
        """The visitor's own picture of their chat. If it is another chat than before, and no new one, they must be synced."""
        chat = cards.visitor_chat(self._state, visitor)
        number = chat.chat
        if chat.position:
            self._told[number] = chat.position
        frame = encode(chat)
        for session in self._roster.visitors.get(visitor, ()):
            self._add(session, frame)
            if session.chat != number:
                session.chat = number
                if not any(type(each.event) is ChatOpened and each.event.chat == number for each in records):
                    self._strangers.append(session)

    def _places(self, now: int) -> None:
        """Tell waiting visitors their places in the queue, where these have changed."""
        state, roster, before = self._state, self._roster, self._told
        self._places_at = now
        self._places_due = False
        self._told = told = {}
        for inbox in state.inbox.values():
            for place, (_, chat_id) in enumerate(inbox, 1):
                visitor = state.chats[chat_id].visitor
                if visitor in roster.visitors:
                    if before.get(chat_id) != place:
                        self._tell_visitor(visitor)
                    told[chat_id] = place

    # ------------------------------------------------------------ messages

    def _messages(self, records: Sequence[Record], given: list[Given]) -> None:
        """Entries of transcripts, to the owner, to who watches, and (what is public) to the visitor."""
        roster, chats, busy = self._roster, self._state.chats, self._busy
        skip = {(each.session, each.chat) for each in given}
        for record in records:
            message = message_of(record)
            if message is None:
                continue
            chat = chats.get(message.chat)
            if chat is None:
                continue
            owner = "" if chat.place is Place.closed else chat.owner
            readers = roster.readers(owner, message.chat)
            if readers:
                frame = encode(message)
                for session in readers:
                    if not skip or (session, message.chat) not in skip:
                        if not session.parts:
                            busy.append(session)
                        session.parts.append(frame)
            if message.p and (tabs := roster.visitors.get(chat.visitor)) is not None:
                frame = encode(visitor_message_of(message))
                for tab in tabs:
                    if tab.chat == message.chat:
                        if not tab.parts:
                            busy.append(tab)
                        tab.parts.append(frame)

    # ------------------------------------------------------------ what all the team sees

    def _templates(self, records: Sequence[Record], touched: Touched) -> None:
        dropped = {each.event.template: each.seq for each in records if type(each.event) is TemplateDropped}
        for template, scope in touched.templates.items():
            card = cards.template_card(self._state, template)
            if template in touched.rescoped or (card is not None and template in dropped):
                # Moved to others, or dropped and made anew in one batch: who had it must let it go first.
                rev = dropped.get(template, card.rev if card is not None else self._state.head)
                self._roster.team.frames.append(encode(TemplateGone(template=template, rev=rev)))
            self._to_scope(scope, encode(card or TemplateGone(template=template, rev=self._state.head)))

    def _to_scope(self, scope: str, frame: bytes) -> None:
        """One frame to those who see the templates of a scope (`model.scope_key`)."""
        roster = self._roster
        if not scope:
            if roster.team.sessions:
                roster.team.frames.append(frame)
        elif scope.startswith(" "):
            self._show(Audience(department=scope[1:]), frame)
        else:
            for session in roster.logins.get(scope, ()):
                self._add(session, frame)

    def _floor(self, touched: Touched, now: int, flush: bool) -> None:
        """Operators' cards, the desk's and the uses of templates: at once if none were sent of late, otherwise together a little later."""
        if touched.operators:
            self._operators |= touched.operators
        if touched.used:
            self._used |= touched.used
        if touched.desk:
            self._desk = True
        if not (self._operators or self._used or self._desk) or not (
            flush or now - self._floor_at >= bounds.FLOOR_GAP_MS
        ):
            return
        self._floor_at = now
        state, team = self._state, self._roster.team
        if team.sessions:
            for login in sorted(self._operators):
                if login in state.operators:
                    team.frames.append(encode(cards.operator_card(state, login)))
            if self._desk:
                team.frames.append(encode(cards.desk_card(state)))
        for name in sorted(self._used):
            if (template := state.templates.get(name)) is not None:
                self._to_scope(template.scope, encode(TemplateUsed(template=name, used=template.used)))
        self._operators.clear()
        self._used.clear()
        self._desk = False

    # ------------------------------------------------------------ putting together

    def _add(self, session: Session, frame: bytes) -> None:
        parts = session.parts
        if not parts:
            self._busy.append(session)
        parts.append(frame)

    def _collect(self) -> Outgoing:
        """Join what each session gets: what is gone, what its groups get (joined once, the bytes are shared), its own."""
        firsts, self._goings = self._goings, {}
        for group in self._roster.groups():
            if group.frames:
                _share(group, firsts)
        out: Outgoing = []
        for session in self._busy:
            parts = session.parts
            session.parts = []
            if firsts and (before := firsts.pop(session, None)) is not None:
                parts = before + parts
            out.append((session, _joined(parts)))
        self._busy = []
        out.extend((session, _joined(parts)) for session, parts in firsts.items())
        return out


def _share(group: Group, firsts: dict[Session, list[bytes]]) -> None:
    blob = _joined(group.frames)
    group.frames = []
    for session in group.sessions:
        firsts.setdefault(session, []).append(blob)


def _joined(parts: Sequence[bytes]) -> bytes:
    return parts[0] if len(parts) == 1 else b"\n".join(parts)
