"""How a relay comes to its state: the last snapshot, the journal after it, and what has changed outside while it was down."""

import logging
from collections.abc import Iterable, Sequence

from msgspec import Struct

from opconsole.wire.staff import SaveTemplate
from server_stub.desk import invariants, snapshot
from server_stub.desk.actors import DESK
from server_stub.desk.commands import OperatorSet, RelayStarted, SettingsSet
from server_stub.desk.decide import decide
from server_stub.desk.errors import InvariantBroken
from server_stub.desk.evolve import apply, evolve
from server_stub.desk.model import State
from server_stub.desk.outcome import Refusal
from server_stub.desk.settings import Settings
from server_stub.desk.snapshot import SnapshotUnusable
from server_stub.journal.api import Journal
from server_stub.journal.people import User

log = logging.getLogger(__name__)


class StartRefused(Exception):
    """The desk refuses what it was set up with; a sentence."""


async def restore(journal: Journal) -> State:
    """The state as the journal has it. Raises JournalError, InvariantBroken.

    A snapshot is a cache: whatever is wrong with one, or comes of it, is said in the log and the one before it is tried, and
    at last the journal alone. So only what is wrong with the journal itself is raised.
    """
    found = await journal.load_snapshot()
    while found is not None:
        seq, blob = found
        try:
            return await _replay(journal, _from_snapshot(seq, blob))
        except (SnapshotUnusable, InvariantBroken) as error:
            log.warning("the snapshot of record %d is of no use (%s)", seq, error)
        found = await journal.load_snapshot(before=seq)
    return await _replay(journal, State())


async def _replay(journal: Journal, state: State) -> State:
    async for records in journal.read(state.head):
        for record in records:
            evolve(state, record)
    state.drain_touched()
    invariants.check(state)
    return state


def _from_snapshot(seq: int, blob: bytes) -> State:
    state = snapshot.load(blob)
    if state.head != seq:
        raise SnapshotUnusable(f"it is one of record {state.head}")
    return state


def operator_set(user: User) -> OperatorSet:
    return OperatorSet(
        login=user.login,
        name=user.name,
        role=user.role,
        limit=user.limit,
        departments=user.departments,
        blocked=user.blocked,
    )


def is_known(state: State, user: User) -> bool:
    """Whether the desk knows this person as they are now."""
    known = state.operators.get(user.login)
    return known is not None and operator_set(user) == OperatorSet(
        login=known.login,
        name=known.name,
        role=known.role,
        limit=known.limit,
        departments=known.departments,
        blocked=known.blocked,
    )


async def begin(
    state: State,
    journal: Journal,
    *,
    settings: Settings,
    users: Sequence[User],
    starters: Sequence[SaveTemplate],
    now: int,
) -> None:
    """Tell the desk what it is set to, who works here, and that the relay has started; all in one commit.

    Raises StartRefused, JournalError.
    """
    commands: list[Struct] = []
    if settings != state.settings:
        commands.append(SettingsSet(settings))
    commands += [operator_set(user) for user in users if not is_known(state, user)]
    if journal.head == 0:
        commands += starters
    commands.append(RelayStarted())
    await _commit(state, journal, commands, now)


async def _commit(state: State, journal: Journal, commands: Iterable[Struct], now: int) -> None:
    records = []
    for command in commands:
        outcome = decide(state, DESK, command, now)  # type: ignore[arg-type]
        if isinstance(outcome, Refusal):
            raise StartRefused(outcome.text)
        records += apply(state, DESK, outcome, now)
    await journal.append(records, journal.head)
    state.drain_touched()
