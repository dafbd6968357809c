"""Presence, whispers and looking: what comes in besides commands."""

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Status
from opconsole.wire.codec import decode_staff_down, decode_visitor_down
from opconsole.wire.visitor import OperatorTyping, VisitorTyping
from server_stub.desk.commands import VisitorSays
from server_stub.edge import bounds
from tests.property.relay_world import StaffClient, VisitorClient
from tests.unit.relay.conftest import Floor


def peeks(client: StaffClient) -> list[tuple[int, str]]:
    found = [decode_staff_down(line) for payload in client.wire.sent for line in payload.split(b"\n")]
    client.wire.sent.clear()
    return [(frame.chat, frame.text) for frame in found if isinstance(frame, staff.Peek)]


async def held(floor: Floor) -> VisitorClient:
    page = await floor.visitor("v1")
    floor.put(floor.anna, staff.Take(id="t", chat=1))
    await floor.settle()
    return page


async def test_a_person_is_there_while_one_of_their_working_sessions_is(floor: Floor) -> None:
    second = StaffClient("anna", floor.anna.role)
    floor.connect(second)
    floor.disconnect(floor.anna)
    await floor.settle()
    assert floor.boris.operators["anna"].connected
    floor.disconnect(second)
    await floor.settle()
    assert not floor.boris.operators["anna"].connected


async def test_a_monitor_does_not_make_a_person_present(floor: Floor) -> None:
    floor.disconnect(floor.sofia)
    floor.connect(StaffClient("sofia", floor.sofia.role, monitor=True))
    await floor.settle()
    assert not floor.boris.operators["sofia"].connected


async def test_a_script_commands_for_a_person_and_neither_makes_nor_keeps_them_present(floor: Floor) -> None:
    await floor.visitor("v1")
    script = StaffClient("anna", floor.anna.role)
    script.mode = "script"
    floor.connect(script)
    await floor.settle()
    floor.put(script, staff.Take(id="t", chat=1))
    floor.put(script, staff.Say(id="s", chat=1, text="From a script"))
    await floor.settle()
    for client in (floor.anna, script):
        assert (client.chats[1].owner, client.chats[1].words) == ("anna", "From a script")
    floor.disconnect(floor.anna)
    await floor.settle()
    assert not floor.boris.operators["anna"].connected
    floor.disconnect(script)
    await floor.settle()
    assert not floor.boris.operators["anna"].connected


async def test_a_session_of_nobody_is_ended(floor: Floor) -> None:
    stranger = StaffClient("nobody", floor.anna.role)
    floor.connect(stranger)
    await floor.settle()
    assert (stranger.farewell, stranger.session, stranger.chats) == ("blocked", None, {})


async def test_a_visitor_is_there_while_one_of_their_tabs_is(floor: Floor) -> None:
    page = await floor.visitor("v1")
    tab = VisitorClient("v1")
    floor.connect(tab)
    floor.disconnect(page)
    await floor.settle()
    assert floor.anna.visitors["v1"].online
    floor.disconnect(tab)
    await floor.settle()
    assert not floor.anna.visitors["v1"].online


async def test_a_peek_is_seen_by_the_owner_and_by_who_watches(floor: Floor) -> None:
    page = await held(floor)
    floor.put(floor.sofia, staff.Watch(chat=1))
    floor.put(page, VisitorTyping(text="I wond"))
    await floor.line.settled()
    assert [peeks(each) for each in (floor.anna, floor.sofia, floor.boris)] == [[(1, "I wond")]] * 2 + [[]]


async def test_of_many_peeks_the_newest_is_told_when_it_may_be(floor: Floor) -> None:
    page = await held(floor)
    for text in ("I", "I w", "I won", "I wonder"):
        floor.put(page, VisitorTyping(text=text))
    await floor.line.settled()
    assert peeks(floor.anna) == [(1, "I")]
    floor.now += bounds.PEEK_GAP_MS
    floor.line.wake()
    await floor.line.settled()
    assert peeks(floor.anna) == [(1, "I wonder")]


async def test_peeks_of_many_are_told_each_when_it_may_be(floor: Floor) -> None:
    page = await held(floor)
    tab = VisitorClient("v1")
    floor.connect(tab)
    await floor.settle()
    peeks(floor.anna)
    for client in (page, tab):
        floor.put(client, VisitorTyping(text=f"{client is tab}"))
        await floor.line.settled()
        floor.put(client, VisitorTyping(text=f"{client is tab}, more"))
        await floor.line.settled()
        floor.now += 100
    assert peeks(floor.anna) == [(1, "False"), (1, "True")]
    told = []
    for _ in range(2):
        floor.now += 100
        floor.line.wake()
        await floor.line.settled()
        told.append(peeks(floor.anna))
    assert told == [[(1, "False, more")], [(1, "True, more")]]


async def test_a_peek_that_is_sent_and_typed_anew_is_told_once(floor: Floor) -> None:
    page = await held(floor)
    floor.put(page, VisitorTyping(text="I"))
    floor.put(page, VisitorTyping(text="I wonder"))
    floor.put(page, VisitorSays("s", "I wonder"))
    floor.put(page, VisitorTyping(text="And"))
    await floor.line.settled()
    peeks(floor.anna)
    for _ in range(3):
        floor.now += bounds.PEEK_GAP_MS
        floor.line.wake()
        await floor.line.settled()
    assert peeks(floor.anna) == [(1, "And")]


