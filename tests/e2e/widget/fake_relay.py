"""A relay of a hundred lines that speaks the visitor's protocol, keeps its promises, and misbehaves on demand.

It has one desk in memory and no operators: tests call `take`, `reply` and so on. A command's id is remembered, as the real relay
does, so what is sent twice happens once; `doubled` tells whether anything did happen twice.
"""

import asyncio
import base64
import gzip
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from aiohttp import WSMsgType, web
from msgspec import Struct

from opconsole.wire import visitor as wire
from opconsole.wire.codec import decode_visitor_up, encode
from opconsole.wire.staff import Bye, Done, Refused
from server_stub.edge.widget.routes import add_widget_routes

TAG = '<script src="/widget.js" async></script>'
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

F = TypeVar("F", bound=Struct)
Change = wire.VisitorEdit | wire.VisitorDelete
Command = wire.VisitorSay | Change | wire.VisitorRate | wire.VisitorEnd | wire.VisitorForm


@dataclass
class Faults:
    """What goes wrong, and how often. Each is used up as it strikes."""

    lost_answers: int = 0
    """Store so many commands, and break the connection instead of answering."""
    unanswered: int = 0
    """Store so many commands, and say nothing: not the answer, not the message."""
    ignored: int = 0
    """Don't even store so many commands."""
    lost_messages: int = 0
    """So many messages are not delivered."""
    refusals: list[tuple[str, str]] = field(default_factory=list)
    """Codes and texts with which the next commands are refused."""
    closed: bool = False
    """No connection is accepted."""
    doubled: bool = False
    """Every frame is sent twice."""
    message_first: bool = False
    """A message is delivered before its answer."""


@dataclass
class Person:
    visitor: str
    card: wire.VisitorChat = field(default_factory=wire.VisitorChat)
    messages: list[wire.VisitorMessage] = field(default_factory=list)
    answers: dict[str, Done] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)


