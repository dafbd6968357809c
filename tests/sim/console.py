"""An operator's console as a process of the simulation: the production session, link, feed, keeper and store, without a screen.

Its dial leads into the simulated network; its disk is `Folder`, which outlives the process.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Literal

from opconsole.link.connection import GATHER_FRAMES, Connection
from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.link.outbox_file import Kept, OutboxFile
from opconsole.link.session import Ready, Session
from opconsole.state.model import Phase, Stop
from opconsole.state.outbox import Outbox
from opconsole.state.store import Store
from opconsole.wire.codec import decode_staff_down, encode
from opconsole.wire.messages import Message
from opconsole.wire.staff import AddNote, Bye, Done, PageOf, Refused, Say, StaffDown, StaffUp, Sync, Welcome
from tests.sim.book import Given
from tests.sim.loop import PROCESS, Process
from tests.sim.network import ClientEnd

if TYPE_CHECKING:
    from tests.sim.world import World

KEPT_MS = 100
"""A command is on the disk so soon after it was given."""
DRAFT_KEPT_MS = 100
"""A draft so soon after it changed, in a way that outlives the program (`keeper.NOW_SECONDS`, and the write)."""
DRAFT_SYNCED_MS = 1_200
"""And in a way that outlives the machine (`keeper.DRAFTS_SECONDS`, and the write)."""


class Folder:
    """A console's disk: what `opconsole.link.outbox_file.OutboxFile` keeps, whole or not at all."""

    def __init__(self) -> None:
        self.outbox: bytes | None = None
        self.drafts: bytes | None = None
        self.now: bytes | None = None
        self.marks: bytes | None = None

    def read(self) -> Kept:
        return Kept(self.outbox, self.drafts, [], self.marks, self.now)

    def orphans(self) -> list[OutboxFile]:
        return []

    def lose_power(self) -> None:
        """What was not synced is gone."""
        self.now = None

    def write_outbox(self, blob: bytes) -> None:
        self.outbox = blob

    def write_drafts(self, blob: bytes) -> None:
        self.drafts = blob

    def write_now(self, blob: bytes) -> None:
        self.now = blob or None

    def write_marks(self, blob: bytes) -> None:
        self.marks = blob

    def close(self) -> None:
        pass


FOLDERS: dict[str, Folder] = {}
"""By the name of the console: `OutboxFile` is replaced by a look into this (see `world.installed`)."""


class SimConnection:
    """`opconsole.link.connection.Connection` over one end of a simulated wire."""

    def __init__(self, console: "Console", end: ClientEnd) -> None:
        self._console = console
        self._end = end
        self._messages: list[bytes] = []
        self._news = asyncio.Event()
        self._synced = False
        end.on_message = self._take
        end.on_end = self._news.set

    def _take(self, payload: bytes) -> None:
        self._messages.append(payload)
        self._news.set()

    async def receive(self) -> list[StaffDown]:
        while not self._messages:
            if self._end.ended:
                raise LinkTrouble(Trouble.dropped, "the link was lost")
            self._news.clear()
            await self._news.wait()
        frames = [decode_staff_down(line) for line in self._messages.pop(0).split(b"\n")]
        if not self._synced:
            self._check_greeting(frames)
        self._console.heard(frames)
        return frames

    def _check_greeting(self, frames: list[StaffDown]) -> None:
        """Nothing but the welcome, or a farewell, comes before the sync."""
        for frame in frames:
            if isinstance(frame, Sync):
                self._synced = True
                return
            assert isinstance(frame, Welcome | Bye), f"{self._console.name} is shown {frame} before its sync"

    async def send(self, frames: list[StaffUp]) -> None:
        if self._end.ended:
            raise LinkTrouble(Trouble.dropped, "the link was lost")
        for start in range(0, len(frames), GATHER_FRAMES):
            lines: list[str] = []
            for frame in frames[start : start + GATHER_FRAMES]:
                line = encode(frame).decode()
                lines.append(line)
                if hasattr(frame, "id") and self._console.repeats():
                    lines.append(line)
            self._end.send("\n".join(lines))

    async def close(self) -> None:
        self._end.close()


