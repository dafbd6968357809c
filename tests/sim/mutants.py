"""Known bugs, planted one at a time: a simulation that can't find these is worth nothing.

Each changes a line or two of production code, as somebody might who knows no better. `hunt` runs seeds until one fails.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple
from unittest import mock

from msgspec import structs

from opconsole.link.keeper import Keeper
from opconsole.state.model import Drafts
from opconsole.state.outbox import Outbox
from opconsole.wire.messages import Message
from server_stub import handling, syncing
from server_stub.desk import audience, snapshot
from server_stub.desk.model import Answers, Chat, Operator, State
from server_stub.edge.lobby import Lobby
from server_stub.edge.sessions import Session
from server_stub.fanout import Fanout
from server_stub.journal.memory import MemoryJournal
from server_stub.journal.sqlite import SqliteJournal
from server_stub.line import Line
from server_stub.starting import restore
from tests.sim import relay
from tests.sim.disks import Shelf
from tests.sim.running import try_seed
from tests.sim.tally import Tally

Patch = contextlib.AbstractContextManager[Any]


class Mutant(NamedTuple):
    name: str
    plant: Callable[[], Patch]


class Caught(NamedTuple):
    seed: int
    saying: str


def hunt(mutant: Mutant, shelf: Shelf, seeds: int, first: int = 0) -> Caught | None:
    """The first of so many seeds that fails with the bug planted; None: none does."""
    with mutant.plant():
        for seed in range(first, first + seeds):
            failure = try_seed(seed, shelf, Tally())
            if failure:
                return Caught(seed, _saying(failure))
    return None


def _saying(failure: str) -> str:
    """What the failure says, without where."""
    lines = [line for line in failure.splitlines() if line and not line.startswith((" ", "Traceback"))]
    return next((line for line in lines if not line.startswith("The above")), failure)


# ---------------------------------------------------------------- the relay


async def _run_sending_first(self: Line) -> None:
    while True:
        await self._next_work()
        batch, outgoing = self._seal()
        self._send(batch, outgoing)
        if batch.records:
            await self._append(batch)
        if self._queue:
            self._call_turn()


def _acknowledge_at_once() -> Patch:
    real = handling.Handling._decide

    def decide(self: handling.Handling, session: Session | None, actor: Any, command: Any, now: int) -> Any:
        before = len(self.batch.replies)
        answer = real(self, session, actor, command, now)
        for to, reply in self.batch.replies[before:]:
            to.connection.send(reply)
        del self.batch.replies[before:]
        return answer

    return mock.patch.object(handling.Handling, "_decide", decide)


def _forget_answers(state: State) -> None:
    for operator in state.operators.values():
        operator.answers = Answers()
    for visitor in state.visitors.values():
        visitor.answers = Answers()


async def _restore_without_answers(journal: Any) -> State:
    state = await restore(journal)
    _forget_answers(state)
    return state


def _sync_without_newest() -> Patch:
    real = audience.visible_chats

    def visible(state: State, actor: Any) -> Iterator[int]:
        chats = sorted(real(state, actor), key=lambda chat: state.chats[chat].rev)
        yield from chats[: len(chats) - 1]

    return mock.patch.object(audience, "visible_chats", visible)


def _transcript_without_rescued_words() -> Patch:
    real = relay.FaultyJournal.transcript

    async def transcript(self: Any, chat: int, **how: Any) -> list[Message]:
        entries = await real(self, chat, **how)
        rescued = {entry.n for entry in entries if entry.kind == "event" and entry.text == "rescued"}
        return [entry for entry in entries if entry.n + 1 not in rescued]

    return mock.patch.object(relay.FaultyJournal, "transcript", transcript)


def _due_without_rescue(self: Chat) -> int:
    dues = [due for due in (self.snoozed_until, self.leave_at, self.close_at) if due]
    return min(dues, default=0)


def _visitors_lack_some() -> Patch:
    real = Fanout._messages

    def messages(self: Fanout, records: Sequence[Any], given: Any) -> None:
        real(self, [record for record in records if record.seq % 7], given)

    return mock.patch.object(Fanout, "_messages", messages)


def _deliver_at_once(self: Session, payload: bytes) -> None:
    self.connection.send(payload)


def _gone_untold() -> Patch:
    real = Fanout._collect

    def collect(self: Fanout) -> Any:
        self._goings = {}
        return real(self)

    return mock.patch.object(Fanout, "_collect", collect)


def _short_visitor_sync() -> Patch:
    real = syncing.Syncing.visitor

    def visitor(self: syncing.Syncing, session: Any) -> Any:
        session.have += 1
        return real(self, session)

    return mock.patch.object(syncing.Syncing, "visitor", visitor)


def _load_without_answers() -> Patch:
    real = snapshot.load

    def load(blob: bytes) -> State:
        state = real(blob)
        _forget_answers(state)
        return state

    return mock.patch.object(snapshot, "load", load)


# ---------------------------------------------------------------- the journal


def _commit_late() -> Patch:
    """SQLite's commit comes with the next append."""
    real = SqliteJournal._append

    def append(self: SqliteJournal, *args: Any) -> None:
        if self._write_db.in_transaction:
            self._write_db.execute("COMMIT")
        self._write_db.execute("BEGIN IMMEDIATE")
        real(self, *args)

    return mock.patch.object(SqliteJournal, "_append", append)


