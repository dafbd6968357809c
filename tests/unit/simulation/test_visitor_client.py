"""The simulated visitor's client against a relay of a few lines, which plays the tricks that links play."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any

from msgspec import structs
from websockets.asyncio.server import ServerConnection, serve

from opconsole.simulation.ledger import Ledger
from opconsole.simulation.mind import Mind
from opconsole.simulation.people import person
from opconsole.simulation.visitor_client import VisitorClient

Frame = dict[str, Any]
QUICK = structs.replace(
    person("client", 0, "http://shop.example"),
    lines=("Where is my order?",),
    more=(),
    thanks="",
    nudges=(),
    splits=False,
    ends=False,
    score=0,
    flaky=0.0,
    char_ms=1,
    think_ms=1,
    browse_ms=1,
    nudge_ms=60_000,
    patience_ms=60_000,
    stay_ms=1,
)


class Relay:
    """`conversation` is run for each connection, after its greeting; it gets what the client sends by `hear`."""

    def __init__(self, conversation: Callable[["Relay", "Call"], Awaitable[None]]) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self._conversation = conversation

    async def serve(self, socket: ServerConnection) -> None:
        call = Call(len(self.calls) + 1, socket, json.loads(await socket.recv()))
        self.calls.append(call)
        await self._conversation(self, call)


class Call:
    """One connection: its number, the client's hello, and the frames that pass."""

    def __init__(self, number: int, socket: ServerConnection, hello: Frame) -> None:
        self.number = number
        self.hello = hello
        self.origin = socket.request.headers.get("Origin") if socket.request else None
        self._socket = socket

    async def tell(self, *frames: Frame) -> None:
        await self._socket.send("\n".join(json.dumps(frame) for frame in frames))

    async def welcome(self, chat: Frame | None = None, *messages: Frame) -> None:
        await self.tell(
            {"t": "welcome", "v": 1, "token": "tok", "visitor": "v1", "now": 0},
            {"t": "sync", "chat": {"t": "chat", **(chat or {})}, "messages": list(messages)},
        )

    async def hear(self, kind: str) -> Frame:
        """The next frame of that kind; others are left out."""
        while True:
            for line in str(await self._socket.recv()).split("\n"):
                frame: Frame = json.loads(line)
                if frame["t"] == kind:
                    return frame

    async def hang_up(self) -> None:
        self._socket.transport.abort()

    async def gone(self) -> None:
        await self._socket.wait_closed()


@asynccontextmanager
async def relay(conversation: Callable[[Relay, Call], Awaitable[None]]) -> AsyncIterator[Relay]:
    it = Relay(conversation)
    async with serve(it.serve, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        it.url = f"http://127.0.0.1:{port}"
        yield it


def clock_us() -> int:
    return time.monotonic_ns() // 1000


def visitor(relay: Relay, **habits: object) -> VisitorClient:
    who = structs.replace(QUICK, **habits)
    mind = Mind(who, Random(1), clock_us() // 1000)
    return VisitorClient(relay.url, mind, Ledger("anna"), clock_us=clock_us, dice=Random(2))


def message(n: int, text: str, cid: str = "") -> Frame:
    by = "visitor" if cid else "operator"
    return {"t": "message", "chat": 7, "n": n, "at": 0, "by": by, "text": text, "cid": cid}


async def test_a_visitor_asks_is_answered_reads_and_leaves() -> None:
    read: list[Frame] = []

    async def conversation(relay: Relay, call: Call) -> None:
        await call.welcome()
        say = await call.hear("say")
        await call.tell(
            {"t": "done", "id": say["id"], "chat": 7, "n": 1, "at": 0},
            message(1, say["text"], say["id"]),
            {"t": "chat", "chat": 7, "rev": 3, "state": "held", "operator": "Maria", "last": 1},
            message(2, "It comes tomorrow."),
        )
        read.append(await call.hear("read"))
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it)
        await asyncio.wait_for(client.run(), 10)

    (call,) = it.calls
    assert call.origin == it.url
    assert call.hello["profile"]["agent"] == QUICK.profile.agent
    assert "token" not in call.hello
    assert read == [{"t": "read", "n": 2}]
    assert client.ledger.problems == []
    assert [(sent.chat, sent.n) for sent in client.ledger.stored] == [(7, 1)]
    assert client.chats == {7}
    assert client.mind.finished


async def test_a_message_whose_answer_was_lost_is_sent_again_under_its_id() -> None:
    said: list[Frame] = []

    async def conversation(relay: Relay, call: Call) -> None:
        if call.number == 1:
            await call.welcome()
            said.append(await call.hear("say"))
            await call.hang_up()  # stored, but the answer is lost
            return
        first = said[0]
        await call.welcome({"chat": 7, "rev": 3, "state": "held", "last": 1}, message(1, first["text"], first["id"]))
        said.append(await call.hear("say"))
        await call.tell({"t": "done", "id": first["id"], "chat": 7, "n": 1, "at": 0}, message(2, "Yes?"))
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it)
        await asyncio.wait_for(client.run(), 10)

    assert said[0] == said[1]
    assert it.calls[1].hello["token"] == "tok"
    assert client.ledger.problems == []
    assert client.ledger.stored_us == [], "the time of a message that was sent twice says nothing"
    assert client.reconnects == 1


