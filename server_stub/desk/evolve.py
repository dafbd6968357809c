"""What has happened, applied: `evolve(state, record)` is the only thing that changes a `State`. It decides nothing."""

from server_stub.desk.actors import Actor
from server_stub.desk.events import Record
from server_stub.desk.model import State
from server_stub.desk.outcome import Decision

__all__ = ["apply", "evolve"]


def evolve(state: State, record: Record) -> None:
    """Apply one record in place, and note in `state.touched` what changed. Replaying the journal equals having lived it.

    Raises InvariantBroken if the record does not follow on the state (a gap in a numbering): the journal is damaged.
    """
    raise NotImplementedError


def apply(state: State, actor: Actor, decision: Decision, now: int) -> list[Record]:
    """Number a decision's events from the state's head on, and evolve the state by them. The records are to be journaled."""
    records = []
    for event in decision.events:
        record = Record(state.head + 1, now, actor.key, event)
        evolve(state, record)
        records.append(record)
    return records
