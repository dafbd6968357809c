"""Every command × every role × every relation to the chat: who may do what. A new command must be given its row."""

from collections.abc import Callable
from typing import get_args

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Priority, Role, Status
from opconsole.wire.checklists import Step
from opconsole.wire.files import FetchFile, File, Upload
from opconsole.wire.search import Hints, Search
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.commands import (
    Carried,
    OperatorAway,
    OperatorHere,
    OperatorSet,
    SaysWithFile,
    TeamCommand,
    Tick,
    VisitorSays,
)
from server_stub.desk.decide import DESK_COMMANDS, TEAM, TEAM_SIGNALS, VISITOR_SIGNALS, VISITORS, decide
from server_stub.desk.outcome import Refusal
from server_stub.desk.settings import DepartmentSettings, Settings
from server_stub.desk.snapshot import dump
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld, visitor

Make = Callable[[DeskWorld, int], TeamCommand]

CHECKED = Settings(
    departments={
        name: DepartmentSettings(checklist=(Step(id="greet", title="Greet"), Step(id="offer", required=True)))
        for name in ("general", "sales")
    }
)
"""Each department has a checklist."""
QUESTION = 2
REPLY = 4
"""Entries of the staged chat: the visitor's words, and (where there is one) the reply."""


def carrying(said: staff.Say | staff.AddNote) -> SaysWithFile:
    file = File(id="0" * 32, name="lamp.png", size=99, type="image/png")
    return SaysWithFile(said.id, said, Carried(file, "00"))


COMMANDS: dict[str, Make] = {
    "take": lambda world, chat: staff.Take(id="x", chat=chat),
    "return": lambda world, chat: staff.Return(id="x", chat=chat),
    "transfer": lambda world, chat: staff.Transfer(id="x", chat=chat, to="ken"),
    "snooze": lambda world, chat: staff.Snooze(id="x", chat=chat, until=world.now + MINUTE),
    "close": lambda world, chat: staff.Close(id="x", chat=chat),
    "reopen": lambda world, chat: staff.Reopen(id="x", chat=chat),
    "say": lambda world, chat: staff.Say(id="x", chat=chat, text="hello"),
    "note": lambda world, chat: staff.AddNote(id="x", chat=chat, text="a note"),
    "say a file": lambda world, chat: carrying(staff.Say(id="x", chat=chat, text="")),
    "note a file": lambda world, chat: carrying(staff.AddNote(id="x", chat=chat, text="")),
    "priority": lambda world, chat: staff.SetPriority(id="x", chat=chat, priority=Priority.high),
    "edit own": lambda world, chat: staff.EditMessage(id="x", chat=chat, n=REPLY, text="other words"),
    "delete own": lambda world, chat: staff.DeleteMessage(id="x", chat=chat, n=REPLY),
    "delete any": lambda world, chat: staff.DeleteMessage(id="x", chat=chat, n=QUESTION),
    "edit": lambda world, chat: staff.EditVisitor(id="x", chat=chat, name="Bob"),
    "tick": lambda world, chat: staff.TickStep(id="x", chat=chat, step="greet"),
    "read": lambda world, chat: staff.Read(chat=chat, p=1),
    "typing": lambda world, chat: staff.Typing(chat=chat),
}

OK = "done"
RELATIONS = ("waits", "elsewhere", "mine", "snoozed", "colleague's", "closed, mine", "closed, other")
"""`waits`: in my department; `elsewhere`: waits in another; `closed, other`: a colleague's of another department."""

