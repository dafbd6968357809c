"""A crowd of simulated visitors: who comes when, how many at once, and what came of all of them together."""

import asyncio
import logging
from collections.abc import Callable
from random import Random
from typing import Final

from msgspec import Struct
from websockets.exceptions import WebSocketException

from opconsole.simulation.deliveries import Deliveries
from opconsole.simulation.ledger import Ledger
from opconsole.simulation.mind import Mind
from opconsole.simulation.people import person
from opconsole.simulation.visitor_client import NoSync, VisitorClient, Watcher
from opconsole.wire.visitor import VisitorMessage

AT_ONCE: Final = 20
"""So many visitors check their chats at once at the end."""
LOOK_SECONDS: Final = 0.05
"""When the site is full, it is looked so often whether somebody has left."""
RUSH_SECONDS: Final = 0.01
"""Between those who come at the start."""
SETTLE_SECONDS: Final = 5.0
"""At the end a visitor waits so long for answers to what it sent."""

log = logging.getLogger(__name__)


class Arrivals(Struct, frozen=True, kw_only=True):
    """Who comes when. Times are milliseconds."""

    seed: int | str
    at_most: int
    """Visitors on the site at once."""
    every_ms: int
    """Between two arrivals, on average."""
    at_start: int = 0
    """So many come at once, at the beginning."""
    pace: float = 1.0
    """How much quicker than life everybody is."""
    in_all: int = 0
    """So many come, and no more; 0: as many as there is time for."""


class Tally(Struct, kw_only=True):
    """What came of it so far."""

    here: int = 0
    visitors: int = 0
    chats: int = 0
    answered: int = 0
    unanswered: int = 0
    """Visitors who went away without an answer."""
    sent: int = 0
    stored: int = 0
    seen: int = 0
    """Operators' messages that visitors were shown."""
    reconnects: int = 0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    problems: int = 0


class _Told(Watcher):
    def __init__(self, crowd: "Crowd", client: "VisitorClient | None" = None) -> None:
        self._crowd = crowd

    def chat_opened(self, chat: int) -> None:
        self._crowd.chats.add(chat)

    def message_sent(self, id: str) -> None:
        self._crowd.deliveries.sent(id, self._crowd.clock_us())

    def message_seen(self, message: VisitorMessage) -> None:
        if message.by == "operator":
            self._crowd.operator_said(message)


