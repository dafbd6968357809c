"""The auditor: a supervisor's session that only reads, and fetches every transcript there is, page by page."""

import asyncio
from typing import Final

from opconsole.link.connection import Connection, dialer
from opconsole.wire import limits
from opconsole.wire.messages import Message
from opconsole.wire.staff import Fetch, Hello, PageOf, Refused, StaffDown, Sync

SECONDS: Final = 20.0
"""The relay has so long for each answer."""


class Auditor:
    """`open`, `transcripts`, `close`. Raises `LinkTrouble`, `TimeoutError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._fetches = 0

    @classmethod
    async def open(cls, relay: str, token: str) -> "Auditor":
        auditor = cls(await dialer(relay, token)())
        await auditor._connection.send([Hello(mode="monitor")])
        await auditor._until(Sync)
        return auditor

    async def transcripts(self) -> dict[int, list[Message]]:
        """Every chat from number 1 to the last, all entries."""
        found: dict[int, list[Message]] = {}
        chat = 1
        while (entries := await self._transcript(chat)) is not None:
            found[chat] = entries
            chat += 1
        return found

    async def close(self) -> None:
        await self._connection.close()

    async def _transcript(self, chat: int) -> list[Message] | None:
        """None: there is no such chat."""
        entries: list[Message] = []
        before = 0
        while True:
            page = await self._fetch(chat, before)
            if page is None:
                return None
            entries[:0] = page.messages
            if not page.more:
                return entries
            before = page.messages[0].n

    async def _fetch(self, chat: int, before: int) -> PageOf | None:
        self._fetches += 1
        fetch = Fetch(id=f"audit-{self._fetches}", chat=chat, before=before, limit=limits.FETCH_MESSAGES)
        await self._connection.send([fetch])
        while True:
            frame = await self._until(PageOf, Refused)
            if isinstance(frame, PageOf | Refused) and frame.id == fetch.id:
                return frame if isinstance(frame, PageOf) else None

    async def _until(self, *kinds: type[StaffDown]) -> StaffDown:
        async with asyncio.timeout(SECONDS):
            while True:
                for frame in await self._connection.receive():
                    if isinstance(frame, kinds):
                        return frame
