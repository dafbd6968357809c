"""Which chat is next, and whose it is."""

from opconsole.wire import staff
from opconsole.wire.cards import Place, Priority, Role, Status
from server_stub.desk import events as ev
from server_stub.desk.actors import DESK
from server_stub.desk.commands import OperatorSet
from server_stub.desk.model import Settings
from server_stub.desk.settings import DepartmentSettings
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld, visitor


def test_a_waiting_chat_should_be_taken_within_its_channels_target() -> None:
    world = DeskWorld()
    began = world.now
    targets = {}
    for channel in ("site", "telegram", "email"):
        chat = world.writes(f"of {channel}", channel=channel)
        targets[channel] = world.chat(chat).answer_by - began
    assert targets == {"site": 60 * SECOND, "telegram": 90 * SECOND, "email": 300 * SECOND}


def test_the_inbox_is_in_the_order_of_answer_by_so_mail_that_waited_long_comes_before_a_new_site_chat() -> None:
    world = DeskWorld()
    mail = world.writes("mail", channel="email")
    old = world.writes("old", after=SECOND)
    late = world.writes("late", after=5 * MINUTE)
    assert world.order() == [old, mail, late]


def test_priority_multiplies_the_target_and_moves_a_waiting_chat_at_once() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    first, second = world.writes("v1"), world.writes("v2", after=SECOND)
    world.do(anna, staff.SetPriority(id="p1", chat=second, priority=Priority.urgent))
    assert world.order() == [second, first]
    assert world.chat(second).answer_by == world.chat(second).waiting_since + 15 * SECOND
    world.do(anna, staff.SetPriority(id="p2", chat=second, priority=Priority.low))
    assert world.order() == [first, second]
    assert world.do(anna, staff.SetPriority(id="p3", chat=second, priority=Priority.low)) == ()


def test_take_next_takes_the_head_over_all_of_the_operators_departments() -> None:
    world = DeskWorld()
    anna = world.hire("anna", departments=("general", "sales"))
    bob = world.hire("bob", departments=("sales",))
    world.writes("mail", channel="email")
    site = world.writes("site")
    assert world.take_next(anna) == site
    assert world.refused(bob, staff.TakeNext(id="b")).code == "inbox_empty"


def test_the_first_take_wins_and_the_loser_is_told_by_whom() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.writes("v1")
    world.takes(anna, chat)
    lost = world.refused(bob, staff.Take(id="b", chat=chat), after=3 * SECOND)
    assert (lost.code, lost.text) == ("taken", "Anna took this chat 3 s ago. Take another.")
    assert lost.facts == {"chat": chat, "name": "Anna", "login": "anna", "ago_s": 3}
    assert world.chat(chat).owner == "anna"


def test_taking_what_i_hold_already_changes_nothing() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    assert world.takes(anna, chat) == ()


def test_a_chat_of_another_department_is_not_an_operators_to_take_but_a_supervisors() -> None:
    world = DeskWorld()
    bob, sue = world.hire("bob", departments=("sales",)), world.hire("sue", Role.supervisor, departments=("sales",))
    chat = world.writes("v1")
    assert world.refused(bob, staff.Take(id="b", chat=chat)).code == "not_visible"
    world.takes(sue, chat)
    assert world.chat(chat).owner == "sue"


def test_nobody_takes_beyond_their_limit() -> None:
    world = DeskWorld(Settings(limit=2))
    anna = world.hire("anna")
    chats = [world.writes(f"v{i}") for i in range(3)]
    world.takes(anna, chats[0])
    world.take_next(anna)
    full = world.refused(anna, staff.Take(id="t", chat=chats[2]))
    assert (full.code, full.facts) == ("limit", {"held": 2, "limit": 2})
    assert world.refused(anna, staff.TakeNext(id="n")).code == "limit"


def test_the_smallest_limit_that_is_set_counts() -> None:
    settings = Settings(limit=4, departments={"sales": DepartmentSettings(limit=3)})
    world = DeskWorld(settings)
    world.hire("desk", limit=6)
    world.hire("own", limit=1)
    world.hire("sales", limit=6, departments=("general", "sales"))
    assert [world.operator(login).room_for for login in ("desk", "own", "sales")] == [4, 1, 3]


def test_a_limit_that_sinks_takes_no_chat_away_but_gives_none_until_there_is_room() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chats = [world.held_chat(anna, f"v{i}") for i in range(3)]
    world.do(DESK, OperatorSet("anna", "Anna", limit=1))
    assert world.operator("anna").held == chats
    world.closes(anna, chats[0])
    waiting = world.writes("v9")
    assert world.refused(anna, staff.Take(id="t1", chat=waiting)).code == "limit"
    world.closes(anna, chats[1])
    world.closes(anna, chats[2])
    world.takes(anna, waiting)


def test_who_is_offline_takes_nothing() -> None:
    world = DeskWorld()
    anna = world.hire("anna", here=False)
    chat = world.writes("v1")
    assert world.refused(anna, staff.Take(id="t", chat=chat)).code == "offline"


