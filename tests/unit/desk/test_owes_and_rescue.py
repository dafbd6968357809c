"""What is owed, until when, and what happens to a forgotten chat."""

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Place, Role, Status
from server_stub.desk import events as ev
from server_stub.desk.actors import DESK
from server_stub.desk.commands import Tick
from server_stub.desk.model import Settings
from server_stub.desk.settings import DepartmentSettings
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld, visitor


def rescues(events: list[ev.Event]) -> list[ev.ChatRescued]:
    return [event for event in events if isinstance(event, ev.ChatRescued)]


def test_a_reply_is_owed_since_the_first_message_after_the_last_public_reply() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.writes("v1")
    first = world.now
    world.writes("v1", "hello?", after=SECOND)
    assert world.chat(chat).owes_since == first
    world.takes(anna, chat)
    world.says(anna, chat)
    assert world.chat(chat).owes_since == 0
    world.writes("v1", "one more", after=SECOND)
    assert world.chat(chat).owes_since == world.now


def test_only_a_public_reply_clears_the_debt() -> None:
    world = DeskWorld()
    anna, sue = world.hire("anna"), world.hire("sue", Role.supervisor)
    chat = world.held_chat(anna)
    since = world.chat(chat).owes_since
    world.do(anna, staff.AddNote(id="n", chat=chat, text="wants a refund"))
    world.do(anna, staff.Read(chat=chat, p=1))
    world.do(anna, staff.SetStatus(id="s", status=Status.busy))
    world.do(sue, staff.Transfer(id="t", chat=chat, to="sue"))
    assert world.chat(chat).owes_since == since


@pytest.mark.parametrize(("taken_after", "due"), [(0, 90), (30, 120), (300, 390)])
def test_the_first_reply_is_due_90_s_after_the_visitors_words_but_never_earlier_than_90_s_after_the_take(
    taken_after: int, due: int
) -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    began = world.now
    chat = world.writes("v1")
    world.takes(anna, chat, after=taken_after * SECOND)
    assert world.chat(chat).rescue_at == began + due * SECOND


def test_a_later_reply_is_due_after_180_s() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.writes("v1", after=MINUTE)
    assert world.chat(chat).rescue_at == world.now + 180 * SECOND
    world.writes("v1", "hello?", after=MINUTE)
    assert world.chat(chat).rescue_at == world.now + 120 * SECOND


def test_a_department_may_have_its_own_times() -> None:
    own = DepartmentSettings(first_reply_ms=10 * SECOND, reply_ms=20 * SECOND)
    world = DeskWorld(Settings(departments={"general": own}))
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    assert world.chat(chat).rescue_at == world.now + 10 * SECOND
    world.says(anna, chat)
    world.writes("v1")
    assert world.chat(chat).rescue_at == world.now + 20 * SECOND


def test_a_forgotten_chat_goes_back_to_the_inbox_with_all_that_it_is() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    began = world.now
    chat = world.held_chat(anna)
    assert world.wait(90 * SECOND - 1) == []
    (rescued,) = rescues(world.wait(1))
    assert (rescued.login, rescued.name, rescued.why) == ("anna", "Anna", "late")
    back = world.chat(chat)
    assert (back.place, back.owner, back.owes_since, back.waiting_since) == (Place.inbox, "", began, began)
    assert (back.let_go, back.rescues, back.last, back.public) == (["anna"], 1, 4, 1)
    assert (world.state.day.rescues, world.state.day.opened, world.operator("anna").rescues_today) == (1, 1, 1)


def test_a_rescued_chat_stands_near_the_head_for_its_visitor_has_waited_all_the_time() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    fresh = world.writes("v2", after=80 * SECOND)
    world.wait(10 * SECOND)
    assert world.order() == [chat, fresh]


def test_who_let_a_chat_go_gets_it_by_take_next_only_last_but_may_take_it_by_hand() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.held_chat(anna)
    world.wait(90 * SECOND)
    fresh = world.writes("v2")
    assert world.take_next(anna) == fresh
    world.takes(anna, chat)
    assert world.chat(chat).owner == "anna"
    world.wait(90 * SECOND)
    assert world.take_next(bob) == chat
    assert world.chat(chat).let_go == ["anna"]


