"""The desk's files as the edge has them: where they are, the tickets to them, and how much is under way. The routes are `files.py`."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from server_stub.edge import bounds
from server_stub.edge.metrics import FilesNow
from server_stub.edge.throttle import Throttle
from server_stub.edge.tickets import Allowance, Bringing, Tickets
from server_stub.files.scanner import Scanner
from server_stub.files.store import Kept, Store

P = ParamSpec("P")
R = TypeVar("R")

WHO: Final = ("visitor", "operator")


class Files:
    """The desk's files as the edge has them: where they are, the tickets to them, and how much is under way."""

    def __init__(self, store: Store, scanner: Scanner, tickets: Tickets, head: Callable[[], int]) -> None:
        self.store = store
        self.scanner = scanner
        self.tickets = tickets
        self.head = head
        """Number of the journal's last record."""
        self.pending: dict[str, Kept] = {}
        """What was brought, and no message names yet, by id."""
        self.addresses = Throttle(bounds.ADDRESS_UPLOADS_PER_MINUTE, bounds.ADDRESS_UPLOADS_BURST)
        self.visitors_a_day = Allowance(bounds.VISITOR_BYTES_A_DAY)
        self.addresses_a_day = Allowance(bounds.ADDRESS_BYTES_A_DAY)
        self._in = {who: Counter[str]() for who in WHO}
        self._out = {who: Counter[str]() for who in WHO}
        self._steps = ThreadPoolExecutor(1, "files")
        """What changes the folder, one step after the other."""
        self._bytes = ThreadPoolExecutor(4, "files' bytes")

    async def step(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something with the folder, after whatever was asked before."""
        return await asyncio.get_running_loop().run_in_executor(self._steps, lambda: work(*args, **kwargs))

    async def work(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Read or write some bytes."""
        return await asyncio.get_running_loop().run_in_executor(self._bytes, lambda: work(*args, **kwargs))

    def coming(self, by: str, network: str) -> "contextlib.AbstractContextManager[bool]":
        """One more on its way in, while the block runs; False: it is one too many.

        Visitors are counted by address; the team apart from them, each by themselves: an office has one address, and no stranger shall be
        able to take the team's places. `by`: `Actor.key`."""
        return _counted(self._in, by, network, bounds.UPLOADS_PER_ADDRESS, bounds.UPLOADS)

    def going(self, by: str, network: str) -> "contextlib.AbstractContextManager[bool]":
        """The same of one on its way out."""
        return _counted(self._out, by, network, bounds.DOWNLOADS_PER_ADDRESS, bounds.DOWNLOADS)

    def least_coming(self, by: str) -> float:
        """Bytes a second that one on its way in must have: a few addresses must not hold all places by dribbling."""
        return _least(self._in, by, bounds.UPLOADS)

    def least_going(self, by: str) -> float:
        """The same of one on its way out."""
        return _least(self._out, by, bounds.DOWNLOADS)

    def figures(self) -> FilesNow:
        """As things stand."""
        return FilesNow(
            kept_bytes=self.store.bytes,
            unsaid=len(self.pending),
            coming=sum(each.total() for each in self._in.values()),
            going=sum(each.total() for each in self._out.values()),
            tickets=self.tickets.counts(),
        )

    def allows(self, ticket: Bringing, network: str, length: int, now_s: float) -> bool:
        """Whether a visitor may bring so much more. The team's are not counted: an office has one address. Who is refused has used up
        nothing, least of all what those at the same address may bring."""
        if who_of(ticket.by) == "operator":
            return True
        asked = (
            (self.visitors_a_day, ticket.by, length),
            (self.addresses_a_day, network, length),
            (self.addresses, network, 1),
        )
        return all(each.wait_s(key, now_s, cost) == 0 for each, key, cost in asked) and all(
            each.take(key, now_s, cost) for each, key, cost in asked
        )

    def broke_off(self, ticket: Bringing, network: str, length: int, now_s: float) -> None:
        """It did not come after all: who has a bad link has brought nothing yet. That they tried counts."""
        if who_of(ticket.by) == "visitor":
            self.visitors_a_day.give(ticket.by, now_s, length)
            self.addresses_a_day.give(network, now_s, length)

    def close(self) -> None:
        for threads in (self._steps, self._bytes):
            threads.shutdown(wait=True, cancel_futures=True)


def who_of(by: str) -> str:
    """One of `WHO`. `by`: `Actor.key`."""
    return "operator" if by.startswith("o:") else "visitor"


def _least(under_way: dict[str, Counter[str]], by: str, most_in_all: int) -> float:
    crowded = who_of(by) == "visitor" and under_way["visitor"].total() > most_in_all // 2
    return bounds.CROWDED_BYTES_PER_S if crowded else bounds.UPLOAD_BYTES_PER_S


@contextlib.contextmanager
def _counted(under_way: dict[str, Counter[str]], by: str, network: str, most: int, most_in_all: int) -> Iterator[bool]:
    who = who_of(by)
    counts, key = under_way[who], by if who == "operator" else network
    if counts[key] >= most or counts.total() >= most_in_all:
        yield False
        return
    counts[key] += 1
    try:
        yield True
    finally:
        counts[key] -= 1
        if counts[key] <= 0:
            del counts[key]
