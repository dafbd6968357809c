"""Who is there: operators' links and statuses, and the relay's restart, for which nobody is blamed."""

from opconsole.wire import staff
from opconsole.wire.cards import Place, Status
from server_stub.desk import events as ev
from server_stub.desk.actors import DESK
from server_stub.desk.commands import OperatorAway, OperatorHere, OperatorSet, RelayStarted
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld, visitor


def test_the_first_session_begins_a_shift() -> None:
    world = DeskWorld()
    anna = world.hire("anna", here=False)
    assert world.operator("anna").status is Status.offline
    world.comes(anna)
    assert (world.operator("anna").status, world.operator("anna").connected) == (Status.online, True)
    assert world.do(anna, OperatorHere()) == ()


def test_a_link_that_flaps_changes_neither_status_nor_chats() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, staff.SetStatus(id="s", status=Status.away, reason="lunch"))
    world.goes(anna)
    world.wait(29 * SECOND)
    world.comes(anna)
    assert world.wait(MINUTE) == []
    assert (world.operator("anna").status, world.operator("anna").reason) == (Status.away, "lunch")
    assert world.chat(chat).owner == "anna"


def test_after_30_s_without_a_session_what_is_owed_is_rescued_at_once() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    owed = world.held_chat(anna, "v1")
    quiet = world.held_chat(anna, "v2", answered=True)
    world.goes(anna)
    assert world.wait(30 * SECOND - 1) == []
    events = world.wait(1)
    assert [type(event) for event in events] == [ev.OperatorDisconnected, ev.ChatRescued]
    assert (world.chat(owed).place, world.chat(owed).let_go) == (Place.inbox, ["anna"])
    assert world.chat(quiet).owner == "anna"


def test_the_other_chats_of_a_disconnected_operator_are_rescued_when_their_visitor_next_writes() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.goes(anna)
    world.wait(MINUTE)
    world.writes("v1", "still there?")
    assert (world.chat(chat).place, world.chat(chat).owes_since) == (Place.inbox, world.now)
    assert isinstance(world.journal[-1].event, ev.ChatRescued)
    assert world.journal[-1].event.why == "gone"


def test_who_comes_back_finds_the_chats_that_nobody_wrote_in() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.goes(anna)
    world.wait(5 * MINUTE)
    world.comes(anna)
    world.writes("v1")
    assert (world.chat(chat).owner, world.operator("anna").status) == ("anna", Status.online)


def test_going_offline_gives_back_what_is_owed_without_blame_and_the_rest_when_its_visitor_writes() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    owed = world.held_chat(anna, "v1")
    quiet = world.held_chat(anna, "v2", answered=True)
    events = world.do(anna, staff.SetStatus(id="s", status=Status.offline))
    assert [type(event) for event in events] == [ev.StatusSet, ev.ChatReturned]
    assert (world.order(), world.chat(owed).let_go) == ([owed], [])
    world.writes("v2")
    assert world.order() == [owed, quiet]
    assert isinstance(world.journal[-1].event, ev.ChatReturned)
    assert world.journal[-1].event.why == "offline"
    assert world.state.day.rescues == 0


def test_offline_by_hand_stays_so_over_a_flap_and_ends_with_a_real_absence() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    world.do(anna, staff.SetStatus(id="s", status=Status.offline))
    world.goes(anna)
    world.wait(10 * SECOND)
    world.comes(anna)
    assert world.operator("anna").status is Status.offline
    world.goes(anna)
    world.wait(31 * SECOND)
    world.comes(anna)
    assert world.operator("anna").status is Status.online


def test_away_and_busy_keep_their_chats_and_these_their_rescues() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    for status in (Status.busy, Status.away):
        world.do(anna, staff.SetStatus(id=status.value, status=status, reason="tea"))
        assert world.chat(chat).owner == "anna"
    assert world.operator("anna").reason == "tea"
    world.wait(90 * SECOND)
    assert world.order() == [chat]


def test_a_reason_is_for_being_away_only_and_the_same_status_again_is_no_event() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    world.do(anna, staff.SetStatus(id="s1", status=Status.busy, reason="tea"))
    assert world.operator("anna").reason == ""
    assert world.do(anna, staff.SetStatus(id="s2", status=Status.busy)) == ()


