"""The rest of who may do what, so that with `test_roles` it is every command × every role × every relation to the chat.

`test_roles` has an operator's, supervisor's and admin's commands on seven relations; here are the other relations, monitors and
blocked people on all of them, the commands that name no chat, and who may read. A new command must be given its row here too.
"""

from collections.abc import Callable
from typing import get_args

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Place, Role, Status
from opconsole.wire.checklists import Step
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.audience import may_read, reach
from server_stub.desk.commands import OperatorAway, OperatorHere, OperatorSet, TeamCommand, VisitorSays
from server_stub.desk.outcome import Refusal
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld, visitor
from tests.unit.desk.test_roles import CHECKED, COMMANDS, EVERY, OK, RELATIONS, stage

MORE_RELATIONS = ("colleague's elsewhere", "colleague's snoozed", "closed, colleague's", "none such")
"""A colleague has it in a department that isn't mine; snoozed it in mine; closed it in mine; there is no chat of that number."""
EVERYWHERE = (*RELATIONS, *MORE_RELATIONS)

OPERATOR: dict[str, tuple[str, ...]] = {
    #           elsewhere      snoozed        closed         none such
    "take":     ("taken",       "taken",       "chat_closed", "no_such_chat"),
    "return":   ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
    "transfer": ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
    "snooze":   ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
    "close":    ("not_yours",   "not_yours",   OK,            "no_such_chat"),
    "reopen":   ("not_closed",  "not_closed",  OK,            "no_such_chat"),
    "say":      ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
    "say a file": ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
    "note":     ("not_visible", "not_visible", "not_visible", "no_such_chat"),
    "note a file": ("not_visible", "not_visible", "not_visible", "no_such_chat"),
    "priority": ("not_visible", "not_visible", "chat_closed", "no_such_chat"),
    "edit own": ("not_visible", "not_visible", "not_visible", "no_such_chat"),
    "delete own": ("not_visible", "not_visible", "not_visible", "no_such_chat"),
    "delete any": ("not_visible", "not_visible", "not_visible", "no_such_chat"),
    "edit":     ("not_visible", "not_visible", "not_visible", "no_such_chat"),
    "tick":     ("not_yours",   "not_yours",   "not_visible", "no_such_chat"),
    "read":     ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
    "typing":   ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
}  # fmt: skip
# A supervisor moves, closes and annotates what colleagues have; only its owner speaks in it, or puts it to sleep.
OVERSEER: dict[str, tuple[str, ...]] = {
    #           elsewhere      snoozed        closed         none such
    "take":     ("taken",       "taken",       "chat_closed", "no_such_chat"),
    "return":   (OK,            OK,            "chat_closed", "no_such_chat"),
    "transfer": (OK,            OK,            "chat_closed", "no_such_chat"),
    "snooze":   ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
    "close":    (OK,            OK,            OK,            "no_such_chat"),
    "reopen":   ("not_closed",  "not_closed",  OK,            "no_such_chat"),
    "say":      ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
    "say a file": ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
    "note":     (OK,            OK,            OK,            "no_such_chat"),
    "note a file": (OK,            OK,            OK,            "no_such_chat"),
    "priority": (OK,            OK,            "chat_closed", "no_such_chat"),
    "edit own": ("not_author",  "not_author",  "not_author",  "no_such_chat"),
    "delete own": (OK,            OK,            OK,            "no_such_chat"),
    "delete any": (OK,            OK,            OK,            "no_such_chat"),
    "edit":     (OK,            OK,            OK,            "no_such_chat"),
    "tick":     (OK,            OK,            OK,            "no_such_chat"),
    "read":     ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
    "typing":   ("not_yours",   "not_yours",   "chat_closed", "no_such_chat"),
}  # fmt: skip
TABLES = {Role.operator: OPERATOR, Role.supervisor: OVERSEER, Role.admin: OVERSEER}

# Whose transcript may be asked for and watched.
READS: dict[Role, frozenset[str]] = {
    Role.operator: frozenset({"waits", "mine", "snoozed", "closed, mine"}),
    Role.supervisor: frozenset(EVERYWHERE) - {"none such"},
    Role.admin: frozenset(EVERYWHERE) - {"none such"},
}

Without = Callable[[DeskWorld], TeamCommand]


def _template(name: str, *, mine: bool = False, department: str = "") -> Without:
    return lambda world: staff.SaveTemplate(
        id="x", template=name, code="other", text="hello", mine=mine, department=department
    )


