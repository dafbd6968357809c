"""What visitors do, and what becomes of their chats when they leave."""

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Page, Place, Profile, Status
from server_stub.desk import events as ev
from server_stub.desk.commands import (
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
