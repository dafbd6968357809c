"""The relay as a process of the simulation: the production line, desk, fan-out, lobby and doors, over a journal that can fail.

What `server_stub.relay` does with sockets and signals is done here without them; it can die between any two steps.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from random import Random
from typing import TYPE_CHECKING, Any, cast

from opconsole.wire.messages import Message
from server_stub.desk.events import Record
from server_stub.desk.model import State
from server_stub.edge import operators, visitors
from server_stub.edge.front import Front
from server_stub.edge.identities import Identities
from server_stub.edge.lobby import Lobby
from server_stub.edge.metrics import Metrics
from server_stub.edge.sessions import Session
from server_stub.edge.throttle import Throttle
from server_stub.edge.visitor_tokens import VisitorTokens
from server_stub.journal.accounts import Accounts
from server_stub.journal.api import Journal, JournalFailed
from server_stub.journal.chain import Mark
from server_stub.journal.people import User
from server_stub.line import Line
from server_stub.starting import begin, is_known, operator_set, restore
from tests.sim.disks import Disk
from tests.sim.loop import Process
from tests.sim.network import Wire

if TYPE_CHECKING:
    from tests.sim.world import World

BEFORE, WITHIN, AFTER, FANOUT = "before the append", "between append and commit", "after the commit", "in the fan-out"
APPEND_STEPS = (BEFORE, WITHIN, AFTER, FANOUT)
FAILS = "the append fails"


class FaultyJournal:
    """A production journal whose next append may be the relay's last."""

    def __init__(self, inner: Journal, relay: "RelayProcess", dice: Random) -> None:
        self._inner = inner
        self._relay = relay
        self._dice = dice
        self.fault = ""
        """What befalls the next append: one of `APPEND_STEPS`, or `FAILS`."""

    @property
    def head(self) -> int:
        return self._inner.head

    async def append(self, records: Sequence[Record], expected_head: int) -> None:
        relay, fault = self._relay, self.fault
        self.fault = ""
        if fault == BEFORE:
            await self._die(BEFORE)
        if fault == FAILS:
            raise JournalFailed("the disk is full")
        if fault == WITHIN:
            relay.disk.tear_next_append(lambda: relay.die(WITHIN))
        await self._inner.append(records, expected_head)
        if self._dice.random() < 0.3:
            await asyncio.sleep(self._dice.choice((0, 0.002, 0.015)))
        if fault == AFTER:
            await self._die(AFTER)
        if fault == FANOUT:
            relay.world.network.on_last_send = lambda: relay.die(FANOUT)
            relay.world.network.sends_left = self._dice.randrange(5)

    async def _die(self, step: str) -> None:
        self._relay.die(step)
        await asyncio.get_running_loop().create_future()

    def read(self, after: int = 0) -> AsyncIterator[list[Record]]:
        return self._inner.read(after)

    async def transcript(
        self, chat: int, *, after: int = 0, before: int = 0, limit: int, public_only: bool = False
    ) -> list[Message]:
        if self._dice.random() < 0.3:
            await asyncio.sleep(self._dice.choice((0, 0.002, 0.015, 0.2)))
        return await self._inner.transcript(chat, after=after, before=before, limit=limit, public_only=public_only)

    async def versions(self, chat: int, n: int) -> list[Message]:
        return await self._inner.versions(chat, n)

    async def records(self, numbers: Sequence[int]) -> list[Record]:
        return await self._inner.records(numbers)

    async def gone_files(self) -> list[str]:
        return await self._inner.gone_files()

    async def files_removed(self, files: Sequence[str]) -> None:
        await self._inner.files_removed(files)

    @property
    def mark(self) -> Mark:
        return self._inner.mark

    async def save_snapshot(self, seq: int, blob: bytes) -> None:
        self._relay.world.tally["snapshots kept"] += 1
        await self._inner.save_snapshot(seq, blob)

    async def load_snapshot(self, *, before: int = 0) -> tuple[int, bytes] | None:
        return await self._inner.load_snapshot(before=before)

    async def close(self) -> None:
        await self._inner.close()