def _checklist(department: str) -> Without:
    steps = [Step(id="greet", title="Greet")]
    return lambda world: staff.SetChecklist(id="x", department=department, steps=steps)


# Commands that name no chat: what they are, and what an operator and the others get. Each desk has a waiting chat, and the
# templates `shared`, `own`, `theirs` (a colleague's), `here` (my department's) and `there` (another's).
CHATLESS: dict[str, tuple[Without, str, str]] = {
    "take next": (lambda world: staff.TakeNext(id="x"), OK, OK),
    "status": (lambda world: staff.SetStatus(id="x", status=Status.busy), OK, OK),
    "save a new one of mine": (_template("new", mine=True), OK, OK),
    "save a new shared one": (_template("new", mine=False), "not_allowed", OK),
    "save my own": (_template("own", mine=True), OK, OK),
    "save the desk's": (_template("shared", mine=False), "not_allowed", OK),
    "save the desk's as mine": (_template("shared", mine=True), "template_scope", "template_scope"),
    "save a colleague's as mine": (_template("theirs", mine=True), "template_scope", "template_scope"),
    "save a colleague's as the desk's": (_template("theirs", mine=False), "not_allowed", "template_scope"),
    "save a new one of my department": (_template("new", department="general"), "not_allowed", OK),
    "save a new one of another department": (_template("new", department="sales"), "not_allowed", OK),
    "save one of a department that there is not": (_template("new", department="x"), "not_allowed", "department_unknown"),
    "save my department's": (_template("here", department="general"), "not_allowed", OK),
    "save another department's": (_template("there", department="sales"), "not_allowed", OK),
    "share my own with the desk": (_template("own"), "not_allowed", OK),
    "share my own with my department": (_template("own", department="general"), "not_allowed", OK),
    "share a department's with the desk": (_template("here"), "not_allowed", OK),
    "give the desk's to a department": (_template("shared", department="sales"), "not_allowed", OK),
    "save a department's as mine": (_template("here", mine=True), "template_scope", "template_scope"),
    "share a colleague's with my department": (_template("theirs", department="general"), "not_allowed", "template_scope"),
    "drop my department's": (lambda world: staff.DropTemplate(id="x", template="here"), "not_allowed", OK),
    "drop another department's": (lambda world: staff.DropTemplate(id="x", template="there"), "no_such_template", OK),
    "drop my own": (lambda world: staff.DropTemplate(id="x", template="own"), OK, OK),
    "drop the desk's": (lambda world: staff.DropTemplate(id="x", template="shared"), "not_allowed", OK),
    "drop a colleague's": (lambda world: staff.DropTemplate(id="x", template="theirs"), "no_such_template", "no_such_template"),
    "write my department's checklist": (_checklist("general"), "not_allowed", OK),
    "write another department's": (_checklist("sales"), "not_allowed", OK),
    "write one of a department that there is not": (_checklist("x"), "not_allowed", "department_unknown"),
    "here": (lambda world: OperatorHere(), OK, OK),
    "away": (lambda world: OperatorAway(), OK, OK),
}  # fmt: skip


def staged(role: Role, relation: str) -> tuple[DeskWorld, Actor, int]:
    """A desk where the actor (`me`, of that role, in `general`) has that relation to a chat."""
    if relation in RELATIONS:
        return stage(role, relation)
    world = DeskWorld(CHECKED)
    me = world.hire("me", role)
    col = world.hire("col", departments=("general", "sales"))
    world.hire("ken")
    if relation == "none such":
        return world, me, 7
    department = "sales" if relation == "colleague's elsewhere" else "general"
    chat = world.answer(visitor("v1"), VisitorSays("v", "hello", department=department)).chat
    world.takes(col, chat)
    world.says(col, chat)
    if relation == "colleague's snoozed":
        world.do(col, staff.Snooze(id="z", chat=chat, until=world.now + MINUTE))
    elif relation == "closed, colleague's":
        world.closes(col, chat)
    return world, me, chat


def outcome_of(world: DeskWorld, actor: Actor, command: TeamCommand) -> str:
    outcome = world.ask(actor, command, after=SECOND)
    return outcome.code if isinstance(outcome, Refusal) else OK


# ---------------------------------------------------------------- nothing is left out


