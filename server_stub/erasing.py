"""The relay's chore of erasing: what `opconsole erase` wishes, and what has outlived the desk's rule of how long content is kept.

It finds out in the journal what belongs together, and gives the desk its commands; whether it may be is the desk's to say, and
the overwriting the journal's.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from server_stub.desk.actors import DESK
from server_stub.desk.commands import EraseContent
from server_stub.desk.decide import decide
from server_stub.desk.model import CLOSED, State
from server_stub.desk.outcome import Refusal
from server_stub.journal.api import JournalError
from server_stub.journal.contacts import Contact, Contacts
from server_stub.journal.errands import EraseWish, Errands
from server_stub.line import Line

log = logging.getLogger(__name__)

LOOK_S: Final = 3600.0
"""What has outlived its time is looked for so often: it reads the whole journal."""
CHATS_AT_ONCE: Final = 200
CONTACTS_AT_ONCE: Final = 100
"""In one look at most; the rest's turn comes with the next, which follows at once."""


async def _nowhere_else() -> None:
    """There is no search index."""


class Erasing:
    """`forgotten`: waits until what was erased is gone from the search index too. Only then it is done."""

    def __init__(self, database: Path, line: Line, forgotten: Callable[[], Awaitable[None]] = _nowhere_else) -> None:
        self._database = database
        self._line = line
        self._forgotten = forgotten
        self._errands = Errands(database)
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There may be a wish."""
        self._woken.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            self._woken.clear()
            more = False
            try:
                await self.do_wishes()
                more = await self.do_outlived()
            except JournalError as error:
                log.error("nothing can be erased now: %s", error)
            if not more:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._woken.wait()

    async def do_wishes(self) -> None:
        """What other programs wish. Each is done, or its refusal is left for who asked."""
        for errand, wish in (await asyncio.to_thread(self._errands.open)).items():
            contact = await asyncio.to_thread(self._contact, wish)
            why = await self._erase(EraseContent(wish.visitor, tuple(contact.chats), wish.by))
            if why:
                await asyncio.to_thread(self._errands.refuse, errand, wish, why)
            else:
                await self._forgotten()
                await asyncio.to_thread(self._errands.drop, errand)

    async def do_outlived(self) -> bool:
        """Contacts who have been silent for longer than content is kept, and old chats of others. True: there is more."""
        state, now = self._line.state, self._line.now()
        keep_ms = state.settings.content_keep_ms
        if not keep_ms:
            return False
        contacts, chats = await asyncio.to_thread(self._outlived, now - keep_ms)
        for contact in contacts[:CONTACTS_AT_ONCE]:
            if _all_closed(state, contact.chats):
                await self._erase(EraseContent(contact.visitor, tuple(contact.chats)))
        old = [chat for chat in chats if chat not in state.chats]
        if old:
            await self._erase(EraseContent(chats=tuple(old[:CHATS_AT_ONCE])))
        if contacts or old:
            await self._forgotten()
        return len(contacts) > CONTACTS_AT_ONCE or len(old) > CHATS_AT_ONCE

    async def _erase(self, command: EraseContent) -> str:
        """Why not; empty: it is done and stored."""
        outcome = decide(self._line.state, DESK, command, self._line.now())
        if isinstance(outcome, Refusal):
            return outcome.text
        self._line.put(None, command)
        await self._line.settled()
        return ""

    def _contact(self, wish: EraseWish) -> Contact:
        with Contacts(self._database) as contacts:
            return contacts.everybody().get(wish.visitor) or Contact(visitor=wish.visitor)

    def _outlived(self, before: int) -> tuple[list[Contact], list[int]]:
        with Contacts(self._database) as contacts:
            return contacts.outlived(before)


def _all_closed(state: State, chats: Iterable[int]) -> bool:
    known: Iterator[object] = (chat.place for number in chats if (chat := state.chats.get(number)) is not None)
    return all(place is CLOSED for place in known)
