"""Templates of a department and of the desk: who edits them, how they move, what happens when two edit one, and what is counted."""

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Role
from opconsole.wire.codec import decode_staff_up
from server_stub.desk import cards, snapshot
from server_stub.desk import events as ev
from server_stub.desk.actors import Actor
from server_stub.desk.events import decode_event
from server_stub.desk.model import DROPPED_TEMPLATES, EDITIONS, Settings
from tests.unit.desk.desk_world import SECOND, DeskWorld


def save(world: DeskWorld, name: str, **fields: object) -> staff.SaveTemplate:
    given = {"code": name, "text": "hi", "mine": False} | fields
    return staff.SaveTemplate(id=world.cid(), template=name, **given)  # type: ignore[arg-type]


def edition(world: DeskWorld, name: str) -> int:
    card = cards.template_card(world.state, name)
    assert card is not None
    return card.edition


@pytest.fixture
def world() -> DeskWorld:
    world = DeskWorld()
    world.hire("anna")
    world.hire("kim", departments=("sales",))
    world.hire("sue", Role.supervisor)
    return world


ANNA, KIM = Actor("operator", "anna", Role.operator), Actor("operator", "kim", Role.operator)
SUE = Actor("operator", "sue", Role.supervisor)


# ---------------------------------------------------------------- scopes


def test_operators_edit_their_departments_templates_where_the_desk_lets_them() -> None:
    world = DeskWorld(Settings(department_templates=Role.operator))
    kim = world.hire("kim", departments=("sales",))
    world.hire("anna")
    world.do(kim, save(world, "t1", department="sales"))
    assert world.refused(kim, save(world, "t2", department="general")).code == "not_allowed"
    assert world.refused(kim, save(world, "t2")).code == "not_allowed", "the desk's stay the supervisors'"
    world.do(kim, staff.DropTemplate(id="d", template="t1"))


def test_admins_alone_edit_them_where_the_desk_says_so() -> None:
    world = DeskWorld(Settings(department_templates=Role.admin))
    sue, boss = world.hire("sue", Role.supervisor), world.hire("boss", Role.admin)
    assert world.refused(sue, save(world, "t1", department="general")).code == "not_allowed"
    world.do(boss, save(world, "t1", department="general"))
    assert world.refused(sue, save(world, "t1")).code == "not_allowed", "nor move it to the desk"


def test_each_scope_has_codes_of_its_own(world: DeskWorld) -> None:
    world.do(SUE, save(world, "t1", code="hello"))
    world.do(SUE, save(world, "t2", code="hello", department="sales"))
    world.do(SUE, save(world, "t3", code="hello", department="general"))
    world.do(SUE, save(world, "t4", code="hello", mine=True))
    assert world.refused(SUE, save(world, "t5", code="HELLO", department="sales")).code == "template_code"
    world.do(SUE, save(world, "t5", code="hello", department="sales", channel="telegram"))
    assert world.refused(SUE, save(world, "t6", code="hello", department="sales", channel="Telegram")).code == (
        "template_code"
    )


def test_a_template_moves_to_who_is_to_share_it_and_keeps_its_history(world: DeskWorld) -> None:
    world.do(SUE, save(world, "t1", mine=True))
    world.state.drain_touched()
    world.do(SUE, save(world, "t1", department="sales"))
    touched = world.state.drain_touched()
    assert (touched.templates, touched.rescoped) == ({"t1": " sales"}, {"t1"})
    world.do(SUE, save(world, "t1"))
    touched = world.state.drain_touched()
    assert (touched.templates, touched.rescoped) == ({"t1": ""}, set()), "nobody loses it"
    assert len(world.state.templates["t1"].editions) == 3
    assert world.state.codes["sue"] == world.state.codes[" sales"] == {}
    world.do(SUE, save(world, "t2", code="t1", department="sales"))


def test_a_department_has_only_so_many() -> None:
    world = DeskWorld(Settings(templates_department=1))
    sue = world.hire("sue", Role.supervisor)
    world.do(sue, save(world, "t1", department="general"))
    assert world.refused(sue, save(world, "t2", department="general")).code == "template_count"
    world.do(sue, save(world, "t2"))
    assert world.refused(sue, save(world, "t2", department="general")).code == "template_count", "nor by moving"


def test_variants_of_one_code_may_share_a_favourites_number(world: DeskWorld) -> None:
    world.do(SUE, save(world, "t1", code="hello", hotkey=1))
    world.do(SUE, save(world, "t2", code="hello", hotkey=1, channel="telegram"))
    assert [each.hotkey for each in world.state.templates.values()] == [1, 1]


def test_a_template_can_not_end_before_it_begins(world: DeskWorld) -> None:
    assert world.refused(SUE, save(world, "t1", active_from=9, active_until=9)).code == "template_dates"
    world.do(SUE, save(world, "t1", active_until=9))


def test_hours_of_the_week_are_kept_as_we_write_them(world: DeskWorld) -> None:
    world.do(SUE, save(world, "t1", hours="пн-пт 9-18"))
    assert world.state.templates["t1"].hours == "mon-fri 9:00-18:00"
    assert world.do(SUE, save(world, "t1", hours="mon-fri 9-18")) == ()
    assert world.refused(SUE, save(world, "t1", hours="always")).code == "template_hours"


# ---------------------------------------------------------------- two editors


