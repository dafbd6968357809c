"""Who is connected, sorted by what they are shown: the fan-out's index over the live sessions.

Built of the sessions that have had their sync. `desk.audience` says who may see what; a session's groups follow from it, and
are made anew when its operator's role or departments change.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from server_stub.desk import audience
from server_stub.desk.audience import NOBODY, Audience
from server_stub.desk.model import State
from server_stub.edge.sessions import Session, StaffSession, VisitorSession

K = TypeVar("K", int, str)
S = TypeVar("S", StaffSession, VisitorSession)

NONE: Final[Sequence[StaffSession]] = ()


class Group:
    """Sessions that are shown the same frames, and this batch's frames for them."""

    __slots__ = ("frames", "sessions")

    def __init__(self) -> None:
        self.sessions: list[StaffSession] = []
        self.frames: list[bytes] = []


class Roster:
    def __init__(self) -> None:
        self.team = Group()
        """All the team."""
        self.overseers = Group()
        """Those who see every open chat."""
        self.departments: dict[str, Group] = {}
        """The others, by each of their departments."""
        self.logins: dict[str, list[StaffSession]] = {}
        self.visitors: dict[str, list[VisitorSession]] = {}
        self.watchers: dict[int, list[StaffSession]] = {}
        """Sessions that watch a chat, whether they hold it or not."""

    # ------------------------------------------------------------ coming and going

    def join(self, state: State, session: Session) -> None:
        """From now on the session is shown live frames."""
        if isinstance(session, VisitorSession):
            self.visitors.setdefault(session.visitor, []).append(session)
        elif isinstance(session, StaffSession):
            self.logins.setdefault(session.login, []).append(session)
            self._group(state, session)

    def leave(self, session: Session) -> None:
        if isinstance(session, VisitorSession):
            _drop(self.visitors, session.visitor, session)
        elif isinstance(session, StaffSession):
            _drop(self.logins, session.login, session)
            self.watch(session, 0)
            self._ungroup(session)

    def regroup(self, state: State, login: str) -> None:
        """The operator's role or departments have changed."""
        for session in self.logins.get(login, NONE):
            self._ungroup(session)
            self._group(state, session)

    def watch(self, session: StaffSession, chat: int) -> None:
        """Show the session this chat live (0: none), and no other that it watched."""
        if session.watching:
            _drop(self.watchers, session.watching, session)
        session.watching = chat
        if chat:
            self.watchers.setdefault(chat, []).append(session)

    def _group(self, state: State, session: StaffSession) -> None:
        operator = state.operators.get(session.login)
        if operator is None or operator.blocked:
            return
        self.team.sessions.append(session)
        session.overseer = audience.sees_all(operator)
        if session.overseer:
            self.overseers.sessions.append(session)
            return
        for department in operator.departments:
            self.departments.setdefault(department, Group()).sessions.append(session)

    def _ungroup(self, session: StaffSession) -> None:
        for group in (self.team, self.overseers, *self.departments.values()):
            if session in group.sessions:
                group.sessions.remove(session)

    # ------------------------------------------------------------ who is shown what

    def narrow(self, whom: Audience) -> Sequence[StaffSession]:
        """The sessions of an audience without the overseers, who see everything anyway."""
        if whom == NOBODY:
            return NONE
        if whom.department:
            group = self.departments.get(whom.department)
            return group.sessions if group is not None else NONE
        return [each for each in self.logins.get(whom.owner, NONE) if not each.overseer]

    def readers(self, owner: str, chat: int) -> Sequence[StaffSession]:
        """The sessions to which a chat's messages stream: its owner's, and those that watch it."""
        sessions = self.logins.get(owner, NONE) if owner else NONE
        watchers = self.watchers.get(chat)
        if not watchers:
            return sessions
        return [*sessions, *(each for each in watchers if each not in sessions)]

    def groups(self) -> Iterator[Group]:
        yield self.team
        yield self.overseers
        yield from self.departments.values()

    def sessions(self) -> Iterable[Session]:
        for staff in self.logins.values():
            yield from staff
        for visitors in self.visitors.values():
            yield from visitors


def _drop(index: dict[K, list[S]], key: K, session: S) -> None:
    sessions = index.get(key)
    if sessions is not None and session in sessions:
        sessions.remove(session)
        if not sessions:
            del index[key]
