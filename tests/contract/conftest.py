"""Each backend of the journal, under one name: a test here runs on all of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from server_stub.journal.api import Journal
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


class InMemory(Place):
    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()

    async def _open(self) -> Journal:
        return MemoryJournal(self.store)


class InSqlite(Place):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    async def _open(self) -> Journal:
        return await SqliteJournal.open(self.path)


@pytest_asyncio.fixture(params=["memory", "sqlite"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    place = InMemory() if request.param == "memory" else InSqlite(tmp_path / "desk.db")
    yield place
    for journal in place.opened:
        await journal.close()


@pytest_asyncio.fixture
async def journal(place: Place) -> Journal:
    return await place.open()