def test_take_next_hands_a_chat_back_to_who_let_it_go_only_when_nothing_else_waits() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    mine = world.held_chat(anna)
    world.do(anna, staff.Return(id="r", chat=mine))
    other = world.writes("v2")
    assert world.order() == [mine, other]
    assert world.take_next(anna) == other
    assert world.take_next(anna) == mine
    assert world.chat(mine).returned_by == ""


def test_a_returned_chat_stands_where_its_visitors_wait_puts_it() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    began = world.now
    chat = world.held_chat(anna)
    other = world.writes("v2", after=10 * SECOND)
    (back,) = world.do(anna, staff.Return(id="r", chat=chat))
    assert isinstance(back, ev.ChatReturned)
    assert (back.waiting_since, back.why, back.login) == (began, "asked", "anna")
    assert world.order() == [chat, other]


def test_a_returned_chat_that_owes_nothing_waits_from_now() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, staff.Return(id="r", chat=chat), after=MINUTE)
    assert world.chat(chat).waiting_since == world.now


def test_returning_what_waits_already_changes_nothing() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.writes("v1")
    assert world.do(anna, staff.Return(id="r", chat=chat)) == ()


def test_a_snoozed_chat_frees_its_place_and_comes_back_at_its_time() -> None:
    world = DeskWorld(Settings(limit=1))
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, staff.Snooze(id="s", chat=chat, until=world.now + 10 * MINUTE))
    assert (world.chat(chat).place, world.operator("anna").held) == (Place.snoozed, [])
    assert world.wait(10 * MINUTE - 1) == []
    (woken,) = world.wait(1)
    assert isinstance(woken, ev.ChatWoken)
    assert world.operator("anna").held == [chat]


def test_a_snoozed_chat_whose_operator_has_no_room_wakes_in_the_inbox() -> None:
    world = DeskWorld(Settings(limit=1))
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, staff.Snooze(id="s", chat=chat, until=world.now + 10 * SECOND))
    world.held_chat(anna, "v2")
    world.wait(10 * SECOND)
    assert world.order() == [chat]


def test_two_chats_snoozed_to_one_time_do_not_both_get_the_last_place() -> None:
    world = DeskWorld(Settings(limit=1))
    anna = world.hire("anna")
    until = world.now + MINUTE
    chats = [world.held_chat(anna, f"v{i}", answered=True) for i in range(1)]
    world.do(anna, staff.Snooze(id="s1", chat=chats[0], until=until))
    chats.append(world.held_chat(anna, "v8", answered=True))
    world.do(anna, staff.Snooze(id="s2", chat=chats[1], until=until))
    world.wait(MINUTE)
    assert (world.operator("anna").held, world.order()) == ([chats[0]], [chats[1]])


def test_a_snoozed_chat_wakes_when_its_visitor_writes_and_owes_from_then() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, staff.Snooze(id="s", chat=chat, until=world.now + 10 * MINUTE))
    world.writes("v1", after=MINUTE)
    assert world.operator("anna").held == [chat]
    assert (world.chat(chat).owes_since, world.chat(chat).rescue_at) == (world.now, world.now + 180 * SECOND)


def test_my_snoozed_chat_is_taken_back_by_hand_where_there_is_room() -> None:
    world = DeskWorld(Settings(limit=1))
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, staff.Snooze(id="s", chat=chat, until=world.now + 10 * MINUTE))
    other = world.held_chat(anna, "v2")
    assert world.refused(anna, staff.Take(id="t1", chat=chat)).code == "limit"
    world.closes(anna, other)
    world.takes(anna, chat)
    assert world.operator("anna").held == [chat]


def test_snoozing_is_no_way_around_a_reply_that_is_owed() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    assert world.refused(anna, staff.Snooze(id="s", chat=chat, until=world.now + MINUTE)).code == "owes_reply"


def test_a_snooze_is_ahead_and_not_for_ever() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    for until in (0, world.now, world.now + 31 * 24 * 60 * MINUTE):
        assert world.refused(anna, staff.Snooze(id=f"s{until}", chat=chat, until=until)).code == "snooze_time"


def test_a_chat_is_transferred_to_a_colleague_who_is_there_and_has_room() -> None:
    world = DeskWorld(Settings(limit=1))
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.held_chat(anna)
    (given,) = world.do(anna, staff.Transfer(id="t", chat=chat, to="bob"))
    assert isinstance(given, ev.ChatTransferred)
    assert (given.login, given.to, given.override, given.rescue_at) == ("anna", "bob", False, world.now + 90 * SECOND)
    assert (world.operator("anna").held, world.operator("bob").held) == ([], [chat])
    other = world.held_chat(anna, "v2")
    full = world.refused(anna, staff.Transfer(id="t2", chat=other, to="bob"))
    assert (full.code, full.facts["held"], full.facts["limit"]) == ("colleague_limit", 1, 1)
    assert world.refused(bob, staff.Transfer(id="t3", chat=other, to="bob")).code == "not_yours"


