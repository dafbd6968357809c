"""Tickets to bring and to fetch files: who may, was judged when one was given; a ticket is all that the HTTP route asks for.

They are unguessable, of one run of the relay, and end with the session that asked. No bytes pass here.
"""

import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Final, Literal, TypeVar

from msgspec import Struct

from opconsole.wire.files import File
from server_stub.edge import bounds
from server_stub.edge.throttle import Throttle
from server_stub.files.store import Kept

PATH: Final = "/v1/files/"
DAY_S: Final = 86_400.0


class Bringing(Struct, kw_only=True):
    """A ticket for one `PUT`."""

    path: str
    session: Hashable
    """Who asked; the ticket ends with it."""
    by: str
    """`Actor.key`."""
    visitor: str
    chat: int
    name: str
    size: int
    """As it was announced: no more is taken."""
    types: tuple[str, ...]
    until: int
    state: Literal["new", "coming", "here"] = "new"
    file: File | None = None
    """What it was found to be, once it is here."""
    counts: bool = True
    """Among those that its owner is about to bring."""


class Fetching(Struct, kw_only=True):
    """A ticket for `GET`s."""

    path: str
    session: Hashable
    kept: Kept
    until: int
    by: str = ""
    """Who asked, as `Actor.key`."""


Ticket = Bringing | Fetching
T = TypeVar("T", Bringing, Fetching)


class Tickets:
    """`now`: the relay's clock, ms; `clock_s`: for rates."""

    def __init__(
        self,
        now: Callable[[], int],
        clock_s: Callable[[], float],
        random: Callable[[], str] = lambda: secrets.token_urlsafe(24),
    ) -> None:
        self._now = now
        self._clock_s = clock_s
        self._random = random
        self._tickets: OrderedDict[str, Ticket] = OrderedDict()
        self._of_session: dict[Hashable, OrderedDict[str, None]] = {}
        self._erased: OrderedDict[str, int] = OrderedDict()
        """When the last visitors were erased."""
        self._bringing: Counter[str] = Counter()
        """Tickets whose file is not here yet, by `Actor.key`."""
        self._visitors = Throttle(bounds.UPLOADS_PER_MINUTE, bounds.UPLOADS_BURST)
        self._team = Throttle(bounds.STAFF_UPLOADS_PER_MINUTE, bounds.STAFF_UPLOADS_BURST)

    def __len__(self) -> int:
        return len(self._tickets)

    def to_bring(
        self, session: Hashable, *, by: str, visitor: str, chat: int, name: str, size: int, types: tuple[str, ...]
    ) -> Bringing | None:
        """None: they ask for too many."""
        self.sweep()
        if self._bringing[by] >= bounds.UPLOAD_TICKETS:
            return None
        if not (self._visitors if by.startswith("v:") else self._team).take(by, self._clock_s()):
            return None
        ticket = Bringing(
            path=PATH + self._random(),
            session=session,
            by=by,
            visitor=visitor,
            chat=chat,
            name=name,
            size=size,
            types=types,
            until=self._now() + bounds.FILE_TICKET_MS,
        )
        self._bringing[by] += 1
        return self._give(ticket)

    def to_fetch(self, session: Hashable, kept: Kept, by: str = "") -> Fetching:
        self.sweep()
        mine = self._of_session.get(session)
        held = [each for each in mine or () if isinstance(self._tickets.get(each), Fetching)]
        if len(held) >= bounds.FETCH_TICKETS:
            self._drop(held[0])
        until = self._now() + bounds.FILE_TICKET_MS
        return self._give(Fetching(path=PATH + self._random(), session=session, kept=kept, until=until, by=by))

    def counts(self) -> dict[str, int]:
        """How many tickets count now, by what they are for."""
        self.sweep()
        fetching = sum(isinstance(each, Fetching) for each in self._tickets.values())
        return {"bring": len(self._tickets) - fetching, "fetch": fetching}

    def find(self, path: str) -> Ticket | None:
        """None: there is no such ticket, or it counts no more (a `PUT` that is under way goes on)."""
        ticket = self._tickets.get(path)
        if ticket is None or ticket.until <= self._now() or getattr(ticket.session, "ending", False):
            return None
        return ticket

    def came(self, ticket: Bringing, file: File) -> None:
        """Its file is here. The ticket stays, for a client that did not get the answer."""
        ticket.state, ticket.file = "here", file
        self._count_no_more(ticket)

    def end(self, session: Hashable) -> None:
        """The session is over, and its tickets with it."""
        for path in list(self._of_session.get(session, ())):
            self._drop(path)

    def erase(self, visitors: Iterable[str]) -> None:
        """Everything of these visitors goes: what comes still by a ticket of before must not be kept."""
        for visitor in visitors:
            self._erased.pop(visitor, None)
            self._erased[visitor] = self._now()
            if len(self._erased) > bounds.THROTTLED_KEYS:
                self._erased.popitem(last=False)

    def is_void(self, ticket: Bringing) -> bool:
        """It is of before an erasure of its visitor."""
        erased_at = self._erased.get(ticket.visitor)
        return erased_at is not None and ticket.until - bounds.FILE_TICKET_MS <= erased_at

    def sweep(self) -> None:
        """Forget those whose time is over: the oldest stand first."""
        now = self._now()
        while self._tickets:
            path, ticket = next(iter(self._tickets.items()))
            if ticket.until > now and len(self._tickets) <= bounds.TICKETS:
                return
            self._drop(path)

    # ------------------------------------------------------------ inside

    def _give(self, ticket: T) -> T:
        self._tickets[ticket.path] = ticket
        self._of_session.setdefault(ticket.session, OrderedDict())[ticket.path] = None
        return ticket

    def _drop(self, path: str) -> None:
        ticket = self._tickets.pop(path)
        mine = self._of_session[ticket.session]
        del mine[path]
        if not mine:
            del self._of_session[ticket.session]
        if isinstance(ticket, Bringing):
            self._count_no_more(ticket)

    def _count_no_more(self, ticket: Bringing) -> None:
        if ticket.counts:
            ticket.counts = False
            self._bringing[ticket.by] -= 1
            if self._bringing[ticket.by] <= 0:
                del self._bringing[ticket.by]


class Allowance:
    """How many bytes each may bring in a day. It is regained little by little; the longest unused are forgotten beyond a bound."""

    def __init__(self, bytes_a_day: int, keys: int = bounds.THROTTLED_KEYS) -> None:
        self._throttle = Throttle(bytes_a_day / DAY_S * 60, bytes_a_day, keys)

    def take(self, key: str, now_s: float, size: float) -> bool:
        return self._throttle.take(key, now_s, size)

    def give(self, key: str, now_s: float, size: float) -> None:
        """They were not brought after all."""
        self._throttle.give(key, now_s, size)

    def wait_s(self, key: str, now_s: float, size: float) -> float:
        """Seconds until so many may be taken; 0: now."""
        return self._throttle.wait_s(key, now_s, size)
