"""A relay of one conversation on a real websocket, in a thread of its own: for consoles that run as real processes."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from opconsole.wire.cards import Role
from opconsole.wire.codec import decode_staff_up, encode
from opconsole.wire.staff import Done, Hello, StaffUp, Sync, Welcome

Sent = TypeVar("Sent", bound=StaffUp)


class WireServer:
    """Context manager. `up`: all that consoles sent. Every command is answered by `answer` (with `done`)."""

    def __init__(self, sync: Sync, now: Callable[[], int], role: Role = Role.operator) -> None:
        self._sync = sync
        self._now = now
        self._role = role
        self._open: set[ServerConnection] = set()
        self.up: list[StaffUp] = []
        self._ready: Future[int] = Future()
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="wire server")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._ready.result(10)}"

    def sent(self, kind: type[Sent]) -> list[Sent]:
        return [frame for frame in self.up if isinstance(frame, kind)]

    def say(self, *lines: str | bytes) -> None:
        """Send this to every console as it is, each in a message of its own: frames, or whatever is no frame."""
        self._loop.call_soon_threadsafe(lambda: self._loop.create_task(self._say(lines)))

    async def _say(self, lines: tuple[str | bytes, ...]) -> None:
        for socket in list(self._open):
            for line in lines:
                await socket.send(line)

    def welcome(self) -> Welcome:
        return Welcome(v=1, desk="Shop", login="olga", name="Olga", role=self._role, mode="work", now=self._now())

    def answer(self, frame: StaffUp) -> list[bytes]:
        """What a command is answered with."""
        command_id = getattr(frame, "id", "")
        return [encode(Done(id=command_id))] if command_id else []

    def __enter__(self) -> "WireServer":
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        async with serve(self._talk, "127.0.0.1", 0, compression=None) as server:
            self._ready.set_result(next(iter(server.sockets)).getsockname()[1])
            await self._end.wait()

    async def _talk(self, socket: ServerConnection) -> None:
        try:
            async for message in socket:
                for line in str(message).split("\n"):
                    frame = decode_staff_up(line)
                    self.up.append(frame)
                    if isinstance(frame, Hello):
                        self._open.add(socket)
                        answer = [encode(self.welcome()), encode(self._sync)]
                    else:
                        answer = self.answer(frame)
                    if answer:
                        await socket.send(b"\n".join(answer).decode())
        except ConnectionClosed:
            pass
        finally:
            self._open.discard(socket)
