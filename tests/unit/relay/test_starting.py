"""How a relay comes to its state."""

from collections.abc import Callable

import pytest

from opconsole.wire.cards import Role
from opconsole.wire.staff import SaveTemplate
from server_stub.desk import snapshot
from server_stub.desk.commands import VisitorSays
from server_stub.desk.errors import InvariantBroken
from server_stub.desk.events import ChatTaken, Record
from server_stub.desk.model import State
from server_stub.desk.settings import Settings
from server_stub.journal.memory import MemoryJournal
from server_stub.journal.people import User
from server_stub.starting import StartRefused, begin, is_known, restore
from tests.unit.relay.conftest import Floor

NOW = 1_700_000_000_000
ANNA = User(login="anna", name="Anna", role=Role.operator)
STARTER = SaveTemplate(id="s1", template="s1", code="hi", text="Hello", mine=False)


async def started(journal: MemoryJournal, **changes: object) -> int:
    """How many records a start made."""
    head = journal.head
    facts = {"settings": Settings(), "users": [ANNA], "starters": [STARTER], "now": NOW} | changes
    await begin(await restore(journal), journal, **facts)  # type: ignore[arg-type]
    return journal.head - head


async def test_the_first_start_brings_people_and_templates_and_the_next_only_what_is_new() -> None:
    journal = MemoryJournal()
    await started(journal)
    state = await restore(journal)
    assert (list(state.operators), list(state.templates)) == (["anna"], ["s1"])
    assert await started(journal) == 1, "that the relay has started"
    boris = User(login="boris", name="Boris", blocked=True)
    assert await started(journal, users=[ANNA, boris]) == 2
    state = await restore(journal)
    assert is_known(state, ANNA)
    assert is_known(state, boris)
    assert not is_known(state, User(login="anna", name="Anna", role=Role.admin))
    assert not is_known(state, User(login="clara", name="Clara"))


async def test_settings_are_journaled_when_they_differ() -> None:
    journal = MemoryJournal()
    await started(journal)
    changed = Settings(limit=7)
    assert await started(journal, settings=changed) == 2
    assert await started(journal, settings=changed) == 1
    assert (await restore(journal)).settings == changed


async def test_settings_that_can_not_be_are_refused_whole() -> None:
    journal = MemoryJournal()
    with pytest.raises(StartRefused, match="Mars"):
        await started(journal, settings=Settings(tz="Mars/Olympus"))
    assert journal.head == 0


async def test_snapshot_and_replay_give_the_state_that_was_lived(floor: Floor) -> None:
    await floor.visitor("v1")
    state = floor.line.state
    journal = MemoryJournal(floor.store)
    await journal.save_snapshot(state.head, snapshot.dump(state))
    await floor.visitor("v2")
    lived = snapshot.dump(floor.line.state)
    assert snapshot.dump(await restore(journal)) == lived
    assert snapshot.dump(await restore(MemoryJournal(floor.store))) == lived


async def test_a_snapshot_that_is_of_no_use_is_passed_over(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    await floor.visitor("v1")
    state, journal = floor.line.state, MemoryJournal(floor.store)
    lived = snapshot.dump(state)
    await journal.save_snapshot(state.head - 1, b"of another version")
    await journal.save_snapshot(state.head, lived[: len(lived) // 2])
    assert snapshot.dump(await restore(journal)) == lived
    assert caplog.text.count("is of no use") == 2


async def spoilt(floor: Floor, spoil: Callable[[State], None], *, seq: int = 0) -> MemoryJournal:
    """A journal whose newest snapshot decodes, and says another thing than the journal."""
    await floor.visitor("v1")
    head = floor.line.state.head
    state = snapshot.load(snapshot.dump(floor.line.state))
    spoil(state)
    await floor.visitor("v2")
    journal = MemoryJournal(floor.store)
    await journal.save_snapshot(seq or head, snapshot.dump(state))
    return journal


def lose_the_chat(state: State) -> None:
    del state.chats[1]


def miscount(state: State) -> None:
    state.chats[1].public = 77


def renumber(state: State) -> None:
    state.head -= 1


@pytest.mark.parametrize("spoil", [lose_the_chat, miscount, renumber])
async def test_a_snapshot_that_decodes_and_can_not_be_is_passed_over(
    floor: Floor, caplog: pytest.LogCaptureFixture, spoil: Callable[[State], None]
) -> None:
    journal = await spoilt(floor, spoil)
    assert snapshot.dump(await restore(journal)) == snapshot.dump(floor.line.state)
    assert caplog.text.count("is of no use") == 1


async def test_what_is_wrong_with_the_journal_itself_is_no_snapshots_fault_and_is_raised(floor: Floor) -> None:
    await floor.visitor("v1")
    journal = MemoryJournal(floor.store)
    await journal.save_snapshot(floor.line.state.head, snapshot.dump(floor.line.state))
    taken = ChatTaken(chat=99, n=1, by="anna")
    await journal.append([Record(journal.head + 1, NOW, "o:anna", taken)], journal.head)
    with pytest.raises(InvariantBroken, match="does not follow"):
        await restore(journal)


async def test_who_says_something_after_a_restart_goes_on_where_it_was(floor: Floor) -> None:
    page = await floor.visitor("v1")
    await floor.stop()
    await floor.start()
    floor.connect(page)
    floor.put(page, VisitorSays("next", "again"))
    await floor.settle()
    assert [message.n for message in page.messages.values()] == [1, 2]
