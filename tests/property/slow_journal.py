"""A journal in memory that takes its time."""

import asyncio
import random
from collections.abc import Sequence

from opconsole.wire.messages import Message
from server_stub.desk.events import Record
from server_stub.journal.memory import MemoryJournal, MemoryStore


class SlowJournal(MemoryJournal):
    """Takes a few turns of the loop for an append or a read, so that batches and syncs overlap."""

    def __init__(self, store: MemoryStore, dice: random.Random) -> None:
        super().__init__(store)
        self._dice = dice

    async def append(self, records: Sequence[Record], expected_head: int) -> None:
        for _ in range(self._dice.randrange(5)):
            await asyncio.sleep(0)
        await super().append(records, expected_head)

    async def transcript(
        self, chat: int, *, after: int = 0, before: int = 0, limit: int, public_only: bool = False
    ) -> list[Message]:
        for _ in range(self._dice.randrange(5)):
            await asyncio.sleep(0)
        return await super().transcript(chat, after=after, before=before, limit=limit, public_only=public_only)

    async def versions(self, chat: int, n: int) -> list[Message]:
        for _ in range(self._dice.randrange(5)):
            await asyncio.sleep(0)
        return await super().versions(chat, n)

    async def records(self, numbers: Sequence[int]) -> list[Record]:
        await asyncio.sleep(0)
        return await super().records(numbers)
