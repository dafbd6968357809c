"""What can happen to a chat by the will of the team: take, return, transfer, snooze, close, reopen, priority."""

from opconsole.wire import staff
from opconsole.wire.cards import Status
from server_stub.desk import events as ev
from server_stub.desk import rules
from server_stub.desk.audience import audience_of, belongs, sees_all
from server_stub.desk.deciding.moves import returned
from server_stub.desk.deciding.talk import name_of, not_held
from server_stub.desk.model import CLOSED, HELD, INBOX, SNOOZED, Chat, Operator, State
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse
from server_stub.desk.settings import DAY


def take(state: State, operator: Operator, command: staff.Take, now: int) -> Decision | Refusal:
    """The first take wins; who comes later is told who. Taking my own snoozed chat wakes it; one that I hold, changes nothing."""
    chat = state.chats.get(command.chat)
    if chat is None:
        return refuse("no_such_chat", chat=command.chat)
    if chat.place is CLOSED:
        return refuse("chat_closed", chat=chat.chat)
    if chat.place is INBOX:
        if not belongs(operator, audience_of(chat)):
            return refuse("not_visible", chat=chat.chat)
        return _take(state, operator, chat, command.id, now)
    if chat.owner != operator.login:
        ago_s = max(0, now - chat.taken_at) // 1000
        return refuse("taken", chat=chat.chat, name=name_of(state, chat.owner), login=chat.owner, ago_s=ago_s)
    if chat.place is HELD:
        return Decision((), Answer(chat.chat, 0, 0, now))
    return no_room(operator) or _wake(state, operator, chat, command.id, now)


def take_next(state: State, operator: Operator, command: staff.TakeNext, now: int) -> Decision | Refusal:
    """The head of the inbox, over all of the operator's departments. What they let go or gave back themselves comes last."""
    if refusal := no_room(operator):
        return refusal
    login = operator.login
    best: tuple[int, int] | None = None
    own: tuple[int, int] | None = None
    for department in operator.departments:
        for entry in state.inbox.get(department, ()):
            if best is not None and entry >= best:
                break
            chat = state.chats[entry[1]]
            if login not in chat.let_go and login != chat.returned_by:
                best = entry
                break
            if own is None or entry < own:
                own = entry
    head = best or own
    if head is None:
        return refuse("inbox_empty")
    return _take(state, operator, state.chats[head[1]], command.id, now)


def _take(state: State, operator: Operator, chat: Chat, cid: str, now: int) -> Decision | Refusal:
    if refusal := no_room(operator):
        return refusal
    n = chat.last + 1
    taken = ev.ChatTaken(
        chat.chat,
        n,
        operator.login,
        operator.name,
        rules.rescue_at(state.settings, chat, chat.owes_since, now),
        chat.answer_by,
        rules.close_at(state.settings, chat, now),
        cid,
    )
    return Decision((taken,), Answer(chat.chat, n, 0, now))


def _wake(state: State, operator: Operator, chat: Chat, cid: str, now: int) -> Decision:
    n = chat.last + 1
    woken = ev.ChatWoken(
        chat.chat,
        n,
        to=operator.login,
        name=operator.name,
        rescue_at=rules.rescue_at(state.settings, chat, chat.owes_since, now),
        close_at=rules.close_at(state.settings, chat, now),
        cid=cid,
    )
    return Decision((woken,), Answer(chat.chat, n, 0, now))


def give_back(state: State, operator: Operator, command: staff.Return, now: int) -> Decision | Refusal:
    """Back to the inbox, by who has it or a supervisor. One that waits already needs nothing."""
    chat = state.chats.get(command.chat)
    if chat is not None and chat.place is INBOX and belongs(operator, audience_of(chat)):
        return Decision((), Answer(chat.chat, 0, 0, now))
    found = _of_mine(state, operator, command.chat)
    if isinstance(found, Refusal):
        return found
    back = returned(state, found, "asked", now, name=operator.name, cid=command.id)
    return Decision((back,), Answer(found.chat, back.n, 0, now))


def transfer(state: State, operator: Operator, command: staff.Transfer, now: int) -> Decision | Refusal:
    """To a colleague who is online and has room. Supervisors transfer any open chat, a waiting one too, and to themselves; only
    theirs is the override of the limit, and it is written down only where it was needed."""
    found = _of_mine(state, operator, command.chat, or_waiting=True)
    if isinstance(found, Refusal):
        return found
    chat = found
    to = state.operators.get(command.to)
    if to is None:
        return refuse("colleague_unknown", login=command.to)
    if chat.owner == to.login and chat.place is HELD:
        return refuse("already_theirs", name=to.name or to.login)
    if command.override and not sees_all(operator):
        return refuse("not_allowed", role=operator.role.value.capitalize())
    if refusal := _can_be_given(operator, to):
        return refusal
    if not to.has_room() and not command.override:
        if to is operator:
            return refuse("limit", held=len(to.held), limit=to.room_for)
        return refuse("colleague_limit", name=to.name or to.login, held=len(to.held), limit=to.room_for)
    n = chat.last + 1
    given = ev.ChatTransferred(
        chat.chat,
        n,
        chat.owner,
        to.login,
        to.name,
        operator.name,
        rules.rescue_at(state.settings, chat, chat.owes_since, now),
        not to.has_room(),
        rules.close_at(state.settings, chat, now),
        command.id,
    )
    return Decision((given,), Answer(chat.chat, n, 0, now))


