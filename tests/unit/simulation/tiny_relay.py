"""A relay of a few lines, for tests of the simulated visitor: it says what the test tells it to, over real websockets."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from msgspec import structs
from websockets.asyncio.server import ServerConnection, serve

from opconsole.simulation.people import person

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
"""A visitor who asks one question, at once, and goes when it is answered."""


class Relay:
    """`conversation` is run for each connection, after its greeting; it gets what the client sends by `hear`."""

    def __init__(self, conversation: Callable[["Relay", "Call"], Awaitable[None]]) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self.said: dict[str, list[Frame]] = {}
        """For a conversation's own use."""
        self._conversation = conversation

    async def serve(self, socket: ServerConnection) -> None:
        hello = json.loads(await socket.recv())
        call = Call(len(self.calls) + 1, socket, hello)
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

    async def welcome(self, chat: Frame | None = None, *messages: Frame, token: str = "tok") -> None:
        await self.tell(
            {"t": "welcome", "v": 1, "token": token, "visitor": "v1", "now": 0},
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


def message(n: int, text: str, cid: str = "") -> Frame:
    by = "visitor" if cid else "operator"
    return {"t": "message", "chat": 7, "n": n, "at": 0, "by": by, "text": text, "cid": cid}