class RelayProcess:
    """One life of the relay, from its start to its death."""

    def __init__(self, world: "World", disk: Disk) -> None:
        self.world = world
        self.disk = disk
        self.dice = Random(world.dice.getrandbits(32))
        self.process = Process(world.loop, "relay")
        self.up = False
        self.state: State
        self.line: Line
        self.lobby: Lobby
        self.front: Front
        self.journal: FaultyJournal

    def start(self) -> None:
        self.process.spawn(self._start(), "relay start")

    async def _start(self) -> None:
        world = self.world
        self.journal = journal = FaultyJournal(await self.disk.open(), self, self.dice)
        self.state = state = await restore(journal)
        await begin(
            state, journal, settings=world.settings, users=list(world.users.values()), starters=[], now=world.now()
        )
        if self.process.dead:
            return
        metrics = Metrics()
        self.line = Line(state, journal, clock=world.now, metrics=metrics, name="sim", end_session=self._end_session)
        self.lobby = Lobby(metrics)
        self.front = Front(
            intake=self.line,
            lobby=self.lobby,
            metrics=metrics,
            accounts=cast(Accounts, None),  # HTTP's alone
            introduce=self.introduce,
            tokens=world.tokens,
            identities=Identities([], b"sim", "sim"),
            sites=frozenset(),
            metrics_token="",
            visitor_change_ms=lambda: state.settings.visitor_change_ms,
            healthy=lambda: True,
            now=self.line.now,
            clock_s=world.loop.time,
            new_visitor=world.new_visitor,
            new_visitors=Throttle(10_000, 10_000),
        )
        self.process.spawn(self.line.run(), "line").add_done_callback(self._line_ended)
        self.process.spawn(self.lobby.keep_alive(), "heartbeat")
        self.up = True
        world.trace("relay", f"is up, at record {journal.head}")

    # ------------------------------------------------------------ ending

    def die_within(self, callbacks: int) -> None:
        """Die when so many more callbacks have run."""
        step = "between two steps" if self.up else "while starting"
        self.world.loop.doom(self.process, callbacks, lambda: self.die(step))

    def die(self, step: str) -> None:
        """`kill -9`, or the machine's power."""
        if self.process.dead:
            return
        self.world.tally[f"crashes: {step}"] += 1
        self.world.trace("relay", f"CRASHES {step}")
        self._end(silently=self.dice.random() < 0.15)

    def _end(self, *, silently: bool = False) -> None:
        self.up = False
        network = self.world.network
        network.sends_left = -1
        self.process.kill()
        self.disk.crash()
        for wire in network.of(relay=self.process):
            wire.relay_died(silently=silently)
        self.world.relay_is_down()

    def stop(self) -> None:
        """An orderly end: everything is decided, committed and sent, and the sessions are told."""
        self.world.tally["orderly stops of the relay"] += 1
        self.world.trace("relay", "is told to stop")
        self.process.spawn(self._stop(), "relay stop")

    async def _stop(self) -> None:
        self.up = False
        await self.line.settled()
        await self.lobby.end_all("stopping", "the relay is stopping")
        await self.line.stop()
        if not self.process.dead:
            self._end()

    def _line_ended(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled() or self.process.dead:
            return
        error = task.exception()
        if not isinstance(error, JournalFailed):
            self.world.failed(f"the core loop failed: {error!r}", error)
        self.world.tally["failed commits"] += 1
        self.world.trace("relay", f"stops: {error}")
        self.up = False
        self.process.spawn(self._give_up(), "relay fails")

    async def _give_up(self) -> None:
        await self.lobby.end_all("stopping", "the relay has failed")
        if not self.process.dead:
            self._end()

    def _end_session(self, session: Session, blocked: bool) -> None:
        if blocked:
            self.lobby.end(session, "blocked", "your account is blocked", 1008)
        else:
            self.lobby.end(session, "", "", 1012)

    # ------------------------------------------------------------ people

    def introduce(self, user: User) -> None:
        if not is_known(self.state, user):
            self.line.put(None, operator_set(user))

    def person_changed(self, user: User) -> None:
        """As at a SIGHUP after `opconsole relay user …`."""
        if user.blocked:
            for session in self.lobby.of(f"o:{user.login}"):
                self.lobby.end(session, "blocked", "your account is blocked", 1008)
        self.introduce(user)

    def accept_operator(self, wire: Wire, login: str) -> None:
        user = self.world.users[login]
        self.process.spawn(operators._session(self.front, cast(Any, wire.server), user, "token"), f"door of {login}")

    def accept_visitor(self, wire: Wire) -> None:
        self.process.spawn(visitors._session(self.front, cast(Any, wire.server), "127.0.0.1", "sim"), "visitors' door")


class RememberedTokens(VisitorTokens):
    """The production tokens; each is signed, and its signature checked, only once."""

    def __init__(self, secret: bytes) -> None:
        super().__init__([secret])
        self._made: dict[str, str] = {}
        self._read: dict[str, str] = {}

    def make(self, visitor: str) -> str:
        if visitor not in self._made:
            self._made[visitor] = super().make(visitor)
        return self._made[visitor]

    def visitor_of(self, token: str) -> str:
        if token not in self._read:
            self._read[token] = super().visitor_of(token)
        return self._read[token]


def tokens() -> VisitorTokens:
    return RememberedTokens(b"simulated")
