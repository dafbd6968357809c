"""The desk's day, its settings, and its deadlines as data."""

import pytest

from server_stub.desk import cards
from server_stub.desk import events as ev
from server_stub.desk.actors import DESK
from server_stub.desk.commands import SettingsSet, Tick
from server_stub.desk.model import Settings, State
from server_stub.desk.settings import DepartmentSettings
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld

HOUR = 60 * MINUTE


def test_the_days_counters_start_anew_at_midnight_of_the_desks_zone() -> None:
    world = DeskWorld(Settings(tz="Asia/Tokyo"))
    anna = world.hire("anna")
    world.held_chat(anna)
    world.wait(90 * SECOND)
    world.take_next(anna)
    world.writes("v2")
    card = cards.desk_card(world.state)
    assert (card.opened_today, card.taken_today, card.rescues_today, card.waiting, card.held) == (2, 2, 1, 1, 1)
    ends = world.state.day.ends
    assert (ends + 9 * HOUR) % (24 * HOUR) == 0
    began = [event for event in world.wait(ends - world.now) if isinstance(event, ev.DayBegan)]
    assert [event.ends for event in began] == [ends + 24 * HOUR]
    card = cards.desk_card(world.state)
    assert (card.opened_today, card.taken_today, card.rescues_today, card.waiting) == (0, 0, 0, 2)
    operator = cards.operator_card(world.state, "anna")
    assert (operator.taken_today, operator.rescues_today) == (0, 0)


def test_a_desk_that_was_down_for_days_begins_today() -> None:
    world = DeskWorld()
    world.writes("v1")
    world.now += 72 * HOUR
    world.do(DESK, Tick())
    assert world.now < world.state.day.ends <= world.now + 24 * HOUR
    assert world.state.day.opened == 0


def test_new_settings_leave_what_was_decided_as_it_is() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    held = world.chat(world.held_chat(anna)).rescue_at
    waiting = world.chat(world.writes("v2")).answer_by
    world.do(DESK, SettingsSet(Settings(first_reply_ms=SECOND, targets_ms={"site": SECOND}, limit=9)))
    assert (world.chat(1).rescue_at, world.chat(2).answer_by) == (held, waiting)
    assert world.operator("anna").room_for == 9
    assert world.state.drain_touched().settings


def test_the_same_settings_again_are_no_event() -> None:
    assert DeskWorld().do(DESK, SettingsSet(Settings())) == ()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (Settings(tz="Mars/Base"), "there is no time zone 'Mars/Base'"),
        (Settings(tz="../etc/passwd"), "there is no time zone '../etc/passwd'"),
        (Settings(limit=-1), "limit is below 0"),
        (Settings(targets_ms={"site": -1}), "a target is below 0"),
        (Settings(departments={"x": DepartmentSettings(limit=-1)}), "limit of the department 'x' is below 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_the_reason(settings: Settings, reason: str) -> None:
    refusal = DeskWorld().refused(DESK, SettingsSet(settings))
    assert (refusal.code, refusal.facts) == ("bad_settings", {"reason": reason})


def test_another_time_zone_moves_the_days_end_and_keeps_its_counters() -> None:
    world = DeskWorld()
    world.writes("v1")
    before = world.state.day.ends
    world.do(DESK, SettingsSet(Settings(tz="Asia/Tokyo")))
    assert world.state.day.ends != before
    assert world.state.day.opened == 1


def test_a_desk_that_never_started_has_no_deadline() -> None:
    assert State().next_deadline() is None


def test_the_next_deadline_is_the_nearest_of_all() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    assert world.state.next_deadline() == world.state.day.ends
    world.held_chat(anna)
    assert world.state.next_deadline() == world.now + 90 * SECOND
    world.goes(anna)
    assert world.state.next_deadline() == world.now + 30 * SECOND
    world.comes(anna)
    assert world.state.next_deadline() == world.now + 90 * SECOND
    world.says(anna, 1)
    assert world.state.next_deadline() == world.state.day.ends
