"""A relay in this process: the real line, desk and fan-out over a journal in memory, with clients on wires that only remember.

Clients apply frames by the smallest reducer that the protocol allows, so that what they hold is what the frames say and no
cleverness of a program's.
"""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, structs

from opconsole.wire.cards import ChatCard, DeskCard, OperatorCard, Place, Role, TemplateCard, VisitorCard
from opconsole.wire.codec import decode_staff_down, decode_visitor_down
from opconsole.wire.messages import Kind, Message, changed, spent
from opconsole.wire.staff import (
    Bye,
    Done,
    Fetch,
    Gone,
    PageOf,
    Refused,
    Sync,
    TemplateGone,
    TemplateUsed,
    TemplateVersions,
    Versions,
    Welcome,
)
from opconsole.wire.visitor import VisitorChat, VisitorMessage, VisitorSync
from server_stub.desk.commands import OperatorSet
from server_stub.desk.settings import Settings
from server_stub.edge.filestock import Files
from server_stub.edge.metrics import Metrics
from server_stub.edge.sessions import Gone as SessionGone
from server_stub.edge.sessions import Joined, Mode, Session, StaffSession, VisitorSession
from server_stub.journal.memory import MemoryStore
from server_stub.line import Line
from server_stub.search.index import Index
from server_stub.starting import begin, restore
from tests.property.slow_journal import SlowJournal

START = 1_700_000_000_000


class Wire:
    """A connection that keeps what was sent until its client takes it."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.heard = True
        self.slow = False
        self.aborted = False
        self.closed: tuple[int, str] | None = None

    def send(self, payload: bytes) -> None:
        self.sent.append(payload)

    def ping(self) -> None:
        pass

    def buffered_bytes(self) -> int:
        return 0

    def abort(self) -> None:
        self.aborted = True

    async def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def take(self) -> list[bytes]:
        lines = [line for payload in self.sent for line in payload.split(b"\n")]
        self.sent.clear()
        return lines


def note_answer(answers: dict[str, Done | Refused], frame: Done | Refused) -> None:
    """A command that is sent twice happens once, and gets the same answer."""
    before = answers.setdefault(frame.id, frame)
    assert isinstance(before, Refused) or frame == before, f"{frame.id} got two different answers"


class StaffClient:
    """What a console or a monitor was shown."""

    def __init__(self, login: str, role: Role, *, monitor: bool = False) -> None:
        self.login = login
        self.role = role
        self.monitor = monitor
        self.mode: Mode = "monitor" if monitor else "work"
        self.session: StaffSession | None = None
        self.wire = Wire()
        self.chats: dict[int, ChatCard] = {}
        self.visitors: dict[str, VisitorCard] = {}
        self.operators: dict[str, OperatorCard] = {}
        self.templates: dict[str, TemplateCard] = {}
        self.desk = DeskCard(rev=0)
        self.messages: dict[int, dict[int, Message]] = {}
        self.answers: dict[str, Done | Refused] = {}
        self.pages: list[PageOf] = []
        self.histories: list[Versions] = []
        self.editions: list[TemplateVersions] = []
        self.given: list[Message] = []
        """Entries of the past, as syncs and pages gave them."""
        self.farewell = ""
        self.wants: list[Fetch] = []
        """What it would ask for, after the frames that it has taken."""

    def new_session(self) -> StaffSession:
        self.wire = Wire()
        have = {chat: self._joined_up_to(chat) for chat in self.chats}
        self.session = StaffSession(self.wire, self.login, self.role, mode=self.mode, have=have)
        return self.session

    def _joined_up_to(self, chat: int) -> int:
        """The last entry that is held with all before it, from the first on that is held."""
        held = self.messages.get(chat, {})
        last = min(held, default=0)
        while last + 1 in held:
            last += 1
        return last

    def catch_up(self) -> None:
        for line in self.wire.take():
            self._apply(decode_staff_down(line))

    def _apply(self, frame: Any) -> None:
        match frame:
            case Sync():
                self.chats = {card.chat: card for card in frame.chats}
                self.visitors = {card.visitor: card for card in frame.visitors}
                self.operators = {card.login: card for card in frame.operators}
                self.templates = {card.template: card for card in frame.templates}
                self.desk = frame.desk or DeskCard(rev=0)
                self._drop_before_gaps(frame.messages)
                self.given += frame.messages
                self._take(frame.messages)
            case ChatCard():
                if frame.rev >= self.chats.get(frame.chat, frame).rev:
                    self.chats[frame.chat] = frame
            case Gone():
                self.chats.pop(frame.chat, None)
                seen = {card.visitor for card in self.chats.values()}
                self.visitors = {key: card for key, card in self.visitors.items() if key in seen}
            case VisitorCard():
                self.visitors[frame.visitor] = frame
            case OperatorCard():
                self.operators[frame.login] = frame
            case TemplateCard():
                self.templates[frame.template] = frame
            case TemplateGone():
                self.templates.pop(frame.template, None)
            case TemplateUsed():
                card = self.templates[frame.template]  # never of one that it was not shown
                self.templates[frame.template] = structs.replace(card, used=frame.used)
            case TemplateVersions():
                self.editions.append(frame)
            case DeskCard():
                self.desk = frame
            case Message():
                self._take([frame])
            case PageOf():
                self.pages.append(frame)
                self._drop_before_gaps(frame.messages)
                self.given += frame.messages
                self._take(frame.messages)
            case Versions():
                self.histories.append(frame)
            case Done() | Refused():
                assert frame.id not in self.answers, f"{frame.id} was answered twice"
                self.answers[frame.id] = frame
            case Bye():
                self.farewell = frame.code
            case Welcome():
                self.role = frame.role

    def _drop_before_gaps(self, messages: Sequence[Message]) -> None:
        """What newer entries don't join may be stale: the change of it may lie in the gap."""
        firsts: dict[int, int] = {}
        for message in messages:
            firsts.setdefault(message.chat, message.n)
        for chat, n in firsts.items():
            if n > max(self.messages.get(chat, ()), default=0) + 1:
                self.messages.pop(chat, None)

    def _take(self, messages: Sequence[Message]) -> None:
        """Entries as they come. A change puts right the entry that it is of, if that is held, and is spent."""
        for message in messages:
            held = self.messages.setdefault(message.chat, {})
            if message.kind is Kind.change:
                if message.of in held:
                    held[message.of] = changed(held[message.of], message)
                message = spent(message)
            held[message.n] = message

    def picture(self) -> dict[str, Any]:
        """What the law is about: the cards, and the transcripts of the chats that it holds."""
        mine = [chat for chat, card in self.chats.items() if card.owner == self.login]
        return {
            "chats": self.chats,
            "visitors": self.visitors,
            "operators": self.operators,
            "templates": self.templates,
            "desk": self.desk,
            "messages": {chat: dict(sorted(self.messages.get(chat, {}).items())) for chat in sorted(mine)},
        }


