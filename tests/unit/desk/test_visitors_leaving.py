"""What becomes of a chat whose visitor leaves, and of its operator's debt."""

from opconsole.wire import staff
from opconsole.wire.cards import Page, Place, Profile
from server_stub.desk import events as ev
from server_stub.desk.commands import (
    VisitorAway,
    VisitorEnds,
    VisitorHere,
    VisitorMoved,
    VisitorRates,
    VisitorReads,
    VisitorSays,
)
from server_stub.desk.model import Settings
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld, visitor

V1 = visitor("v1")


def closed_as(events: list[ev.Event]) -> list[tuple[str, str]]:
    return [(event.why, event.abandoned) for event in events if isinstance(event, ev.ChatClosed)]


def test_who_leaves_unanswered_abandons_the_chat_after_120_s() -> None:
    world = DeskWorld()
    chat = world.writes("v1")
    world.wait(MINUTE)
    world.goes(V1)
    assert world.wait(120 * SECOND - 1) == []
    assert closed_as(world.wait(1)) == [("left", "long")]
    assert (world.chat(chat).place, world.order(), world.state.day.abandoned) == (Place.closed, [], 1)


def test_who_leaves_within_10_s_abandons_it_short() -> None:
    world = DeskWorld()
    world.writes("v1")
    world.wait(10 * SECOND)
    world.goes(V1)
    assert closed_as(world.wait(120 * SECOND)) == [("left", "short")]


def test_who_comes_back_in_time_has_not_left() -> None:
    world = DeskWorld()
    chat = world.writes("v1")
    world.goes(V1)
    world.wait(100 * SECOND)
    world.comes(V1)
    assert world.wait(10 * MINUTE) == []
    assert (world.chat(chat).place, world.visitor("v1").online) == (Place.inbox, True)


def test_an_answered_chat_stays_with_its_operator_and_closes_after_10_silent_minutes() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.goes(V1)
    (left,) = world.wait(120 * SECOND)
    assert isinstance(left, ev.ChatLeft)
    assert world.chat(chat).owner == "anna"
    world.wait(5 * MINUTE)
    world.says(anna, chat, "here is the answer")
    assert closed_as(world.wait(10 * MINUTE - 1)) == []
    assert closed_as(world.wait(1)) == [("left", "")]
    assert world.operator("anna").held == []


def test_nobody_is_rescued_for_a_visitor_who_has_left_but_the_chat_still_ends() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.goes(V1)
    world.wait(10 * SECOND)
    world.writes("v1", channel="email")  # another chat: this one stays as it is
    world.do(V1, VisitorHere())
    world.writes("v1", "and?")
    world.goes(V1)
    events = world.wait(20 * MINUTE)
    assert [type(event) for event in events] == [ev.ChatLeft, ev.ChatClosed]
    assert world.chat(chat).place is Place.closed
    assert world.chat(chat).let_go == []


def test_a_taken_but_never_answered_chat_ends_as_abandoned_too() -> None:
    world = DeskWorld(Settings(first_reply_ms=60 * MINUTE))
    world.held_chat(world.hire("anna"))
    world.goes(V1)
    assert closed_as(world.wait(12 * MINUTE)) == [("left", "long")]


def test_a_visitor_who_is_back_is_owed_the_reply_again_and_the_operator_has_90_s() -> None:
    world = DeskWorld(Settings(reply_ms=150 * SECOND))
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.writes("v1", "and?")
    since = world.now
    world.goes(V1)
    world.wait(125 * SECOND)
    assert (world.chat(chat).rescue_at, world.chat(chat).owes_since) == (0, since)
    world.comes(V1)
    assert (world.chat(chat).rescue_at, world.chat(chat).close_at) == (world.now + 90 * SECOND, 0)
    world.wait(90 * SECOND)
    assert (world.order(), world.chat(chat).waiting_since) == ([chat], since)


def test_a_visitor_who_is_back_to_an_operator_who_is_gone_is_rescued_at_once() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.writes("v1", "and?")
    world.goes(V1)
    world.wait(125 * SECOND)
    world.goes(anna)
    world.wait(MINUTE)
    assert world.chat(chat).owner == "anna"
    world.comes(V1)
    assert world.order() == [chat]


def test_a_left_visitors_words_bring_them_back_with_a_new_deadline() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.goes(V1)
    world.wait(130 * SECOND)
    world.writes("v1", "hello again")
    back = world.chat(chat)
    assert (back.left, back.close_at, back.rescue_at) == (False, 0, world.now + 180 * SECOND)
    assert world.visitor("v1").online


