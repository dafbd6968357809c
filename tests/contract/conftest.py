"""Each backend of the journal, under one name: a test here runs on all of them."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from server_stub.journal.api import Journal
from server_stub.journal.chain import Sealed
from server_stub.journal.memory import MemoryJournal, MemoryStore
from server_stub.journal.sqlite import SqliteJournal


class Place:
    """Where a journal is kept. `open` it as often as you like: each is another writer over the same records."""

    def __init__(self) -> None:
        self.opened: list[Journal] = []

    async def open(self) -> Journal:
        journal = await self._open()
        self.opened.append(journal)
        return journal

    async def _open(self) -> Journal:
        raise NotImplementedError

    def sealed(self) -> list[Sealed]:
        """The records as they are stored."""
        raise NotImplementedError


class InMemory(Place):
    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()

    async def _open(self) -> Journal:
        return MemoryJournal(self.store)

    def sealed(self) -> list[Sealed]:
        return list(self.store.sealed())


class InSqlite(Place):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    async def _open(self) -> Journal:
        return await SqliteJournal.open(self.path)

    def sealed(self) -> list[Sealed]:
        connection = sqlite3.connect(self.path)
        rows = connection.execute(f"SELECT {', '.join(Sealed._fields)} FROM journal ORDER BY seq").fetchall()
        connection.close()
        return [Sealed(*row)._replace(body=row[7].encode()) for row in rows]


@pytest_asyncio.fixture(params=["memory", "sqlite"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    place = InMemory() if request.param == "memory" else InSqlite(tmp_path / "desk.db")
    yield place
    for journal in place.opened:
        await journal.close()


@pytest_asyncio.fixture
async def journal(place: Place) -> Journal:
    return await place.open()
