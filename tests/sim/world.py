"""One seed's world: a relay, its disk, the network, a few people at consoles and some visitors, and a clock that all share.

`run(seed)` lives through one shift and checks it. Everything follows from the seed; what is checked is in `checks.py`.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from contextvars import copy_context
from random import Random
from typing import Any, Final
from unittest import mock

from opconsole.link import keeper
from opconsole.wire import staff
from opconsole.wire.cards import Role, Status
from opconsole.wire.checklists import Step
from opconsole.wire.codec import encode
from server_stub.desk import invariants
from server_stub.desk.settings import DepartmentSettings, Settings
from server_stub.edge import bounds
from server_stub.journal.people import User
from tests.sim import acts, checks, faults
from tests.sim.book import Book
from tests.sim.console import FOLDERS, Console
from tests.sim.disks import Disk, MemoryDisk, Shelf, SqliteDisk
from tests.sim.loop import PROCESS, START_MS, SimLoop
from tests.sim.network import Network
from tests.sim.relay import RelayProcess, tokens
from tests.sim.tally import Tally
from tests.sim.visitor import Visitor

QUICK: Final = Settings(
    first_reply_ms=20_000,
    reply_ms=30_000,
    gone_ms=8_000,
    left_ms=15_000,
    silent_ms=20_000,
    restart_grace_ms=5_000,
    reopen_ms=60_000,
    closed_keep_ms=240_000,
    departments=dict.fromkeys(("general", "sales"), DepartmentSettings(checklist=(Step(id="greet", title="Greet"),))),
    department_templates=Role.operator,
)
"""Short deadlines, so that a shift of minutes meets them all."""
MODERATE: Final = Settings(max_waiting=4, limit=3)
STEPS: Final = (150, 220)
VISITORS: Final = 8
LOOK_MS: Final = 50
QUIET_MS: Final = 2_500
"""More than the slowest link takes, and than the relay gathers what may wait (`edge.bounds`)."""
LATE_MS: Final = 1_000
"""So late nothing that is due may be done."""


class SeedFailed(AssertionError):
    """A seed's run broke a promise. The notes say where, and how to replay it."""


