"""Checklists written in a console: by whom, over the settings' own, with their history, and back again."""

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Role
from opconsole.wire.checklists import Step
from server_stub.desk import cards, snapshot
from server_stub.desk import events as ev
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.commands import SettingsSet
from server_stub.desk.rules import checklist_of
from server_stub.desk.transcript import checklist_versions_of
from tests.unit.desk.desk_world import MINUTE, DeskWorld
from tests.unit.desk.test_checklists import GREET, OFFER, desk, tick, ticked

SELL = Step(id="sell", title="Sell something")


@pytest.fixture
def world() -> DeskWorld:
    return DeskWorld(desk(GREET, OFFER))


@pytest.fixture
def sue(world: DeskWorld) -> Actor:
    return world.hire("sue", Role.supervisor)


def write(
    world: DeskWorld, *steps: Step, edition: int | None = None, department: str = "general"
) -> staff.SetChecklist:
    return staff.SetChecklist(id=world.cid(), department=department, steps=list(steps), edition=edition)


def test_what_a_supervisor_writes_counts_from_then_on_and_everybody_is_told(world: DeskWorld, sue: Actor) -> None:
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    world.do(anna, tick(world, chat, "greet"))
    world.state.drain_touched()
    (event,) = world.do(sue, write(world, OFFER, SELL))
    assert isinstance(event, ev.ChecklistSet)
    assert world.state.drain_touched().settings
    wire = cards.wire_settings(world.state)
    assert wire.checklists == {"general": [OFFER, SELL]}
    assert wire.checklist_editions == {"general": world.state.head}
    assert ticked(world, chat) == [("greet", "anna")], "what was done stays done"
    assert world.refused(anna, tick(world, chat, "greet2")).code == "no_such_step"
    world.do(anna, tick(world, chat, "sell"))
    assert snapshot.dump(world.replayed()) == snapshot.dump(world.state)
    assert snapshot.dump(snapshot.load(snapshot.dump(world.state))) == snapshot.dump(world.state)


def test_the_settings_count_again_after_a_reset_and_never_before(world: DeskWorld, sue: Actor) -> None:
    world.do(sue, write(world, SELL))
    world.do(DESK, SettingsSet(desk(GREET)))
    assert checklist_of(world.state, "general") == (SELL,)
    world.do(sue, staff.SetChecklist(id="r", department="general", reset=True))
    assert checklist_of(world.state, "general") == (GREET,)
    assert cards.wire_settings(world.state).checklist_editions == {}
    assert world.do(sue, staff.SetChecklist(id="r2", department="general", reset=True)) == ()


def test_an_empty_one_is_one_too(world: DeskWorld, sue: Actor) -> None:
    world.do(sue, write(world))
    assert checklist_of(world.state, "general") == ()
    assert cards.wire_settings(world.state).checklists == {}


def test_what_is_so_already_makes_no_event(world: DeskWorld, sue: Actor) -> None:
    assert world.do(sue, write(world, GREET, OFFER)) == ()


def test_operators_write_none(world: DeskWorld) -> None:
    anna = world.hire("anna")
    assert world.refused(anna, write(world, SELL)).code == "not_allowed"


@pytest.mark.parametrize(
    ("steps", "department", "code"),
    [
        ([Step(id="a", title=" ")], "general", "checklist_steps"),
        ([SELL, SELL], "general", "checklist_steps"),
        ([SELL], "nowhere", "department_unknown"),
    ],
)
def test_what_can_not_be_is_refused(
    world: DeskWorld, sue: Actor, steps: list[Step], department: str, code: str
) -> None:
    assert world.refused(sue, write(world, *steps, department=department)).code == code


def test_of_two_who_write_at_once_the_later_is_told(world: DeskWorld, sue: Actor) -> None:
    max_ = world.hire("max", Role.admin)
    world.do(sue, write(world, SELL, edition=0))
    first = world.state.head
    refusal = world.refused(max_, write(world, OFFER, edition=0), MINUTE)
    assert refusal.code == "checklist_conflict"
    assert refusal.facts == {"name": "Sue", "ago_s": 60}
    world.do(max_, write(world, OFFER, edition=first))
    world.do(sue, write(world, GREET))
    assert checklist_of(world.state, "general") == (GREET,)


def test_the_history_has_every_edition(world: DeskWorld, sue: Actor) -> None:
    world.do(sue, write(world, SELL))
    world.do(sue, staff.SetChecklist(id="r", department="general", reset=True), MINUTE)
    editions = world.state.checklists["general"].editions
    versions = checklist_versions_of(record for record in world.journal if record.seq in editions)
    assert [(each.by, each.steps, each.reset) for each in versions] == [("sue", [SELL], False), ("sue", [], True)]