async def test_on_connecting_again_it_says_what_it_holds() -> None:
    async def conversation(relay: Relay, call: Call) -> None:
        if call.number == 1:
            await call.welcome()
            say = await call.hear("say")
            await call.tell(
                {"t": "done", "id": say["id"], "chat": 7, "n": 1, "at": 0},
                {"t": "chat", "chat": 7, "rev": 3, "state": "held", "last": 1},
                message(1, say["text"], say["id"]),
            )
            await call.hang_up()
            return
        await call.welcome({"chat": 7, "rev": 4, "state": "held", "last": 2}, message(2, "Yes!"))
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it)
        await asyncio.wait_for(client.run(), 10)

    assert (it.calls[1].hello["chat"], it.calls[1].hello["have"]) == (7, 1)
    assert client.ledger.problems == []
    assert client.ledger.last_in(7) == 2


async def test_who_is_refused_fills_in_the_form() -> None:
    forms: list[Frame] = []

    async def conversation(relay: Relay, call: Call) -> None:
        await call.welcome()
        say = await call.hear("say")
        await call.tell({"t": "refused", "id": say["id"], "code": "inbox_full", "text": "…"})
        forms.append(form := await call.hear("form"))
        await call.tell({"t": "done", "id": form["id"], "chat": 8})
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it, name="Anna", email="anna@example.com")
        await asyncio.wait_for(client.run(), 10)

    assert (forms[0]["name"], forms[0]["email"]) == ("Anna", "anna@example.com")
    assert client.ledger.refusals == {"inbox_full": 1}


async def test_a_relay_that_shows_other_words_in_the_end_is_found_out() -> None:
    async def conversation(relay: Relay, call: Call) -> None:
        if call.number == 1:
            await call.welcome()
            say = await call.hear("say")
            await call.tell(
                {"t": "done", "id": say["id"], "chat": 7, "n": 1, "at": 0},
                message(1, say["text"], say["id"]),
                message(2, "Yes!"),
            )
        else:
            await call.welcome({"chat": 7, "rev": 9, "state": "closed", "last": 1}, message(1, "Something else"))
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it)
        await asyncio.wait_for(client.run(), 10)
        await client.verify()

    assert "have" not in it.calls[1].hello, "it syncs from nothing"
    assert len(client.ledger.problems) == 2
    assert len(client.ledger.lost_in(7)) == 1


async def test_a_relay_that_turns_it_away_is_asked_again_until_it_lets_it_in() -> None:
    async def conversation(relay: Relay, call: Call) -> None:
        if call.number < 3:
            await call.tell({"t": "bye", "code": "stopping", "text": "…"})
            await call.hang_up()
            return
        await call.welcome()
        say = await call.hear("say")
        await call.tell(
            {"t": "done", "id": say["id"], "chat": 7, "n": 1, "at": 0},
            message(1, say["text"], say["id"]),
            message(2, "Yes!"),
        )
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it)
        await asyncio.wait_for(client.run(), 20)

    assert len(it.calls) == 3
    assert client.ledger.problems == []
