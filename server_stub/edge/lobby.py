"""All live sessions: how many, who is silent, whose time is over; and the end of all of them at a stop.

It knows nothing of chats; who is *shown* what is the fan-out's business.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from server_stub.edge import bounds
from server_stub.edge.metrics import Metrics
from server_stub.edge.sessions import Session, StaffSession, VisitorSession

Counts = Callable[[str], bool]
"""Whether a token still counts: it has not expired, and was not revoked."""

TURNS: Final = 40
"""A beat of the heart is so many turns, and each session has one of them: to ping ten thousand at once would hold everybody up."""


class Lobby:
    def __init__(self, metrics: Metrics, most: int = bounds.SESSIONS) -> None:
        self._metrics = metrics
        self._most = most
        self._sessions: dict[Session, int] = {}
        """With the turn at which each is looked at."""
        self._turns: tuple[dict[Session, None], ...] = tuple({} for _ in range(TURNS))
        self._next_turn = 0
        self._by_key: dict[str, list[Session]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self.open = True
        """False: the relay is stopping and takes nobody in."""

    def __len__(self) -> int:
        return len(self._sessions)

    @property
    def full(self) -> bool:
        return len(self._sessions) >= self._most

    def enter(self, session: Session) -> None:
        """Count a session. One too many of the same person, and the oldest of theirs is told `replaced`. Scripts count apart."""
        turn = self._sessions[session] = self._next_turn
        self._turns[turn][session] = None
        self._next_turn = (turn + 1) % TURNS
        self._metrics.sessions[session.kind] += 1
        same = self._by_key.setdefault(session.actor.key, [])
        same.append(session)
        script = session.kind == "script"
        rivals = [each for each in same if (each.kind == "script") is script]
        if isinstance(session, StaffSession):
            most = bounds.SCRIPTS_PER_LOGIN if script else bounds.SESSIONS_PER_LOGIN
        else:
            most = bounds.SESSIONS_PER_VISITOR
        if len(rivals) > most:
            self.end(rivals[0], "replaced", "too many sessions at once: this, the oldest, has ended", 1008)

    def leave(self, session: Session) -> None:
        if session not in self._sessions:
            return
        del self._turns[self._sessions.pop(session)][session]
        self._metrics.cut_off += session.connection.slow
        self._metrics.sessions[session.kind] -= 1
        same = self._by_key[session.actor.key]
        same.remove(session)
        if not same:
            del self._by_key[session.actor.key]

    def of(self, key: str) -> list[Session]:
        """The sessions of one actor (`Actor.key`)."""
        return list(self._by_key.get(key, ()))

    def end(self, session: Session, code: str, text: str, close_code: int = 1000) -> None:
        """Tell a session `bye` and close it, without waiting for it. Nothing more is taken from it from now on."""
        if session.ending:
            return
        session.say_bye(code, text)
        task = asyncio.ensure_future(session.connection.close(close_code, code))
        self._closing.add(task)
        task.add_done_callback(self._closed)

    def _closed(self, task: asyncio.Task[None]) -> None:
        self._closing.discard(task)
        if not task.cancelled():
            task.exception()  # a link that breaks while it is being closed is closed

    async def end_all(self, code: str, text: str, close_code: int = 1012) -> None:
        """Tell everyone, and wait a bounded time for their closing handshakes."""
        self.open = False
        for session in list(self._sessions):
            self.end(session, code, text, close_code)
        if self._closing:
            await asyncio.wait(self._closing, timeout=bounds.STOP_S)
        for session in list(self._sessions):
            session.connection.abort()

    async def keep_alive(self, beat_s: float = bounds.HEARTBEAT_S) -> None:
        """Ping who was silent for a beat, and cut off who was silent for two. Runs until it is cancelled."""
        while True:
            for turn in range(TURNS):
                await asyncio.sleep(beat_s / TURNS)
                self.beat(turn)

    def beat(self, turn: int) -> None:
        """Once a beat, for those whose turn it is."""
        for session in list(self._turns[turn]):
            connection = session.connection
            if connection.heard:
                connection.heard = session.pinged = False
            elif session.pinged:
                connection.abort()
            else:
                session.pinged = True
                connection.ping()

    async def drop_expired(self, counts: Counts, now: Callable[[], int], every_s: float = bounds.EXPIRY_S) -> None:
        """End sessions whose token, or whose site's word, has stopped counting. Runs until it is cancelled. `now`: ms."""
        while True:
            await asyncio.sleep(every_s)
            self.check_tokens(counts)
            self.check_identities(now())

    def check_identities(self, now: int) -> None:
        for session in list(self._sessions):
            if isinstance(session, VisitorSession) and session.until and now > session.until:
                self.end(session, "identity_expired", "the site must vouch for its customer again", 1008)

    def staff_tokens(self) -> list[str]:
        """The tokens of the team's live sessions."""
        return [session.token for session in self._sessions if isinstance(session, StaffSession)]

    def check_tokens(self, counts: Counts) -> None:
        for session in list(self._sessions):
            if isinstance(session, StaffSession) and not counts(session.token):
                self.end(session, "expired", "log in again", 1008)
