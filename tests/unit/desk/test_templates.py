"""Prepared replies: whose they are, and what is unique about them."""

from opconsole.wire import staff
from opconsole.wire.cards import Role
from server_stub.desk import cards
from server_stub.desk.actors import DESK
from server_stub.desk.model import Settings
from tests.unit.desk.desk_world import DeskWorld


def template(
    world: DeskWorld, name: str, code: str = "", *, mine: bool = True, lang: str = "", hotkey: int = 0, text: str = "hi"
) -> staff.SaveTemplate:
    return staff.SaveTemplate(
        id=world.cid(), template=name, code=code or name, text=text, mine=mine, lang=lang, hotkey=hotkey
    )


def test_everybody_has_templates_of_their_own_and_supervisors_share_some() -> None:
    world = DeskWorld()
    anna, sue = world.hire("anna"), world.hire("sue", Role.supervisor)
    world.do(anna, template(world, "t1"))
    assert world.refused(anna, template(world, "t2", mine=False)).code == "not_allowed"
    world.do(sue, template(world, "t3", mine=False))
    owners = {name: each.owner for name, each in world.state.templates.items()}
    assert owners == {"t1": "anna", "t3": ""}


def test_a_code_is_unique_within_its_scope_whatever_the_case() -> None:
    world = DeskWorld()
    anna, bob = world.hire("anna"), world.hire("bob")
    world.do(anna, template(world, "t1", "Hello"))
    taken = world.refused(anna, template(world, "t2", "hELLO"))
    assert (taken.code, taken.facts) == ("template_code", {"code": "hELLO", "title": "Hello"})
    world.do(bob, template(world, "t3", "hello"))
    world.do(anna, template(world, "t4", "hello", lang="ru"))
    world.do(anna, template(world, "t1", "bye"))
    world.do(anna, template(world, "t2", "hello"))


def test_saving_again_replaces_and_saving_the_same_is_no_event() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    world.do(anna, template(world, "t1", text="one"))
    world.do(anna, template(world, "t1", text="two"))
    card = cards.template_card(world.state, "t1")
    assert card is not None
    assert (card.text, card.title, card.owner) == ("two", "t1", "anna")
    assert world.do(anna, template(world, "t1", text="two")) == ()


def test_a_template_keeps_its_scope() -> None:
    world = DeskWorld()
    anna, sue = world.hire("anna"), world.hire("sue", Role.supervisor)
    world.do(anna, template(world, "t1"))
    world.do(sue, template(world, "t2", mine=False))
    assert world.refused(sue, template(world, "t1", mine=False)).code == "template_scope"
    assert world.refused(sue, template(world, "t2")).code == "template_scope"


def test_there_are_only_so_many() -> None:
    world = DeskWorld(Settings(templates_mine=1, templates_shared=0))
    sue = world.hire("sue", Role.supervisor)
    world.do(sue, template(world, "t1"))
    assert world.refused(sue, template(world, "t2")).facts == {"count": 1}
    assert world.refused(sue, template(world, "t3", mine=False)).code == "template_count"
    world.do(sue, template(world, "t1", text="it may still change"))


def test_a_favourites_number_belongs_to_the_one_that_got_it_last() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    world.do(anna, template(world, "t1", hotkey=1))
    world.state.drain_touched()
    world.do(anna, template(world, "t2", hotkey=1))
    assert world.state.drain_touched().templates == {"t1": "anna", "t2": "anna"}
    assert [each.hotkey for each in world.state.templates.values()] == [0, 1]


def test_an_empty_template_is_refused() -> None:
    world = DeskWorld()
    assert world.refused(world.hire("anna"), template(world, "t1", text=" ")).code == "empty_text"


def test_only_ones_own_are_dropped_and_the_shared_ones_by_supervisors() -> None:
    world = DeskWorld()
    anna, sue = world.hire("anna"), world.hire("sue", Role.supervisor)
    world.do(anna, template(world, "t1"))
    world.do(sue, template(world, "t2", mine=False))
    assert world.refused(sue, staff.DropTemplate(id="1", template="t1")).code == "no_such_template"
    assert world.refused(anna, staff.DropTemplate(id="2", template="t2")).code == "not_allowed"
    world.state.drain_touched()
    world.do(anna, staff.DropTemplate(id="3", template="t1"))
    world.do(sue, staff.DropTemplate(id="4", template="t2"))
    assert world.state.drain_touched().templates == {"t1": "anna", "t2": ""}
    assert cards.template_card(world.state, "t1") is None
    world.do(anna, template(world, "t5", "t1"))


def test_the_desk_saves_its_starter_set_itself() -> None:
    world = DeskWorld()
    world.do(DESK, template(world, "t1"))
    assert world.state.templates["t1"].owner == ""
