"""Erasing, on every backend: the content is gone, the numbers and the chain stay."""

from server_stub.desk import snapshot
from server_stub.desk.actors import DESK
from server_stub.desk.commands import EraseContent
from server_stub.desk.erasing import belongs_to
from server_stub.desk.events import ContentErased, Record, decode_event
from server_stub.journal.chain import Checker, Sealed, genesis
from server_stub.starting import restore
from tests.contract.conftest import Place
from tests.unit.desk.desk_world import DeskWorld
from tests.unit.desk.ended_chat import ended_world


def break_in(rows: list[Sealed]) -> str:
    """What doesn't fit in the chain, given the erasures that it has itself; empty: all fits."""
    records = {row.seq: Record(row.seq, row.at, row.actor, decode_event(row.body)) for row in rows}

    def is_named(row: Sealed) -> bool:
        event = records[row.erased or 0].event
        return isinstance(event, ContentErased) and belongs_to(records[row.seq], event)

    checker = Checker(genesis("main"), is_named)
    return next((problem for row in rows if (problem := checker.check(row))), "")


async def stored(place: Place) -> DeskWorld:
    """A world whose contact was erased, stored in two commits."""
    world = ended_world()
    journal = await place.open()
    await journal.append(world.journal, 0)
    await journal.save_snapshot(journal.head, snapshot.dump(world.state))
    before = len(world.journal)
    world.do(DESK, EraseContent("ivan", (1,), "boss"))
    await journal.append(world.journal[before:], before)
    return world


async def test_an_erasure_is_done_by_the_commit_that_records_it(place: Place) -> None:
    world = await stored(place)
    journal = await place.open()
    texts = [entry.text for entry in await journal.transcript(1, limit=100) if entry.kind.value != "event"]
    assert texts == ["", "", ""]
    assert [entry.text for entry in await journal.transcript(2, limit=100)][1] == "good day"
    assert await journal.load_snapshot() is None
    assert snapshot.dump(await restore(journal)) == snapshot.dump(world.state)


async def test_the_chain_holds_over_what_was_erased(place: Place) -> None:
    await stored(place)
    rows = place.sealed()
    assert break_in(rows) == ""
    assert {row.erased for row in rows} == {None, rows[-1].seq}


async def test_a_content_that_was_taken_out_without_a_record_of_it_breaks_the_chain(place: Place) -> None:
    await stored(place)
    rows = place.sealed()
    first = next(row for row in rows if row.erased)
    assert "no erasure that names it" in break_in([row._replace(erased=2) if row is first else row for row in rows])


async def test_a_contact_may_be_erased_twice(place: Place) -> None:
    world = await stored(place)
    journal = await place.open()
    head = journal.head
    world.do(DESK, EraseContent("ivan", (1,), "boss"))
    await journal.append(world.journal[head:], head)
    assert break_in(place.sealed()) == ""
