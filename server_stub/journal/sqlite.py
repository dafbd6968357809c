"""The journal in a SQLite file: WAL, `synchronous = FULL`, one writer thread, a reader thread of its own connection.

How records become rows stands in `rows`. A second writer can't fork the log: its records have numbers that are taken, and the
primary key refuses them.
"""

import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from opconsole.wire.messages import Message
from server_stub.desk.events import (
    CHANGES,
    ContentErased,
    Event,
    EventUnreadable,
    MessageDeleted,
    Record,
    decode_event,
)
from server_stub.desk.transcript import as_of_now, message_of
from server_stub.journal import schema
from server_stub.journal.api import (
    DESK,
    READ_BATCH,
    SNAPSHOTS_KEPT,
    HeadMoved,
    JournalError,
    JournalFailed,
    JournalUnusable,
    SnapshotLost,
    check_numbers,
)
from server_stub.journal.chain import Checker, Mark, Random, genesis
from server_stub.journal.overwriting import files_removed, forget_log, gone_files, overwrite, take_file_away
from server_stub.journal.rows import ROWS, Statement, chained, statement
from server_stub.journal.worker import Worker

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

_TAKEN: Final = ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE")
_ENDLESS: Final = 2**63 - 1

_READ: Final = (
    "SELECT seq, at, kind, chat, n, p, actor, CAST(body AS BLOB), salt, seal, hash, erased FROM journal "
    "WHERE desk = ? AND seq > ? ORDER BY seq LIMIT ?"
)
"""The fields of `chain.Sealed`."""
_HASH: Final = "SELECT seq, hash FROM journal WHERE desk = ? AND seq = ?"
# `n > 0` is the index's own condition. It stands last, because SQLite searches by the first of two lower bounds.
_NEWEST: Final = (
    "SELECT seq, at, actor, body FROM journal WHERE desk = ? AND chat = ? AND n > ? AND n < ? AND n > 0 "
    "ORDER BY n DESC LIMIT ?"
)
_NEWEST_PUBLIC: Final = (
    "SELECT seq, at, actor, body FROM journal WHERE desk = ? AND chat = ? AND n > 0 AND p > 0 AND p > ? AND p < ? "
    "ORDER BY n DESC LIMIT ?"
)
_LAST: Final = "SELECT seq, hash FROM journal WHERE desk = ? ORDER BY seq DESC LIMIT 1"
_RECORD: Final = "SELECT seq, at, actor, body FROM journal WHERE desk = ? AND seq = ?"
_ENTRY: Final = "SELECT seq, at, actor, body FROM journal WHERE desk = ? AND chat = ? AND n > 0 AND n = ?"
_CHANGES: Final = (
    "SELECT seq, at, actor, body FROM journal WHERE desk = ? AND chat = ? AND n > ? AND n > 0 AND kind IN (?, ?) "
    "ORDER BY n"
)
"""Of one chat beyond an entry, by the transcript's index: for the newest entries, which are asked for nearly always, there is
little beyond; for the oldest of a chat of 10,000 it takes milliseconds."""
_KEEP_SNAPSHOT: Final = (
    "INSERT OR REPLACE INTO snapshot (desk, seq, at, body) VALUES "
    "(:desk, :seq, coalesce((SELECT at FROM journal WHERE desk = :desk AND seq = :seq), 0), :blob)",
    "DELETE FROM snapshot WHERE desk = :desk AND seq NOT IN "
    "(SELECT seq FROM snapshot WHERE desk = :desk ORDER BY seq DESC LIMIT :kept)",
)
_LAST_SNAPSHOT: Final = (
    "SELECT seq, CAST(body AS BLOB) FROM snapshot WHERE desk = ? AND seq < ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
)