def test_when_everybody_who_could_have_it_has_let_it_go_the_supervisors_are_alarmed() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    world.hire("kim", departments=("sales",))
    chat = world.held_chat(anna)
    world.wait(90 * SECOND)
    assert not world.chat(chat).alarm
    world.takes(bob, chat)
    world.wait(90 * SECOND)
    assert world.chat(chat).alarm
    world.takes(anna, chat)
    assert not world.chat(chat).alarm


def test_a_reply_at_the_last_moment_saves_the_chat() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    world.wait(90 * SECOND - 1)
    world.says(anna, chat)
    assert world.wait(10 * MINUTE) == []
    assert world.chat(chat).place is Place.held


def test_typing_moves_the_rescue_only_when_it_is_near_and_not_for_ever() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    due = world.chat(chat).rescue_at
    assert world.do(anna, staff.Typing(chat=chat)) == ()
    world.wait(80 * SECOND)
    moves = 0
    while world.chat(chat).place is Place.held:
        moves += len(world.do(anna, staff.Typing(chat=chat)))
        if world.now < due + 45 * SECOND:
            assert world.chat(chat).rescue_at >= world.now + 15 * SECOND
        assert world.chat(chat).rescue_at <= due + 60 * SECOND
        world.wait(2 * SECOND)
    assert due + 58 * SECOND <= world.now <= due + 62 * SECOND
    assert moves < 15, "a move is an event: not one for every signal"


def test_a_stop_of_typing_or_a_colleagues_typing_moves_nothing() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.held_chat(anna)
    world.wait(80 * SECOND)
    assert world.do(anna, staff.Typing(chat=chat, on=False)) == ()
    assert world.refused(bob, staff.Typing(chat=chat)).code == "not_yours"


def test_typing_where_nothing_is_owed_moves_nothing() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    assert world.do(anna, staff.Typing(chat=chat)) == ()


def test_a_rescue_is_no_transfer_and_no_new_chat_and_loses_no_message() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.held_chat(anna)
    world.writes("v1", "are you there?")
    world.wait(90 * SECOND)
    world.writes("v1", "hello?")
    world.takes(bob, chat)
    world.says(bob, chat)
    said = [record.event for record in world.journal if isinstance(record.event, ev.MessageSaid)]
    assert [(event.p, event.by) for event in said] == [(1, "visitor"), (2, "visitor"), (3, "visitor"), (4, "bob")]
    assert not any(isinstance(record.event, ev.ChatTransferred) for record in world.journal)


def test_many_rescues_at_once_come_in_bounded_ticks_and_all_come() -> None:
    world = DeskWorld(Settings(limit=400))
    anna = world.hire("anna")
    for number in range(300):
        world.held_chat(anna, f"v{number}")
    world.now += 90 * SECOND
    assert len(world.do(DESK, Tick())) == 256
    due = world.state.next_deadline()
    assert due is not None
    assert due <= world.now
    assert len(world.do(DESK, Tick())) == 44
    assert world.operator("anna").held == []


def test_a_tick_before_anything_is_due_does_nothing() -> None:
    world = DeskWorld()
    world.held_chat(world.hire("anna"))
    assert world.do(DESK, Tick()) == ()


def test_a_second_stay_has_a_first_replys_time_again_after_the_take() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.held_chat(anna, answered=True)
    world.writes("v1")
    world.wait(180 * SECOND)
    world.takes(bob, chat)
    assert world.chat(chat).rescue_at == world.now + 90 * SECOND


def test_the_owner_has_read_what_they_answer_and_what_they_say_they_have_read() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.held_chat(anna)
    world.writes("v1")
    assert world.chat(chat).unread() == 2
    world.do(anna, staff.Read(chat=chat, p=1))
    assert world.chat(chat).unread() == 1
    assert world.do(anna, staff.Read(chat=chat, p=1)) == ()
    world.do(anna, staff.Read(chat=chat, p=99))
    assert (world.chat(chat).unread(), world.chat(chat).operator_read) == (0, 2)
    assert world.refused(bob, staff.Read(chat=chat, p=2)).code == "not_yours"
    world.writes("v1")
    world.says(anna, chat)
    assert world.chat(chat).unread() == 0


def test_who_types_when_the_visitor_writes_again_keeps_the_deadline_of_the_first_words() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    due = world.chat(chat).rescue_at
    world.writes(visitor("v1"), "and?", after=30 * SECOND)
    assert world.chat(chat).rescue_at == due