def snooze(state: State, operator: Operator, command: staff.Snooze, now: int) -> Decision | Refusal:
    """Aside until a time, or until the visitor writes. Not while a reply is owed: that would be a way around the rescue."""
    chat = state.chats.get(command.chat)
    if chat is None or chat.place is not HELD or chat.owner != operator.login:
        return not_held(state, operator, command.chat)
    if chat.owes_since:
        return refuse("owes_reply", ago_s=max(0, now - chat.owes_since) // 1000)
    most_ms = state.settings.snooze_most_ms
    if not now < command.until <= now + most_ms:
        return refuse("snooze_time", most_days=most_ms // DAY)
    n = chat.last + 1
    aside = ev.ChatSnoozed(chat.chat, n, command.until, operator.name, command.id)
    return Decision((aside,), Answer(chat.chat, n, 0, now))


def close(state: State, operator: Operator, command: staff.Close, now: int) -> Decision | Refusal:
    """By who has it, or a supervisor (a waiting one too). One that is closed already needs nothing."""
    chat = state.chats.get(command.chat)
    if chat is not None and chat.place is CLOSED:
        return Decision((), Answer(chat.chat, 0, 0, now))
    found = _of_mine(state, operator, command.chat, or_waiting=True)
    if isinstance(found, Refusal):
        return found
    n = found.last + 1
    closed = ev.ChatClosed(found.chat, n, "operator", operator.name, "", command.id)
    return Decision((closed,), Answer(found.chat, n, 0, now))


def reopen(state: State, operator: Operator, command: staff.Reopen, now: int) -> Decision | Refusal:
    """A closed chat goes on, with me. If its last word was the visitor's, I owe a reply from now on."""
    chat = state.chats.get(command.chat)
    visitor = state.visitors.get(chat.visitor) if chat is not None else None
    if chat is None or visitor is None:
        return refuse("no_such_chat", chat=command.chat)
    if chat.place is not CLOSED:
        return refuse("not_closed", chat=chat.chat)
    if not (sees_all(operator) or chat.owner == operator.login or chat.department in operator.departments):
        return refuse("not_visible", chat=chat.chat)
    for other in visitor.open:
        if state.chats[other].channel == chat.channel:
            return refuse("visitor_busy", chat=other)
    if refusal := no_room(operator):
        return refusal
    n = chat.last + 1
    again = ev.ChatReopened(
        chat.chat,
        n,
        operator.login,
        operator.name,
        rules.rescue_at(state.settings, chat, now if chat.words_by == "visitor" else 0, now),
        leave_at=rules.leave_at(state.settings, chat, visitor, now),
        cid=command.id,
    )
    return Decision((again,), Answer(chat.chat, n, 0, now))


def set_priority(state: State, operator: Operator, command: staff.SetPriority, now: int) -> Decision | Refusal:
    chat = state.chats.get(command.chat)
    if chat is None:
        return refuse("no_such_chat", chat=command.chat)
    if chat.place is CLOSED:
        return refuse("chat_closed", chat=chat.chat)
    if not belongs(operator, audience_of(chat)):
        return refuse("not_visible", chat=chat.chat)
    answer = Answer(chat.chat, 0, 0, now)
    if chat.priority is command.priority:
        return Decision((), answer)
    answer_by = 0
    if chat.place is INBOX:
        answer_by = rules.answer_by(state.settings, chat.channel, command.priority, chat.waiting_since)
    return Decision((ev.PrioritySet(chat.chat, command.priority, answer_by, command.id),), answer)


def no_room(operator: Operator) -> Refusal | None:
    """Whether the operator can't have one more chat by their own act."""
    if operator.status is Status.offline:
        return refuse("offline")
    if not operator.has_room():
        return refuse("limit", held=len(operator.held), limit=operator.room_for)
    return None


def _of_mine(state: State, operator: Operator, chat_id: int, *, or_waiting: bool = False) -> Chat | Refusal:
    """The open chat, if the operator may dispose of it: they have it (snoozed too), or are a supervisor (`or_waiting`: then
    of one that waits, too)."""
    chat = state.chats.get(chat_id)
    if chat is not None and (chat.place is HELD or chat.place is SNOOZED):
        if chat.owner == operator.login or sees_all(operator):
            return chat
    elif chat is not None and chat.place is INBOX and or_waiting and sees_all(operator):
        return chat
    return not_held(state, operator, chat_id)


def _can_be_given(giver: Operator, to: Operator) -> Refusal | None:
    """Whether nobody can give `to` a chat: they are not there. A supervisor may give to themselves while busy or away."""
    if to is giver:
        return refuse("offline") if to.status is Status.offline else None
    if not rules.is_there(to):
        status = "blocked" if to.blocked else to.status.value if to.connected else "disconnected"
        return refuse("colleague_absent", name=to.name or to.login, login=to.login, status=status)
    return None
