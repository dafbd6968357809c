"""Files that a lost power or a bad disk has torn: a journal comes back as a beginning of what it was, or is refused in words.

A log that was cut is what a power cut leaves of a commit that was not acknowledged: the sync that comes before an
acknowledgement had not happened. A log that was cut further back is a disk that lied, and then only a mark that was kept
elsewhere can tell that something is missing.
"""

import asyncio
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Final

import pytest

from server_stub.desk import snapshot
from server_stub.desk.errors import InvariantBroken
from server_stub.desk.events import Record
from server_stub.journal.api import JournalError, JournalUnusable
from server_stub.journal.chain import Mark
from server_stub.journal.sqlite import SqliteJournal
from server_stub.journal.verifying import JournalBroken, verify
from server_stub.starting import restore
from tests.bench.journal_maker import Life, make_journal

BATCHES: Final = 40
SEEDS: Final = 8


class Torn:
    """A journal whose last batches are in the write-ahead log only, as they are when a relay is killed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "desk.db"
        self.records: list[Record] = []
        self.marks: list[Mark] = []
        """After each commit."""

    async def write(self, folder: Path) -> None:
        life, work = Life(), folder / "work.db"
        journal = await SqliteJournal.open(work)
        self.marks.append(journal.mark)
        connection = sqlite3.connect(work)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        batch: list[Record] = []
        for record in life.records():
            batch.append(record)
            if record.seq == life.state.head and len(batch) >= 20:
                await journal.append(batch, journal.head)
                self.marks.append(journal.mark)
                self.records += batch
                batch = []
                if len(self.marks) > BATCHES:
                    break
        for end in ("", "-wal"):
            shutil.copy(work.with_name(f"work.db{end}"), self.path.with_name(f"desk.db{end}"))
        await journal.close()


@pytest.fixture(scope="module")
def torn(tmp_path_factory: pytest.TempPathFactory) -> Torn:
    folder = tmp_path_factory.mktemp("torn")
    torn = Torn(folder)
    asyncio.run(torn.write(folder))
    return torn


def copied(torn: Torn, to: Path) -> Path:
    for end in ("", "-wal"):
        shutil.copy(torn.path.with_name(f"desk.db{end}"), to / f"desk.db{end}")
    return to / "desk.db"


def cut(log: bytes, dice: random.Random) -> bytes:
    return log[: dice.randrange(len(log))]


def overwrite(log: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(log))
    return log[:at] + dice.randbytes(min(len(log) - at, dice.randrange(1, 9000))) + log[at + 9000 :]


def zero(log: bytes, dice: random.Random) -> bytes:
    """As a file system may leave the end of a file that had grown."""
    at = dice.randrange(len(log))
    return log[:at] + bytes(len(log) - at)


async def test_a_log_that_is_whole_brings_everything_back(torn: Torn, tmp_path: Path) -> None:
    path = copied(torn, tmp_path)
    assert verify(path, expect=torn.marks).head == torn.marks[-1]
    journal = await SqliteJournal.open(path)
    assert journal.mark == torn.marks[-1]
    await journal.close()


@pytest.mark.parametrize("tear", [cut, overwrite, zero])
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_a_torn_log_leaves_the_commits_before_the_tear_and_the_journal_goes_on(
    torn: Torn, tmp_path: Path, tear: object, seed: int
) -> None:
    path = copied(torn, tmp_path)
    log = path.with_name("desk.db-wal")
    log.write_bytes(tear(log.read_bytes(), random.Random(seed)))  # type: ignore[operator]
    journal = await SqliteJournal.open(path)
    assert journal.mark in torn.marks, "a commit is there whole, or not at all"
    state = await restore(journal)
    assert state.head == journal.head
    assert [record async for batch in journal.read() for record in batch] == torn.records[: journal.head]
    await journal.append(
        [Record(journal.head + 1, each.at, each.actor, each.event) for each in torn.records[:1]], state.head
    )
    await journal.close()
    if journal.head - 1 < torn.marks[-1].seq:
        with pytest.raises(JournalBroken):
            verify(path, expect=[torn.marks[-1]])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A journal in one file, with snapshots; and its state."""
    path = tmp_path_factory.mktemp("kept") / "desk.db"
    state = asyncio.run(make_journal(path, 2000, snapshots=(1000, 2000)))
    return path, snapshot.dump(state)


async def started(path: Path) -> bytes:
    """The state that a relay would start from."""
    journal = await SqliteJournal.open(path)
    try:
        return snapshot.dump(await restore(journal))
    finally:
        await journal.close()


@pytest.mark.parametrize("with_snapshots", [True, False], ids=["snapshots", "no snapshots"])
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_pages_overwritten_anywhere_never_make_another_desk(
    kept: tuple[Path, bytes], tmp_path: Path, seed: int, with_snapshots: bool
) -> None:
    source, state = kept
    path = Path(shutil.copy(source, tmp_path / "desk.db"))
    if not with_snapshots:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("DELETE FROM snapshot")
        connection.execute("VACUUM")
        connection.close()
    dice = random.Random(seed)
    damaged = bytearray(path.read_bytes())
    at, length = dice.randrange(len(damaged)), dice.choice((1, 16, 512, 4096, 20_000))
    spoilt = bytes(each ^ 0x5A for each in damaged[at : at + length])
    damaged[at : at + length] = spoilt
    path.write_bytes(damaged)

    try:
        found = await started(path)
    except (JournalError, InvariantBroken):
        found = b""
    assert found in (b"", state), "what it starts from is what was, or it does not start"
    path.write_bytes(damaged)
    for name in ("desk.db-wal", "desk.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    try:
        verify(path)
    except (JournalBroken, JournalUnusable):
        pass
    else:
        assert found == state, "what the check lets pass is whole"