class Console:
    """One operator at one machine, over all the lives of the program."""

    def __init__(
        self, world: "World", login: str, mode: Literal["work", "monitor"] = "work", *, kept: bool = True
    ) -> None:
        self.world = world
        self.login = login
        self.mode: Literal["work", "monitor"] = mode
        self.number = len(world.consoles)
        self.name = login if mode == "work" else f"{login}'s monitor"
        self.dice = Random(world.dice.getrandbits(32))
        self.lives = 0
        self.ids = 0
        self.folder = Folder() if kept else None
        self.process: Process
        self.store: Store
        self.session: Session
        self.drafts: list[tuple[int, dict[int, str]]] = [(0, {})]
        """What stood in the composers, and since when."""
        self.closing = False
        self._to_compare = False
        self._given_back: list[Say | AddNote] = []
        """Held words that stood on the disk when this life began: they come back as drafts."""
        self._ended_at = 0
        self._drafts_kept_ms = DRAFT_KEPT_MS

    # ------------------------------------------------------------ life

    def start(self) -> None:
        world = self.world
        self.lives += 1
        self.closing = False
        self.process = Process(world.loop, self.name)
        self.store = Store()
        FOLDERS[self.name] = self.folder if self.folder is not None else Folder()
        self._look_at_held()
        self.process.run(self._make)
        self.process.spawn(self.session.start(), f"{self.name} starts")
        self._to_compare = self.lives > 1

    def _look_at_held(self) -> None:
        """What the disk knows as held was never on any wire, and must never be."""
        outbox = Outbox()
        if self.folder is not None and self.folder.outbox is not None:
            outbox.load(self.folder.outbox)
        words = [item.command for item in outbox.held()]
        self._given_back = [command for command in words if isinstance(command, Say | AddNote)]
        for command in self._given_back:
            self.world.book.given[command.id].taken_back = True
            self.world.tally["held words given back"] += 1

    def _make(self) -> None:
        self.session = Session(
            Ready("http://sim", self.login, "token"),
            self.store,
            on_changes=lambda changes: None,
            state_dir=Path(self.name) if self.folder is not None else None,
            mode=self.mode,
            clock=self.world.now,
            dice=self.dice.random,
            new_id=self.new_id,
            dial=self.dial,
        )

    @property
    def running(self) -> bool:
        """The program has loaded what it kept, and can be used."""
        return not (self.process.dead or self.closing) and self.session._pump is not None

    @property
    def live(self) -> bool:
        return self.running and self.session._link.state.phase is Phase.live

    def act(self, doing: Callable[[], object]) -> None:
        """Let the operator do something, and note what commands came of it."""
        self.compare_drafts()
        self.process.run(doing)
        for item in self.store.outbox:
            if item.command.id not in self.world.book.given:
                command = item.command
                given = Given(command.id, f"o:{self.login}", self.name, command, self.world.now())
                self.world.book.give(given)
                self.world.trace(self.name, "gives", command)
        standing = self.standing_drafts()
        if standing != self.drafts[-1][1]:
            self.drafts.append((self.world.now(), standing))

    def kill(self, *, silently: bool) -> None:
        """`kill -9`, or (silently) the laptop's battery: only the disk is left, and of that only what was synced."""
        world = self.world
        self.compare_drafts()
        world.tally["consoles killed"] += 1
        world.trace(self.name, "is KILLED")
        self._end(silently=silently)
        self._drafts_kept_ms = DRAFT_SYNCED_MS if silently else DRAFT_KEPT_MS
        if silently and self.folder is not None:
            self.folder.lose_power()
        for item in self.store.outbox:
            given = world.book.given[item.command.id]
            given.lost = given.lost or world.now() - given.at < KEPT_MS

    def close(self) -> None:
        """The operator closes the program; `closed` when it has ended."""
        self.world.tally["consoles closed"] += 1
        self.world.trace(self.name, "is closed")
        self.compare_drafts()
        self.drafts = [(0, self.standing_drafts())]
        self._drafts_kept_ms = DRAFT_KEPT_MS
        self.closing = True
        self.process.spawn(self.session.close(), f"{self.name} closes").add_done_callback(self._closed)

    def _closed(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.world.failed(f"{self.name} could not be closed: {error!r}", error)
        self._end(silently=False)

    def _end(self, *, silently: bool) -> None:
        self.process.kill()
        if not self._to_compare:  # else it was killed before it had loaded what it kept
            self._ended_at = self.world.now()
        for wire in self.world.network.of(client_process=self.process):
            wire.client_died(silently=silently)

    def standing_drafts(self) -> dict[int, str]:
        drafts = self.store.drafts
        return {chat: draft.text for chat in sorted(drafts.chats()) if (draft := drafts.get(chat)) is not None}

    def compare_drafts(self) -> None:
        """After a start: what was kept has come back; of the last moment's keys perhaps not all."""
        if not self._to_compare or not self.running:
            return
        self._to_compare = False
        if self.folder is None:
            return
        back = self.standing_drafts()
        sure = max(
            (i for i, (at, _) in enumerate(self.drafts) if at <= self._ended_at - self._drafts_kept_ms), default=0
        )
        possible = [self._with_given_back(texts) for _, texts in self.drafts[sure:]]
        assert back in possible, f"{self.name}: the drafts {possible[0]} came back as {back}"
        self.drafts = [(0, back)]

    def _with_given_back(self, drafts: dict[int, str]) -> dict[int, str]:
        """Held words stand before what stood there."""
        texts = dict(drafts)
        for command in reversed(self._given_back):
            before = texts.get(command.chat)
            texts[command.chat] = command.text if before is None else f"{command.text}\n{before}"
        return texts

    # ------------------------------------------------------------ what the session asks

    def new_id(self) -> str:
        self.ids += 1
        return f"{self.name[:12]}-{self.number}-{self.ids}"

    def repeats(self) -> bool:
        """Whether a command goes out twice: a client may be clumsy."""
        if self.dice.random() >= self.world.repeats:
            return False
        self.world.tally["commands sent twice"] += 1
        return True

    async def dial(self) -> Connection:
        world = self.world
        await asyncio.sleep(self.dice.choice((0.001, 0.02, 0.2)))
        if world.users[self.login].blocked:
            raise LinkTrouble(Trouble.refused, "blocked", Stop.blocked)
        if world.relay is None or not world.relay.up or self.name in world.unreachable:
            raise LinkTrouble(Trouble.unreachable, "nobody answers")
        process = PROCESS.get()
        assert process is not None
        wire = world.network.connect(self.name, process, world.relay.process)
        world.relay.accept_operator(wire, self.login)
        return SimConnection(self, wire.client)

    def heard(self, frames: list[StaffDown]) -> None:
        """Frames have arrived: evidence."""
        book, trace, tally = self.world.book, self.world.trace, self.world.tally
        for frame in frames:
            match frame:
                case Message():
                    book.saw(self.name, frame)
                    trace(self.name, "is shown", frame)
                case Done() | Refused():
                    if not book.told(self.name, frame):
                        tally["answers told again"] += 1
                    elif isinstance(frame, Refused):
                        tally[f"refused: {frame.code}"] += 1
                    trace(self.name, "is told", frame)
                case Sync() | PageOf():
                    for message in frame.messages:
                        book.saw(self.name, message)
                    tally["syncs"] += isinstance(frame, Sync)
                    trace(self.name, "gets", frame)
                case _:
                    trace(self.name, "gets", frame)
