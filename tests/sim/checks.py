"""What must hold when everything is healed: the promises, checked against the journal and against what people were told and shown.

The journal is read anew from its disk, and folded by `history.py`, which knows none of the desk's rules.
"""

from collections import Counter
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from opconsole.state import selectors
from opconsole.state.fingerprint import fingerprint
from opconsole.wire.cards import Place
from opconsole.wire.staff import AddNote, Say
from opconsole.wire.visitor import VisitorCommand, VisitorSay
from server_stub.desk import invariants, snapshot
from server_stub.desk.events import Record
from server_stub.desk.evolve import evolve
from server_stub.desk.model import State
from server_stub.desk.transcript import visitor_message_of
from tests.sim.console import Console
from tests.sim.history import History
from tests.sim.visitor import Visitor

if TYPE_CHECKING:
    from tests.sim.world import World

T = TypeVar("T")

RESENT = 12
"""So many of each person's last commands are sent once more at the end."""


def check(world: "World") -> None:
    """All of it. Raises AssertionError."""
    assert world.relay is not None
    records = _records(world)
    while world.relay.state.head != len(records):  # something was due meanwhile
        records = _records(world)
    living = snapshot.dump(world.relay.state)
    history = History(records, world.tally)
    check_state(world, records, living, history)
    check_words(world, history)
    check_shown(world, history)
    check_clients(world)
    check_deadlines(world)


def wait(world: "World", work: Coroutine[Any, Any, T]) -> T:
    """The result of something that the relay's process does."""
    assert world.relay is not None
    task = world.relay.process.spawn(work, "check")
    assert world.wait(10_000, task.done), "the journal does not answer"
    return task.result()


def _records_at_rest(world: "World") -> list[Record]:
    """All of the journal, when what it tells has arrived everywhere. Reading takes time, in which something may become due."""
    assert world.relay is not None
    while True:
        world.settle()
        records = _records(world)
        if len(records) == world.relay.state.head:
            return records


def _records(world: "World") -> list[Record]:
    async def read() -> list[Record]:
        assert world.relay is not None
        return [record async for batch in world.relay.journal.read() for record in batch]

    return wait(world, read())


# ---------------------------------------------------------------- words


def check_words(world: "World", history: History) -> None:
    """Told `done`: there once, at that place. Told `refused`: not there. Never answered: at most once. In the order given."""
    book = world.book
    texts = Counter(
        entry.text for entries in history.transcripts.values() for entry in entries if entry.kind != "event"
    )
    double = [text for text, times in texts.items() if times > 1]  # no two commands of the simulation say the same
    assert not double, f"stands twice in the transcripts: {double}"
    last: dict[tuple[str, int, bool], tuple[int, str]] = {}
    for given in book.given.values():
        found = history.by_cid.get(given.id, [])
        entries = [entry for entry in found if entry.kind in ("say", "note")]
        assert len(entries) <= 1, f"{given.id} by {given.author} is {len(entries)} times in the journal: {entries}"
        done, refused = book.done.get(given.id), book.refused.get(given.id)
        seen = any(
            (entry.chat, entry.n) in book.shown for entry in found
        )  # its author's console takes that for an answer
        if given.taken_back:
            assert not found, f"{given.command} by {given.author} was taken back, and is in the journal: {found}"
            continue
        assert done or refused or given.lost or seen, f"{given.command} by {given.author} was never answered"
        if done is None:
            # The widget says refused words again under the same id, so for it a copy that comes late does no harm.
            assert refused is None or not found or isinstance(given.command, VisitorCommand), (
                f"{given.command} was refused ({refused}), and is in the journal: {found}"
            )
        elif isinstance(given.command, Say | AddNote | VisitorSay):
            assert entries, f"{given.author} was told {done}, and it is in no transcript"
            visible = entries[0].p if isinstance(given.command, VisitorSay) else entries[0].n
            assert (entries[0].chat, visible) == (done.chat, done.n), f"{done} names another place than {entries[0]}"
            assert entries[0].text == given.text, f"{given.id} said {given.text!r}; stored is {entries[0].text!r}"
        if entries:
            # Public words among themselves, and notes: a reply that was refused (the chat was not mine yet) and whose refusal was
            # lost with the link is judged anew, and may come after a note that was allowed at once.
            entry, key = entries[0], (given.author, entries[0].chat, isinstance(given.command, AddNote))
            before, words = last.get(key, (0, ""))
            assert entry.n > before, f"{given.author} said {words!r} before {entry.text!r}; it stands after it"
            last[key] = (entry.n, entry.text)


def check_shown(world: "World", history: History) -> None:
    """Whatever anybody was shown is stored, exactly so."""
    for (chat, n), (who, shown) in world.book.shown.items():
        stored = history.entry(chat, n)
        assert stored == shown, f"{who} was shown {shown}; stored is {stored}"
    for (chat, p), (who, visible) in world.book.shown_public.items():
        public = history.public(chat)
        assert 0 < p <= len(public), f"{who} was shown {visible}; it is not stored"
        assert visitor_message_of(public[p - 1]) == visible, f"{who} was shown {visible}; stored is {public[p - 1]}"


# ---------------------------------------------------------------- the desk


