"""Moves of a chat that several rules come to: back to the inbox, rescued, awake. Each makes one event, and the next number."""

from server_stub.desk import events as ev
from server_stub.desk import rules
from server_stub.desk.model import Chat, State


def returned(
    state: State, chat: Chat, why: ev.ReturnedWhy, now: int, *, name: str = "", cid: str = ""
) -> ev.ChatReturned:
    """Back to the inbox by somebody's will."""
    since, answer_by = rules.waits_from(state.settings, chat, chat.owes_since, now)
    close_at = rules.close_at(state.settings, chat, now)
    return ev.ChatReturned(chat.chat, chat.last + 1, chat.owner, since, answer_by, name, why, close_at, cid)


def rescued(
    state: State, chat: Chat, why: ev.RescuedWhy, now: int, *, gone: frozenset[str] = frozenset(), after: int = 0
) -> ev.ChatRescued:
    """Back to the inbox because the owed reply did not come. `gone`: who else is found disconnected just now."""
    since, answer_by = rules.waits_from(state.settings, chat, chat.owes_since, now)
    alarm = rules.is_alarming(state, chat, chat.owner, gone)
    name = state.operators[chat.owner].name
    return ev.ChatRescued(chat.chat, chat.last + 1 + after, chat.owner, since, answer_by, name, why, alarm)


def let_go(state: State, chat: Chat, now: int, *, after: int = 0) -> ev.ChatRescued | ev.ChatReturned:
    """A held chat's visitor is here and waits, and its operator is gone: rescued from who was cut off, returned for who went
    offline by their own word. `after`: so many entries of this decision come before."""
    owner = state.operators[chat.owner]
    if owner.connected or owner.gone_at:
        since, answer_by = rules.waits_from(state.settings, chat, chat.owes_since, now)
        return ev.ChatReturned(chat.chat, chat.last + 1 + after, owner.login, since, answer_by, why="offline")
    return rescued(state, chat, "gone", now, after=after)


def woken(
    state: State,
    chat: Chat,
    now: int,
    *,
    after: int = 0,
    written: bool = False,
    given: int = 0,
    gone: frozenset[str] = frozenset(),
) -> ev.ChatWoken:
    """A snoozed chat is due: to its operator, if they are there in any way and have room, otherwise to the inbox.

    `written`: the visitor has just written. `given`: places that the operator gets by the same decision."""
    settings = state.settings
    owner = state.operators[chat.owner]
    owes_since = chat.owes_since or (now if written else 0)
    close_at = 0 if written else rules.close_at(settings, chat, now)
    n = chat.last + 1 + after
    if not owner.is_gone() and owner.login not in gone and len(owner.held) + given < owner.room_for:
        rescue_at = rules.rescue_due(settings, chat, owes_since, now) if owes_since else 0
        return ev.ChatWoken(chat.chat, n, owner.login, owner.name, rescue_at, close_at=close_at)
    since, answer_by = rules.waits_from(settings, chat, owes_since, now)
    return ev.ChatWoken(chat.chat, n, waiting_since=since, answer_by=answer_by, close_at=close_at)
