"""Where chats are: the one place that moves them, and keeps orders, counts, deadlines and `touched` in step.

A move is `leave(...)`, then one of the `enter_...`. Between the two the chat is nowhere.
"""

from server_stub.desk.events import Record
from server_stub.desk.inbox import Inbox
from server_stub.desk.model import CLOSED, FORM, HELD, INBOX, SNOOZED, Chat, Moved, Operator, State


def leave(state: State, record: Record, chat: Chat, why: str = "", by: str = "") -> None:
    """Out of the place where it is. `why` and `by`: what a client is told who can't see it any more (`Gone`)."""
    place = chat.place
    touched = state.touched
    touched.chats.add(chat.chat)
    moved = touched.moved.get(chat.chat)
    if moved is None:
        touched.moved[chat.chat] = moved = Moved(place, chat.owner, chat.department)
    moved.why = why
    moved.by = by
    chat.rev = record.seq
    if place is INBOX:
        inbox = state.inbox[chat.department]
        inbox.remove(chat.answer_by, chat.chat)
        if chat.channel == FORM:
            inbox.forms -= 1
        state.waiting -= 1
        touch_desk(state, record)
    elif place is HELD:
        owner = state.operators[chat.owner]
        owner.held.remove(chat.chat)
        still = len(owner.held)
        owner.beyond = min(owner.beyond, still) if still > owner.room_for else 0
        state.held -= 1
        touch_operator(state, record, owner)
        touch_desk(state, record)
    elif place is SNOOZED:
        owner = state.operators[chat.owner]
        owner.snoozed.remove(chat.chat)
        touch_operator(state, record, owner)
    chat.rescue_at = 0
    chat.rescue_base = 0
    chat.snoozed_until = 0
    chat.taken_at = 0


def enter_inbox(
    state: State, record: Record, chat: Chat, waiting_since: int, answer_by: int, close_at: int = 0
) -> None:
    chat.place = INBOX
    chat.owner = ""
    chat.waiting_since = waiting_since
    chat.answer_by = answer_by
    inbox = state.inbox.get(chat.department)
    if inbox is None:
        inbox = state.inbox[chat.department] = Inbox()
    inbox.add(answer_by, chat.chat)
    if chat.channel == FORM:
        inbox.forms += 1
    state.waiting += 1
    touch_desk(state, record)
    _closes(state, chat, close_at)


def enter_held(
    state: State, record: Record, chat: Chat, login: str, rescue_at: int, close_at: int = 0, *, override: bool = False
) -> None:
    """Into somebody's hands. Beyond their limit only by `override`: otherwise the invariants will say so."""
    owner = state.operators[login]
    chat.place = HELD
    chat.owner = login
    chat.taken_at = record.at
    chat.alarm = False
    chat.returned_by = ""
    owner.held.append(chat.chat)
    if override:
        owner.beyond = max(owner.beyond, len(owner.held))
    state.held += 1
    touch_operator(state, record, owner)
    touch_desk(state, record)
    if rescue_at:
        set_rescue(state, chat, rescue_at)
    _closes(state, chat, close_at)


def enter_snoozed(state: State, record: Record, chat: Chat, login: str, until: int) -> None:
    owner = state.operators[login]
    chat.place = SNOOZED
    chat.owner = login
    chat.snoozed_until = until
    chat.close_at = 0
    owner.snoozed.append(chat.chat)
    touch_operator(state, record, owner)
    arm(state, chat, until)


def enter_closed(state: State, record: Record, chat: Chat) -> None:
    """Its end, until it is reopened. It owes nobody anything, and has no deadline; it is remembered for a while."""
    chat.place = CLOSED
    chat.closed_at = record.at
    chat.owes_since = 0
    chat.leave_at = 0
    chat.left = False
    chat.close_at = 0
    chat.alarm = False
    state.closed[chat.chat] = record.at + state.settings.closed_keep_ms


def set_rescue(state: State, chat: Chat, rescue_at: int) -> None:
    chat.rescue_at = rescue_at
    chat.rescue_base = rescue_at
    state.chat_deadlines.arm(chat.chat, rescue_at)


def arm(state: State, chat: Chat, due: int) -> None:
    state.chat_deadlines.arm(chat.chat, due)


def touch_operator(state: State, record: Record, operator: Operator) -> None:
    operator.rev = record.seq
    state.touched.operators.add(operator.login)


def touch_desk(state: State, record: Record) -> None:
    state.day_rev = record.seq
    state.touched.desk = True


def _closes(state: State, chat: Chat, close_at: int) -> None:
    chat.close_at = close_at
    if close_at:
        arm(state, chat, close_at)