def _lose_a_row() -> Patch:
    """Of a large batch the memory journal keeps all but the last entry of a transcript."""
    real = MemoryJournal.append

    async def append(self: MemoryJournal, records: Sequence[Any], expected_head: int) -> None:
        await real(self, records, expected_head)
        if len(records) > 4:
            for entries in self._store.entries.values():
                if entries and entries[-1].cid:
                    entries.pop()
                    break

    return mock.patch.object(MemoryJournal, "append", append)


# ---------------------------------------------------------------- the console


def _forget_unanswered(self: Outbox) -> None:
    for command in sorted(self._sent):
        if command in self._items:
            self._forget(command)
    self._sent.clear()


def _send_under_new_ids(self: Outbox) -> None:
    for command in sorted(self._sent):
        item = self._items.pop(command, None)
        if item is not None:
            item.command = structs.replace(item.command, id=f"{command}~")
            self._items[item.command.id] = item
    self._sent.clear()


async def _keep_nothing(self: Keeper) -> list[str]:
    return []


def _nothing(*args: Any) -> None:
    pass


def _nothing_given(self: Keeper) -> list[str]:
    return []


def _send_newest_first() -> Patch:
    real = Outbox.unsent
    return mock.patch.object(Outbox, "unsent", lambda self: real(self)[::-1])


def _drafts_of_one_chat(self: Drafts, blob: bytes) -> None:
    pass


def _replace(owner: Any, name: str, by: Any) -> Callable[[], Patch]:
    return lambda: mock.patch.object(owner, name, by)


MUTANTS: Final = (
    Mutant("the fan-out comes before the commit", _replace(Line, "run", _run_sending_first)),
    Mutant("commands are acknowledged before the commit", _acknowledge_at_once),
    Mutant("answers are forgotten at a restart", _replace(relay, "restore", _restore_without_answers)),
    Mutant("a snapshot holds no answers", _load_without_answers),
    Mutant("a command sent twice happens twice", _replace(Answers, "get", lambda self, cid: None)),
    Mutant("a sync omits the card that changed last", _sync_without_newest),
    Mutant("a visitor's sync is short by one", _short_visitor_sync),
    Mutant("a rescue drops the words before it", _transcript_without_rescued_words),
    Mutant("rescues never come", _replace(Chat, "due", _due_without_rescue)),
    Mutant("the limit is not looked at", _replace(Operator, "has_room", lambda self: True)),
    Mutant("every seventh entry is not shown live", _visitors_lack_some),
    Mutant("live frames overtake the sync", _replace(Session, "deliver", _deliver_at_once)),
    Mutant("nobody is told that a chat is gone", _gone_untold),
    Mutant("the heartbeat cuts nobody off", _replace(Lobby, "beat", _nothing)),
    Mutant("SQLite commits with the next append", _commit_late),
    Mutant("a transcript loses an entry of a large batch", _lose_a_row),
    Mutant("the outbox forgets what was unanswered", _replace(Outbox, "link_lost", _forget_unanswered)),
    Mutant("the outbox sends nothing again", _replace(Outbox, "link_lost", _nothing)),
    Mutant("commands are sent again under new ids", _replace(Outbox, "link_lost", _send_under_new_ids)),
    Mutant("the outbox goes out newest first", _send_newest_first),
    Mutant("held words stay held for ever after a crash", _replace(Keeper, "_give_back", _nothing_given)),
    Mutant("the outbox is not kept on disk", _replace(Keeper, "keep_outbox", _keep_nothing)),
    Mutant("drafts are not kept on disk", _replace(Keeper, "drafts_changed", _nothing)),
    Mutant("drafts are not loaded", _replace(Drafts, "load", _drafts_of_one_chat)),
)
