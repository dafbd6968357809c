"""The whole way in, in this process: hostile lines through the edge's `Conversation` into the real line, desk and fan-out.

`play` makes a scene of bytes: two strangers, an operator and a supervisor who send whatever they like, beside an honest visitor
and an honest operator. What must hold whatever was sent: every line that can't be understood is refused with a reason, every
command is answered once, nothing but bad lines ends a session, the honest two talk on, the desk's invariants hold, no error is
logged, and what is shown to anybody is clean and can be read by the console.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final, cast

from msgspec import Struct

from opconsole.wire import staff
from opconsole.wire.cards import Role, Status
from opconsole.wire.codec import (
    BadFrame,
    clean_struct,
    decode_staff_down,
    decode_staff_up,
    decode_visitor_down,
    decode_visitor_up,
)
from opconsole.wire.visitor import VisitorHello
from server_stub.desk import invariants
from server_stub.desk.commands import VisitorSays
from server_stub.edge import bounds
from server_stub.edge.connection import AiohttpConnection
from server_stub.edge.conversation import Conversation
from server_stub.edge.front import Front
from server_stub.edge.lobby import Lobby
from server_stub.edge.metrics import Metrics
from server_stub.edge.sessions import Session, StaffSession, VisitorSession
from server_stub.edge.throttle import Bucket
from server_stub.edge.visitors import Speaker
from server_stub.journal.memory import MemoryJournal
from server_stub.starting import restore
from tests.fuzz import lines
from tests.fuzz.dice import ByteDice
from tests.property.relay_world import RelayWorld, StaffClient, VisitorClient, Wire

STEPS: Final = 24


class HeardWire(Wire):
    """A connection that is heard as the scene speaks, until one side ends it."""

    def __init__(self) -> None:
        super().__init__()
        self.hear: Callable[[str], None] = lambda text: None
        self.over = asyncio.Event()

    async def listen(self, hear: Callable[[str], None]) -> None:
        self.hear = hear
        await self.over.wait()

    def pause(self) -> None:
        raise AssertionError("nothing here is slow enough to be paused")

    def resume(self) -> None: ...

    def abort(self) -> None:
        super().abort()
        self.over.set()

    async def close(self, code: int, reason: str) -> None:
        await super().close(code, reason)
        self.over.set()


class World(RelayWorld):
    def __init__(self) -> None:
        super().__init__()
        self.metrics = Metrics()
        self.lobby = Lobby(self.metrics)

    def _end_session(self, session: Session, blocked: bool) -> None:
        self.lobby.end(session, "blocked" if blocked else "", "")

    def front(self) -> Front:
        return cast(
            Front, SimpleNamespace(intake=self.line, lobby=self.lobby, metrics=self.metrics, clock_s=time.monotonic)
        )


class Hostile:
    """One session of somebody who says anything; and what it must have been answered."""

    def __init__(self, world: World, who: str, role: Role | None = None) -> None:
        self.world, self.who, self.role = world, who, role
        self.side = "visitor-up" if role is None else "staff-up"
        self._decode_up: Callable[[str], Struct] = decode_visitor_up if role is None else decode_staff_up
        self._decode_down: Callable[[bytes], Struct] = decode_visitor_down if role is None else decode_staff_down
        self.running: asyncio.Task[None] | None = None

    def come(self) -> None:
        self.wire, self.bad, self.told, self.asked = HeardWire(), 0, 0, Counter[str]()
        bucket = Bucket(1e12, 1e12, 0.0)
        session: VisitorSession | StaffSession
        if self.role is None:
            session = VisitorSession(self.wire, self.who, bucket=bucket)
            accept = Speaker(self.world.front(), session, "192.0.2.1").accept
        else:
            session = StaffSession(self.wire, self.who, self.role, bucket=bucket)
            accept = self._accept
        self.session = session
        connection = cast(AiohttpConnection, self.wire)
        conversation = Conversation(self.world.front(), connection, session, self._decode_up, accept)
        self.running = asyncio.ensure_future(conversation.run())

    def _accept(self, frame: Struct) -> bool:
        """As the operators' door does."""
        if type(frame) is staff.Hello:
            return False
        self.world.line.put(self.session, frame)
        return True

    def say(self, text: str) -> None:
        for line in text.split("\n", bounds.FRAMES_PER_MESSAGE):
            if self.session.ending or self.bad >= bounds.BAD_FRAMES:
                break
            try:
                frame = self._decode_up(line)
            except BadFrame:
                self.bad += 1
                continue
            if isinstance(frame, staff.Hello | VisitorHello):
                self.bad += 1
            elif command := getattr(frame, "id", ""):
                self.asked[command] += 1
        self.wire.hear(text)

    def check(self) -> None:
        assert self.running is not None
        ended = self.wire.closed is not None or self.wire.aborted
        assert ended == (self.bad >= bounds.BAD_FRAMES), f"{self.who}'s session ended with {self.bad} bad lines"
        answered, bad = Counter[str](), 0
        for line in self.wire.take():
            frame: Any = self._decode_down(line)
            assert clean_struct(frame) is frame, "something that is not clean was sent"
            if isinstance(frame, staff.Refused) and frame.code == "bad_frame":
                assert frame.text, "a refusal without a reason"
                bad += 1
            elif command := getattr(frame, "id", ""):
                assert getattr(frame, "code", "") != "internal", "an error of the desk's own"
                answered[command] += 1
        assert bad == self.bad - self.told, f"{self.bad - self.told} bad lines, {bad} refusals"
        assert ended or answered == self.asked, f"asked {self.asked}, answered {answered}"
        self.told, self.asked = self.bad, Counter()

    async def go(self) -> None:
        self.wire.over.set()
        if self.running is not None:
            await self.running