def test_who_saves_over_what_they_have_not_seen_is_told_who_was_there_before(world: DeskWorld) -> None:
    world.do(SUE, save(world, "t1"))
    seen = edition(world, "t1")
    boss = world.hire("boss", Role.admin)
    world.do(boss, save(world, "t1", text="other words", edition=seen))
    conflict = world.refused(SUE, save(world, "t1", text="mine", edition=seen), 5 * SECOND)
    assert (conflict.code, conflict.facts) == ("conflict", {"name": "Boss", "ago_s": 5})
    assert world.refused(SUE, staff.DropTemplate(id="d", template="t1", edition=seen)).code == "conflict"
    assert world.do(SUE, save(world, "t1", text="other words", edition=seen)) == (), "we are of one mind"
    world.do(SUE, save(world, "t1", text="mine", edition=edition(world, "t1")))


def test_a_favourites_number_lost_to_another_and_a_use_are_no_edits(world: DeskWorld) -> None:
    world.do(SUE, save(world, "t1", hotkey=1))
    seen = edition(world, "t1")
    world.do(SUE, save(world, "t2", hotkey=1))
    world.do(SUE, save(world, "t1", text="more", edition=seen))


def test_old_clients_who_name_no_edition_replace_what_is_there(world: DeskWorld) -> None:
    world.do(SUE, save(world, "t1"))
    world.do(SUE, save(world, "t1", text="replaced"))
    assert world.state.templates["t1"].text == "replaced"


def test_what_was_removed_meanwhile_is_not_saved_unawares(world: DeskWorld) -> None:
    world.do(SUE, save(world, "t1"))
    seen = edition(world, "t1")
    world.do(SUE, staff.DropTemplate(id="d", template="t1", edition=seen))
    assert world.refused(SUE, save(world, "t1", text="more", edition=seen)).code == "no_such_template"
    world.do(SUE, save(world, "t1", edition=0))
    assert world.refused(SUE, save(world, "t1", text="x", edition=0)).code == "conflict", "it is there already"


# ---------------------------------------------------------------- uses


def test_uses_are_counted_from_the_messages_that_name_the_template(world: DeskWorld) -> None:
    world.do(SUE, save(world, "t1"))
    chat = world.held_chat(ANNA)
    for _ in range(2):
        world.do(ANNA, staff.Say(id=world.cid(), chat=chat, text="hi", template="t1"))
    twice = staff.Say(id="twice", chat=chat, text="hi", template="t1")
    world.do(ANNA, twice)
    assert world.do(ANNA, twice) == (), "sent twice it happens once"
    assert world.state.drain_touched().used == {"t1"}
    assert world.state.templates["t1"].used == 3
    assert snapshot.dump(world.replayed()) == snapshot.dump(world.state)
    world.do(SUE, save(world, "t1", text="other words"))
    assert world.state.templates["t1"].used == 3, "by whatever words"


def test_a_template_that_is_not_theirs_to_see_is_not_counted_and_the_words_go(world: DeskWorld) -> None:
    world.do(SUE, save(world, "t1", department="sales"))
    world.do(KIM, save(world, "t2", mine=True))
    chat = world.held_chat(ANNA)
    for name in ("t1", "t2", "none"):
        (said,) = world.do(ANNA, staff.Say(id=world.cid(), chat=chat, text="hi", template=name))
        assert getattr(said, "template", None) == ""
    assert [each.used for each in world.state.templates.values()] == [0, 0]


def test_what_is_removed_and_saved_again_goes_on_with_its_count_and_history(world: DeskWorld) -> None:
    world.do(SUE, save(world, "t1"))
    world.do(ANNA, staff.Say(id="s", chat=world.held_chat(ANNA), text="hi", template="t1"))
    world.do(SUE, staff.DropTemplate(id="d", template="t1"))
    assert snapshot.dump(snapshot.load(snapshot.dump(world.state))) == snapshot.dump(world.state)
    world.do(SUE, save(world, "t1"))
    template = world.state.templates["t1"]
    assert (template.used, len(template.editions)) == (1, 3)
    assert not world.state.dropped


def test_memory_of_templates_has_an_end(world: DeskWorld) -> None:
    for number in range(DROPPED_TEMPLATES + 2):
        world.do(SUE, save(world, f"t{number}"))
        world.do(SUE, staff.DropTemplate(id=world.cid(), template=f"t{number}"))
    assert len(world.state.dropped) == DROPPED_TEMPLATES
    for number in range(EDITIONS + 2):
        world.do(SUE, save(world, "t", text=f"{number}"))
    assert len(world.state.templates["t"].editions) == EDITIONS


# ---------------------------------------------------------------- old journals and old clients


def test_journals_of_before_there_were_scopes_and_uses_are_read_as_they_were_meant() -> None:
    saved = decode_event(
        b'{"k":"template_saved","template":"t","code":"hi","title":"Hi","text":"Hello","owner":"anna","cid":"c"}'
    )
    assert saved == ev.TemplateSaved("t", "hi", "Hi", "Hello", owner="anna", cid="c")
    said = decode_event(b'{"k":"message_said","chat":1,"n":2,"p":1,"by":"anna","text":"Hello"}')
    assert isinstance(said, ev.MessageSaid)
    assert said.template == ""


def test_old_clients_save_what_they_mean() -> None:
    old = decode_staff_up(b'{"t":"save_template","id":"c","template":"t","code":"hi","text":"Hello","mine":false}')
    assert old == staff.SaveTemplate(id="c", template="t", code="hi", text="Hello", mine=False)
    assert isinstance(old, staff.SaveTemplate)
    assert (old.department, old.channel, old.edition) == ("", "", None)
