"""The journal in a SQLite file: WAL, `synchronous = FULL`, one writer thread, a reader thread of its own connection.

One statement and so one commit per batch, prepared from a short ladder of sizes (the rest of the rows is NULL and left out):
the thread needs the interpreter's lock only before and after it. `tests/bench/bench_journal.py` compares it with the other ways.
A second writer can't fork the log: its records have numbers that are taken, and the primary key refuses them.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

from opconsole.wire.messages import Message
from server_stub.desk.events import (
    EventUnreadable,
    Record,
    chat_of,
    decode_event,
    encode_event,
    entry_of,
    kind_of,
    public_of,
)
from server_stub.desk.transcript import message_of
from server_stub.journal import schema
from server_stub.journal.api import (
    READ_BATCH,
    SNAPSHOTS_KEPT,
    HeadMoved,
    JournalFailed,
    JournalUnusable,
    SnapshotLost,
    check_numbers,
)
from server_stub.journal.worker import Worker

P = ParamSpec("P")
R = TypeVar("R")

DESK: Final = "main"
"""Name of the desk, where there is but one."""

_COLUMNS: Final = 9
_LADDER: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
_ROWS: Final = _LADDER[-1]
_NO_ROW: Final = (None,) * _COLUMNS
_TAKEN: Final = ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE")
_ENDLESS: Final = 2**63 - 1

_READ: Final = "SELECT seq, at, actor, body FROM journal WHERE desk = ? AND seq > ? ORDER BY seq LIMIT ?"
_NEWEST: Final = (
    "SELECT seq, at, actor, body FROM journal WHERE desk = ? AND chat = ? AND n > 0 AND n > ? AND n < ? "
    "ORDER BY n DESC LIMIT ?"
)
_NEWEST_PUBLIC: Final = (
    "SELECT seq, at, actor, body FROM journal WHERE desk = ? AND chat = ? AND n > 0 AND p > 0 AND p > ? AND p < ? "
    "ORDER BY n DESC LIMIT ?"
)
_KEEP_SNAPSHOT: Final = (
    "INSERT OR REPLACE INTO snapshot (desk, seq, at, body) VALUES "
    "(:desk, :seq, coalesce((SELECT at FROM journal WHERE desk = :desk AND seq = :seq), 0), :blob)",
    "DELETE FROM snapshot WHERE desk = :desk AND seq NOT IN "
    "(SELECT seq FROM snapshot WHERE desk = :desk ORDER BY seq DESC LIMIT :kept)",
)
_LAST_SNAPSHOT: Final = (
    "SELECT seq, body FROM snapshot WHERE desk = ? AND seq < ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
)

Statement = tuple[str, list[Any]]


@lru_cache(maxsize=len(_LADDER))
def _insert(rows: int) -> str:
    row = "(" + ", ".join("?" * _COLUMNS) + ")"
    # `column2` is what SQLite calls the second value of VALUES: the record's number.
    return f"INSERT INTO journal SELECT * FROM (VALUES {', '.join([row] * rows)}) WHERE column2 IS NOT NULL"  # noqa: S608


def _statement(desk: str, records: Sequence[Record]) -> Statement:
    values: list[Any] = []
    for record in records:
        event = record.event
        values += (
            desk,
            record.seq,
            record.at,
            kind_of(event),
            chat_of(event),
            entry_of(event),
            public_of(event),
            record.actor,
            encode_event(event).decode(),
        )
    rows = _LADDER[bisect_left(_LADDER, len(records))]
    values += _NO_ROW * (rows - len(records))
    return _insert(rows), values


class SqliteJournal:
    """A `Journal` in a file. Make it with `open`."""

    def __init__(self, path: Path, desk: str, worker: Callable[[str], Worker]) -> None:
        self._path = path
        self._desk = desk
        self._head = 0
        self._failed = ""
        """Why nothing is appended any more."""
        self._closed = False
        self._writer = worker("journal writer")
        self._reader = worker("journal reader")
        self._write_db: sqlite3.Connection
        self._read_db: sqlite3.Connection

    @classmethod
    async def open(cls, path: Path, *, desk: str = DESK, worker: Callable[[str], Worker] = Worker) -> "SqliteJournal":
        """Open the file, made or migrated if need be. Raises JournalUnusable.

        `worker` makes what does the blocking work: the simulation's own works in the loop."""
        journal = cls(path, desk, worker)
        try:
            await journal._writer.submit(journal._open_writer)
            await journal._reader.submit(journal._open_reader)
        except BaseException:
            await journal.close()
            raise
        return journal

    @property
    def head(self) -> int:
        return self._head

    # ------------------------------------------------------------ appending

    async def append(self, records: Sequence[Record], expected_head: int) -> None:
        self._check_open()
        check_numbers(records, expected_head)
        statements = [_statement(self._desk, records[i : i + _ROWS]) for i in range(0, len(records), _ROWS)]
        await self._writer.submit(self._append, statements, expected_head, expected_head + len(records))

    def _append(self, statements: list[Statement], expected_head: int, head: int) -> None:
        if self._failed:
            raise JournalFailed(self._failed)
        if expected_head != self._head:
            raise HeadMoved(expected_head, self._head)
        try:
            if len(statements) == 1:
                self._write_db.execute(*statements[0])
            elif statements:
                self._write_db.execute("BEGIN IMMEDIATE")
                for statement in statements:
                    self._write_db.execute(*statement)
                self._write_db.execute("COMMIT")
        except (sqlite3.Error, MemoryError, OverflowError) as error:
            self._roll_back()
            if getattr(error, "sqlite_errorname", "") in _TAKEN:
                self._learn_head()
                raise HeadMoved(expected_head, self._head) from error
            self._failed = self._failed or schema.sentence(error, self._path)
            raise JournalFailed(self._failed) from error
        self._head = head

    def _roll_back(self) -> None:
        try:
            if self._write_db.in_transaction:
                self._write_db.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._failed = schema.sentence(error, self._path)

    def _learn_head(self) -> None:
        try:
            self._head = self._stored_head()
        except sqlite3.Error as error:
            self._failed = schema.sentence(error, self._path)
            raise JournalFailed(self._failed) from error

    # ------------------------------------------------------------ reading

    async def read(self, after: int = 0) -> AsyncIterator[list[Record]]:
        while records := await self._reading(self._read, after):
            yield records
            after = records[-1].seq

    def _read(self, after: int) -> list[Record]:
        records = [self._record(row) for row in self._read_db.execute(_READ, (self._desk, after, READ_BATCH))]
        for seq, record in enumerate(records, after + 1):
            if record.seq != seq:
                raise JournalUnusable(f"record {seq} is missing from {self._path}: restore a backup")
        return records

    async def transcript(
        self, chat: int, *, after: int = 0, before: int = 0, limit: int, public_only: bool = False
    ) -> list[Message]:
        query = _NEWEST_PUBLIC if public_only else _NEWEST
        return await self._reading(self._entries, query, (self._desk, chat, after, before or _ENDLESS, limit))

    def _entries(self, query: str, values: tuple[str | int, ...]) -> list[Message]:
        messages = (message_of(self._record(row)) for row in self._read_db.execute(query, values))
        entries = [message for message in messages if message is not None]
        entries.reverse()
        return entries

    def _record(self, row: tuple[int, int, str, str]) -> Record:
        seq, at, actor, body = row
        try:
            return Record(seq, at, actor, decode_event(body))
        except EventUnreadable as error:
            raise JournalUnusable(
                f"record {seq} of {self._path} can't be understood ({error}): it is damaged, or of a newer opconsole"
            ) from error

    async def _reading(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        self._check_open()
        try:
            return await self._reader.submit(work, *args, **kwargs)
        except sqlite3.Error as error:
            raise JournalUnusable(schema.sentence(error, self._path)) from error

    # ------------------------------------------------------------ snapshots

    async def save_snapshot(self, seq: int, blob: bytes) -> None:
        self._check_open()
        try:
            await self._writer.submit(self._save_snapshot, seq, blob)
        except sqlite3.Error as error:
            raise SnapshotLost(schema.sentence(error, self._path)) from error

    def _save_snapshot(self, seq: int, blob: bytes) -> None:
        if seq > self._head:
            raise ValueError(f"a snapshot of record {seq}, but the journal's head is {self._head}")
        values = {"desk": self._desk, "seq": seq, "blob": blob, "kept": SNAPSHOTS_KEPT}
        try:
            self._write_db.execute("BEGIN IMMEDIATE")
            for statement in _KEEP_SNAPSHOT:
                self._write_db.execute(statement, values)
            self._write_db.execute("COMMIT")
        except sqlite3.Error:
            self._roll_back()
            raise

    async def load_snapshot(self, *, before: int = 0) -> tuple[int, bytes] | None:
        return await self._reading(self._load_snapshot, before or _ENDLESS)

    def _load_snapshot(self, before: int) -> tuple[int, bytes] | None:
        values = (self._desk, before, self._head)
        row = self._read_db.execute(_LAST_SNAPSHOT, values).fetchone()
        return (int(row[0]), bytes(row[1])) if row else None

    # ------------------------------------------------------------ opening and closing

    def _open_writer(self) -> None:
        schema.open_database(self._path)
        try:
            self._write_db = schema.connect(self._path)
            self._head = self._stored_head()
        except sqlite3.Error as error:
            raise JournalUnusable(schema.sentence(error, self._path)) from error

    def _open_reader(self) -> None:
        self._read_db = schema.connect(self._path, read_only=True)

    def _stored_head(self) -> int:
        row = self._write_db.execute("SELECT max(seq) FROM journal WHERE desk = ?", (self._desk,)).fetchone()
        return int(row[0] or 0)

    def _check_open(self) -> None:
        if self._closed:
            raise JournalFailed("the journal is closed")

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for worker, connection in ((self._reader, "_read_db"), (self._writer, "_write_db")):
            await worker.submit(self._close, connection)
            await worker.stop()

    def _close(self, name: str) -> None:
        connection: sqlite3.Connection | None = getattr(self, name, None)
        if connection is not None:
            connection.close()
