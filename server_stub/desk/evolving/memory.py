"""What is remembered, and for how long: answers to commands, closed chats, visitors without a chat. So memory has an end.

Forgetting follows from the records alone (their times and order), so a replay forgets the same.
"""

from collections import OrderedDict
from typing import Final, TypeVar

from server_stub.desk.events import Record
from server_stub.desk.model import State
from server_stub.desk.outcome import Answer

K = TypeVar("K", int, str)

SWEEP: Final = 256
"""At most so many are forgotten at a time; each closing adds one and may forget so many, so the rest's turn comes."""


def remember(state: State, record: Record, cid: str, answer: Answer) -> None:
    """The answer to an actor's command, for when it is sent again."""
    actor = record.actor
    if actor.startswith("o:"):
        operator = state.operators.get(actor[2:])
        if operator is not None:
            operator.answers.remember(cid, answer)
    elif actor.startswith("v:"):
        visitor = state.visitors.get(actor[2:])
        if visitor is not None:
            visitor.answers.remember(cid, answer)


def sweep(state: State, at: int) -> None:
    """Forget what is due, or too much: closed chats, then visitors who have nothing open."""
    settings = state.settings
    for chat_id in _outlived(state.closed, at, settings.closed_keep):
        chat = state.chats.pop(chat_id)
        visitor = state.visitors.get(chat.visitor)
        if visitor is not None and visitor.closed == chat_id:
            visitor.closed = 0
    for visitor_id in _outlived(state.idle, at, settings.visitor_keep):
        del state.visitors[visitor_id]


def _outlived(queue: OrderedDict[K, int], at: int, most: int) -> list[K]:
    """Take the oldest out of the queue: those whose time is over, and those above the number that is kept."""
    gone: list[K] = []
    while queue and len(gone) < SWEEP:
        key = next(iter(queue))
        if queue[key] > at and len(queue) <= most:
            break
        del queue[key]
        gone.append(key)
    return gone