async def test_a_sent_message_takes_its_peek_away(floor: Floor) -> None:
    page = await held(floor)
    floor.put(page, VisitorTyping(text="I"))
    floor.put(page, VisitorTyping(text="I wonder"))
    floor.put(page, VisitorSays("s", "I wonder"))
    await floor.line.settled()
    floor.now += bounds.PEEK_GAP_MS
    floor.line.wake()
    await floor.line.settled()
    assert peeks(floor.anna) == [(1, "I")]


async def test_whoever_leaves_while_typing_types_no_more(floor: Floor) -> None:
    page = await held(floor)
    floor.put(page, VisitorTyping(text="I wond"))
    floor.disconnect(page)
    await floor.line.settled()
    assert peeks(floor.anna) == [(1, "I wond"), (1, "")]


async def test_peeks_are_not_journaled(floor: Floor) -> None:
    page = await held(floor)
    head = floor.line.state.head
    floor.put(page, VisitorTyping(text="secret"))
    await floor.settle()
    assert floor.line.state.head == head


async def test_an_operator_s_typing_is_shown_to_the_visitor_and_passed_on_once_a_second(floor: Floor) -> None:
    page = await held(floor)
    for _ in range(3):
        floor.put(floor.anna, staff.Typing(chat=1))
    await floor.line.settled()
    shown = [decode_visitor_down(line) for line in page.wire.take()]
    assert [frame.on for frame in shown if isinstance(frame, OperatorTyping)] == [True]
    floor.now += bounds.TYPING_GAP_MS
    floor.put(floor.anna, staff.Typing(chat=1))
    floor.put(floor.anna, staff.Typing(chat=1, on=False))
    await floor.line.settled()
    shown = [decode_visitor_down(line) for line in page.wire.take()]
    assert [frame.on for frame in shown if isinstance(frame, OperatorTyping)] == [True, False]


@pytest.mark.parametrize("who", ["boris", "sofia"])
async def test_who_does_not_hold_the_chat_does_not_type_in_it(floor: Floor, who: str) -> None:
    page = await held(floor)
    floor.put(getattr(floor, who), staff.Typing(chat=1))
    await floor.line.settled()
    assert page.wire.sent == []


async def test_a_fetch_of_what_one_may_not_see_is_refused(floor: Floor) -> None:
    await held(floor)
    floor.put(floor.boris, staff.Fetch(id="f", chat=1))
    floor.put(floor.boris, staff.Fetch(id="g", chat=99))
    await floor.settle()
    for command in ("f", "g"):
        refused = floor.boris.answers[command]
        assert isinstance(refused, staff.Refused)
        assert refused.code == "not_visible"
    assert floor.boris.pages == []


async def test_a_watch_ends_when_the_chat_goes_out_of_sight(floor: Floor) -> None:
    page = await floor.visitor("v1")
    floor.put(floor.boris, staff.Watch(chat=1))
    await floor.settle()
    assert [entry.text for entry in floor.boris.pages[0].messages] == ["opened", "Hello"]
    floor.put(floor.anna, staff.Take(id="t", chat=1))
    floor.put(page, VisitorSays("s", "for anna"))
    await floor.settle()
    assert "for anna" not in [entry.text for entry in floor.boris.messages[1].values()]


async def test_who_watched_a_chat_and_takes_it_is_not_sent_it_again(floor: Floor) -> None:
    await floor.visitor("v1")
    floor.put(floor.boris, staff.Watch(chat=1))
    await floor.settle()
    floor.put(floor.boris, staff.Take(id="t", chat=1))
    await floor.settle()
    assert len(floor.boris.pages) == 1
    assert [entry.text for entry in floor.boris.messages[1].values()] == ["opened", "Hello", "taken"]


async def test_a_copy_that_comes_late_over_an_older_link_does_not_make_happen_what_was_refused(floor: Floor) -> None:
    """A laptop that changes networks sends its outbox again, and what the old link still carries may come after that."""
    newer = StaffClient("anna", floor.anna.role)
    floor.connect(newer)
    floor.put(newer, staff.TakeNext(id="t"))
    await floor.settle()
    refused = newer.answers["t"]
    assert isinstance(refused, staff.Refused)
    await floor.visitor("v1")
    floor.put(floor.anna, staff.TakeNext(id="t"))
    await floor.settle()
    assert floor.anna.answers["t"] == refused
    assert floor.held(floor.anna) == []
    floor.put(floor.anna, staff.TakeNext(id="u"))
    await floor.settle()
    assert floor.held(floor.anna) == [1]


async def test_what_changed_nothing_the_first_time_changes_nothing_the_second(floor: Floor) -> None:
    newer = StaffClient("anna", floor.anna.role)
    floor.connect(newer)
    floor.put(newer, staff.SetStatus(id="s", status=Status.online))
    floor.put(newer, staff.SetStatus(id="same", status=Status.online))
    floor.put(newer, staff.SetStatus(id="busy", status=Status.busy))
    floor.put(floor.anna, staff.SetStatus(id="same", status=Status.online))
    await floor.settle()
    assert floor.anna.answers["same"] == newer.answers["same"]
    assert floor.boris.operators["anna"].status is Status.busy


async def test_refusals_are_remembered_of_so_many_commands(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "JUDGED", 2)
    for name in ("a", "b", "c"):
        floor.put(floor.anna, staff.TakeNext(id=name))
    await floor.settle()
    again = StaffClient("anna", floor.anna.role)
    floor.connect(again)
    await floor.visitor("v1")
    floor.put(again, staff.TakeNext(id="c"))
    floor.put(again, staff.TakeNext(id="a"))
    await floor.settle()
    assert isinstance(again.answers["c"], staff.Refused)
    assert isinstance(again.answers["a"], staff.Done)
