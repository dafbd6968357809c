"""What visitors do, and what becomes of their chats when they leave."""

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Page, Place, Profile, Status
from server_stub.desk import events as ev
from server_stub.desk.commands import (
    VisitorAway,
    VisitorEnds,
    VisitorHere,
    VisitorLeaves,
    VisitorMoved,
    VisitorRates,
    VisitorReads,
    VisitorSays,
)
from server_stub.desk.model import Settings
from server_stub.desk.settings import DepartmentSettings
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld, visitor

V1 = visitor("v1")


def closed_as(events: list[ev.Event]) -> list[tuple[str, str]]:
    return [(event.why, event.abandoned) for event in events if isinstance(event, ev.ChatClosed)]


# ---------------------------------------------------------------- writing


def test_the_first_words_open_a_chat_that_waits_and_make_the_visitor_known() -> None:
    world = DeskWorld()
    profile = Profile(name="Bob", lang="de", page=Page(url="/shoes"))
    chat = world.writes("v1", "hello", profile=profile)
    assert (chat, world.chat(chat).place, world.chat(chat).last, world.chat(chat).public) == (1, Place.inbox, 2, 1)
    assert (world.chat(chat).lang, world.visitor("v1").name, world.visitor("v1").profile) == ("de", "Bob", profile)
    assert (world.visitor("v1").online, world.visitor("v1").chats) == (True, 1)


def test_chats_are_numbered_without_gaps_and_later_words_go_into_the_open_one() -> None:
    world = DeskWorld()
    assert [world.writes(name) for name in ("v1", "v2", "v1", "v3")] == [1, 2, 1, 3]


def test_a_visitor_has_one_open_chat_a_channel() -> None:
    world = DeskWorld()
    site, mail = world.writes("v1"), world.writes("v1", channel="email")
    assert (world.writes("v1"), world.writes("v1", channel="email")) == (site, mail)
    assert world.visitor("v1").open == [site, mail]


def test_when_too_many_wait_the_visitor_is_offered_the_form() -> None:
    world = DeskWorld(Settings(max_waiting=5, departments={"sales": DepartmentSettings(max_waiting=1)}))
    world.answer(V1, VisitorSays("a", "hello", department="sales"))
    full = world.refused(visitor("v2"), VisitorSays("b", "hello", department="sales"))
    assert (full.code, full.facts) == ("inbox_full", {"waiting": 1, "department": "sales"})
    assert "v2" not in world.state.visitors
    world.writes("v1")
    assert world.writes("v2") == 2, "the general department has room"


def test_the_form_makes_a_waiting_chat_with_mails_target_and_says_where_to_answer() -> None:
    world = DeskWorld(Settings(max_waiting=0))
    form = VisitorLeaves("f1", name="Bob", email="bob@example.com", text="call me")
    chat = world.answer(V1, form).chat
    assert world.chat(chat).channel == "form"
    assert world.chat(chat).answer_by == world.now + 300 * SECOND
    assert (world.visitor("v1").name, world.visitor("v1").email) == ("Bob", "bob@example.com")
    assert not world.visitor("v1").online
    assert world.answer(V1, VisitorLeaves("f2", text="or write")).chat == chat, "they are known by now"
    assert world.wait(60 * MINUTE) == [], "nobody leaves a form"


def test_forms_need_words_and_an_address_and_have_a_bound_of_their_own() -> None:
    world = DeskWorld(Settings(max_forms=1))
    assert world.refused(V1, VisitorLeaves("f1", text="hello")).code == "contact_needed"
    assert world.refused(V1, VisitorLeaves("f2", phone="1", text=" ")).code == "empty_text"
    world.do(V1, VisitorLeaves("f3", phone="1", text="hello"))
    assert world.refused(visitor("v2"), VisitorLeaves("f4", phone="2", text="hello")).code == "forms_full"
    assert world.writes("v3") == 2, "forms don't fill the inbox"


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty_text"), (" \n", "empty_text"), ("x" * 8193, "text_too_long"), ("я" * 4097, "text_too_long")],
)
def test_words_are_neither_empty_nor_more_than_8_kib(text: str, code: str) -> None:
    world = DeskWorld()
    assert world.refused(V1, VisitorSays("a", text)).code == code
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    assert world.refused(anna, staff.Say(id="b", chat=chat, text=text)).code == code


def test_the_longest_words_are_taken() -> None:
    world = DeskWorld()
    chat = world.writes("v1", "я" * 4096)
    assert world.chat(chat).words == "я" * 120


def test_a_visitor_who_writes_soon_after_the_end_reopens_the_chat_to_its_operator() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.closes(anna, chat)
    assert world.writes("v1", "one more thing", after=29 * MINUTE) == chat
    reopened = world.chat(chat)
    assert (reopened.owner, reopened.owes_since) == ("anna", world.now)
    assert reopened.rescue_at == world.now + 180 * SECOND
    assert world.visitor("v1").chats == 1