def check_state(world: "World", records: list[Record], living: bytes, history: History) -> None:
    """The living state is what the journal says, with its snapshot or without, and every chat is in one place."""
    assert world.relay is not None
    state = world.relay.state
    invariants.check(state)
    for chat, place in history.places.items():
        known = state.chats.get(chat)
        if known is None:
            assert place.place is Place.closed, f"chat {chat} is {place}, and the desk has forgotten it"
        else:
            where = (known.place, known.owner if known.place in (Place.held, Place.snoozed) else "")
            assert where == (place.place, place.owner), f"chat {chat} is {where}; by its history {place}"
    held = sum(place.place is Place.held for place in history.places.values())
    assert sum(len(operator.held) for operator in state.operators.values()) == held
    if world.seed % 4 < 2:
        replayed = State()
    else:
        kept = wait(world, world.relay.journal.load_snapshot())
        replayed = snapshot.load(kept[1]) if kept is not None and kept[0] <= len(records) else State()
    for record in records[replayed.head :]:
        evolve(replayed, record)
    assert snapshot.dump(replayed) == living, "a restart would bring another state than the living one"


def check_deadlines(world: "World") -> None:
    """Time passes the last deadline while everybody is silent: nothing is overdue, and nobody holds a chat that owes."""
    settings = world.settings
    world.run_for(2 * max(settings.first_reply_ms, settings.reply_ms) + 120_000)
    assert world.relay is not None
    assert world.relay.up
    state = world.relay.state
    invariants.check(state)
    due = state.next_deadline()
    assert due is None or due > world.now(), f"something is due since {world.now() - (due or 0)} ms"
    for chat in state.chats.values():
        assert chat.place is not Place.held or not chat.owes_since, (
            f"{chat.owner} holds chat {chat.chat} and owes for ever"
        )
        assert chat.place is not Place.snoozed or chat.snoozed_until > world.now(), f"chat {chat.chat} sleeps for ever"


# ---------------------------------------------------------------- the clients


def check_clients(world: "World") -> None:
    """Every client equals one that has just synced; nothing is left in an outbox; what was said stands there once."""
    assert world.relay is not None
    head = world.relay.journal.head
    consoles = [(each, Console(world, each.login, each.mode, kept=False)) for each in world.consoles]
    visitors = [(each, Visitor(world, each.name)) for each in world.visitors]
    for _, newcomer in consoles:
        newcomer.start()
    for visitor, tab in visitors:
        tab.token = visitor.token
        tab.come()

    def here() -> bool:
        return all(each.live for _, each in consoles) and all(each.synced for _, each in visitors)

    assert world.wait(60_000, here), "a newcomer can't connect"
    history = History(_records_at_rest(world))
    for console, newcomer in consoles:
        _compare_consoles(console, newcomer, history)
    for visitor, tab in visitors:
        _compare_visitors(visitor, tab, history)
    for console, newcomer in consoles:
        for command in _stored_commands(world, console.name, history):
            newcomer.session._link.send(command)
    for visitor, tab in visitors:
        for command in _stored_commands(world, visitor.name, history):
            tab._send(command)
    world.settle()
    done = [record for record in _records(world)[head:] if record.actor.startswith(("o:", "v:"))]
    assert not done, f"looking, or sending again what was done, has changed something: {done}"


def _compare_consoles(console: Console, newcomer: Console, history: History) -> None:
    store = console.store
    console.compare_drafts()
    mine, synced = fingerprint(store), fingerprint(newcomer.store)
    for part, value in synced.items():
        assert mine[part] == value, f"{part} of {console.name}: {_difference(mine[part], value)}"
    for chat in store.mine.chats():
        transcript = store.transcripts[chat].entries
        assert list(transcript) == history.transcripts[chat][transcript[0].n - 1 :], f"chat {chat} at {console.name}"
        assert not store.stored.get(chat), (
            f"{console.name} still waits for entries of chat {chat}: {store.stored[chat]}"
        )
        pending = [each for each in selectors.outgoing(store, chat) if not each.failure]
        assert not pending, f"{console.name} shows as on their way: {pending}"


def _compare_visitors(visitor: Visitor, tab: Visitor, history: History) -> None:
    assert tab.visitor == visitor.visitor
    assert tab.chat == visitor.chat, f"{visitor.name} sees {visitor.chat}; a fresh sync {tab.chat}"
    assert tab.messages == visitor.messages, f"{visitor.name}: {_difference(visitor.messages, tab.messages)}"
    public = [visitor_message_of(entry) for entry in history.public(visitor.chat.chat)]
    assert [visitor.messages[n] for n in sorted(visitor.messages)] == public, f"{visitor.name} lacks messages"


def _stored_commands(world: "World", author: str, history: History) -> list[Any]:
    """The last commands of somebody that were done, and of which the journal knows."""
    given = [each for each in world.book.given.values() if each.author == author and each.id in world.book.done]
    return [each.command for each in given if each.id in history.cids][-RESENT:]


def _difference(mine: Any, fresh: Any) -> str:
    """The first thing in which two values differ, for a person to read."""
    if isinstance(mine, dict) and isinstance(fresh, dict):
        for key in sorted(mine.keys() | fresh.keys(), key=str):
            if mine.get(key) != fresh.get(key):
                return f"[{key}] {_difference(mine.get(key), fresh.get(key))}"
    if isinstance(mine, list) and isinstance(fresh, list) and len(mine) == len(fresh):
        return next(f"[{i}] {_difference(a, b)}" for i, (a, b) in enumerate(zip(mine, fresh, strict=True)) if a != b)
    return f"it holds {mine!r}, a fresh sync {fresh!r}"


def check_end(world: "World") -> None:
    """Nothing of the world is left over."""
    for process in world.loop.processes:
        assert not process.living(), f"{process.name} left tasks behind: {process.living()}"
    assert not world.loop.errors, world.loop.errors
