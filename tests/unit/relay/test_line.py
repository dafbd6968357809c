"""The order of the steps: nothing leaves before its commit, one append at a time, and whatever fails stops the line."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Role, Status
from server_stub import handling
from server_stub.desk.commands import VisitorSays
from server_stub.desk.decide import decide
from server_stub.desk.events import Record
from server_stub.desk.invariants import InvariantBroken
from server_stub.edge import bounds
from server_stub.journal.api import JournalFailed
from server_stub.journal.memory import MemoryJournal
from tests.property.relay_world import RelayWorld, StaffClient, VisitorClient


class GatedJournal(MemoryJournal):
    """Commits when it is let to; `begun` counts appends that were given to it."""

    gate: asyncio.Event
    begun = 0
    fails = False

    async def append(self, records: Sequence[Record], expected_head: int) -> None:
        self.begun += 1
        await self.gate.wait()
        if self.fails:
            raise JournalFailed("the disk is full")
        await super().append(records, expected_head)


@pytest.fixture
async def world() -> AsyncIterator[RelayWorld]:
    world = RelayWorld()
    await world.start()
    yield world
    if world.running is not None:
        world.running.cancel()
        await asyncio.wait([world.running])


def gated(world: RelayWorld) -> GatedJournal:
    journal = GatedJournal(world.store)
    journal.gate = asyncio.Event()
    world.line._journal = journal
    return journal


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def visitor(world: RelayWorld, name: str = "v1") -> VisitorClient:
    client = VisitorClient(name)
    world.connect(client)
    await world.settle()
    return client


async def test_nothing_leaves_before_the_commit_that_holds_it(world: RelayWorld) -> None:
    page = await visitor(world)
    journal = gated(world)
    world.put(page, VisitorSays("a", "Hello"))
    await turns()
    assert (journal.begun, page.wire.sent) == (1, [])
    journal.gate.set()
    await world.settle()
    assert page.answers["a"] == staff.Done(id="a", chat=1, n=1, at=world.now)
    assert [message.text for message in page.messages.values()] == ["Hello"]


async def test_what_comes_during_a_commit_is_decided_and_committed_next_as_one_batch(world: RelayWorld) -> None:
    page, other = await visitor(world), await visitor(world, "v2")
    journal = gated(world)
    world.put(page, VisitorSays("a", "one"))
    await turns()
    for number in range(5):
        world.put(other, VisitorSays(str(number), "words"))
        await turns(3)
    assert journal.begun == 1, "one append in flight"
    assert world.line.state.last_chat == 2, "and yet the next batch is decided"
    journal.gate.set()
    await world.settle()
    assert journal.begun == 2
    assert len(other.answers) == 5


async def test_a_refusal_waits_too_for_what_it_speaks_of(world: RelayWorld) -> None:
    world.person("anna")
    anna = StaffClient("anna", Role.operator)
    world.connect(anna)
    page = await visitor(world)
    journal = gated(world)
    world.put(page, VisitorSays("a", "Hello"))
    await turns()
    world.put(anna, staff.Take(id="t1", chat=1))
    world.put(anna, staff.Take(id="t2", chat=2))
    await turns()
    assert anna.wire.sent == []
    journal.gate.set()
    await world.settle()
    assert isinstance(anna.answers["t1"], staff.Done)
    assert isinstance(anna.answers["t2"], staff.Refused)


async def test_a_failed_append_ends_the_line_and_tells_nobody(world: RelayWorld) -> None:
    page = await visitor(world)
    journal = gated(world)
    journal.fails = True
    journal.gate.set()
    world.put(page, VisitorSays("a", "Hello"))
    assert world.running is not None
    with pytest.raises(JournalFailed, match="disk is full"):
        await asyncio.wait_for(world.running, 20)
    world.put(page, VisitorSays("b", "Anybody?"))
    await turns()
    assert page.wire.sent == []


async def test_a_broken_invariant_ends_the_line_before_the_append(
    world: RelayWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await visitor(world)
    head = world.line.state.head

    def broken(*_: object) -> None:
        raise InvariantBroken("a chat is in two places")

    monkeypatch.setattr("server_stub.desk.invariants.check_touched", broken)
    world.put(page, VisitorSays("a", "Hello"))
    assert world.running is not None
    with pytest.raises(InvariantBroken):
        await asyncio.wait_for(world.running, 20)
    assert len(world.store.rows) == head


async def test_half_a_decision_ends_the_line(world: RelayWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    page = await visitor(world)

    def broken(*_: object) -> None:
        raise RuntimeError("applied by half")

    monkeypatch.setattr(handling, "apply", broken)
    world.put(page, VisitorSays("a", "Hello"))
    assert world.running is not None
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(world.running, 20)


async def test_a_decision_that_fails_costs_its_command_only(
    world: RelayWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page = await visitor(world)

    def sometimes(state: object, actor: object, command: object, now: int) -> object:
        if isinstance(command, VisitorSays) and command.text == "poison":
            raise RuntimeError("a fault of ours")
        return decide(state, actor, command, now)  # type: ignore[arg-type]

    monkeypatch.setattr(handling, "decide", sometimes)
    world.put(page, VisitorSays("a", "poison"))
    world.put(page, VisitorSays("b", "Hello"))
    await world.settle()
    refused = page.answers["a"]
    assert isinstance(refused, staff.Refused)
    assert refused.code == "internal"
    assert "a fault of ours" not in refused.text
    assert isinstance(page.answers["b"], staff.Done)
    assert "poison" not in caplog.text


async def test_a_full_queue_says_so_and_tells_when_there_is_room(world: RelayWorld) -> None:
    page = await visitor(world)
    called = []
    for number in range(bounds.QUEUE_ITEMS):
        world.put(page, VisitorSays(str(number % 10), "words"))
    assert world.line.full
    world.line.when_room(lambda: called.append(world.line.full))
    await world.settle()
    assert called == [False]


async def test_the_clock_never_goes_back(world: RelayWorld) -> None:
    before = world.line.now()
    world.now -= 60_000
    assert world.line.now() == before
    world.now += 61_000
    assert world.line.now() == before + 1_000


async def test_what_is_due_happens_when_its_time_comes(world: RelayWorld) -> None:
    world.person("anna")
    anna, page = StaffClient("anna", Role.operator), await visitor(world)
    world.connect(anna)
    world.put(page, VisitorSays("a", "Hello"))
    world.put(anna, staff.SetStatus(id="s", status=Status.online))
    world.put(anna, staff.Take(id="t", chat=1))
    await world.settle()
    assert world.held(anna) == [1]
    due = anna.chats[1].rescue_at
    world.now = due - 1
    await world.settle()
    assert world.held(anna) == [1]
    world.now = due
    await world.settle()
    assert (world.held(anna), anna.chats[1].rescues) == ([], 1)


async def test_a_snapshot_is_kept_after_enough_events_and_time_and_at_the_stop(
    world: RelayWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "SNAPSHOT_EVENTS", 10)
    monkeypatch.setattr(bounds, "SNAPSHOT_EVENTS_BUSY", 40)
    page = await visitor(world)
    for number in range(12):
        world.put(page, VisitorSays(str(number), "words"))
    await world.settle()
    assert world.store.snapshots == [], "enough events, too little time"
    world.now += bounds.SNAPSHOT_GAP_MS
    world.put(page, VisitorSays("more", "words"))
    await world.settle()
    assert [seq for seq, _ in world.store.snapshots] == [world.line.state.head]
    world.put(page, VisitorSays("last", "words"))
    await world.settle()
    await world.line.stop()
    assert world.store.snapshots[-1][0] == world.line.state.head == len(world.store.rows)


async def test_a_snapshot_waits_for_a_quiet_moment_but_not_for_ever(
    world: RelayWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "SNAPSHOT_EVENTS", 10)
    monkeypatch.setattr(bounds, "SNAPSHOT_EVENTS_BUSY", 100)
    page = await visitor(world)
    world.now += bounds.SNAPSHOT_GAP_MS

    async def busily(*numbers: int) -> None:
        for number in numbers:
            world.put(page, VisitorSays(str(number), "words"))
        await world.line.settled()

    await busily(*range(50))
    assert world.store.snapshots == []
    await busily(*range(50, 110))
    assert len(world.store.snapshots) == 1
