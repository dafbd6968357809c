"""What shall happen: `decide(state, actor, command, now)`. It changes nothing, and asks nobody but the state.

This file only finds the function for the command (`deciding/`) and deals with what is common to all: who may ask at all, and
ids seen before. To add a command: its function in `deciding/`, its line here.
"""

from collections.abc import Callable
from typing import Any, Final

from opconsole.wire import staff
from server_stub.desk import commands as cmd
from server_stub.desk.actors import Actor
from server_stub.desk.commands import Command
from server_stub.desk.deciding import changes, chats, checklists, clock, erasing, talk, team, templates, visitors
from server_stub.desk.deciding.words import words
from server_stub.desk.model import Operator, State, Visitor
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse

__all__ = ["Answer", "Decision", "Refusal", "decide"]

_Team = Callable[[State, Operator, Any, int], Decision | Refusal]
_Visitor = Callable[[State, Visitor | None, str, Any, int], Decision | Refusal]
_Desk = Callable[[State, Any, int], Decision | Refusal]

TEAM: Final[dict[type, _Team]] = {
    staff.Say: talk.say,
    cmd.SaysWithFile: talk.with_file,
    staff.Take: chats.take,
    staff.TakeNext: chats.take_next,
    staff.Return: chats.give_back,
    staff.Transfer: chats.transfer,
    staff.Snooze: chats.snooze,
    staff.Close: chats.close,
    staff.Reopen: chats.reopen,
    staff.SetPriority: chats.set_priority,
    staff.AddNote: talk.add_note,
    staff.EditMessage: changes.edit,
    staff.DeleteMessage: changes.delete,
    staff.EditVisitor: talk.edit_visitor,
    staff.SetStatus: team.set_status,
    staff.SaveTemplate: templates.save,
    staff.DropTemplate: templates.drop,
    staff.TickStep: checklists.tick,
    staff.SetChecklist: checklists.save,
}
TEAM_SIGNALS: Final[dict[type, _Team]] = {
    staff.Read: talk.read,
    staff.Typing: talk.typing,
    cmd.OperatorHere: team.here,
    cmd.OperatorAway: team.away,
}
VISITORS: Final[dict[type, _Visitor]] = {
    cmd.VisitorSays: words,
    cmd.VisitorEdits: changes.visitor_edits,
    cmd.VisitorDeletes: changes.visitor_deletes,
    cmd.VisitorRates: visitors.rates,
    cmd.VisitorEnds: visitors.ends,
    cmd.VisitorLeaves: visitors.leaves,
}
VISITOR_SIGNALS: Final[dict[type, _Visitor]] = {
    cmd.VisitorHere: visitors.here,
    cmd.VisitorAway: visitors.away,
    cmd.VisitorMoved: visitors.moved,
    cmd.VisitorReads: visitors.reads,
}
DESK_COMMANDS: Final[dict[type, _Desk]] = {
    cmd.Tick: clock.tick,
    cmd.RelayStarted: clock.relay_started,
    cmd.SettingsSet: clock.set_settings,
    cmd.EraseContent: erasing.erase,
    cmd.OperatorSet: team.set_operator,
    staff.SaveTemplate: templates.save_for_the_desk,
}


def decide(state: State, actor: Actor, command: Command, now: int) -> Decision | Refusal:
    """The decision on a command at the time `now` (ms). Pure: the same arguments, the same outcome.

    A command whose id was answered before gets that answer again, and no events. Refusals are not remembered: a refused
    command sent again is judged again.
    """
    kind = actor.kind
    asked: Any = command
    if kind == "operator":
        operator = state.operators.get(actor.id)
        if operator is None or actor.monitor or operator.blocked:
            return _barred(actor, operator)
        by_team = TEAM.get(type(asked))
        if by_team is not None:
            answer = operator.answers.get(asked.id)
            return by_team(state, operator, asked, now) if answer is None else Decision((), answer)
        by_team = TEAM_SIGNALS.get(type(asked))
        return refuse("unknown_command") if by_team is None else by_team(state, operator, asked, now)
    if kind == "visitor":
        visitor = state.visitors.get(actor.id)
        by_visitor = VISITORS.get(type(asked))
        if by_visitor is not None:
            answer = None if visitor is None else visitor.answers.get(asked.id)
            return by_visitor(state, visitor, actor.id, asked, now) if answer is None else Decision((), answer)
        by_visitor = VISITOR_SIGNALS.get(type(asked))
        return refuse("unknown_command") if by_visitor is None else by_visitor(state, visitor, actor.id, asked, now)
    by_desk = DESK_COMMANDS.get(type(asked))
    return refuse("unknown_command") if by_desk is None else by_desk(state, asked, now)


def _barred(actor: Actor, operator: Operator | None) -> Refusal:
    """Why this actor may give no commands at all."""
    if actor.monitor:
        return refuse("monitor_read_only")
    return refuse("unknown_operator", login=actor.id) if operator is None else refuse("blocked")
