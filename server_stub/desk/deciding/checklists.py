"""Checklists: the steps of a chat, ticked by who has it, and written by supervisors. Nothing depends on them: what isn't ticked holds
nothing up."""

from opconsole.wire import staff
from server_stub.desk import events as ev
from server_stub.desk.audience import sees_all
from server_stub.desk.deciding.talk import name_of, not_held
from server_stub.desk.deciding.templates import is_department
from server_stub.desk.model import CLOSED, Operator, State
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse
from server_stub.desk.rules import checklist_of


def tick(state: State, operator: Operator, command: staff.TickStep, now: int) -> Decision | Refusal:
    """By who has the chat, or had it last; a supervisor: of any. A tick is taken away also where the step itself is no more."""
    chat = state.chats.get(command.chat)
    if chat is None:
        return refuse("no_such_chat", chat=command.chat)
    if chat.owner != operator.login and not sees_all(operator):
        return refuse("not_visible", chat=chat.chat) if chat.place is CLOSED else not_held(state, operator, chat.chat)
    step = next((each for each in checklist_of(state, chat.department) if each.id == command.step), None)
    ticked = any(each.step == command.step for each in chat.ticks)
    answer = Answer(chat.chat, 0, 0, now)
    if step is None and not (ticked and not command.on):
        return refuse("no_such_step", step=command.step, department=chat.department)
    if ticked is command.on:
        return Decision((), answer)
    title = step.title if step is not None else ""
    event = ev.StepTicked(chat.chat, command.step, command.on, title, chat.department, command.id)
    return Decision((event,), answer)


def save(state: State, operator: Operator, command: staff.SetChecklist, now: int) -> Decision | Refusal:
    """A department's steps anew, or (`reset`) as the desk's file has them. What is ticked already stays ticked."""
    if not sees_all(operator):
        return refuse("not_allowed", role=operator.role.value.capitalize())
    if not is_department(state, command.department):
        return refuse("department_unknown", department=command.department)
    if why := _unsound(command):
        return refuse("checklist_steps", reason=why)
    known = state.checklists.get(command.department)
    written = known if known is not None and known.steps is not None else None
    event = ev.ChecklistSet(
        command.department, () if command.reset else tuple(command.steps), command.reset, command.id
    )
    if (written is None) if command.reset else (event.steps == checklist_of(state, command.department)):
        return Decision((), Answer(at=now))
    edition = written.edition if written is not None else 0
    if command.edition is not None and command.edition != edition:
        by, at = (known.by, known.at) if known is not None else ("", now)
        ago_s = max(0, now - at) // 1000
        return refuse("checklist_conflict", name=name_of(state, by) or "The desk", ago_s=ago_s)
    return Decision((event,), Answer(at=now))


def _unsound(command: staff.SetChecklist) -> str:
    """What is wrong with the steps; empty: nothing."""
    if command.reset:
        return ""
    if any(not step.title.strip() for step in command.steps):
        return "a step has no words"
    if len({step.id for step in command.steps}) < len(command.steps):
        return "two steps have the same id"
    return ""
