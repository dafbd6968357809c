"""Small phrases that several panes share: what a chat is called, its channel's mark, how much time is left. Pure."""

from typing import Final

from opconsole.locale import countdown, tr
from opconsole.state.channels import MARKS
from opconsole.ui.cells import cut
from opconsole.wire.cards import ChatCard, OperatorCard, Priority, Status

SHORT_CELLS: Final = 40
FLAG: Final = "⚑"
"""A chat that I flagged for myself."""
ASIDE: Final = "☾"
"""A chat that I put aside (snoozed)."""


def chat_name(card: ChatCard) -> str:
    return card.name or tr("Visitor {chat}", chat=card.chat)


def last_words(card: ChatCard) -> str:
    """The last public words, or that they were deleted."""
    return card.words or (tr("(deleted)") if card.words_by else "")


def short_name(card: ChatCard) -> str:
    """For the inside of a sentence, which a stranger's long name must not push out of sight."""
    return cut(chat_name(card), SHORT_CELLS)


def channel_mark(channel: str) -> str:
    """At most four cells."""
    return MARKS.get(channel, channel[:4])


def operator_name(card: OperatorCard | None, login: str = "") -> str:
    return (card.name or card.login) if card is not None else login


def about_colleague(card: OperatorCard) -> str:
    """A sentence: how they stand."""
    return tr(
        "{name}: {status}, {n} of {limit} chats.",
        name=operator_name(card),
        status=status_name(card.status),
        n=card.held,
        limit=card.limit,
    )


def status_name(status: Status) -> str:
    return {
        Status.online: tr("online"),
        Status.busy: tr("busy"),
        Status.away: tr("away"),
        Status.offline: tr("offline"),
    }[status]


def priority_name(priority: Priority) -> str:
    return {
        Priority.low: tr("low"),
        Priority.normal: tr("normal"),
        Priority.high: tr("high"),
        Priority.urgent: tr("urgent"),
    }[priority]


def left(deadline: int, now: int) -> str:
    """Time to a deadline: `0:45`; past it `-0:45`; 0 is no deadline and no text."""
    return countdown(_up(deadline - now)) if deadline else ""


def waited(since: int, now: int) -> str:
    """Time since: `2:13`."""
    return countdown(max(0, now - since)) if since else ""


def _up(span_ms: int) -> int:
    """To the next whole second, so that a countdown shows 0:01 until its last second is over."""
    return -(-span_ms // 1000) * 1000


def word_count(text: str) -> int:
    return len(text.split())