def test_every_command_has_its_row_and_every_row_its_columns() -> None:
    """A command added to the desk fails here until it is said who may give it."""
    for table in (OPERATOR, OVERSEER):
        assert set(table) == set(COMMANDS)
        assert {len(row) for row in table.values()} == {len(MORE_RELATIONS)}
    world = DeskWorld()
    with_chat = {type(make(world, 1)) for make in COMMANDS.values()}
    without = {type(make(world)) for make, _, _ in CHATLESS.values()}
    assert with_chat | without == set(EVERY)
    assert set(EVERY) <= set(get_args(TeamCommand))
    assert set(TABLES) == set(READS) == set(Role)


# ---------------------------------------------------------------- the table


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("relation", MORE_RELATIONS)
@pytest.mark.parametrize("name", list(COMMANDS))
def test_who_may_do_what_to_a_colleagues_chat(role: Role, relation: str, name: str) -> None:
    world, me, chat = staged(role, relation)
    expected = TABLES[role][name][MORE_RELATIONS.index(relation)]
    assert outcome_of(world, me, COMMANDS[name](world, chat)) == expected


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", list(CHATLESS))
def test_who_may_do_what_without_a_chat(role: Role, name: str) -> None:
    make, operators, others = CHATLESS[name]
    world, me = desk_with_templates(role)
    assert outcome_of(world, me, make(world)) == (operators if role is Role.operator else others)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("relation", EVERYWHERE)
def test_who_may_read_what(role: Role, relation: str) -> None:
    world, me, chat = staged(role, relation)
    assert may_read(world.state, me, chat) == (relation in READS[role])


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("relation", EVERYWHERE)
def test_a_search_reaches_what_may_be_read(role: Role, relation: str) -> None:
    """As far as the desk itself knows; of chats that it has forgotten the index knows who had them last."""
    world, me, chat = staged(role, relation)
    found = reach(world.state, me)
    assert found is not None
    known = world.state.chats.get(chat)
    reached = known is not None and (
        found.everything
        or known.visitor in found.visitors
        or (known.owner == found.login and known.place is Place.closed)
    )
    assert reached == (relation in READS[role])
    world.do(DESK, OperatorSet(me.id, "Me", role, blocked=True))
    assert reach(world.state, me) is None
    assert reach(world.state, visitor("v1")) is None


def desk_with_templates(role: Role) -> tuple[DeskWorld, Actor]:
    world = DeskWorld(CHECKED)
    me, col = world.hire("me", role), world.hire("col")
    boss = world.hire("boss", Role.admin)
    world.writes("v1")
    world.do(DESK, staff.SaveTemplate(id="t1", template="shared", code="shared", text="hello"))
    world.do(me, staff.SaveTemplate(id="t2", template="own", code="own", text="hello", mine=True))
    world.do(col, staff.SaveTemplate(id="t3", template="theirs", code="theirs", text="hello", mine=True))
    for name, department in (("here", "general"), ("there", "sales")):
        saved = staff.SaveTemplate(id=name, template=name, code=name, text="hello", mine=False, department=department)
        world.do(boss, saved)
    return world, me


# ---------------------------------------------------------------- who may do nothing


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("relation", EVERYWHERE)
@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_monitor_a_blocked_person_and_a_stranger_may_do_nothing_anywhere(
    role: Role, relation: str, name: str
) -> None:
    world, me, chat = staged(role, relation)
    command = COMMANDS[name](world, chat)
    monitor = Actor("operator", me.id, role, monitor=True)
    assert world.refused(monitor, command, SECOND).code == "monitor_read_only"
    assert world.refused(Actor("operator", "nobody", role), command).code == "unknown_operator"
    world.do(DESK, OperatorSet(me.id, "Me", role, blocked=True))
    assert world.refused(me, command).code == "blocked"
    assert not may_read(world.state, me, chat)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", list(CHATLESS))
def test_nor_without_a_chat(role: Role, name: str) -> None:
    world, me = desk_with_templates(role)
    command = CHATLESS[name][0](world)
    assert world.refused(Actor("operator", me.id, role, monitor=True), command).code == "monitor_read_only"
    assert world.refused(Actor("operator", "nobody", role), command).code == "unknown_operator"
    world.do(DESK, OperatorSet(me.id, "Me", role, blocked=True))
    assert world.refused(me, command).code == "blocked"


@pytest.mark.parametrize("relation", ["closed, mine", "closed, other", "closed, colleague's"])
def test_closing_what_is_closed_is_done_and_changes_nothing(relation: str) -> None:
    world, me, chat = staged(Role.operator, relation)
    assert world.do(me, staff.Close(id="x", chat=chat), SECOND) == ()
