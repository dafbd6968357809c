"""A snapshot is a cache: right, or unusable, and never anything between."""

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Profile
from server_stub.desk.commands import VisitorLeaves
from server_stub.desk.invariants import check
from server_stub.desk.model import State
from server_stub.desk.snapshot import MAGIC, SnapshotUnusable, dump, load
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld, visitor


def busy() -> DeskWorld:
    """A desk with something of everything."""
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    world.held_chat(anna, "v1")
    world.do(anna, staff.Snooze(id="z", chat=world.held_chat(anna, "v2", answered=True), until=world.now + MINUTE))
    world.closes(anna, world.held_chat(anna, "v3", answered=True))
    world.writes("v4", profile=Profile(name="Bob", utm={"utm_source": "x"}))
    world.do(visitor("v5"), VisitorLeaves("f", email="bob@example.com", text="call me"))
    world.do(anna, staff.SaveTemplate(id="t", template="t1", code="hi", text="hello"))
    world.do(anna, staff.AddNote(id="n", chat=1, text="a note"))
    world.goes(bob)
    world.goes(visitor("v4"))
    return world


def test_a_desk_comes_back_from_its_bytes_and_goes_on_as_if_nothing_had_been() -> None:
    world = busy()
    loaded = load(dump(world.state))
    check(loaded)
    assert dump(loaded) == dump(world.state)
    assert loaded.next_deadline() == world.state.next_deadline()
    twin = busy()
    twin.state = loaded
    assert twin.wait(10 * MINUTE) == world.wait(10 * MINUTE)
    assert dump(twin.state) == dump(world.state)


def test_the_journal_alone_gives_the_same_desk() -> None:
    world = busy()
    world.wait(100 * SECOND)
    assert dump(world.replayed()) == dump(world.state)


def test_an_empty_desk_comes_back() -> None:
    assert load(dump(State())).head == 0


@pytest.mark.parametrize("spoil", [lambda blob: b"", lambda blob: blob[:-1], lambda blob: blob[:40] + b"?" + blob[41:]])
def test_a_damaged_snapshot_is_unusable(spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(SnapshotUnusable):
        load(spoil(dump(busy().state)))


def test_a_snapshot_of_another_version_is_unusable() -> None:
    blob = dump(busy().state)
    with pytest.raises(SnapshotUnusable, match="another version"):
        load(blob.replace(MAGIC, b"opconsole desk 00000000\n"))
