"""What comes by itself: the relay's start, what is due, the day's end; and the desk's settings."""

from typing import Final
from zoneinfo import ZoneInfoNotFoundError

from server_stub.desk import commands as cmd
from server_stub.desk import events as ev
from server_stub.desk import rules
from server_stub.desk.deciding.moves import rescued, woken
from server_stub.desk.events import Event
from server_stub.desk.model import INBOX, SNOOZED, Chat, Settings, State
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse

TICK_EVENTS: Final = 256
"""A Tick stops at the first thing that brings it to so many events; the rest is still due, and comes with the next."""


def tick(state: State, command: cmd.Tick, now: int) -> Decision | Refusal:
    """What is due by now, the earliest first, each chat once: operators who are gone, then the deadlines of chats."""
    events: list[Event] = []
    if state.day.ends and state.day.ends <= now:
        events.append(ev.DayBegan(rules.day_ends(state.settings.tz, now)))
    gone: set[str] = set()
    done: set[int] = set()
    for login in state.operator_deadlines.due(now):
        if len(events) >= TICK_EVENTS:
            break
        gone.add(login)
        events.append(ev.OperatorDisconnected(login))
        for chat_id in state.operators[login].held:
            chat = state.chats[chat_id]
            if chat.rescue_at:
                events.append(rescued(state, chat, "gone", now, gone=frozenset(gone)))
                done.add(chat_id)
    given: dict[str, int] = {}
    for chat_id in state.chat_deadlines.due(now):
        if len(events) >= TICK_EVENTS:
            break
        if chat_id not in done:
            events.append(_due(state, state.chats[chat_id], now, given, frozenset(gone)))
    return Decision(tuple(events), Answer(at=now))


def _due(state: State, chat: Chat, now: int, given: dict[str, int], gone: frozenset[str]) -> Event:
    """The one thing to do about a chat that is due. `given`: places that this Tick has given away already, by login."""
    settings = state.settings
    n = chat.last + 1
    if chat.leave_at and chat.leave_at <= now:
        if chat.place is INBOX and not chat.answered_at:
            how = rules.abandoned(settings, chat, chat.leave_at - settings.left_ms)
            return ev.ChatClosed(chat.chat, n, "left", "", how)
        return ev.ChatLeft(chat.chat, n, 0 if chat.place is SNOOZED else now + settings.silent_ms)
    if chat.close_at and chat.close_at <= now:
        return ev.ChatClosed(chat.chat, n, "left", "", rules.abandoned(settings, chat, now))
    if chat.place is SNOOZED:
        back = woken(state, chat, now, given=given.get(chat.owner, 0), gone=gone)
        if back.to:
            given[back.to] = given.get(back.to, 0) + 1
        return back
    return rescued(state, chat, "late", now, gone=gone)


def relay_started(state: State, command: cmd.RelayStarted, now: int) -> Decision | Refusal:
    """Nobody is connected any more, and nobody is blamed for the time that the relay was down: see `RelayRestarted`."""
    settings = state.settings
    restarted = ev.RelayRestarted(
        floor=now + settings.restart_grace_ms, gone_at=now + settings.gone_ms, leave_at=now + settings.left_ms
    )
    if state.day.ends > now:
        return Decision((restarted,), Answer(at=now))
    return Decision((restarted, ev.DayBegan(rules.day_ends(settings.tz, now))), Answer(at=now))


def set_settings(state: State, command: cmd.SettingsSet, now: int) -> Decision | Refusal:
    """New settings. Deadlines and orders that were decided stay as they are; a limit that sinks takes no chat from anybody."""
    settings = command.settings
    if settings == state.settings:
        return Decision((), Answer(at=now))
    if reason := _unsound(settings):
        return refuse("bad_settings", reason=reason)
    ends = rules.day_ends(settings.tz, now) if state.day.ends else 0
    return Decision((ev.SettingsChanged(settings, ends),), Answer(at=now))


def _unsound(settings: Settings) -> str:
    """What is wrong with the settings; empty: nothing."""
    try:
        rules.zone_of(settings.tz)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"there is no time zone {settings.tz!r}"
    for field in settings.__struct_fields__:
        value = getattr(settings, field)
        if type(value) is int and value < 0:
            return f"{field} is below 0"
    for name, department in settings.departments.items():
        for field in department.__struct_fields__:
            value = getattr(department, field)
            if type(value) is int and value < 0:
                return f"{field} of the department {name!r} is below 0"
    if any(target < 0 for target in settings.targets_ms.values()):
        return "a target is below 0"
    return ""