class VisitorClient:
    """What a visitor's page was shown."""

    def __init__(self, visitor: str) -> None:
        self.visitor = visitor
        self.session: VisitorSession | None = None
        self.wire = Wire()
        self.chat = VisitorChat()
        self.messages: dict[int, VisitorMessage] = {}
        self.given: list[VisitorMessage] = []
        """Messages of the past, as syncs gave them."""
        self.answers: dict[str, Done | Refused] = {}

    def new_session(self) -> VisitorSession:
        self.wire = Wire()
        have = max(self.messages, default=0)
        self.session = VisitorSession(self.wire, self.visitor, chat=self.chat.chat, have=have)
        return self.session

    def catch_up(self) -> None:
        for line in self.wire.take():
            frame = decode_visitor_down(line)
            match frame:
                case VisitorSync():
                    if frame.chat.chat != self.chat.chat:
                        self.messages = {}
                    self.chat = frame.chat
                    self.given += frame.messages
                    if frame.messages and frame.messages[0].n > max(self.messages, default=0) + 1:
                        self.messages = {}  # before a gap: the change of it may lie in the gap
                    for message in frame.messages:
                        self._take(message)
                case VisitorChat():
                    if frame.chat != self.chat.chat:
                        self.messages = {}
                    self.chat = frame
                case VisitorMessage():
                    assert frame.chat == self.chat.chat, "a message of a chat that is not shown"
                    self._take(frame)
                case Done() | Refused():
                    note_answer(self.answers, frame)

    def _take(self, message: VisitorMessage) -> None:
        if message.of:
            target = self.messages.get(message.of)
            if target is not None and message.version > target.version:
                self.messages[message.of] = structs.replace(
                    target,
                    text=message.text,
                    file=None if message.deleted else target.file,
                    version=message.version,
                    deleted=message.deleted,
                )
            message = structs.replace(message, text="", version=0, deleted=False)
        self.messages[message.n] = message

    def picture(self) -> dict[str, Any]:
        return {"chat": self.chat, "messages": dict(sorted(self.messages.items()))}


