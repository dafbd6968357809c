"""A desk's records for an index, made by hand: who said what in which chat."""

from typing import Any

from opconsole.wire.cards import Profile
from server_stub.desk import events as ev
from server_stub.desk.audience import Reach
from server_stub.desk.events import Event
from server_stub.journal.memory import MemoryJournal, MemoryStore
from server_stub.search.finding import Filters, Findings
from server_stub.search.hinting import PastAnswer
from server_stub.search.index import Index
from server_stub.search.source import StoreSource

DAY = 24 * 3600 * 1000
START = 1_700_000_000_000
BOSS = Reach("boss", everything=True)


class Diary:
    """A journal in memory, an index over it, and words for what happens. Each event comes a minute after the one before."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.journal = MemoryJournal(self.store)
        self.now = START
        self.last: dict[int, int] = {}
        self.public: dict[int, int] = {}
        self.index = Index(None, lambda: StoreSource(self.store), rest=False)

    async def add(self, actor: str, *events: Event) -> None:
        self.now += 60_000
        head = self.journal.head
        records = [ev.Record(head + at, self.now, actor, event) for at, event in enumerate(events, 1)]
        await self.journal.append(records, head)

    def _n(self, chat: int) -> int:
        self.last[chat] = self.last.get(chat, 0) + 1
        return self.last[chat]

    def _p(self, chat: int) -> int:
        self.public[chat] = self.public.get(chat, 0) + 1
        return self.public[chat]

    async def opens(self, chat: int, visitor: str, *, name: str = "", channel: str = "site", **known: Any) -> None:
        await self.add(f"v:{visitor}", ev.ChatOpened(chat, self._n(chat), visitor, channel, "general", self.now))
        if name or known:
            await self.add(f"v:{visitor}", ev.VisitorSeen(visitor, Profile(name=name, **known)))

    async def asks(self, chat: int, text: str) -> int:
        """The visitor says; the entry's number."""
        n = self._n(chat)
        await self.add("v:x", ev.MessageSaid(chat, n, self._p(chat), "visitor", text))
        return n

    async def says(self, chat: int, text: str, by: str = "olga") -> int:
        n = self._n(chat)
        await self.add(f"o:{by}", ev.MessageSaid(chat, n, self._p(chat), by, text, name=by.title()))
        return n

    async def notes(self, chat: int, text: str, by: str = "olga") -> int:
        n = self._n(chat)
        await self.add(f"o:{by}", ev.NoteAdded(chat, n, text, name=by.title()))
        return n

    async def edits(self, chat: int, of: int, text: str, by: str = "o:olga", version: int = 1) -> None:
        await self.add(by, ev.MessageEdited(chat, self._n(chat), of, version, text))

    async def deletes(self, chat: int, of: int, by: str = "o:olga") -> None:
        await self.add(by, ev.MessageDeleted(chat, self._n(chat), of, 9))

    async def takes(self, chat: int, by: str = "olga") -> None:
        await self.add(f"o:{by}", ev.ChatTaken(chat, self._n(chat), by, by.title()))

    async def closes(self, chat: int, by: str = "olga") -> None:
        await self.add(f"o:{by}", ev.ChatClosed(chat, self._n(chat), "operator", by.title()))

    async def rates(self, chat: int, score: int) -> None:
        await self.add("v:x", ev.ChatRated(chat, self._n(chat), score))

    async def erases(self, *chats: int, visitor: str = "") -> None:
        await self.add("", ev.ContentErased(visitor, chats, by="boss"))

    async def answered(
        self, chat: int, visitor: str, question: str, answer: str, by: str = "olga", **more: Any
    ) -> None:
        """A whole chat: asked, taken, answered, closed."""
        await self.opens(chat, visitor, **more)
        await self.asks(chat, question)
        await self.takes(chat, by)
        await self.says(chat, answer, by)
        await self.closes(chat, by)

    # ------------------------------------------------------------ questions

    async def find(self, text: str, reach: Reach = BOSS, filters: Filters | None = None, **more: Any) -> Findings:
        await self.index.caught_up()
        return await self.index.find(text, filters or Filters(), reach, **more)

    async def texts(self, text: str, reach: Reach = BOSS, filters: Filters | None = None, **more: Any) -> list[str]:
        return [hit.snippet for hit in (await self.find(text, reach, filters, **more)).hits]

    async def hints(self, typed: str, reach: Reach = BOSS, *, asked: str = "", chat: int = 0) -> list[PastAnswer]:
        await self.index.caught_up()
        return await self.index.hints(chat, typed, asked, reach, self.now)