# What an operator gets. `-`: as for every other role.
TABLE: dict[str, tuple[str, ...]] = {
    #           waits          elsewhere        mine              snoozed           colleague's  closed, mine   closed, other
    "take":     (OK,           "not_visible",   OK,               OK,               "taken",     "chat_closed", "chat_closed"),
    "return":   (OK,           "not_visible",   OK,               OK,               "not_yours", "chat_closed", "chat_closed"),
    "transfer": ("chat_waits", "not_visible",   OK,               OK,               "not_yours", "chat_closed", "chat_closed"),
    "snooze":   ("chat_waits", "not_visible",   OK,               "snoozed",        "not_yours", "chat_closed", "chat_closed"),
    "close":    ("chat_waits", "not_visible",   OK,               OK,               "not_yours", OK,            OK),
    "reopen":   ("not_closed", "not_closed",    "not_closed",     "not_closed",     "not_closed", OK,           "not_visible"),
    "say":      ("chat_waits", "not_visible",   OK,               "snoozed",        "not_yours", "chat_closed", "chat_closed"),
    "note":     (OK,           "not_visible",   OK,               OK,               "not_visible", OK,          "not_visible"),
    "say a file": ("chat_waits", "not_visible", OK,               "snoozed",        "not_yours", "chat_closed", "chat_closed"),
    "note a file": (OK,        "not_visible",   OK,               OK,               "not_visible", OK,          "not_visible"),
    "priority": (OK,           "not_visible",   OK,               OK,               "not_visible", "chat_closed", "chat_closed"),
    "edit own": ("no_such_message", "not_visible", OK,        OK,               "not_visible", OK,          "not_visible"),
    "delete own": ("no_such_message", "not_visible", OK,      OK,               "not_visible", OK,          "not_visible"),
    "delete any": ("not_author", "not_visible", "not_author", "not_author",     "not_visible", "not_author", "not_visible"),
    "edit":     (OK,           "not_visible",   OK,               OK,               "not_visible", OK,          "not_visible"),
    "tick":     ("chat_waits", "not_visible",   OK,               OK,               "not_yours", OK,            "not_visible"),
    "read":     ("chat_waits", "not_visible",   OK,               "snoozed",        "not_yours", "chat_closed", "chat_closed"),
    "typing":   ("chat_waits", "not_visible",   OK,               "snoozed",        "not_yours", "chat_closed", "chat_closed"),
}  # fmt: skip

# Where a supervisor or an admin gets another outcome than an operator.
MORE: dict[tuple[str, str], str] = {
    ("take", "elsewhere"): OK,
    ("return", "elsewhere"): OK,
    ("return", "colleague's"): OK,
    ("transfer", "waits"): OK,
    ("transfer", "elsewhere"): OK,
    ("transfer", "colleague's"): OK,
    ("snooze", "elsewhere"): "chat_waits",
    ("close", "waits"): OK,
    ("close", "elsewhere"): OK,
    ("close", "colleague's"): OK,
    ("reopen", "closed, other"): OK,
    ("say", "elsewhere"): "chat_waits",
    ("note", "elsewhere"): OK,
    ("note", "colleague's"): OK,
    ("note", "closed, other"): OK,
    ("say a file", "elsewhere"): "chat_waits",
    ("note a file", "elsewhere"): OK,
    ("note a file", "colleague's"): OK,
    ("note a file", "closed, other"): OK,
    ("edit own", "elsewhere"): "no_such_message",
    ("edit own", "colleague's"): "not_author",
    ("edit own", "closed, other"): "not_author",
    ("delete own", "elsewhere"): "no_such_message",
    ("delete own", "colleague's"): OK,
    ("delete own", "closed, other"): OK,
    **{("delete any", relation): OK for relation in RELATIONS},
    ("priority", "elsewhere"): OK,
    ("priority", "colleague's"): OK,
    ("edit", "elsewhere"): OK,
    ("edit", "colleague's"): OK,
    ("edit", "closed, other"): OK,
    **{("tick", relation): OK for relation in RELATIONS},
    ("read", "elsewhere"): "chat_waits",
    ("typing", "elsewhere"): "chat_waits",
}


def stage(role: Role, relation: str) -> tuple[DeskWorld, Actor, int]:
    """A desk where the actor (`me`, of that role, in `general`) has that relation to a chat."""
    world = DeskWorld(CHECKED)
    me = world.hire("me", role)
    col = world.hire("col", departments=("general", "sales"))
    world.hire("ken")
    away = relation in ("elsewhere", "closed, other")
    department = "sales" if away else "general"
    chat = world.answer(visitor("v1"), VisitorSays("v", "hello", department=department)).chat
    if relation in ("mine", "snoozed", "closed, mine"):
        world.takes(me, chat)
        world.says(me, chat)
        if relation == "snoozed":
            world.do(me, staff.Snooze(id="z", chat=chat, until=world.now + MINUTE))
        elif relation == "closed, mine":
            world.closes(me, chat)
    elif relation in ("colleague's", "closed, other"):
        world.takes(col, chat)
        world.says(col, chat)
        if relation == "closed, other":
            world.closes(col, chat)
    return world, me, chat


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", list(COMMANDS))
def test_who_may_do_what(role: Role, relation: str, name: str) -> None:
    world, me, chat = stage(role, relation)
    expected = TABLE[name][RELATIONS.index(relation)]
    if role is not Role.operator:
        expected = MORE.get((name, relation), expected)
    outcome = world.ask(me, COMMANDS[name](world, chat), after=SECOND)
    assert (outcome.code if isinstance(outcome, Refusal) else OK) == expected


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_chat_that_there_is_not(name: str) -> None:
    world = DeskWorld()
    assert world.refused(world.hire("me"), COMMANDS[name](world, 7)).code == "no_such_chat"