Client = StaffClient | VisitorClient


class RelayWorld:
    """The relay and its clients. `settle` lets everything that was put be decided, committed and sent."""

    def __init__(self, seed: int = 0, settings: Settings | None = None) -> None:
        self.dice = random.Random(seed)
        self.now = START
        self.settings = settings or Settings()
        self.store = MemoryStore()
        self.clients: list[Client] = []
        self.people: dict[str, OperatorSet] = {}
        self.line: Line
        self.running: asyncio.Task[None] | None = None

    async def start(self, index: Index | None = None, files: Files | None = None) -> None:
        journal = SlowJournal(self.store, self.dice)
        state = await restore(journal)
        await begin(state, journal, settings=self.settings, users=[], starters=[], now=self.now)
        self.line = Line(
            state,
            journal,
            clock=lambda: self.now,
            metrics=Metrics(),
            name="test",
            end_session=self._end_session,
            index=index,
            files=files,
        )
        await self.line.filing.start(journal)
        self.running = asyncio.create_task(self.line.run())

    async def stop(self) -> None:
        """Without a farewell, as a crash that happens to come after the last commit."""
        await self.settle()
        assert self.running is not None
        self.running.cancel()
        await asyncio.wait([self.running])
        for client in self.clients:
            client.session = None

    def _end_session(self, session: Session, blocked: bool) -> None:
        for client in self.clients:
            if client.session is session:
                if isinstance(client, StaffClient) and blocked:
                    client.farewell = "blocked"
                self.disconnect(client)

    # ------------------------------------------------------------ clients

    def person(self, login: str, role: Role = Role.operator, **facts: Any) -> None:
        self.people[login] = OperatorSet(login=login, name=login.title(), role=role, **facts)
        self.line.put(None, self.people[login])

    def change(self, login: str, **facts: Any) -> None:
        self.people[login] = structs.replace(self.people[login], **facts)
        self.line.put(None, self.people[login])

    def connect(self, client: Client) -> None:
        if client not in self.clients:
            self.clients.append(client)
        self.connect_session(client.new_session())

    def connect_session(self, session: Session) -> None:
        self.line.put(session, Joined())

    def disconnect(self, client: Client) -> None:
        if client.session is not None:
            self.line.put(client.session, SessionGone())
            client.session = None

    def put(self, client: Client, item: Struct) -> None:
        if client.session is not None:
            self.line.put(client.session, item)

    async def settle(self) -> None:
        """Everything is decided, stored and shown, also what may wait a little."""
        self.line.wake()
        await self._quiet()
        await self._quiet()
        while self._take_frames():
            await self._quiet()

    def _take_frames(self) -> bool:
        """Every client takes its frames. True: some ask for more."""
        asked = False
        for client in self.clients:
            client.catch_up()
            if isinstance(client, StaffClient):
                wants, client.wants = client.wants, []
                for item in wants:
                    self.put(client, item)
                    asked = asked or client.session is not None
        return asked

    async def _quiet(self) -> None:
        settled = asyncio.ensure_future(self.line.settled(flush=True))
        assert self.running is not None
        await asyncio.wait([settled, self.running], return_when=asyncio.FIRST_COMPLETED)
        if self.running.done():
            settled.cancel()
            self.running.result()
        await settled

    async def synced(self, client: Client) -> Client:
        """Another session of the same person, which has just synced and knows nothing else."""
        fresh: Client
        if isinstance(client, StaffClient):
            fresh = type(client)(client.login, client.role, monitor=client.monitor)
        else:
            fresh = VisitorClient(client.visitor)
        self.connect(fresh)
        await self.settle()
        self.disconnect(fresh)
        await self.settle()
        self.clients.remove(fresh)
        return fresh

    def held(self, client: StaffClient) -> list[int]:
        return sorted(
            chat for chat, card in client.chats.items() if card.owner == client.login and card.place is Place.held
        )
