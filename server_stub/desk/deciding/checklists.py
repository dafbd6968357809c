"""Checklists: the steps of a chat, ticked by who has it. Nothing depends on them: what isn't ticked holds nothing up."""

from opconsole.wire import staff
from server_stub.desk import events as ev
from server_stub.desk.audience import sees_all
from server_stub.desk.deciding.talk import not_held
from server_stub.desk.model import CLOSED, Operator, State
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse


def tick(state: State, operator: Operator, command: staff.TickStep, now: int) -> Decision | Refusal:
    """By who has the chat, or had it last; a supervisor: of any. A tick is taken away also where the step itself is no more."""
    chat = state.chats.get(command.chat)
    if chat is None:
        return refuse("no_such_chat", chat=command.chat)
    if chat.owner != operator.login and not sees_all(operator):
        return refuse("not_visible", chat=chat.chat) if chat.place is CLOSED else not_held(state, operator, chat.chat)
    own = state.settings.departments.get(chat.department)
    step = next((each for each in (own.checklist if own is not None else ()) if each.id == command.step), None)
    ticked = any(each.step == command.step for each in chat.ticks)
    answer = Answer(chat.chat, 0, 0, now)
    if step is None and not (ticked and not command.on):
        return refuse("no_such_step", step=command.step, department=chat.department)
    if ticked is command.on:
        return Decision((), answer)
    title = step.title if step is not None else ""
    event = ev.StepTicked(chat.chat, command.step, command.on, title, chat.department, command.id)
    return Decision((event,), answer)
