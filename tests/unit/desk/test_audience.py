"""Who may see what."""

from opconsole.wire import staff
from opconsole.wire.cards import Place, Role
from server_stub.desk import audience
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.audience import Audience, audience_of
from server_stub.desk.commands import OperatorSet, VisitorSays
from tests.unit.desk.desk_world import MINUTE, DeskWorld, visitor


def floor() -> tuple[DeskWorld, dict[str, Actor], dict[str, int]]:
    """Anna (general), Kim (sales), Sue (supervisor); a chat in each place."""
    world = DeskWorld()
    people = {
        "anna": world.hire("anna"),
        "kim": world.hire("kim", departments=("sales",)),
        "sue": world.hire("sue", Role.supervisor),
    }
    chats = {
        "held": world.held_chat(people["anna"], "v1"),
        "snoozed": world.held_chat(people["anna"], "v2", answered=True),
        "closed": world.held_chat(people["anna"], "v3", answered=True),
        "waits": world.writes("v4"),
        "sales": world.answer(visitor("v5"), VisitorSays("x", "hello", department="sales")).chat,
    }
    world.do(people["anna"], staff.Snooze(id="z", chat=chats["snoozed"], until=world.now + MINUTE))
    world.closes(people["anna"], chats["closed"])
    return world, people, chats


def sees(world: DeskWorld, actor: Actor, chats: dict[str, int]) -> set[str]:
    by_asking = {name for name, chat in chats.items() if audience.may_see(world.state, actor, chat)}
    listed = set(audience.visible_chats(world.state, actor)) if actor.kind == "operator" else set()
    if actor.kind == "operator":
        assert {chats[name] for name in by_asking} == listed, "asking and listing disagree"
    return by_asking


def test_operators_see_what_waits_in_their_departments_and_what_they_have() -> None:
    world, people, chats = floor()
    assert sees(world, people["anna"], chats) == {"held", "snoozed", "waits"}
    assert sees(world, people["kim"], chats) == {"sales"}


def test_supervisors_see_every_open_chat_and_so_does_their_monitor() -> None:
    world, people, chats = floor()
    assert sees(world, people["sue"], chats) == {"held", "snoozed", "waits", "sales"}
    assert sees(world, Actor("operator", "sue", Role.supervisor, monitor=True), chats) == {
        "held",
        "snoozed",
        "waits",
        "sales",
    }


def test_the_blocked_and_strangers_see_nothing() -> None:
    world, people, chats = floor()
    world.do(DESK, OperatorSet("kim", "Kim", departments=("sales",), blocked=True))
    assert sees(world, people["kim"], chats) == set()
    assert sees(world, Actor("operator", "nobody"), chats) == set()


def test_a_visitor_sees_their_own_chat_only() -> None:
    world, _, chats = floor()
    assert sees(world, visitor("v4"), chats) == {"waits"}
    assert sees(world, visitor("v9"), chats) == set()


def test_who_may_read_a_transcript_afterwards() -> None:
    world, people, chats = floor()

    def reads(name: str) -> set[str]:
        return {which for which, chat in chats.items() if audience.may_read(world.state, people[name], chat)}

    assert reads("anna") == {"held", "snoozed", "waits", "closed"}
    assert reads("kim") == {"sales"}
    assert reads("sue") == set(chats)
    assert not audience.may_read(world.state, people["sue"], 0)
    assert not audience.may_read(world.state, people["sue"], 99)
    assert not audience.may_read(world.state, visitor("v3"), chats["held"])


def test_an_earlier_chat_of_a_visitor_whom_i_serve_may_be_read() -> None:
    world, people, chats = floor()
    bob = world.hire("bob")
    assert not audience.may_read(world.state, bob, chats["closed"])
    again = world.writes("v3", after=31 * MINUTE)
    assert again != chats["closed"]
    assert audience.may_read(world.state, bob, chats["closed"])
    world.takes(people["sue"], again)
    assert not audience.may_read(world.state, bob, chats["closed"])


def test_a_visitors_card_is_for_those_who_see_an_open_chat_of_theirs() -> None:
    world, people, _ = floor()
    assert audience.may_see_visitor(world.state, people["anna"], "v4")
    assert not audience.may_see_visitor(world.state, people["kim"], "v4")
    assert not audience.may_see_visitor(world.state, people["sue"], "v3")
    assert not audience.may_see_visitor(world.state, people["sue"], "v99")


def test_personal_templates_are_for_their_owner_and_a_departments_for_who_works_there() -> None:
    world, people, _ = floor()
    for name, mine, department in (("t1", True, ""), ("t2", False, ""), ("t3", False, "sales")):
        world.do(
            people["sue"],
            staff.SaveTemplate(id=name, template=name, code=name, text="hello", mine=mine, department=department),
        )
    seen = {
        name: [
            each.template
            for each in world.state.templates.values()
            if audience.may_see_template(world.state, actor, each)
        ]
        for name, actor in people.items()
    }
    assert seen == {"anna": ["t2"], "kim": ["t2", "t3"], "sue": ["t1", "t2", "t3"]}


def test_a_move_tells_where_the_chat_stood_and_what_moved_it_last() -> None:
    world, people, chats = floor()
    world.state.drain_touched()
    world.takes(people["anna"], chats["waits"])
    world.do(people["sue"], staff.Transfer(id="t", chat=chats["waits"], to="sue"))
    moved = world.state.drain_touched().moved[chats["waits"]]
    assert audience_of(moved) == Audience(department="general")
    assert audience_of(world.chat(chats["waits"])) == Audience(owner="sue")
    assert (moved.why, moved.by) == ("transferred", "sue")


def test_a_new_chat_was_seen_by_nobody_before() -> None:
    world, _, _ = floor()
    world.state.drain_touched()
    chat = world.writes("v8")
    moved = world.state.drain_touched().moved[chat]
    assert (moved.place, audience_of(moved)) == (Place.closed, audience.NOBODY)


def test_who_gets_another_department_or_role_must_be_synced_anew() -> None:
    world, _, _ = floor()
    world.state.drain_touched()
    world.do(DESK, OperatorSet("anna", "Anna B."))
    assert world.state.drain_touched().resync == set()
    world.do(DESK, OperatorSet("anna", "Anna B.", departments=("general", "sales")))
    assert world.state.drain_touched().resync == {"anna"}