class World:
    def __init__(self, seed: int, shelf: Shelf, *, tell: Callable[[str], None] | None = None) -> None:
        self.seed = seed
        self.dice = dice = Random(seed)
        self.tally = Tally()
        self.loop = SimLoop.make()
        self.book = Book()
        self.network = Network(self.loop, Random(dice.getrandbits(32)), self.tally)
        self.disk: Disk = SqliteDisk(shelf, Random(dice.getrandbits(32))) if seed % 5 in (1, 3) else MemoryDisk()
        self.settings = dice.choice((QUICK, QUICK, QUICK, MODERATE))
        self.tokens = tokens()
        self.relay: RelayProcess | None = None
        self.users = {
            user.login: user
            for user in (
                User(login="anna", name="Anna", departments=("general",)),
                User(login="boris", name="Boris", limit=2),
                User(login="sofia", name="Sofia", role=Role.supervisor),
            )
        }
        self.consoles: list[Console] = []
        self.visitors: list[Visitor] = []
        self.unreachable: dict[str, None] = {}
        """Names of those from whom no new connection comes through."""
        self.repeats = dice.choice((0.0, 0.03, 0.15))
        """How likely a command goes out twice."""
        self.rough = dice.choice((0.03, 0.07, 0.12))
        """How likely a step is a fault."""
        self.down_ms = 0
        """How long there was no relay, in all."""
        self.starts = 0
        self.healing = False
        self.failure: BaseException | None = None
        self._checked: tuple[RelayProcess | None, int] = (None, 0)
        self._down_since = 0
        self._new_visitors = 0
        self._tell = tell
        self._context = copy_context()

    # ------------------------------------------------------------ for everybody in it

    def now(self) -> int:
        return self.loop.now_ms()

    def trace(self, who: str, what: str, frame: Any = None) -> None:
        if self._tell is not None:
            told = f" {encode(frame).decode()}" if frame is not None else ""
            self._tell(f"{self.loop.now_us / 1e6:10.3f}  {who:<16} {what}{told}")

    def failed(self, what: str, error: BaseException | None = None) -> None:
        """Something that must not happen has happened where no exception of ours can pass."""
        if self.failure is None:
            self.failure = SeedFailed(what)
            self.failure.__cause__ = error

    def later(self, ms: int, doing: Callable[[], object]) -> None:
        """Of the world's own doing: no program's death prevents it."""
        self.loop.call_at_us(self.loop.now_us + ms * 1000, doing, context=self._context)

    def run_for(self, ms: int) -> None:
        """Time passes."""
        self.loop.run_for(ms)
        if self.failure is not None:
            raise self.failure
        if self.loop.errors:
            raise SeedFailed(self.loop.errors[0])

    def wait(self, ms: int, until: Callable[[], bool]) -> bool:
        """Time passes until that holds (looked at now and then). False: so much has passed, and it doesn't."""
        for _ in range(0, ms, LOOK_MS):
            if until():
                return True
            self.run_for(LOOK_MS)
        return until()

    def new_visitor(self) -> str:
        self._new_visitors += 1
        return f"v{self._new_visitors}"

    def last_chat(self) -> int:
        return self.relay.state.last_chat if self.relay is not None and self.relay.up else 1

    def change_person(self, login: str, **facts: object) -> None:
        self.users[login] = acts.changed(self.users[login], **facts)
        self.trace("admin", f"sets {login}: {facts}")
        relay = self.relay
        if relay is not None and relay.up:
            user = self.users[login]
            relay.process.run(lambda: relay.person_changed(user))

    # ------------------------------------------------------------ the relay's lives

    def start_relay(self) -> None:
        if self.relay is not None and not self.relay.process.dead:
            return
        self.starts += 1
        if self._down_since:
            self.down_ms += self.now() - self._down_since
        self.relay = RelayProcess(self, self.disk)
        self.relay.start()

    def relay_is_down(self) -> None:
        self._down_since = self.now()
        self.later(self.dice.choice((50, 800, 5_000, 20_000)), self.start_relay)

    # ------------------------------------------------------------ a shift

    def begin(self) -> None:
        self.start_relay()
        for login in self.users:
            self.consoles.append(Console(self, login))
        if self.dice.random() < 0.5:
            self.consoles.append(Console(self, "sofia", "monitor"))
        for console in self.consoles:
            console.start()
        self.visitors += [Visitor(self, f"visitor {number}") for number in range(VISITORS)]
        self.wait(3_000, lambda: all(console.live for console in self.consoles))
        for console in self.consoles:
            if console.mode == "work":
                online = staff.SetStatus(id=console.new_id(), status=Status.online)
                console.act(lambda console=console, online=online: console.session.send(online))  # type: ignore[misc]

    def shift(self) -> None:
        dice = self.dice
        weights = [weight for weight, _ in acts.PEOPLE], [weight for weight, _ in faults.FAULTS]
        for step in range(dice.randint(*STEPS)):
            if dice.random() < self.rough:
                _, act = dice.choices(faults.FAULTS, weights[1])[0]
            else:
                _, act = dice.choices(acts.PEOPLE, weights[0])[0]
            self.tally["steps"] += 1
            self.trace("step", f"{step}: {act.__name__}")
            act(self)
            self.run_for(dice.choice((0, 20, 100, 400, 1_000, 2_500)))
            self.check()

    def check(self) -> None:
        """After each step: the desk's invariants, whatever is under way; and nothing is held past its deadline."""
        relay = self.relay
        if relay is None or not relay.up or relay.line._error is not None:
            return
        state = relay.state
        if (relay, state.head) != self._checked:
            self._checked = (relay, state.head)
            invariants.check(state)
        due = state.next_deadline()
        assert due is None or due > self.now() - LATE_MS, f"something is due since {self.now() - due} ms"

    def heal(self) -> None:
        """Everything works again, everybody is there, and all that was given is answered."""
        self.trace("world", "HEALS")
        self.healing = True
        self.unreachable.clear()
        if self.relay is not None:
            self.loop.pardon()
            self.network.sends_left = -1
            if self.relay.up:
                self.relay.journal.fault = ""
        back = self.wait(60_000, lambda: all(each.running for each in self.consoles))
        assert back, "a program was not started again"
        self.wait(30_000, lambda: self.relay is not None and self.relay.up)
        for login, user in self.users.items():
            if user.blocked:
                self.change_person(login, blocked=False)
        for visitor in self.visitors:
            visitor.come()
        self.run_for(QUIET_MS)  # a farewell may be under way still
        for console in self.consoles:
            if not console.live:
                console.act(console.session.retry_now)
        if not self.wait(180_000, lambda: not self.unrest()):
            raise SeedFailed(f"after three minutes of peace: {self.unrest()}")
        self.settle()

    def settle(self) -> None:
        """All that is under way arrives: for a while nothing new has happened."""
        for _ in range(100):
            head = self.relay.state.head if self.relay is not None else 0
            self.run_for(QUIET_MS)
            if self.relay is not None and self.relay.state.head == head:
                return
        raise SeedFailed("there is no end of what happens by itself")

    def unrest(self) -> str:
        """What is not as it should be at the end; empty: all is."""
        if self.relay is None or not self.relay.up:
            return "there is no relay"
        for wire in self.network.wires:
            if not wire.is_well:
                return f"somebody believes in a dead link of {wire.who}"  # heartbeats must find out
        for console in self.consoles:
            if not console.live:
                return f"{console.name} is {console.store.link}"
            if len(console.store.outbox):
                return f"{console.name} waits for answers to {[item.command for item in console.store.outbox]}"
        for visitor in self.visitors:
            if not visitor.synced:
                return f"{visitor.name} has no link"
            if visitor.outbox:
                return f"{visitor.name} waits for answers to {list(visitor.outbox.values())}"
        return ""

    def end(self) -> None:
        """Everybody goes home; nothing is left."""
        for process in self.loop.processes:
            process.kill()
        self.loop.run_for(1_000)
        if isinstance(self.disk, SqliteDisk):
            self.disk.crash()
            self.disk.remove()