class SqliteJournal:
    """A `Journal` in a file. Make it with `open`."""

    def __init__(self, path: Path, desk: str, random: Random, worker: Callable[[str], Worker]) -> None:
        self._path = path
        self._desk = desk
        self._random = random
        self._mark = genesis(desk)
        self._failed = ""
        """Why nothing is appended any more."""
        self._closed = False
        self._writer = worker("journal writer")
        self._reader = worker("journal reader")
        self._write_db: sqlite3.Connection
        self._read_db: sqlite3.Connection

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        desk: str = DESK,
        random: Random = os.urandom,
        worker: Callable[[str], Worker] = Worker,
    ) -> "SqliteJournal":
        """Open the file, made or migrated if need be. `random`: for the salts. Raises JournalUnusable.

        `worker` makes what does the blocking work: the simulation's own works in the loop."""
        journal = cls(path, desk, random, worker)
        try:
            await journal._writer.submit(journal._open_writer)
            await journal._reader.submit(journal._open_reader)
        except BaseException:
            await journal.close()
            raise
        return journal

    @property
    def head(self) -> int:
        return self._mark.seq

    @property
    def mark(self) -> Mark:
        return self._mark

    # ------------------------------------------------------------ appending

    async def append(self, records: Sequence[Record], expected_head: int) -> None:
        self._check_open()
        check_numbers(records, expected_head)
        parts = [records[i : i + ROWS] for i in range(0, len(records), ROWS)]
        statements = [statement(self._desk, part, self._random) for part in parts]
        taken = [(each.seq, each.event) for each in records if type(each.event) in (ContentErased, MessageDeleted)]
        await self._writer.submit(self._append, statements, expected_head, expected_head + len(records), taken)

    def _append(
        self, statements: list[Statement], expected_head: int, head: int, taken: list[tuple[int, Event]]
    ) -> None:
        """`taken`: those among the records that take something away."""
        if self._failed:
            raise JournalFailed(self._failed)
        if expected_head != self.head:
            raise HeadMoved(expected_head, self.head)
        last = self._mark.hash
        for at, (_, values) in enumerate(statements):
            last = chained(last, values, min(ROWS, head - expected_head - at * ROWS))
        try:
            if len(statements) == 1 and not taken:
                self._write_db.execute(*statements[0])
            elif statements:
                self._write_db.execute("BEGIN IMMEDIATE")
                for each in statements:
                    self._write_db.execute(*each)
                for seq, event in taken:
                    if isinstance(event, ContentErased):
                        overwrite(self._write_db, self._desk, seq, event)
                    elif isinstance(event, MessageDeleted):
                        take_file_away(self._write_db, self._desk, event)
                self._write_db.execute("COMMIT")
        except (sqlite3.Error, MemoryError, OverflowError) as error:
            self._roll_back()
            if getattr(error, "sqlite_errorname", "") in _TAKEN:
                self._learn_mark()
                raise HeadMoved(expected_head, self.head) from error
            self._failed = self._failed or schema.sentence(error, self._path)
            raise JournalFailed(self._failed) from error
        self._mark = Mark(head, last)
        erased = any(type(event) is ContentErased for _, event in taken)
        if erased and not forget_log(self._write_db):
            log.warning(
                "what was erased may stand in %s-wal for a while: another program reads the journal", self._path
            )

    def _roll_back(self) -> None:
        try:
            if self._write_db.in_transaction:
                self._write_db.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._failed = schema.sentence(error, self._path)

    def _learn_mark(self) -> None:
        try:
            self._mark = self._stored_mark()
        except sqlite3.Error as error:
            self._failed = schema.sentence(error, self._path)
            raise JournalFailed(self._failed) from error

    # ------------------------------------------------------------ reading

    async def read(self, after: int = 0) -> AsyncIterator[list[Record]]:
        """Each record is checked to follow on the one before: what was damaged, or changed, is no truth to start from.

        That erasures are what they say is not asked here, but by `verifying`."""
        checker = Checker(await self._reading(self._mark_at, after), lambda row: True)
        while records := await self._reading(self._read, checker):
            yield records

    def _mark_at(self, seq: int) -> Mark:
        row = self._read_db.execute(_HASH, (self._desk, seq)).fetchone() if seq else None
        return Mark(seq, bytes(row[1])) if row else genesis(self._desk)._replace(seq=seq)

    def _read(self, checker: Checker) -> list[Record]:
        rows = self._read_db.execute(_READ, (self._desk, checker.mark.seq, READ_BATCH)).fetchall()
        _, sentence = checker.check_all(rows)
        if sentence:
            raise JournalUnusable(
                f"{sentence} (in {self._path}). Look at it with `opconsole journal verify`, or start on a backup"
            )
        return [self._record((row[0], row[1], row[6], row[7])) for row in rows]

    async def transcript(
        self, chat: int, *, after: int = 0, before: int = 0, limit: int, public_only: bool = False
    ) -> list[Message]:
        query = _NEWEST_PUBLIC if public_only else _NEWEST
        return await self._reading(self._entries, query, (self._desk, chat, after, before or _ENDLESS, limit))

    def _entries(self, query: str, values: tuple[str | int, ...]) -> list[Message]:
        entries = self._messages(query, values)
        entries.reverse()
        if not entries:
            return entries
        desk, chat, *_ = values
        return as_of_now(entries, self._messages(_CHANGES, (desk, chat, entries[-1].n, *CHANGES)))

    async def versions(self, chat: int, n: int) -> list[Message]:
        return await self._reading(self._versions, chat, n)

    def _versions(self, chat: int, n: int) -> list[Message]:
        first = self._messages(_ENTRY, (self._desk, chat, n))
        return first + [each for each in self._messages(_CHANGES, (self._desk, chat, n, *CHANGES)) if each.of == n]

    async def records(self, numbers: Sequence[int]) -> list[Record]:
        return await self._reading(self._records, numbers)

    def _records(self, numbers: Sequence[int]) -> list[Record]:
        rows = (self._read_db.execute(_RECORD, (self._desk, seq)).fetchone() for seq in numbers)
        return [self._record(row) for row in rows if row]

    def _messages(self, query: str, values: tuple[str | int, ...]) -> list[Message]:
        messages = (message_of(self._record(row)) for row in self._read_db.execute(query, values))
        return [message for message in messages if message is not None]

    def _record(self, row: tuple[int, int, str, str | bytes]) -> Record:
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

    # ------------------------------------------------------------ files that are gone

    async def gone_files(self) -> list[str]:
        return await self._reading(lambda: gone_files(self._read_db))

    async def files_removed(self, files: Sequence[str]) -> None:
        self._check_open()
        try:
            await self._writer.submit(lambda: files_removed(self._write_db, files))
        except sqlite3.Error as error:
            raise JournalError(schema.sentence(error, self._path)) from error

    # ------------------------------------------------------------ snapshots

    async def save_snapshot(self, seq: int, blob: bytes) -> None:
        self._check_open()
        try:
            await self._writer.submit(self._save_snapshot, seq, blob)
        except sqlite3.Error as error:
            raise SnapshotLost(schema.sentence(error, self._path)) from error

    def _save_snapshot(self, seq: int, blob: bytes) -> None:
        if seq > self.head:
            raise ValueError(f"a snapshot of record {seq}, but the journal's head is {self.head}")
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
        values = (self._desk, before, self.head)
        row = self._read_db.execute(_LAST_SNAPSHOT, values).fetchone()
        return (int(row[0]), bytes(row[1])) if row else None

    # ------------------------------------------------------------ opening and closing

    def _open_writer(self) -> None:
        schema.open_database(self._path)
        try:
            self._write_db = schema.connect(self._path)
            self._mark = self._stored_mark()
        except sqlite3.Error as error:
            raise JournalUnusable(schema.sentence(error, self._path)) from error

    def _open_reader(self) -> None:
        self._read_db = schema.connect(self._path, read_only=True)

    def _stored_mark(self) -> Mark:
        row = self._write_db.execute(_LAST, (self._desk,)).fetchone()
        return Mark(int(row[0]), bytes(row[1])) if row else genesis(self._desk)

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