class Crowd:
    """`run` until it is cancelled (or all have come and gone), then `finish`. `keep`: visitors who have gone are checked at
    the end only, so that also what came after them is; without it they are checked and forgotten as they go. `checks`: a check
    is a short visit, which the operators see; without it nobody is checked. `ledger_of`: makes a visitor's ledger, by name. `files`: of so large a part of
    the messages each brings a file along."""

    def __init__(
        self,
        relay: str,
        arrivals: Arrivals,
        *,
        clock_us: Callable[[], int],
        deliveries: Deliveries | None = None,
        keep: bool = False,
        checks: bool = True,
        ledger_of: Callable[[str], Ledger] = Ledger,
        files: float = 0.0,
    ) -> None:
        self.clock_us = clock_us
        self.deliveries = deliveries or Deliveries()
        self.clients: list[VisitorClient] = []
        """Those who are here, and (with `keep`) those who were."""
        self.chats: set[int] = set()
        self.problems: list[str] = []
        self.stored_us: list[int] = []
        self._relay = relay
        self._arrivals = arrivals
        self._keep = keep
        self._checks = checks
        self._ledger_of = ledger_of
        self._files = files
        self._dice = Random(f"{arrivals.seed}/arrivals")
        self._tasks: dict[asyncio.Task[None], VisitorClient] = {}
        self._answered: set[int] = set()
        self._gone = Tally()
        """Totals of those who are checked and forgotten."""

    async def run(self) -> None:
        """Let visitors come for as long as it takes; at once `at_start`, then one by one."""
        number = 0
        while not self._arrivals.in_all or number < self._arrivals.in_all:
            while self._here() >= self._arrivals.at_most:
                await asyncio.sleep(LOOK_SECONDS)
            self._enter(number)
            number += 1
            at_start = number < self._arrivals.at_start
            await asyncio.sleep(
                RUSH_SECONDS if at_start else self._dice.uniform(0.2, 1.8) * self._arrivals.every_ms / 1000
            )
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Everyone stops, at once."""
        here = list(self._tasks)
        for task in here:
            task.cancel()
        await asyncio.gather(*here, return_exceptions=True)

    async def finish(self) -> None:
        """Everyone stops writing, waits for the last answers, and checks the chat against a fresh sync."""
        await self.stop()
        turns = asyncio.Semaphore(AT_ONCE)

        async def check(client: VisitorClient) -> None:
            async with turns:
                await self._check(client)

        await asyncio.gather(*(check(client) for client in self.clients))

    def _here(self) -> int:
        return sum(client.mind.present for client in self._tasks.values())

    def tally(self) -> Tally:
        tally = Tally(**{name: getattr(self._gone, name) for name in Tally.__struct_fields__})
        tally.here = self._here()
        tally.chats = len(self.chats)
        tally.answered = len(self._answered & self.chats)
        for client in self.clients:
            _add(tally, client)
        tally.problems += len(self.problems)
        return tally

    def all_problems(self) -> list[str]:
        """What was broken, in words."""
        return [*self.problems, *(problem for client in self.clients for problem in client.ledger.problems)]

    def operator_said(self, message: VisitorMessage) -> None:
        self._answered.add(message.chat)

    # ------------------------------------------------------------ one visitor

    def _enter(self, number: int) -> None:
        seed = self._arrivals.seed
        who = person(seed, number, self._relay, self._arrivals.pace)
        mind = Mind(who, Random(f"{seed}/{number}/mind"), self.clock_us() // 1000)
        client = VisitorClient(
            self._relay,
            mind,
            self._ledger_of(f"visitor {number}"),
            clock_us=self.clock_us,
            dice=Random(f"{seed}/{number}/client"),
            watcher=_Told(self),
            files=self._files,
        )
        self.clients.append(client)
        task = asyncio.create_task(client.run(), name=f"visitor {number}")
        self._tasks[task] = client
        task.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[None]) -> None:
        client = self._tasks.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s stumbled", client.ledger.name, exc_info=error)
            self.problems.append(f"{client.ledger.name}: stumbled over {error!r}")
        if not self._keep and not task.cancelled():
            leaving = asyncio.create_task(self._forget(client))
            self._tasks[leaving] = client
            leaving.add_done_callback(self._forgotten)

    async def _forget(self, client: VisitorClient) -> None:
        await self._check(client)
        self.clients.remove(client)
        _add(self._gone, client)
        self._gone.problems -= len(client.ledger.problems)
        self.problems += client.ledger.problems
        self.stored_us += client.ledger.stored_us

    def _forgotten(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)

    async def _check(self, client: VisitorClient) -> None:
        ledger = client.ledger
        if not self._checks:
            return
        try:
            await asyncio.wait_for(client.settle(), SETTLE_SECONDS)
        except TimeoutError:
            ledger.problems.append(f"{ledger.name}: {len(ledger.unanswered)} messages were never answered")
        try:
            await client.verify()
        except (OSError, EOFError, TimeoutError, WebSocketException, NoSync) as error:
            ledger.problems.append(f"{ledger.name}: could not sync at the end: {error}")


def _add(tally: Tally, client: VisitorClient) -> None:
    ledger = client.ledger
    tally.visitors += 1
    tally.sent += len(ledger.sent)
    tally.stored += len(ledger.stored)
    tally.seen += sum(message.by == "operator" for log in ledger.seen.values() for message in log.values())
    tally.reconnects += client.reconnects
    tally.refused += sum(ledger.refusals.values())
    tally.unanswered += client.mind.finished and not client.mind.answered and bool(ledger.stored)
    tally.lost += sum(len(ledger.lost_in(chat)) for chat in ledger.seen)
    tally.doubled += len(ledger.doubled())
    tally.problems += len(ledger.problems)
