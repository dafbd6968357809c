"""What sessions are shown of the desk's state."""

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import ChatCard, OperatorCard, Place, Profile, Status
from opconsole.wire.visitor import VisitorChat
from server_stub.desk import cards
from server_stub.desk.commands import VisitorEnds, VisitorLeaves, VisitorReads
from server_stub.desk.model import Settings, State
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld, visitor


def test_a_waiting_chats_card_tells_its_place_and_its_last_words_in_one_line() -> None:
    world = DeskWorld()
    chat = world.writes("v1", "hello\nI have a question", profile=Profile(name="Bob", lang="de"))
    card = cards.chat_card(world.state, chat)
    assert (card.place, card.waiting_since, card.answer_by) == (Place.inbox, world.now, world.now + 60 * SECOND)
    assert (card.words, card.words_by, card.name, card.lang) == ("hello I have a question", "visitor", "Bob", "de")
    assert (card.unread, card.public, card.last, card.online, card.owes_since) == (1, 1, 2, True, world.now)


def test_a_held_chats_card_tells_the_owner_and_the_deadline() -> None:
    world = DeskWorld()
    chat = world.held_chat(world.hire("anna"))
    card = cards.chat_card(world.state, chat)
    assert (card.owner, card.owner_name, card.taken_at) == ("anna", "Anna", world.now)
    assert (card.rescue_at, card.waiting_since, card.answer_by) == (world.now + 90 * SECOND, 0, 0)


def test_long_words_are_cut() -> None:
    world = DeskWorld()
    chat = world.writes("v1", "word " * 1000)
    assert len(cards.chat_card(world.state, chat).words) == 120


def test_a_card_that_was_given_out_does_not_change_afterwards() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    world.wait(90 * SECOND)
    card = cards.chat_card(world.state, chat)
    world.takes(anna, chat)
    world.wait(90 * SECOND)
    assert card.let_go == ["anna"]
    card.let_go.append("zoe")
    assert world.chat(chat).let_go == ["anna"]


def test_whatever_changes_a_card_raises_its_revision_and_touches_it() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    before: ChatCard | None = None
    for step in range(12):
        match step:
            case 0:
                world.writes("v1", profile=Profile(name="Bob"))
            case 1:
                world.takes(anna, 1)
            case 2:
                world.says(anna, 1)
            case 3:
                world.do(visitor("v1"), VisitorReads(2))
            case 4:
                world.goes(visitor("v1"))
            case 5:
                world.wait(125 * SECOND)
            case 6:
                world.comes(visitor("v1"))
            case 7:
                world.do(anna, staff.EditVisitor(id="e", chat=1, name="Robert"))
            case 8:
                world.writes("v1")
            case 9:
                world.do(anna, staff.Read(chat=1, p=3))
            case 10:
                world.wait(180 * SECOND)
            case 11:
                world.do(visitor("v1"), VisitorEnds("x"))
        touched = world.state.drain_touched()
        card = cards.chat_card(world.state, 1)
        assert before != card, step
        assert before is None or before.rev < card.rev, step
        assert touched.chats == {1}, step
        before = card


def test_an_operators_card_tells_what_they_hold_and_owe() -> None:
    world = DeskWorld(Settings(limit=3))
    anna = world.hire("anna")
    world.held_chat(anna, "v1", answered=True)
    since = world.now
    world.held_chat(anna, "v2")
    world.now += SECOND
    world.held_chat(anna, "v3")
    card = cards.operator_card(world.state, "anna")
    assert card == OperatorCard(
        rev=card.rev, login="anna", name="Anna", status=Status.online, connected=True, held=3, limit=3,
        owes_since=since, status_at=card.status_at, taken_today=3, departments=["general"],
    )  # fmt: skip


def test_an_operators_card_is_touched_when_a_debt_begins_and_ends() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    world.state.drain_touched()
    world.says(anna, chat)
    assert world.state.drain_touched().operators == {"anna"}
    world.writes("v1")
    assert world.state.drain_touched().operators == {"anna"}
    world.writes("v1")
    assert world.state.drain_touched().operators == set()


def test_a_visitors_page_shows_the_way_of_the_chat() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    assert cards.visitor_chat(world.state, "v1") == VisitorChat()
    world.writes("v0")
    chat = world.writes("v1")
    shown = cards.visitor_chat(world.state, "v1")
    assert (shown.chat, shown.state, shown.position, shown.last, shown.operator) == (chat, "waiting", 2, 1, "")
    world.takes(anna, chat)
    world.says(anna, chat)
    shown = cards.visitor_chat(world.state, "v1")
    assert (shown.state, shown.position, shown.operator, shown.read, shown.last) == ("held", 0, "Anna", 2, 2)
    world.closes(anna, chat)
    shown = cards.visitor_chat(world.state, "v1")
    assert (shown.state, shown.chat) == ("closed", chat)


def test_the_sites_open_chat_goes_before_a_form_and_that_before_a_closed_one() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    world.closes(anna, world.held_chat(anna, answered=True))
    form = world.answer(visitor("v1"), VisitorLeaves("f", phone="1", text="call me")).chat
    assert cards.visitor_chat(world.state, "v1").chat == form
    site = world.writes("v1", after=31 * MINUTE)
    assert cards.visitor_chat(world.state, "v1").chat == site


def test_the_consoles_settings_are_the_desks() -> None:
    wire = cards.wire_settings(State(Settings(reply_ms=1, words_warn=7, tz="Europe/Moscow", snooze_most_ms=5)))
    assert (wire.reply_ms, wire.words_warn, wire.tz, wire.first_reply_ms) == (1, 7, "Europe/Moscow", 90_000)


def test_the_card_of_a_chat_that_there_is_not() -> None:
    with pytest.raises(KeyError):
        cards.chat_card(DeskWorld().state, 1)
