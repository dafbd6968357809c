"""Events that move a chat: opened, taken, returned, rescued, transferred, snoozed, woken, closed, reopened; and its visitor gone."""

from opconsole.wire import limits
from opconsole.wire.cards import EarlierChat
from server_stub.desk import events as ev
from server_stub.desk.events import Record
from server_stub.desk.evolving.memory import sweep
from server_stub.desk.evolving.people import touch_visitor
from server_stub.desk.evolving.places import (
    arm,
    enter_closed,
    enter_held,
    enter_inbox,
    enter_snoozed,
    leave,
    touch_desk,
)
from server_stub.desk.evolving.talk import entry
from server_stub.desk.model import Chat, State, Visitor
from server_stub.desk.transcript import VISITOR, author_of


def chat_opened(state: State, record: Record, event: ev.ChatOpened) -> None:
    visitor = state.visitors.get(event.visitor)
    if visitor is None:
        visitor = Visitor(visitor=event.visitor, first_at=record.at)
        state.visitors[event.visitor] = visitor
    chat = Chat(
        chat=event.chat,
        visitor=event.visitor,
        channel=event.channel,
        department=event.department,
        lang=event.lang,
        opened_at=record.at,
        last_at=record.at,
    )
    state.chats[chat.chat] = chat
    state.last_chat = chat.chat
    entry(state, record, chat.chat, event.n)
    leave(state, record, chat)
    enter_inbox(state, record, chat, record.at, event.answer_by)
    visitor.chats += 1
    _begins(state, record, visitor, chat, event.online)
    state.day.opened += 1


def chat_taken(state: State, record: Record, event: ev.ChatTaken) -> None:
    chat = entry(state, record, event.chat, event.n)
    leave(state, record, chat, "taken", event.by)
    enter_held(state, record, chat, event.by, event.rescue_at, event.close_at)
    state.day.taken += 1
    state.operators[event.by].taken_today += 1


def chat_returned(state: State, record: Record, event: ev.ChatReturned) -> None:
    chat = entry(state, record, event.chat, event.n)
    leave(state, record, chat, "returned", author_of(record.actor))
    chat.returned_by = event.login
    enter_inbox(state, record, chat, event.waiting_since, event.answer_by, event.close_at)


def chat_rescued(state: State, record: Record, event: ev.ChatRescued) -> None:
    chat = entry(state, record, event.chat, event.n)
    leave(state, record, chat, "rescued", event.login)
    enter_inbox(state, record, chat, event.waiting_since, event.answer_by)
    chat.rescues += 1
    chat.alarm = event.alarm
    if event.login not in chat.let_go:
        chat.let_go = [*chat.let_go, event.login]
    state.day.rescues += 1
    state.operators[event.login].rescues_today += 1


def chat_transferred(state: State, record: Record, event: ev.ChatTransferred) -> None:
    chat = entry(state, record, event.chat, event.n)
    leave(state, record, chat, "transferred", author_of(record.actor))
    enter_held(state, record, chat, event.to, event.rescue_at, event.close_at, override=event.override)


def chat_snoozed(state: State, record: Record, event: ev.ChatSnoozed) -> None:
    chat = entry(state, record, event.chat, event.n)
    owner = chat.owner
    leave(state, record, chat)
    enter_snoozed(state, record, chat, owner, event.until)


def chat_woken(state: State, record: Record, event: ev.ChatWoken) -> None:
    chat = entry(state, record, event.chat, event.n)
    leave(state, record, chat)
    if event.to:
        enter_held(state, record, chat, event.to, event.rescue_at, event.close_at)
    else:
        enter_inbox(state, record, chat, event.waiting_since, event.answer_by, event.close_at)


def chat_closed(state: State, record: Record, event: ev.ChatClosed) -> None:
    chat = entry(state, record, event.chat, event.n)
    leave(state, record, chat, "closed", author_of(record.actor))
    enter_closed(state, record, chat)
    state.day.closed += 1
    if event.abandoned:
        state.day.abandoned += 1
    touch_desk(state, record)  # a snoozed chat's leaving changes no other counter
    visitor = state.visitors[chat.visitor]
    owner = state.operators.get(chat.owner)
    past = EarlierChat(chat.chat, chat.opened_at, owner.name if owner is not None else "", chat.words, chat.rating)
    visitor.earlier = [past, *visitor.earlier][: limits.CARD_EARLIER]
    visitor.open = [each for each in visitor.open if each != chat.chat]
    visitor.closed = chat.chat
    visitor.rev = record.seq
    state.touched.visitors.add(visitor.visitor)
    if not visitor.open:
        state.idle[visitor.visitor] = record.at + state.settings.visitor_keep_ms
    sweep(state, record.at)


def chat_reopened(state: State, record: Record, event: ev.ChatReopened) -> None:
    """It goes on, as a new stay: who let it go before is forgotten. If its last words were the visitor's, they are owed again."""
    chat = entry(state, record, event.chat, event.n)
    leave(state, record, chat)
    del state.closed[chat.chat]
    chat.closed_at = 0
    chat.let_go = []
    chat.owes_since = record.at if chat.words_by == VISITOR else 0
    if event.to:
        enter_held(state, record, chat, event.to, event.rescue_at)
    else:
        enter_inbox(state, record, chat, event.waiting_since, event.answer_by)
    if event.leave_at:
        chat.leave_at = event.leave_at
        arm(state, chat, event.leave_at)
    visitor = state.visitors[chat.visitor]
    visitor.earlier = [each for each in visitor.earlier if each.chat != chat.chat]
    if visitor.closed == chat.chat:
        visitor.closed = 0
    _begins(state, record, visitor, chat, event.online)


def chat_left(state: State, record: Record, event: ev.ChatLeft) -> None:
    """The visitor has left: no rescue any more (nobody waits), and it closes by itself."""
    chat = entry(state, record, event.chat, event.n)
    chat.left = True
    chat.leave_at = 0
    chat.rescue_at = 0
    chat.rescue_base = 0
    chat.close_at = event.close_at
    if event.close_at:
        arm(state, chat, event.close_at)


def _begins(state: State, record: Record, visitor: Visitor, chat: Chat, online: bool) -> None:
    """The visitor has this chat open now."""
    visitor.open = [*visitor.open, chat.chat]
    if online:
        visitor.online = True
    state.idle.pop(visitor.visitor, None)
    touch_visitor(state, record, visitor)
