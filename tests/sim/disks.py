"""The journal's disk, in memory and in a SQLite file: the production journals, with a crash that loses what was not committed.

SQLite works in the loop instead of in threads (`InlineWorker`). Its crash leaves the files as they were on the disk; in the
middle of an append the write-ahead log is torn at any byte after the last commit, and SQLite must recover from that.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, ParamSpec, Protocol, TypeVar

from server_stub.journal import schema
from server_stub.journal.api import Journal
from server_stub.journal.memory import MemoryJournal, MemoryStore
from server_stub.journal.sqlite import SqliteJournal
from server_stub.journal.worker import Worker
from tests.sim.loop import PROCESS

P = ParamSpec("P")
R = TypeVar("R")

JOB_S = 0.0004
"""What a job of the journal takes."""


class Disk(Protocol):
    name: str

    async def open(self) -> Journal: ...

    def tear_next_append(self, crash: Callable[[], None]) -> None:
        """The next append is to be interrupted: its records are not stored, and `crash` is called."""
        ...

    def crash(self) -> None:
        """The relay is gone; what was committed stays."""
        ...


class TornJournal(MemoryJournal):
    """Its append can be interrupted."""

    crash_within: Callable[[], None] | None = None

    async def append(self, records: Any, expected_head: int) -> None:
        if self.crash_within is not None:
            self.crash_within()
            await asyncio.get_running_loop().create_future()
        await super().append(records, expected_head)


class MemoryDisk:
    name = "memory"

    def __init__(self) -> None:
        self.store = MemoryStore()
        self._journal: TornJournal | None = None

    async def open(self) -> Journal:
        self._journal = TornJournal(self.store)
        return self._journal

    def tear_next_append(self, crash: Callable[[], None]) -> None:
        assert self._journal is not None
        self._journal.crash_within = crash

    def crash(self) -> None:
        self._journal = None


class InlineWorker(Worker):
    """Does its jobs in the loop, one after the other, each a moment later. A dead process does none."""

    def __init__(self, disk: "SqliteDisk") -> None:
        self._disk = disk

    def submit(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[R]":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()

        def job() -> None:
            tears = self._disk.before(getattr(work, "__name__", ""))
            try:
                result = work(*args, **kwargs)
            except Exception as error:
                if not future.done():
                    future.set_exception(error)
            else:
                if tears is not None:
                    tears()
                elif not future.done():
                    future.set_result(result)

        process = PROCESS.get()
        if process is None or not process.dead:
            loop.call_later(JOB_S, job)
        return future

    async def stop(self) -> None:
        pass


class Shelf:
    """A folder for the files of one seed after the other, and an empty journal to copy: making one costs a second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._empty = b""
        self._number = 0

    def empty(self) -> bytes:
        if not self._empty:
            path = self.folder / "empty.db"
            schema.open_database(path)
            with sqlite3.connect(path) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            self._empty = path.read_bytes()
        return self._empty

    def new_path(self) -> Path:
        self._number += 1
        return self.folder / f"{self._number}.db"


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


class SqliteDisk:
    name = "SQLite"

    def __init__(self, shelf: Shelf, dice: Random) -> None:
        self._shelf = shelf
        self._dice = dice
        self._path = shelf.new_path()
        self._path.write_bytes(shelf.empty())
        self._journal: SqliteJournal | None = None
        self._crash_within: Callable[[], None] | None = None
        self._safe_bytes = -1
        """Length of the write-ahead log that is safe, if the append after it is to be torn."""

    async def open(self) -> Journal:
        self._journal = journal = SqliteJournal(self._path, "main", bytes, lambda name: InlineWorker(self))
        await journal._writer.submit(journal._open_writer)
        await journal._reader.submit(journal._open_reader)
        return journal

    def before(self, job: str) -> Callable[[], None] | None:
        """A job of the journal begins. What to do after it instead of telling the result."""
        if job != "_append" or self._crash_within is None:
            return None
        wal = _wal(self._path)
        self._safe_bytes = wal.stat().st_size if wal.exists() else 0
        return self._crash_within

    def tear_next_append(self, crash: Callable[[], None]) -> None:
        self._crash_within = crash

    def crash(self) -> None:
        """Put the files aside as the disk has them, and go on with those: closing the old ones would tidy them up."""
        journal, self._journal = self._journal, None
        self._crash_within = None
        data = self._path.read_bytes()
        wal = _wal(self._path)
        log = wal.read_bytes() if wal.exists() else b""
        if self._safe_bytes >= 0:
            log = log[: self._safe_bytes + self._dice.randrange(max(1, len(log) - self._safe_bytes))]
            self._safe_bytes = -1
        for name in ("_read_db", "_write_db"):
            connection = getattr(journal, name, None)
            if connection is not None:
                connection.close()
        self.remove()
        self._path = self._shelf.new_path()
        self._path.write_bytes(data)
        _wal(self._path).write_bytes(log)

    def remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
