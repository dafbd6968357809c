"""An operator's session in raw frames, for tests of the widget against the real relay."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect

from opconsole.simulation.stage import Colleague
from opconsole.wire import staff
from opconsole.wire.cards import ChatCard, Place, Status
from opconsole.wire.codec import decode_staff_down, encode
from tests.e2e.relay_process import PATIENCE_S


class Desk:
    """Anna's session, in raw frames."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._frames: list[staff.StaffDown] = []
        self._news = asyncio.Event()
        self._reader = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        async for message in self._socket:
            for line in message.split("\n") if isinstance(message, str) else message.decode().split("\n"):
                if line:
                    self._frames.append(decode_staff_down(line))
            self._news.set()
        self._news.set()

    async def find(self, what: str, wanted: Callable[[Any], object]) -> Any:
        async with asyncio.timeout(PATIENCE_S):
            while not self._reader.done():
                found = next((frame for frame in reversed(self._frames) if wanted(frame)), None)
                if found is not None:
                    return found
                self._news.clear()
                await self._news.wait()
        raise AssertionError(f"{what}: {self._reader.exception()!r}")

    @staticmethod
    def new_id() -> str:
        """Never used before: the relay remembers them beyond a session."""
        return uuid4().hex

    async def send(self, frame: msgspec.Struct) -> None:
        await self._socket.send(encode(frame).decode())

    async def chat_with(self, words: str) -> int:
        """The number of the chat in which these are the last words."""
        card = await self.find(words, lambda frame: isinstance(frame, ChatCard) and frame.words == words)
        assert isinstance(card, ChatCard)
        return card.chat

    async def take(self, chat: int) -> None:
        await self.send(staff.Take(id=self.new_id(), chat=chat))
        await self.find(
            "the chat is mine",
            lambda frame: isinstance(frame, ChatCard) and frame.chat == chat and frame.place is Place.held,
        )

    async def say(self, chat: int, text: str) -> None:
        await self.send(staff.Say(id=self.new_id(), chat=chat, text=text))

    async def close(self) -> None:
        await self._socket.close()
        await self._reader


@asynccontextmanager
async def desk_of(url: str, who: Colleague) -> AsyncIterator[Desk]:
    """Their session at the relay, online."""
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        answer = await client.post(f"{url}/v1/login", json={"login": who.login, "password": who.password})
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    socket = await connect(f"ws{url[4:]}/v1/operator", additional_headers=headers, compression=None, proxy=None)
    desk = Desk(socket)
    await desk.send(staff.Hello())
    await desk.find("the sync", lambda frame: isinstance(frame, staff.Sync))
    await desk.send(staff.SetStatus(id=desk.new_id(), status=Status.online))
    yield desk
    await desk.close()
