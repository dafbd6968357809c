"""A department's checklist: steps ticked and unticked, seen by all, kept in the journal, and counted from it."""

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Role
from opconsole.wire.checklists import Step
from server_stub.desk import cards, snapshot
from server_stub.desk import events as ev
from server_stub.desk.actors import DESK
from server_stub.desk.checklists import counts
from server_stub.desk.commands import EraseContent, SettingsSet
from server_stub.desk.model import State
from server_stub.desk.settings import DepartmentSettings, Settings
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld


def desk(*steps: Step) -> Settings:
    return Settings(departments={"general": DepartmentSettings(checklist=steps)})


GREET = Step(id="greet", title="Greet by name", template="hello")
OFFER = Step(id="offer", title="Make an offer", required=True)


@pytest.fixture
def world() -> DeskWorld:
    return DeskWorld(desk(GREET, OFFER))


def tick(world: DeskWorld, chat: int, step: str, *, on: bool = True) -> staff.TickStep:
    return staff.TickStep(id=world.cid(), chat=chat, step=step, on=on)


def ticked(world: DeskWorld, chat: int) -> list[tuple[str, str]]:
    return [(each.step, each.by) for each in cards.chat_card(world.state, chat).ticks]


def test_a_step_is_ticked_and_unticked_and_every_card_shows_by_whom(world: DeskWorld) -> None:
    anna, sue = world.hire("anna"), world.hire("sue", Role.supervisor)
    chat = world.held_chat(anna)
    world.state.drain_touched()
    (event,) = world.do(anna, tick(world, chat, "greet"), SECOND)
    assert event == ev.StepTicked(chat, "greet", True, "Greet by name", "general", f"c{world.serial}")
    assert world.state.drain_touched().chats == {chat}
    world.do(sue, tick(world, chat, "offer"))
    assert ticked(world, chat) == [("greet", "anna"), ("offer", "sue")]
    world.do(anna, tick(world, chat, "greet", on=False))
    assert ticked(world, chat) == [("offer", "sue")]
    assert snapshot.dump(world.replayed()) == snapshot.dump(world.state)
    assert snapshot.dump(snapshot.load(snapshot.dump(world.state))) == snapshot.dump(world.state)


def test_what_is_ticked_already_needs_no_event(world: DeskWorld) -> None:
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    assert world.do(anna, tick(world, chat, "greet", on=False)) == ()
    world.do(anna, tick(world, chat, "greet"))
    assert world.do(anna, tick(world, chat, "greet")) == ()


def test_a_step_that_the_department_has_not_is_refused(world: DeskWorld) -> None:
    anna = world.hire("anna")
    refused = world.refused(anna, tick(world, world.held_chat(anna), "sing"))
    assert (refused.code, refused.facts) == ("no_such_step", {"step": "sing", "department": "general"})


def test_a_tick_of_a_step_that_was_taken_out_stays_and_may_be_taken_away(world: DeskWorld) -> None:
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    world.do(anna, tick(world, chat, "greet"))
    world.do(DESK, SettingsSet(desk(OFFER)))
    assert ticked(world, chat) == [("greet", "anna")]
    world.do(anna, tick(world, chat, "greet", on=False))
    assert world.refused(anna, tick(world, chat, "greet")).code == "no_such_step"


def test_nothing_is_held_up_by_what_is_not_ticked_and_ticks_go_with_the_chat(world: DeskWorld) -> None:
    anna, bob = world.hire("anna"), world.hire("bob")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, tick(world, chat, "greet"))
    world.do(anna, staff.Transfer(id="t", chat=chat, to="bob"))
    assert world.refused(anna, tick(world, chat, "offer")).code == "not_yours"
    world.closes(bob, chat, MINUTE)
    world.do(bob, tick(world, chat, "offer"), MINUTE)
    assert ticked(world, chat) == [("greet", "anna"), ("offer", "bob")]


def test_the_settings_that_a_console_is_told_have_the_checklists_that_there_are(world: DeskWorld) -> None:
    assert cards.wire_settings(world.state).checklists == {"general": [GREET, OFFER]}
    assert cards.wire_settings(State(Settings())).checklists == {}


def test_a_chat_whose_words_are_erased_keeps_its_ticks_in_the_journal(world: DeskWorld) -> None:
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, tick(world, chat, "greet"))
    world.closes(anna, chat)
    before = counts(world.journal)
    world.do(DESK, EraseContent("v1", (chat,), "boss"))
    assert counts(world.journal) == before
    assert before["anna"].steps == {("general", "greet"): 1}


# ---------------------------------------------------------------- counted from the journal


def test_steps_are_counted_for_who_ticked_them_last_and_not_what_was_taken_back(world: DeskWorld) -> None:
    anna, bob = world.hire("anna"), world.hire("bob")
    first = world.held_chat(anna, "v1", answered=True)
    second = world.held_chat(bob, "v2", answered=True)
    for step in ("greet", "offer"):
        world.do(anna, tick(world, first, step))
    world.do(bob, tick(world, second, "greet"))
    world.do(bob, tick(world, second, "greet", on=False))
    world.do(bob, tick(world, second, "offer"))
    world.closes(anna, first)
    found = counts(world.journal)
    assert found["anna"].steps == {("general", "greet"): 1, ("general", "offer"): 1}
    assert found["bob"].steps == {("general", "offer"): 1}
    assert (found["anna"].chats, found["bob"].chats) == (1, 1)


def test_only_what_happened_in_the_interval_is_counted(world: DeskWorld) -> None:
    anna = world.hire("anna")
    chat = world.held_chat(anna, answered=True)
    world.do(anna, tick(world, chat, "greet"))
    began = world.now + MINUTE
    world.do(anna, tick(world, chat, "offer"), 2 * MINUTE)
    assert counts(world.journal, since=began)["anna"].steps == {("general", "offer"): 1}
    assert counts(world.journal, until=began)["anna"].steps == {("general", "greet"): 1}
    assert counts([], until=began) == {}