def test_a_blocked_persons_chats_all_go_back_and_they_may_do_nothing_more() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    owed = world.held_chat(anna, "v1")
    quiet = world.held_chat(anna, "v2", answered=True)
    aside = world.held_chat(anna, "v3", answered=True)
    world.do(anna, staff.Snooze(id="z", chat=aside, until=world.now + MINUTE))
    world.do(DESK, OperatorSet("anna", "Anna", blocked=True))
    assert sorted(world.order()) == [owed, quiet, aside]
    assert not world.operator("anna").connected
    assert world.refused(anna, staff.TakeNext(id="t")).code == "blocked"
    assert world.refused(anna, OperatorAway()).code == "blocked"


def test_the_same_person_set_twice_is_no_event() -> None:
    world = DeskWorld()
    world.hire("anna", limit=3)
    assert world.do(DESK, OperatorSet("anna", "Anna", limit=3)) == ()


def test_a_person_without_login_or_department_or_with_a_negative_limit_is_refused() -> None:
    world = DeskWorld()
    for bad in (OperatorSet(""), OperatorSet("x", departments=()), OperatorSet("x", limit=-1)):
        assert world.refused(DESK, bad).code == "bad_operator"


def test_after_a_restart_every_rescue_is_at_least_30_s_ahead() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    near = world.held_chat(anna, "v1")
    world.now += 85 * SECOND
    far = world.held_chat(anna, "v2")
    far_due = world.chat(far).rescue_at
    world.now += MINUTE
    world.do(DESK, RelayStarted())
    assert world.chat(near).rescue_at == world.now + 30 * SECOND
    assert world.chat(far).rescue_at == far_due


def test_after_a_restart_nobody_is_connected_and_their_absence_counts_from_then() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.held_chat(anna)
    world.held_chat(bob, "v2")
    world.now += 10 * SECOND
    world.do(DESK, RelayStarted())
    assert not world.operator("anna").connected
    world.wait(20 * SECOND)
    world.comes(bob)
    events = world.wait(10 * SECOND)
    assert [type(event) for event in events] == [ev.OperatorDisconnected, ev.ChatRescued]
    assert world.order() == [chat]
    assert world.operator("bob").status is Status.online


def test_after_a_restart_a_visitor_has_120_s_to_come_back() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    other = world.held_chat(anna, "v2", answered=True)
    world.now += MINUTE
    world.do(DESK, RelayStarted())
    world.comes(anna)
    world.comes(visitor("v2"))
    events = world.wait(120 * SECOND)
    assert [type(event) for event in events] == [ev.ChatLeft]
    assert (world.chat(chat).left, world.chat(other).left) == (True, False)


def test_who_was_gone_before_the_restart_gets_no_new_grace() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.goes(anna)
    world.wait(MINUTE)
    world.do(DESK, RelayStarted())
    world.writes("v1")
    assert world.order() == [chat]


def test_a_restart_with_nothing_to_do_is_harmless_and_repeatable() -> None:
    world = DeskWorld()
    for _ in range(3):
        (restarted,) = world.do(DESK, RelayStarted(), after=SECOND)
        assert isinstance(restarted, ev.RelayRestarted)


def test_who_is_found_gone_in_the_same_moment_gets_no_snoozed_chat_back() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, staff.Snooze(id="z", chat=chat, until=world.now + 30 * SECOND))
    world.goes(anna)
    events = world.wait(30 * SECOND)
    assert [type(event) for event in events] == [ev.OperatorDisconnected, ev.ChatWoken]
    assert world.order() == [chat]


def test_a_chat_that_is_due_when_its_operator_is_found_gone_is_rescued_once() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    world.wait(60 * SECOND)
    world.goes(anna)
    events = world.wait(30 * SECOND)
    assert [type(event) for event in events] == [ev.OperatorDisconnected, ev.ChatRescued]
    assert world.chat(chat).rescues == 1


def test_after_a_restart_typing_still_has_its_minute_and_endings_are_not_at_once() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    owed, quiet = world.held_chat(anna, "v1"), world.held_chat(anna, "v2", answered=True)
    world.goes(visitor("v2"))
    world.wait(80 * SECOND)
    world.says(anna, owed)
    world.writes("v1")
    world.wait(40 * SECOND)
    assert world.chat(quiet).close_at
    world.now += 60 * MINUTE
    world.do(DESK, RelayStarted())
    floor = world.now + 30 * SECOND
    assert (world.chat(quiet).close_at, world.chat(owed).rescue_at, world.chat(owed).rescue_base) == (
        floor,
        floor,
        floor,
    )