class _Listener(logging.Handler):
    """Production code logs an error of its own and goes on: here that fails the seed, unless its process was killed."""

    def __init__(self, world: World) -> None:
        super().__init__(logging.ERROR)
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        process = PROCESS.get()
        if process is None or not process.dead:
            error = record.exc_info[1] if record.exc_info else None
            self._world.failed(f"{record.name} logs: {record.getMessage()}", error)


@contextlib.contextmanager
def installed(world: World) -> Iterator[None]:
    """The few things that production code takes from its surroundings are the world's own while it lives."""
    FOLDERS.clear()
    listener = _Listener(world)
    loggers = [logging.getLogger(name) for name in ("server_stub", "opconsole")]
    with contextlib.ExitStack() as stack:
        for logger in loggers:
            logger.addHandler(listener)
            stack.callback(logger.removeHandler, listener)
            stack.enter_context(mock.patch.object(logger, "propagate", False))
        stack.enter_context(mock.patch.object(keeper, "folder_of", lambda state_dir, relay, login: state_dir.name))
        stack.enter_context(mock.patch.object(keeper, "OutboxFile", FOLDERS.__getitem__))
        stack.enter_context(mock.patch.object(bounds, "SNAPSHOT_EVENTS", 60))
        stack.enter_context(mock.patch.object(bounds, "SNAPSHOT_GAP_MS", 5_000))
        yield


def run(seed: int, shelf: Shelf, *, tell: Callable[[str], None] | None = None) -> Tally:
    """Live through one seed. Raises AssertionError (a broken promise), or what production code raised."""
    world = World(seed, shelf, tell=tell)
    with installed(world):
        try:
            world.begin()
            world.shift()
            world.heal()
            checks.check(world)
        except BaseException as error:
            error.add_note(f"seed {seed}, {world.disk.name}, {(world.now() - START_MS) / 1000:.3f} s into the shift")
            world.trace("world", f"FAILS: {error}")
            raise
        finally:
            world.end()
        checks.check_end(world)
    world.tally["seeds"] += 1
    world.tally[f"seeds on {world.disk.name}"] += 1
    return world.tally
