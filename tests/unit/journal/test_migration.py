"""Journals of released versions are brought up to date with all that is in them."""

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event, pool

from server_stub.desk.events import Record, chat_of, encode_event, entry_of, kind_of, public_of
from server_stub.journal import schema
from server_stub.journal.api import JournalUnusable
from server_stub.journal.chain import Checker, Sealed, genesis
from server_stub.journal.sqlite import SqliteJournal
from tests.contract.records import conversation, statuses
from tests.unit.journal.test_schema import MIGRATIONS


def made_by(version: str, path: Path) -> sqlite3.Connection:
    """A database as that version made it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine("sqlite://", creator=lambda: schema.connect(path), poolclass=pool.NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()
    return schema.connect(path)


def old_rows(desk: str, records: list[Record]) -> list[tuple[object, ...]]:
    return [
        (
            desk,
            record.seq,
            record.at,
            kind_of(record.event),
            chat_of(record.event),
            entry_of(record.event),
            public_of(record.event),
            record.actor,
            encode_event(record.event).decode(),
        )
        for record in records
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.db"


async def test_the_chain_of_an_old_journal_is_computed_and_goes_on(path: Path) -> None:
    kept = conversation(0, 1, 6000) + statuses(6000, 10)
    others = conversation(0, 7, 12)
    old = made_by("0001", path)
    for desk, records in (("main", kept), ("zweig", others)):
        old.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", old_rows(desk, records))
    old.execute("INSERT INTO snapshot VALUES ('main', 6000, 1, x'00ff')")
    old.close()

    journal = await SqliteJournal.open(path)
    assert [record async for batch in journal.read() for record in batch] == kept
    assert await journal.load_snapshot() == (6000, b"\x00\xff")
    assert len(await journal.transcript(1, limit=10_000)) == 6000
    await journal.append(statuses(6010, 3), 6010)
    await journal.close()

    connection = sqlite3.connect(path)
    for desk, count in (("main", 6013), ("zweig", 12)):
        rows = connection.execute(
            f"SELECT {', '.join(Sealed._fields)} FROM journal WHERE desk = ? ORDER BY seq", (desk,)
        ).fetchall()
        checker = Checker(genesis(desk), lambda row: False)
        sealed = [Sealed(*row)._replace(body=row[7].encode()) for row in rows]
        assert [sentence for each in sealed if (sentence := checker.check(each))] == []
        assert checker.mark.seq == count
        assert len({each.salt for each in sealed}) == count
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("DELETE FROM journal")
    connection.close()


async def test_an_empty_old_journal_is_brought_up_to_date(path: Path) -> None:
    made_by("0001", path).close()
    journal = await SqliteJournal.open(path)
    assert journal.mark == genesis("main")
    await journal.close()


def test_a_migration_that_fails_leaves_the_old_journal_as_it_was(path: Path) -> None:
    old = made_by("0001", path)
    old.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", old_rows("main", statuses(0, 5)))
    old.execute("CREATE TABLE journal_0001 (in_the_way TEXT)")
    with pytest.raises(JournalUnusable):
        schema.open_database(path)
    assert old.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert old.execute("SELECT count(*) FROM journal").fetchone() == (5,)
    old.close()
