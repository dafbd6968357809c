"""What is SQLite's own: failures of the disk, damage, what the queries use. The behaviour itself is in tests/contract/."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from server_stub.journal import schema, sqlite
from server_stub.journal.api import JournalFailed, JournalUnusable, SnapshotLost
from server_stub.journal.sqlite import SqliteJournal
from tests.contract.records import conversation, statuses


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.db"


@pytest_asyncio.fixture
async def journal(path: Path) -> AsyncIterator[SqliteJournal]:
    journal = await SqliteJournal.open(path)
    yield journal
    await journal.close()


async def on_writer(journal: SqliteJournal, statement: str) -> None:
    await journal._writer.submit(lambda: journal._write_db.execute(statement).fetchall())


def change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript("INSERT INTO meta VALUES ('erasing', '');" + ";".join(statements))
    connection.close()


async def fill_the_disk(journal: SqliteJournal) -> None:
    """SQLite's own bound on the file stands in for the disk's: the error is the same."""
    await on_writer(journal, "PRAGMA wal_checkpoint(TRUNCATE)")
    await on_writer(journal, "PRAGMA max_page_count = 1")


async def make_read_only(journal: SqliteJournal) -> None:
    await on_writer(journal, "PRAGMA query_only = 1")


@pytest.mark.parametrize(("breaks", "words"), [(fill_the_disk, "disk is full"), (make_read_only, "read-only")])
async def test_a_commit_that_fails_says_why_and_the_journal_takes_nothing_more(
    journal: SqliteJournal, path: Path, breaks: Callable[[SqliteJournal], object], words: str
) -> None:
    await journal.append(statuses(0, 10), 0)
    await breaks(journal)  # type: ignore[misc]
    with pytest.raises(JournalFailed, match=words) as failed:
        await journal.append(statuses(10, 2000), 10)
    assert str(path) in str(failed.value)
    assert journal.head == 10
    for statement in ("PRAGMA max_page_count = 1000000", "PRAGMA query_only = 0"):
        await on_writer(journal, statement)
    with pytest.raises(JournalFailed, match=words):
        await journal.append(statuses(10, 1), 10)
    await journal.close()
    again = await SqliteJournal.open(path)
    assert again.head == 10
    await again.close()


async def test_a_failed_snapshot_costs_nothing_but_the_snapshot(journal: SqliteJournal) -> None:
    await journal.append(statuses(0, 10), 0)
    await journal.save_snapshot(10, b"kept")
    await make_read_only(journal)
    with pytest.raises(SnapshotLost, match="read-only"):
        await journal.save_snapshot(10, b"lost")
    await on_writer(journal, "PRAGMA query_only = 0")
    await journal.append(statuses(10, 1), 10)
    assert await journal.load_snapshot() == (10, b"kept")


async def test_a_snapshot_ahead_of_a_restored_journal_is_not_loaded(journal: SqliteJournal, path: Path) -> None:
    await journal.append(statuses(0, 10), 0)
    await journal.save_snapshot(4, b"4")
    await journal.save_snapshot(10, b"10")
    await journal.close()
    change(path, "DELETE FROM journal WHERE seq > 8")
    again = await SqliteJournal.open(path)
    assert await again.load_snapshot() == (4, b"4")
    await again.close()


async def test_a_missing_record_is_named(journal: SqliteJournal, path: Path) -> None:
    await journal.append(statuses(0, 10), 0)
    change(path, "DELETE FROM journal WHERE seq = 6")
    with pytest.raises(JournalUnusable, match=r"record 6 is missing \(in .*desk\.db\)"):
        _ = [batch async for batch in journal.read()]


@pytest.mark.parametrize("body", ['{"k":"chat_teleported"}', '{"k":"message_said","ch', "\\xff"])
async def test_a_record_that_can_not_be_understood_is_named(journal: SqliteJournal, path: Path, body: str) -> None:
    await journal.append(conversation(0, 1, 5), 0)
    change(path, f"UPDATE journal SET body = '{body}' WHERE seq = 3")
    with pytest.raises(JournalUnusable, match=r"record 3 is not what was written: .* \(in .*desk\.db\)"):
        _ = [batch async for batch in journal.read()]
    with pytest.raises(JournalUnusable, match="record 3 of"):
        await journal.transcript(1, limit=10)
    await journal.append(statuses(5, 1), 5)


async def test_a_reader_is_never_kept_waiting_by_the_writer(journal: SqliteJournal) -> None:
    await journal.append(conversation(0, 1, 5), 0)
    await on_writer(journal, "BEGIN EXCLUSIVE")
    assert len(await journal.transcript(1, limit=10)) == 5
    await on_writer(journal, "ROLLBACK")


async def test_desks_in_one_file_have_journals_of_their_own(path: Path) -> None:
    one = await SqliteJournal.open(path, desk="one")
    two = await SqliteJournal.open(path, desk="two's")
    await one.append(conversation(0, 1, 5), 0)
    await one.save_snapshot(5, b"one")
    await two.append(conversation(0, 1, 3), 0)
    assert (one.head, two.head) == (5, 3)
    assert [len(await each.transcript(1, limit=10)) for each in (one, two)] == [5, 3]
    assert await two.load_snapshot() is None
    for journal in (one, two):
        await journal.close()


@pytest.mark.parametrize("query", [sqlite._NEWEST, sqlite._NEWEST_PUBLIC])
def test_a_transcript_is_read_from_its_index_in_order(path: Path, query: str) -> None:
    schema.open_database(path)
    connection = schema.connect(path)
    values = ("main", 1, 0, 10, 5)
    (step,) = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", values)]
    connection.close()
    assert "USING INDEX journal_transcript (desk=? AND chat=?" in step


async def test_a_file_that_can_not_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    import threading

    before = threading.active_count()
    with pytest.raises(JournalUnusable):
        await SqliteJournal.open(tmp_path / "nowhere" / "desk.db")
    assert threading.active_count() <= before + 1, "the loop's own pool may have grown by one"


async def test_the_newest_entries_of_a_long_chat_cost_no_more_than_those_of_a_short_one(journal: SqliteJournal) -> None:
    """Their later changes are looked for beyond them only. Counted in steps of SQLite's machine, by the hundred."""
    await journal.append(conversation(0, 1, 300), 0)
    await journal.append(conversation(300, 2, 4_000), 300)
    steps = {1: 0, 2: 0}
    for chat, last in ((1, 300), (2, 4_000)):

        def count(chat: int = chat) -> None:
            steps[chat] += 1

        await journal._reader.submit(journal._read_db.set_progress_handler, count, 100)
        assert len(await journal.transcript(chat, limit=200)) == 200
        assert len(await journal.transcript(chat, after=last - 1, limit=200)) == 1
        await journal._reader.submit(journal._read_db.set_progress_handler, None, 100)
    assert steps[1] > 0
    assert steps[2] <= steps[1] + 2