class Loud(logging.Handler):
    """Keeps what was logged as wrong."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.name}: {record.getMessage()}")


async def play(data: bytes) -> int:
    """One scene; raises AssertionError (or whatever broke). How many lines were said."""
    dice, world, loud = ByteDice(data), World(), Loud()
    logging.getLogger().addHandler(loud)
    try:
        return await _play(dice, world)
    finally:
        logging.getLogger().removeHandler(loud)
        if world.running is not None and not world.running.done():
            world.running.cancel()
            await asyncio.wait([world.running])
        assert loud.said == [], loud.said


async def _play(dice: ByteDice, world: World) -> int:
    await world.start()
    for login, role in (("anna", Role.operator), ("boris", Role.operator), ("sofia", Role.supervisor)):
        world.person(login, role)
    honest, page = StaffClient("boris", Role.operator), VisitorClient("honest")
    world.connect(honest)
    world.connect(page)
    everybody = [Hostile(world, "v1"), Hostile(world, "v2"), Hostile(world, "anna", Role.operator)]
    everybody.append(Hostile(world, "sofia", Role.supervisor))
    for each in everybody:
        each.come()
    await asyncio.sleep(0)
    world.put(honest, staff.SetStatus(id="online", status=Status.online))
    world.put(page, VisitorSays("first", "Hello"))
    await world.settle()
    said = 0
    for _ in range(STEPS):
        if not dice:
            break
        each = dice.pick(everybody)
        together = [lines.line(dice, each.side) for _ in range(1 + dice.number(2))]
        each.say("\n".join(together))
        said += len(together)
        if dice.once_in(4):
            world.now += dice.pick((100, 1_000, 40_000, 200_000))
        if dice.once_in(3):
            await _hold(world, everybody)
        if each.wire.over.is_set() or dice.once_in(20):
            await _hold(world, everybody)
            await each.go()
            each.come()
            await asyncio.sleep(0)
    await _hold(world, everybody)
    await _talk_on(world, honest, page)
    for each in everybody:
        await each.go()
    await world.settle()
    rebuilt = await restore(MemoryJournal(world.store))
    assert rebuilt.head == world.line.state.head
    invariants.check(rebuilt)
    return said


async def _hold(world: World, everybody: list[Hostile]) -> None:
    await world.settle()
    await asyncio.sleep(0)
    assert world.running is not None
    assert not world.running.done(), "the line has ended"
    invariants.check(world.line.state)
    for each in everybody:
        each.check()


async def _talk_on(world: World, honest: StaffClient, page: VisitorClient) -> None:
    """The two honest ones are there, and what the one says the desk stores."""
    assert honest.farewell == "", "an honest session was ended"
    world.put(page, VisitorSays("last", "Still here"))
    await world.settle()
    done = page.answers["last"]
    assert isinstance(done, staff.Done), f"the honest visitor was answered {done}"
    world.put(honest, staff.SetStatus(id="still", status=Status.busy))
    await world.settle()
    assert isinstance(honest.answers["still"], staff.Done)
    assert honest.operators["boris"].status is Status.busy