class FakeRelay:
    def __init__(self) -> None:
        self.url = ""
        self.faults = Faults()
        self.people: dict[str, Person] = {}
        self.tokens: dict[str, str] = {}
        self.heard: list[Struct] = []
        self.hellos: list[wire.VisitorHello] = []
        self.chats = 0
        self.change_ms = 300_000
        self.sync_messages = 1_000
        """A sync brings at most so many of the newest."""
        self.identity_refused = ""
        """A site's word is answered by this code."""
        self.tag = ""
        """What the shop's pages carry in place of `<script src="/widget.js" async></script>`, if anything."""

    # ------------------------------------------------------------ what tests look at

    def of(self, kind: type[F]) -> list[F]:
        """All frames of one kind that came, in order."""
        return [frame for frame in self.heard if isinstance(frame, kind)]

    @property
    def person(self) -> Person:
        """The one visitor there is."""
        assert len(self.people) == 1, sorted(self.people)
        return next(iter(self.people.values()))

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.person.messages]

    @property
    def live(self) -> int:
        return sum(len(person.sockets) for person in self.people.values())

    async def until(self, what: str, true: Callable[[], object], seconds: float = 40) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while not true():
            assert asyncio.get_running_loop().time() < end, f"waited in vain until {what}"
            await asyncio.sleep(0.01)

    # ------------------------------------------------------------ what operators would do

    async def take(self, name: str = "Anna") -> None:
        await self.show(state="held", operator=name, position=0)

    async def reply(self, text: str, name: str = "Anna") -> None:
        person = self.person
        message = wire.VisitorMessage(
            chat=person.card.chat, n=len(person.messages) + 1, at=now_ms(), by="operator", name=name, text=text
        )
        person.messages.append(message)
        person.card.last = message.n
        await self._deliver(person, message)

    async def change(self, n: int, text: str = "", by: Literal["visitor", "operator"] = "operator") -> None:
        """The words of message `n` are other ones now; empty: they are deleted."""
        await self._deliver(self.person, self._change(self.person, n, text, by, ""))

    def _change(
        self, person: Person, of: int, text: str, by: Literal["visitor", "operator"], cid: str
    ) -> wire.VisitorMessage:
        version = person.messages[of - 1].version + 1
        n = person.card.last = len(person.messages) + 1
        entry = wire.VisitorMessage(chat=person.card.chat, n=n, at=now_ms(), by=by, cid=cid, of=of)
        person.messages.append(entry)
        for each in person.messages:  # what is given again is given as it is now
            if each.n == of or each.of == of:
                each.text, each.version, each.deleted = text, version, not text
        return entry

    async def show(self, **changes: str | int) -> None:
        """The visitor's card has changed."""
        card = self.person.card
        for name, value in changes.items():
            setattr(card, name, value)
        card.rev += 1
        await self.send(card)

    async def send(self, *frames: Struct) -> None:
        """To all sessions of the one visitor, in one websocket message."""
        for socket in list(self.person.sockets):
            await self._to(socket, *frames)

    async def cut(self) -> None:
        """All connections break."""
        for person in self.people.values():
            for socket in list(person.sockets):
                await socket.close()

    # ------------------------------------------------------------ the pages

    @web.middleware
    async def retag(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self.tag:
            request = request.clone(headers={k: v for k, v in request.headers.items() if k != "If-None-Match"})
        response = await handler(request)
        if self.tag and isinstance(response, web.Response) and response.content_type == "text/html":
            assert isinstance(response.body, bytes)
            response.headers.popall("ETag", None)  # another tag makes it another page
            packed = response.headers.popall("Content-Encoding", None)
            page = gzip.decompress(response.body) if packed else response.body
            response.body = page.replace(TAG.encode(), self.tag.encode())
        return response

    # ------------------------------------------------------------ the protocol

    async def session(self, request: web.Request) -> web.StreamResponse:
        if self.faults.closed:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=32 * 1024)
        await socket.prepare(request)
        person: Person | None = None
        try:
            async for message in socket:
                assert message.type is WSMsgType.TEXT
                for line in message.data.split("\n"):
                    frame = decode_visitor_up(line)
                    if isinstance(frame, wire.VisitorHello):
                        person = await self._hello(socket, frame)
                    else:
                        assert person is not None, "the first frame must be hello"
                        self.heard.append(frame)
                        await self._hear(socket, person, frame)
        except ConnectionError:
            pass
        finally:
            if person is not None and socket in person.sockets:
                person.sockets.remove(socket)
        return socket

    async def _hello(self, socket: web.WebSocketResponse, hello: wire.VisitorHello) -> Person:
        self.hellos.append(hello)
        if hello.identity and self.identity_refused:
            bye = Bye(code=self.identity_refused, text="the site must do better")
            await self._to(socket, bye)
            await socket.close()
            return Person("nobody")
        visitor = self.tokens.get(hello.token, "")
        if hello.identity:
            visitor = subject_of(hello.identity)
            self.people.setdefault(visitor, Person(visitor))
        if not visitor:
            visitor = f"visitor-{len(self.people) + 1}"
            self.people[visitor] = Person(visitor)
            self.tokens[f"token-of-{visitor}"] = visitor
        person = self.people[visitor]
        have = hello.have if hello.chat == person.card.chat else 0
        person.sockets.append(socket)
        await self._to(
            socket,
            wire.VisitorWelcome(
                v=1,
                token="" if hello.identity else f"token-of-{visitor}",
                visitor=visitor,
                now=now_ms(),
                change_ms=self.change_ms,
            ),
            wire.VisitorSync(
                chat=person.card, messages=[each for each in person.messages if each.n > have][-self.sync_messages :]
            ),
        )
        return person

    async def _hear(self, socket: web.WebSocketResponse, person: Person, frame: Struct) -> None:
        faults = self.faults
        if not isinstance(frame, Command):
            return
        if faults.ignored:
            faults.ignored -= 1
            return
        if faults.refusals and frame.id not in person.answers:
            code, text = faults.refusals.pop(0)
            await self._to(socket, Refused(id=frame.id, code=code, text=text))
            return
        message, changed = self._store(person, frame)
        if faults.lost_answers:
            faults.lost_answers -= 1
            await socket.close()
            return
        if faults.unanswered:
            faults.unanswered -= 1
            return
        if message is not None and faults.message_first:
            await self._deliver(person, message)
        await self._to(socket, person.answers[frame.id])
        if message is not None and not faults.message_first:
            await self._deliver(person, message)
        if changed:
            await self.send_to(person, person.card)

    def _store(self, person: Person, frame: Command) -> tuple[wire.VisitorMessage | None, bool]:
        """Do it, once. Returns the message that it made, and whether the card is another."""
        if frame.id in person.answers:
            return None, False
        card, at, n = person.card, now_ms(), 0
        message = None
        if isinstance(frame, wire.VisitorSay | wire.VisitorForm):
            if card.state in ("none", "closed"):
                if card.state == "none":
                    self.chats += 1
                    card.chat = self.chats
                card.state, card.position, card.rating = "waiting", 1, 0
            n = card.last = len(person.messages) + 1
            message = wire.VisitorMessage(chat=card.chat, n=n, at=at, by="visitor", text=frame.text, cid=frame.id)
            person.messages.append(message)
        elif isinstance(frame, Change):
            text = frame.text if isinstance(frame, wire.VisitorEdit) else ""
            message = self._change(person, frame.n, text, "visitor", frame.id)
            n = message.n
        elif isinstance(frame, wire.VisitorRate):
            card.rating = frame.score
        else:
            card.state = "closed"
        card.rev += 1
        person.answers[frame.id] = Done(id=frame.id, chat=card.chat, n=n, at=at)
        return message, True

    async def _deliver(self, person: Person, message: wire.VisitorMessage) -> None:
        if self.faults.lost_messages:
            self.faults.lost_messages -= 1
            return
        await self.send_to(person, message)

    async def send_to(self, person: Person, *frames: Struct) -> None:
        for socket in list(person.sockets):
            await self._to(socket, *frames)

    async def _to(self, socket: web.WebSocketResponse, *frames: Struct) -> None:
        lines = [encode(frame).decode() for frame in frames for _ in range(2 if self.faults.doubled else 1)]
        try:
            await socket.send_str("\n".join(lines))
        except ConnectionError:
            return


async def goodbye(relay: FakeRelay, code: str) -> None:
    await relay.send(Bye(code=code))


def subject_of(identity: str) -> str:
    body = identity.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"])


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def fake_relay() -> AsyncIterator[FakeRelay]:
    relay = FakeRelay()
    app = web.Application(middlewares=[relay.retag])
    add_widget_routes(app)
    app.router.add_get("/v1/visitor", relay.session)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    relay.url = f"http://{host}:{port}"
    try:
        yield relay
    finally:
        await relay.cut()
        await runner.cleanup()