EVERY: dict[type, TeamCommand] = {
    type(command): command
    for command in (
        *(make(DeskWorld(), 1) for make in COMMANDS.values()),
        staff.TakeNext(id="x"),
        staff.SetStatus(id="x", status=Status.busy),
        staff.SaveTemplate(id="x", template="t", code="c", text="hello"),
        staff.DropTemplate(id="x", template="t"),
        staff.SetChecklist(id="x", department="general"),
        OperatorHere(),
        OperatorAway(),
    )
}


def test_every_command_of_the_team_is_known_to_the_desk_but_the_questions() -> None:
    questions = {
        staff.Fetch, staff.History, staff.TemplateHistory, staff.ChecklistHistory, Search, Hints, Upload, FetchFile
    }  # fmt: skip
    assert set(TEAM) | set(TEAM_SIGNALS) == set(get_args(TeamCommand)) - questions == set(EVERY)


@pytest.mark.parametrize("command", EVERY.values(), ids=lambda command: type(command).__name__)
def test_a_monitor_may_do_nothing_whatever_their_role(command: TeamCommand) -> None:
    world, _, _ = stage(Role.admin, "mine")
    monitor = Actor("operator", "me", Role.admin, monitor=True)
    assert world.refused(monitor, command).code == "monitor_read_only"


@pytest.mark.parametrize("command", EVERY.values(), ids=lambda command: type(command).__name__)
def test_the_blocked_and_the_unknown_may_do_nothing(command: TeamCommand) -> None:
    world, me, _ = stage(Role.admin, "mine")
    assert world.refused(Actor("operator", "nobody"), command).code == "unknown_operator"
    world.do(DESK, OperatorSet("me", "Me", Role.admin, blocked=True))
    assert world.refused(me, command).code == "blocked"


def test_the_role_that_counts_is_the_journals_not_what_a_session_says() -> None:
    world, _, chat = stage(Role.operator, "colleague's")
    assert world.refused(Actor("operator", "me", Role.admin), staff.Close(id="x", chat=chat)).code == "not_yours"


def test_nobody_gives_the_commands_of_another_kind() -> None:
    world = DeskWorld()
    me = world.hire("me")
    for actor in (me, visitor("v1")):
        assert world.refused(actor, Tick()).code == "unknown_command"
    assert world.refused(me, VisitorSays("x", "hello")).code == "unknown_command"
    assert world.refused(visitor("v1"), OperatorHere()).code == "unknown_command"
    assert world.refused(DESK, VisitorSays("x", "hello")).code == "unknown_command"


def test_the_tables_of_commands_do_not_overlap() -> None:
    tables = (TEAM, TEAM_SIGNALS, VISITORS, VISITOR_SIGNALS)
    assert sum(len(table) for table in tables) == len(set().union(*tables))
    assert set(DESK_COMMANDS) & set(VISITORS) == set()


def test_a_command_sent_again_happens_once_and_gets_the_same_answer() -> None:
    world = DeskWorld()
    me = world.hire("me")
    chat = world.held_chat(me)
    said = staff.Say(id="once", chat=chat, text="hello")
    first = world.answer(me, said)
    world.closes(me, chat, after=SECOND)
    assert world.do(me, said, after=SECOND) == ()
    assert world.answer(me, said) == first


def test_a_refused_command_sent_again_is_judged_again() -> None:
    world = DeskWorld()
    me = world.hire("me", limit=1)
    mine = world.held_chat(me)
    other = world.writes("v2")
    taking = staff.Take(id="t", chat=other)
    assert world.refused(me, taking).code == "limit"
    world.closes(me, mine)
    assert world.answer(me, taking).chat == other


def test_ids_of_different_people_do_not_meet() -> None:
    world = DeskWorld()
    assert world.answer(visitor("v1"), VisitorSays("1", "hello")).chat == 1
    assert world.answer(visitor("v2"), VisitorSays("1", "hello")).chat == 2


def test_deciding_changes_nothing() -> None:
    world, me, chat = stage(Role.operator, "mine")
    before = dump(world.state)
    for make in COMMANDS.values():
        decide(world.state, me, make(world, chat), world.now)
    assert dump(world.state) == before
    assert not world.state.drain_touched().chats - {chat}