def test_without_room_or_away_the_reopened_chat_waits_in_the_inbox() -> None:
    world = DeskWorld(Settings(limit=1))
    anna, bob = world.hire("anna"), world.hire("bob")
    first = world.held_chat(anna, "v1", answered=True)
    world.closes(anna, first)
    world.held_chat(anna, "v2")
    second = world.held_chat(bob, "v3", answered=True)
    world.closes(bob, second)
    world.do(bob, staff.SetStatus(id="s", status=Status.away))
    assert (world.writes("v1"), world.writes("v3")) == (first, second)
    assert world.order() == [first, second]


def test_half_an_hour_after_the_end_a_new_chat_begins_and_the_old_one_is_listed() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    old = world.held_chat(anna, answered=True)
    world.closes(anna, old)
    new = world.writes("v1", after=30 * MINUTE)
    assert new == old + 1
    assert [(each.chat, each.owner_name, each.words) for each in world.visitor("v1").earlier] == [
        (old, "Anna", "good day")
    ]


# ---------------------------------------------------------------- leaving


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


# ---------------------------------------------------------------- the rest


def test_an_unanswered_chat_that_its_visitor_ends_is_abandoned() -> None:
    world = DeskWorld()
    chat = world.writes("v1")
    (ended,) = world.do(V1, VisitorEnds("e"), after=MINUTE)
    assert isinstance(ended, ev.ChatClosed)
    assert (ended.chat, ended.why, ended.abandoned) == (chat, "visitor", "long")
    assert world.do(V1, VisitorEnds("e2")) == ()


def test_an_answered_chat_that_its_visitor_ends_is_just_closed() -> None:
    world = DeskWorld()
    world.held_chat(world.hire("anna"), answered=True)
    (ended,) = world.do(V1, VisitorEnds("e"))
    assert isinstance(ended, ev.ChatClosed)
    assert (ended.why, ended.abandoned) == ("visitor", "")


def test_a_chat_is_rated_once_it_was_answered_or_has_ended_and_the_rating_may_change() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    assert world.refused(V1, VisitorRates("r1", 5)).code == "not_rateable"
    world.says(anna, chat)
    world.do(V1, VisitorRates("r2", 4))
    world.closes(anna, chat)
    world.do(V1, VisitorRates("r3", 2, "too slow"))
    assert (world.chat(chat).rating, world.chat(chat).comment) == (2, "too slow")
    assert world.visitor("v1").earlier[0].rating == 2
    assert world.do(V1, VisitorRates("r4", 2, "too slow")) == ()
    assert world.refused(V1, VisitorRates("r5", 5), after=24 * 60 * MINUTE).code == "not_rateable"


def test_the_visitors_read_mark_only_grows_and_never_beyond_what_there_is() -> None:
    world = DeskWorld()
    chat = world.held_chat(world.hire("anna"), answered=True)
    world.do(V1, VisitorReads(99))
    assert world.chat(chat).visitor_read == 2
    assert world.do(V1, VisitorReads(1)) == ()


def test_reading_is_a_sign_of_life() -> None:
    world = DeskWorld()
    chat = world.held_chat(world.hire("anna"), answered=True)
    world.goes(V1)
    world.wait(125 * SECOND)
    world.do(V1, VisitorReads(2))
    assert (world.visitor("v1").online, world.chat(chat).close_at) == (True, 0)


def test_the_page_that_the_visitor_is_on_is_followed() -> None:
    world = DeskWorld()
    world.writes("v1", profile=Profile(page=Page(url="/shoes"), lang="en"))
    world.do(V1, VisitorMoved(Page(url="/cart")))
    assert world.visitor("v1").profile == Profile(page=Page(url="/cart"), lang="en")
    assert world.do(V1, VisitorMoved(Page(url="/cart"))) == ()


def test_what_the_browser_says_fills_gaps_but_replaces_no_correction_of_the_team() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.writes("v1", profile=Profile(name="xX_bob_Xx"))
    world.do(anna, staff.EditVisitor(id="e", chat=chat, name="Bob"))
    world.do(V1, VisitorHere(Profile(name="hacker", email="bob@example.com")))
    assert (world.visitor("v1").name, world.visitor("v1").email) == ("Bob", "bob@example.com")
    assert world.do(V1, VisitorHere(Profile(name="hacker", email="bob@example.com"))) == ()
    assert world.do(anna, staff.EditVisitor(id="e2", chat=chat, name="Bob")) == ()


def test_notes_stand_in_the_transcript_and_on_the_visitors_card() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    answer = world.answer(anna, staff.AddNote(id="n", chat=chat, text="a regular"))
    assert (answer.n, answer.p) == (4, 0)
    assert [(note.by, note.text) for note in world.visitor("v1").notes] == [("Anna", "a regular")]
