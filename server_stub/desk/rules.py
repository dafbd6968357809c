"""The arithmetic of the rules, from DESIGN.md: orders, deadlines, limits, who could have a chat. Reads the state, decides nothing."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from opconsole.wire.cards import Priority, Status
from opconsole.wire.checklists import Step
from server_stub.desk import events as ev
from server_stub.desk.model import Chat, Operator, Settings, State, Visitor
from server_stub.desk.settings import PRIORITY_PERCENT, SITE


def answer_by(settings: Settings, channel: str, priority: Priority, waiting_since: int) -> int:
    """The chat's place in the inbox's order: by then it should be taken."""
    target_ms = settings.targets_ms.get(channel, settings.target_ms)
    return waiting_since + target_ms * PRIORITY_PERCENT[priority] // 100


def waits_from(settings: Settings, chat: Chat, owes_since: int, now: int) -> tuple[int, int]:
    """`(waiting_since, answer_by)` of a chat that comes (back) to the inbox.

    Who is owed a reply has waited since `owes_since`, whoever held the chat meanwhile: so a rescued or returned chat stands
    where its visitor's own wait puts it, near the head. Without a debt the wait begins now.
    """
    since = owes_since or now
    return since, answer_by(settings, chat.channel, chat.priority, since)


def rescue_at(settings: Settings, chat: Chat, owes_since: int, taken_at: int) -> int:
    """When a held chat that owes since `owes_since` goes back: after T1 for the chat's first reply, T2 later, and never
    earlier than T1 after it was taken (or the visitor came back).

    0 without a debt, and when the visitor has left: nobody waits for the reply, and a chat that bounced to the head of the
    inbox would stand before people who do wait. Such a chat has a `close_at` instead."""
    if not owes_since or chat.left:
        return 0
    return rescue_due(settings, chat, owes_since, taken_at)


def rescue_due(settings: Settings, chat: Chat, owes_since: int, taken_at: int) -> int:
    """As `rescue_at`, for a debt that there is and a visitor who is (again) here."""
    own = settings.departments.get(chat.department) if settings.departments else None
    first_ms = settings.first_reply_ms if own is None or own.first_reply_ms is None else own.first_reply_ms
    if not chat.answered_at:
        due = owes_since + first_ms
    else:
        due = owes_since + (settings.reply_ms if own is None or own.reply_ms is None else own.reply_ms)
    earliest = taken_at + first_ms
    return due if due > earliest else earliest


def close_at(settings: Settings, chat: Chat, now: int) -> int:
    """When the chat of a visitor who has left closes by itself, after what happens to it now; 0: they have not left."""
    return now + settings.silent_ms if chat.left else 0


def leave_at(settings: Settings, chat: Chat, visitor: Visitor, now: int) -> int:
    """When the visitor of a chat that goes on counts as having left; 0: they are here, or the channel knows no presence."""
    return now + settings.left_ms if chat.channel == SITE and not visitor.online else 0


def abandoned(settings: Settings, chat: Chat, gone_at: int) -> ev.Abandoned:
    """How a chat was abandoned that ends unanswered, its visitor having gone at `gone_at`; empty: it was answered."""
    if chat.answered_at:
        return ""
    return "short" if gone_at - chat.opened_at <= settings.short_ms else "long"


def typing_moves_to(settings: Settings, chat: Chat, now: int) -> int:
    """Where `rescue_at` must move because the owner types; 0: it need not.

    It is kept at least `typing_ahead_ms` ahead, within `typing_most_ms` beyond the original deadline. A move goes a third
    further than it must, so that a typist's signals every few seconds don't each make an event.
    """
    if not chat.rescue_at or chat.rescue_at - now >= settings.typing_ahead_ms:
        return 0
    ahead_ms = settings.typing_ahead_ms * 4 // 3
    moved = min(now + ahead_ms, chat.rescue_base + settings.typing_most_ms)
    return moved if moved > chat.rescue_at else 0


def room_for(settings: Settings, limit: int | None, departments: Iterable[str]) -> int:
    """How many chats an operator may hold: the smallest of their own, their departments' and the desk's limits that are set."""
    found = [settings.limit] if limit is None else [settings.limit, limit]
    for department in departments:
        own = settings.departments.get(department)
        if own is not None and own.limit is not None:
            found.append(own.limit)
    return max(0, min(found))


def most_waiting(settings: Settings, department: str) -> int:
    own = settings.departments.get(department)
    return settings.max_waiting if own is None or own.max_waiting is None else own.max_waiting


def checklist_of(state: State, department: str) -> tuple[Step, ...]:
    """What counts: as it was written in a console last; otherwise, and after a reset, as the settings have it."""
    written = state.checklists.get(department)
    if written is not None and written.steps is not None:
        return written.steps
    own = state.settings.departments.get(department)
    return own.checklist if own is not None else ()


def is_there(operator: Operator) -> bool:
    """Whether the operator can be given chats (room aside): `busy` and `away` keep theirs and get none."""
    return operator.connected and operator.status is Status.online and not operator.blocked


def could_have(operator: Operator, department: str) -> bool:
    """Whether the operator is there for this department."""
    return is_there(operator) and department in operator.departments


def is_alarming(state: State, chat: Chat, by: str, gone: frozenset[str] = frozenset()) -> bool:
    """Whether, after `by` has let the chat go too, nobody is left who could have it and has not let it go.

    `gone`: logins that the same decision finds disconnected."""
    return not any(
        could_have(operator, chat.department)
        and operator.login != by
        and operator.login not in chat.let_go
        and operator.login not in gone
        for operator in state.operators.values()
    )


def zone_of(tz: str) -> tzinfo:
    """The IANA time zone. Raises an error of zoneinfo's for an unknown one. UTC needs no database of zones: some machines have
    none, and a desk must start there."""
    return UTC if tz == "UTC" else ZoneInfo(tz)


def day_ends(tz: str, now: int) -> int:
    """The first midnight after `now` in an IANA time zone, ms. Raises as `zone_of`."""
    zone = zone_of(tz)
    today = datetime.fromtimestamp(now / 1000, zone).date()
    midnight = datetime.combine(today + timedelta(days=1), time(), zone)
    return int(midnight.astimezone(UTC).timestamp() * 1000)
