"""What is told while it happens and stored nowhere: what a visitor is typing (a *peek*), and that an operator types.

Each method gives the frames that go out with the open batch. A visitor's peek is told at most once in `PEEK_GAP_MS`; what comes
sooner waits, and of what waits only the newest is told.
"""

import itertools
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

from opconsole.wire import staff, visitor
from opconsole.wire.cards import Place
from opconsole.wire.codec import encode
from opconsole.wire.staff import Peek, TypingBy
from opconsole.wire.visitor import OperatorTyping
from server_stub.desk import cards
from server_stub.desk.model import State
from server_stub.edge import bounds
from server_stub.edge.sessions import Session, StaffSession, VisitorSession
from server_stub.roster import Roster

Frames = list[tuple[Session, bytes]]


class Whispers:
    def __init__(self, state: State, roster: Roster) -> None:
        self._state = state
        self._roster = roster
        self._waiting: dict[VisitorSession, None] = {}
        """Visitors' sessions with a peek that waits to be told."""
        self._dues: list[tuple[int, int, VisitorSession]] = []
        """When they may be told, as a heap: all visitors may be typing at once. Who is not in `_waiting` any more is passed over."""
        self._numbers = itertools.count()

    # ------------------------------------------------------------ operators

    def is_news(self, session: StaffSession, typing: staff.Typing, now: int) -> bool:
        """Whether it must be looked at: that somebody goes on typing in a chat counts only once in a while."""
        if typing.on and 0 <= now - session.typing_at < bounds.TYPING_GAP_MS and session.typing_in == typing.chat:
            return False
        session.typing_at, session.typing_in = (now, typing.chat) if typing.on else (0, 0)
        return True

    def operator_types(self, session: StaffSession, typing: staff.Typing) -> Frames:
        """The visitor and who watches see it."""
        chat = self._state.chats.get(typing.chat)
        if chat is None or chat.owner != session.login:
            return []
        found: Frames = []
        if cards.current_chat(self._state, chat.visitor) is chat:
            frame = encode(OperatorTyping(on=typing.on))
            found += [(tab, frame) for tab in self._roster.visitors.get(chat.visitor, ())]
        frame = encode(TypingBy(chat=typing.chat, login=session.login, on=typing.on))
        readers = self._roster.readers(chat.owner, typing.chat)
        return found + [(each, frame) for each in readers if each is not session]

    # ------------------------------------------------------------ visitors

    def visitor_types(self, session: VisitorSession, typing: visitor.VisitorTyping, now: int) -> Frames:
        if typing.text == session.peek:
            return []
        session.peek = typing.text
        if now - session.peek_at >= bounds.PEEK_GAP_MS:
            self._waiting.pop(session, None)
            return self._tell(session, now)
        if session not in self._waiting:
            self._waiting[session] = None
            heappush(self._dues, (session.peek_at + bounds.PEEK_GAP_MS, next(self._numbers), session))
        return []

    def said(self, session: VisitorSession) -> None:
        """What was typed is sent: the message itself takes the peek away."""
        session.peek = ""
        self._waiting.pop(session, None)

    def gone(self, session: VisitorSession, now: int) -> Frames:
        self._waiting.pop(session, None)
        if not session.peek:
            return []
        session.peek = ""
        return self._tell(session, now)

    def show(self, chat_id: int, sessions: Sequence[StaffSession]) -> Frames:
        """What the visitor is typing already, to those who begin to read the chat."""
        chat = self._state.chats.get(chat_id)
        if chat is None or cards.current_chat(self._state, chat.visitor) is not chat:
            return []
        text = next((tab.peek for tab in self._roster.visitors.get(chat.visitor, ()) if tab.peek), "")
        if not text:
            return []
        frame = encode(Peek(chat=chat_id, text=text))
        return [(each, frame) for each in sessions]

    def due_at(self) -> int:
        """When a peek that was kept back may be told; 0: there is none."""
        while self._dues and self._dues[0][2] not in self._waiting:
            heappop(self._dues)
        return self._dues[0][0] if self._dues else 0

    def due(self, now: int) -> Iterator[Frames]:
        """Of each visitor whose peek may be told now."""
        while self._dues and self._dues[0][0] <= now:
            session = heappop(self._dues)[2]
            if session in self._waiting:
                del self._waiting[session]
                yield self._tell(session, now)

    def _tell(self, session: VisitorSession, now: int) -> Frames:
        session.peek_at = now
        chat = cards.current_chat(self._state, session.visitor)
        if chat is None or chat.place is Place.closed:
            return []
        frame = encode(Peek(chat=chat.chat, text=session.peek))
        return [(each, frame) for each in self._roster.readers(chat.owner, chat.chat)]
