"""Whatever is done to them, the backends answer alike: what a test learns from memory holds for the disk."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server_stub.desk.events import Event, NoteAdded
from server_stub.journal.api import HeadMoved, Journal
from server_stub.journal.memory import MemoryJournal
from server_stub.journal.schema import open_database
from server_stub.journal.sqlite import SqliteJournal
from tests.contract.records import records, said

small = st.integers(0, 12)
texts = st.text(max_size=20)
appends = st.tuples(
    st.just("append"), st.integers(-1, 1), st.lists(st.tuples(st.integers(1, 3), st.booleans(), texts), max_size=9)
)
pages = st.tuples(st.just("page"), st.integers(1, 4), small, small, st.integers(1, 12), st.booleans())
reads = st.tuples(st.just("read"), small)
saves = st.tuples(st.just("save"), small, st.binary(max_size=20))
loads = st.tuples(st.just("load"), small)
steps = st.lists(st.one_of(appends, appends, pages, reads, saves, loads), max_size=25)


class Numbers:
    """Hands out the numbers of transcripts, so that every conversation is a possible one."""

    def __init__(self) -> None:
        self.n: dict[int, int] = {}
        self.p: dict[int, int] = {}

    def event(self, chat: int, public: bool, text: str) -> Event:
        n = self.n[chat] = self.n.get(chat, 0) + 1
        if not public:
            return NoteAdded(chat=chat, n=n, text=text)
        p = self.p[chat] = self.p.get(chat, 0) + 1
        return said(chat, n, p, text)


async def outcome(journal: Journal, step: tuple[Any, ...], events: list[Event]) -> object:
    """What the journal answers, errors included."""
    try:
        match step:
            case ("append", off, _):
                expected = max(0, journal.head + off)
                await journal.append(records(expected, *events), expected)
                return journal.head
            case ("page", chat, after, before, limit, public_only):
                return await journal.transcript(chat, after=after, before=before, limit=limit, public_only=public_only)
            case ("read", after):
                return [batch async for batch in journal.read(after)]
            case ("save", seq, blob):
                await journal.save_snapshot(seq, blob)
                return "saved"
            case ("load", before):
                return await journal.load_snapshot(before=before)
    except (HeadMoved, ValueError) as error:
        return type(error), str(error), journal.head
    raise AssertionError(step)


async def compare(path: Path, made: list[tuple[Any, ...]]) -> None:
    memory, disk = MemoryJournal(random=bytes), await SqliteJournal.open(path, random=bytes)  # the same salts: zeros
    numbers = Numbers()
    for step in made:
        fits = step[0] == "append" and max(0, memory.head + step[1]) == memory.head
        events = [numbers.event(*each) for each in step[2]] if fits else []
        if step[0] == "append" and not fits:
            events = [said(9, 1, 1, text) for _, _, text in step[2]]
        assert await outcome(memory, step, events) == await outcome(disk, step, events)
        assert memory.mark == disk.mark
    await disk.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "desk.db"
    open_database(path)
    return path


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(made=steps)
def test_memory_and_sqlite_give_the_same_answers(empty: Path, made: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        shutil.copy(empty, path)
        asyncio.run(compare(path, made))
