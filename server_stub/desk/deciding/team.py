"""The team itself: who works here, who is there, in which status."""

from opconsole.wire import limits, staff
from opconsole.wire.cards import Status
from server_stub.desk import commands as cmd
from server_stub.desk import events as ev
from server_stub.desk.deciding.moves import returned
from server_stub.desk.events import Event
from server_stub.desk.model import Operator, State
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse


def here(state: State, operator: Operator, command: cmd.OperatorHere, now: int) -> Decision | Refusal:
    """The first working session. After a real absence it begins a shift: who was offline is online. A link that flapped
    changes no status."""
    if operator.connected:
        return Decision((), Answer(at=now))
    begins = operator.status is Status.offline and not operator.gone_at
    return Decision((ev.OperatorConnected(operator.login, Status.online if begins else None),), Answer(at=now))


def away(state: State, operator: Operator, command: cmd.OperatorAway, now: int) -> Decision | Refusal:
    if not operator.connected:
        return Decision((), Answer(at=now))
    gone = ev.OperatorWentAway(operator.login, now + state.settings.gone_ms)
    return Decision((gone,), Answer(at=now))


def set_status(state: State, operator: Operator, command: staff.SetStatus, now: int) -> Decision | Refusal:
    """Busy and away keep their chats, and the rescues of these. Offline ends the shift: what is owed goes back to the inbox at
    once, without blame; the rest goes when its visitor next writes."""
    reason = command.reason if command.status is Status.away else ""
    answer = Answer(at=now)
    if operator.status is command.status and operator.reason == reason:
        return Decision((), answer)
    events: list[Event] = [ev.StatusSet(operator.login, command.status, reason, command.id)]
    if command.status is Status.offline:
        held = [state.chats[chat_id] for chat_id in operator.held]
        events += [returned(state, chat, "offline", now) for chat in held if chat.owes_since]
    return Decision(tuple(events), answer)


def set_operator(state: State, command: cmd.OperatorSet, now: int) -> Decision | Refusal:
    """A new person, or another setting of one. The chats of a blocked one all go back to the inbox."""
    login = command.login
    if not login or len(login) > limits.NAME_CHARS:
        return refuse("bad_operator", reason="a login has 1 to 80 characters")
    if command.limit is not None and command.limit < 0:
        return refuse("bad_operator", reason="a limit is not below 0")
    if not command.departments:
        return refuse("bad_operator", reason="they are in no department")
    changed = ev.OperatorChanged(login, command.name, command.role, command.limit, command.departments, command.blocked)
    operator = state.operators.get(login)
    if operator is None:
        return Decision((changed,), Answer(at=now))
    if changed == _as_is(operator):
        return Decision((), Answer(at=now))
    events: list[Event] = [changed]
    if command.blocked:
        events += [returned(state, state.chats[each], "blocked", now) for each in (*operator.held, *operator.snoozed)]
    return Decision(tuple(events), Answer(at=now))


def _as_is(operator: Operator) -> ev.OperatorChanged:
    return ev.OperatorChanged(
        operator.login, operator.name, operator.role, operator.limit, operator.departments, operator.blocked
    )