def test_a_transfer_needs_somebody_who_is_there() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.held_chat(anna)
    assert world.refused(anna, staff.Transfer(id="t1", chat=chat, to="zoe")).code == "colleague_unknown"
    assert world.refused(anna, staff.Transfer(id="t2", chat=chat, to="anna")).code == "already_theirs"
    world.do(bob, staff.SetStatus(id="s", status=Status.busy))
    absent = world.refused(anna, staff.Transfer(id="t3", chat=chat, to="bob"))
    assert (absent.code, absent.facts["status"]) == ("colleague_absent", "busy")
    world.goes(bob)
    assert world.refused(anna, staff.Transfer(id="t4", chat=chat, to="bob")).facts["status"] == "disconnected"


def test_only_a_supervisors_override_goes_beyond_a_limit_and_the_journal_says_so() -> None:
    world = DeskWorld(Settings(limit=1))
    anna, bob, sue = world.hire("anna"), world.hire("bob"), world.hire("sue", Role.supervisor)
    mine = world.held_chat(anna)
    theirs = world.held_chat(bob, "v2")
    asked = staff.Transfer(id="t1", chat=mine, to="bob", override=True)
    assert world.refused(anna, asked).code == "not_allowed"
    (given,) = world.do(sue, staff.Transfer(id="t2", chat=mine, to="bob", override=True))
    assert isinstance(given, ev.ChatTransferred)
    assert given.override
    assert world.operator("bob").held == [theirs, mine]
    assert world.operator("bob").beyond == 2
    world.do(bob, staff.Return(id="t5", chat=theirs))
    assert world.operator("bob").beyond == 0, "it was for once"
    third = world.writes("v3")
    assert world.refused(bob, staff.Take(id="t3", chat=third)).code == "limit"
    (free,) = world.do(sue, staff.Transfer(id="t4", chat=third, to="anna", override=True))
    assert isinstance(free, ev.ChatTransferred)
    assert not free.override, "there was room: nothing was overridden"


def test_a_supervisor_gives_any_open_chat_away_and_takes_it_over() -> None:
    world = DeskWorld()
    sue = world.hire("sue", Role.supervisor)
    world.hire("anna")
    chat = world.writes("v1")
    world.do(sue, staff.Transfer(id="t1", chat=chat, to="anna"))
    assert world.operator("anna").held == [chat]
    world.do(sue, staff.Transfer(id="t2", chat=chat, to="sue"))
    assert world.operator("sue").held == [chat]
    world.do(sue, staff.Return(id="t3", chat=chat))
    assert world.order() == [chat]


def test_a_closed_chat_is_reopened_to_me_unless_its_visitor_has_another() -> None:
    world = DeskWorld(Settings(limit=1, reopen_ms=0))
    anna = world.hire("anna")
    old = world.held_chat(anna)
    world.closes(anna, old)
    new = world.writes("v1")
    assert new != old
    busy = world.refused(anna, staff.Reopen(id="o1", chat=old))
    assert (busy.code, busy.facts) == ("visitor_busy", {"chat": new})
    assert world.refused(anna, staff.Reopen(id="o2", chat=new)).code == "not_closed"
    world.takes(anna, new)
    world.closes(anna, new)
    world.do(anna, staff.Reopen(id="o3", chat=old), after=MINUTE)
    assert world.operator("anna").held == [old]
    assert world.chat(old).owes_since == world.now, "the last word was the visitor's: it is owed again, from now"
    assert world.chat(old).rescue_at == world.now + 90 * SECOND


def test_reopening_respects_the_limit_and_the_departments() -> None:
    world = DeskWorld(Settings(limit=1))
    anna, bob = world.hire("anna"), world.hire("bob", departments=("sales",))
    old = world.held_chat(anna)
    world.closes(anna, old)
    world.held_chat(anna, "v2")
    assert world.refused(anna, staff.Reopen(id="o1", chat=old)).code == "limit"
    assert world.refused(bob, staff.Reopen(id="o2", chat=old)).code == "not_visible"
    assert world.refused(bob, staff.Reopen(id="o3", chat=99)).code == "no_such_chat"


def test_closing_what_is_closed_changes_nothing() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    (closed,) = world.closes(anna, chat)
    assert isinstance(closed, ev.ChatClosed)
    assert (closed.why, closed.abandoned, closed.name) == ("operator", "", "Anna")
    assert world.closes(anna, chat) == ()


def test_a_visitors_message_and_a_take_at_one_time_have_the_order_of_the_journal() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.writes("v1")
    world.takes(anna, chat)
    world.writes("v1", "and one more thing")
    entries = [(type(record.event).__name__, record.event.n) for record in world.journal if hasattr(record.event, "n")]
    assert entries == [("ChatOpened", 1), ("MessageSaid", 2), ("ChatTaken", 3), ("MessageSaid", 4)]
    assert world.chat(chat).visitor == visitor("v1").id