def test_a_left_visitors_words_where_a_reply_is_owed_already_give_the_operator_90_s() -> None:
    world = DeskWorld(Settings(reply_ms=150 * SECOND))
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.writes("v1", "and?", after=MINUTE)
    since = world.now
    world.goes(V1)
    world.wait(5 * MINUTE)
    world.writes("v1", "hello again")
    assert (world.chat(chat).owes_since, world.chat(chat).rescue_at) == (since, world.now + 90 * SECOND)


def test_a_chat_that_is_taken_for_a_visitor_who_has_left_has_an_end_and_no_rescue() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.held_chat(anna, answered=True)
    world.writes("v1", "and?")
    world.do(anna, staff.Return(id="r", chat=chat))
    world.goes(V1)
    world.wait(125 * SECOND)
    world.takes(bob, chat)
    assert world.chat(chat).owes_since
    assert (world.chat(chat).rescue_at, world.chat(chat).close_at) == (0, world.now + 10 * MINUTE)


def test_a_reopened_chat_begins_a_new_stay_in_which_nobody_has_let_it_go() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.held_chat(anna)
    world.wait(90 * SECOND)
    world.takes(bob, chat)
    world.says(bob, chat)
    answered = world.chat(chat).answered_at
    world.says(bob, chat, after=SECOND)
    assert (world.chat(chat).answered_at, answered) == (answered, world.now - SECOND)
    world.closes(bob, chat)
    assert world.visitor("v1").closed == chat
    world.writes("v1")
    assert (world.chat(chat).let_go, world.chat(chat).rescues, world.visitor("v1").closed) == ([], 1, 0)


def test_a_full_inbox_takes_no_reopened_chat_either() -> None:
    world = DeskWorld(Settings(max_waiting=1, limit=1))
    anna = world.hire("anna")
    world.closes(anna, world.held_chat(anna, answered=True))
    world.held_chat(anna, "v2")
    world.writes("v3")
    assert world.refused(V1, VisitorSays("x", "hello")).code == "inbox_full"


def test_a_snoozed_chat_of_who_left_stays_aside_and_ends_after_it_is_awake() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, staff.Snooze(id="s", chat=chat, until=world.now + 60 * MINUTE))
    world.goes(V1)
    assert [type(event) for event in world.wait(59 * MINUTE)] == [ev.ChatLeft]
    events = world.wait(11 * MINUTE)
    assert [type(event) for event in events] == [ev.ChatWoken, ev.ChatClosed]


def test_an_answered_chat_in_the_inbox_ends_10_minutes_after_its_visitor_left() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, staff.Return(id="r", chat=chat))
    world.goes(V1)
    assert closed_as(world.wait(12 * MINUTE - 1)) == []
    assert closed_as(world.wait(1)) == [("left", "")]
    assert world.order() == []


def test_a_chat_reopened_for_who_is_not_there_ends_by_itself_again() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.goes(V1)
    world.closes(anna, chat)
    world.do(anna, staff.Reopen(id="o", chat=chat), after=MINUTE)
    assert closed_as(world.wait(12 * MINUTE)) == [("left", "")]


def test_messengers_know_no_presence_so_nobody_leaves_them() -> None:
    world = DeskWorld()
    chat = world.writes("v1", channel="telegram")
    assert not world.visitor("v1").online
    assert world.do(V1, VisitorAway()) == ()
    assert world.wait(60 * MINUTE) == []
    assert world.chat(chat).place is Place.inbox


def test_who_never_wrote_leaves_no_trace() -> None:
    world = DeskWorld()
    for signal in (VisitorHere(Profile()), VisitorMoved(Page(url="/")), VisitorAway()):
        assert world.do(V1, signal) == ()
    assert world.refused(V1, VisitorReads(1)).code == "no_chat"
    assert world.refused(V1, VisitorEnds("e")).code == "no_chat"
    assert world.refused(V1, VisitorRates("r", 5)).code == "no_chat"
    assert world.state.visitors == {}


def test_presence_is_noted_only_while_a_chat_can_go_on() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    world.closes(anna, world.held_chat(anna, answered=True))
    assert [type(event) for event in world.goes(V1)] == [ev.VisitorWentAway]
    assert [type(event) for event in world.comes(V1)] == [ev.VisitorCame]
    world.goes(V1)
    world.wait(30 * MINUTE)
    assert world.comes(V1) == ()
