"""Syncs and pages: bounded, and no further than what is committed."""

import msgspec
import pytest

from opconsole.wire import limits, staff
from opconsole.wire.codec import decode_staff_down, encode
from opconsole.wire.messages import Message
from server_stub.desk.commands import VisitorSays
from server_stub.edge import bounds
from server_stub.syncing import with_messages
from tests.property.relay_world import StaffClient
from tests.unit.relay.conftest import Floor


def test_messages_are_put_into_a_sync_that_is_encoded_already() -> None:
    sync = staff.Sync(head=7)
    messages = [Message(chat=1, n=1, text='a "quoted" word'), Message(chat=1, n=2)]
    whole = decode_staff_down(with_messages(encode(sync), messages))
    assert whole == msgspec.structs.replace(sync, messages=messages)


async def test_a_sync_brings_the_newest_of_a_long_chat_and_fetch_the_rest(floor: Floor) -> None:
    page = await floor.visitor("v1")
    floor.put(floor.anna, staff.Take(id="t", chat=1))
    for number in range(limits.SYNC_MESSAGES + 50):
        floor.put(page, VisitorSays(str(number), f"words {number}"))
    await floor.settle()
    fresh = StaffClient("anna", floor.anna.role)
    floor.connect(fresh)
    await floor.settle()
    last = floor.line.state.chats[1].last
    assert sorted(fresh.messages[1]) == list(range(last - limits.SYNC_MESSAGES + 1, last + 1))
    floor.put(fresh, staff.Fetch(id="f", chat=1, before=min(fresh.messages[1]), limit=limits.FETCH_MESSAGES))
    await floor.settle()
    assert fresh.pages[0].more is False
    assert sorted(fresh.messages[1]) == list(range(1, last + 1))


async def test_a_page_says_whether_there_are_older_entries(floor: Floor) -> None:
    await floor.visitor("v1")
    floor.put(floor.anna, staff.Fetch(id="f", chat=1, limit=1))
    floor.put(floor.anna, staff.Fetch(id="g", chat=1, limit=2))
    floor.put(floor.anna, staff.Fetch(id="h", chat=1, before=1, limit=2))
    await floor.settle()
    assert [(page.id, len(page.messages), page.more) for page in floor.anna.pages] == [
        ("f", 1, True),
        ("g", 2, False),
        ("h", 0, False),
    ]


async def test_a_client_that_claims_more_than_there_is_gets_no_less(floor: Floor) -> None:
    await floor.visitor("v1")
    floor.put(floor.anna, staff.Take(id="t", chat=1))
    await floor.settle()
    liar = StaffClient("anna", floor.anna.role)
    floor.clients.append(liar)
    session = liar.new_session()
    session.have = {1: 10**9, 77: 3}
    floor.connect_session(session)
    await floor.settle()
    assert liar.messages == {}
    floor.put(liar, staff.Fetch(id="f", chat=1))
    await floor.settle()
    assert len(liar.messages[1]) == 3


async def test_a_client_that_claims_to_hold_thousands_of_chats_is_not_brought_them_all(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "SYNC_CHARS", 2 * bounds.ENTRY_CHARS)
    for number in range(6):
        await floor.visitor(f"v{number}")
    floor.put(floor.anna, staff.Take(id="t", chat=5))
    await floor.settle()
    greedy = StaffClient("anna", floor.anna.role)
    floor.clients.append(greedy)
    session = greedy.new_session()
    session.have = dict.fromkeys(range(1, 7), 0)
    floor.connect_session(session)
    await floor.settle()
    assert list(greedy.messages) == [5], "its own comes first"


async def test_what_a_client_still_shows_is_continued_though_it_does_not_hold_it(floor: Floor) -> None:
    page = await floor.visitor("v1")
    watcher = StaffClient("boris", floor.boris.role)
    floor.connect(watcher)
    floor.put(watcher, staff.Watch(chat=1))
    await floor.settle()
    floor.disconnect(watcher)
    floor.put(page, VisitorSays("more", "meanwhile"))
    await floor.settle()
    floor.connect(watcher)
    await floor.settle()
    assert [entry.text for entry in watcher.messages[1].values()] == ["opened", "Hello", "meanwhile"]


async def test_the_welcome_tells_who_and_when(floor: Floor) -> None:
    floor.disconnect(floor.sofia)
    session = floor.sofia.new_session()
    floor.connect_session(session)
    await floor.line.settled()
    welcome = decode_staff_down(floor.sofia.wire.sent[0].split(b"\n")[0])
    assert isinstance(welcome, staff.Welcome)
    assert (welcome.login, welcome.name, welcome.role, welcome.mode) == ("sofia", "Sofia", floor.sofia.role, "work")
    assert (welcome.v, welcome.desk, welcome.now) == (limits.PROTOCOL_VERSION, "test", floor.now)
