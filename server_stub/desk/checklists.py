"""How many steps of the checklists each operator has done, from the journal's records alone. Pure.

    S(operator, step) = chats in which the operator ticked the step within [since, until) and nobody took that tick back by `until`

A step that one ticks, takes back and ticks again counts once; one that two operators ticked in turn counts for the later. It is a
count of what people said that they did, so it belongs beside the chats themselves and is no measure of quality.
"""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct, field

from server_stub.desk.events import Record, StepTicked
from server_stub.desk.transcript import author_of


class StepCount(Struct):
    """Of one operator."""

    steps: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By department and step id: in how many chats."""
    chats: int = 0
    """Chats in which they ticked at least one."""


def counts(records: Iterable[Record], *, since: int = 0, until: int = 2**63) -> dict[str, StepCount]:
    """By login. Times in ms, half-open; the records in the journal's order."""
    standing: dict[tuple[int, str], tuple[str, str]] = {}
    for record in records:
        event = record.event
        if isinstance(event, StepTicked) and since <= record.at < until:
            standing.pop((event.chat, event.step), None)
            if event.on:
                standing[event.chat, event.step] = (author_of(record.actor), event.department)
    found: dict[str, StepCount] = {}
    chats: dict[str, set[int]] = {}
    for (chat, step), (login, department) in standing.items():
        found.setdefault(login, StepCount()).steps[department, step] += 1
        chats.setdefault(login, set()).add(chat)
    for login, of in found.items():
        of.chats = len(chats[login])
    return found
