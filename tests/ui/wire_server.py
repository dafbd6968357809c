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
    """Context manager. `up`: all that consoles sent. Every command is answered with `done`."""

    def __init__(self, sync: Sync, now: Callable[[], int]) -> None:
        self._sync = sync
        self._now = now
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
                        welcome = Welcome(
                            v=1,
                            desk="Shop",
                            login="olga",
                            name="Olga",
                            role=Role.operator,
                            mode="work",
                            now=self._now(),
                        )
                        await socket.send(encode(welcome).decode() + "\n" + encode(self._sync).decode())
                    elif command_id := getattr(frame, "id", ""):
                        await socket.send(encode(Done(id=command_id)).decode())
        except ConnectionClosed:
            pass
