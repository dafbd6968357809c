"""A stretch of line between a client and a relay that can go bad: a TCP proxy on the loopback whose behaviour is switched while it runs.

It lives in a thread with a loop of its own, so that tests which wait for a terminal can use it as well.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from typing import Any

PART_BYTES = 65536
PATIENCE_S = 30.0


class Line(Enum):
    good = "everything passes"
    swallows = "what is sent vanishes, in both directions, and nobody is told"
    swallows_answers = "what the relay sends vanishes"
    jammed = "nothing is taken any more: the senders' buffers fill"


class BadLine:
    """`port` is the relay's for the clients. Setting `line` acts on open and new connections alike."""

    def __init__(self, relay_port: int) -> None:
        self.line = Line.good
        self.port = 0
        self.swallowed_bytes = 0
        self.opened = 0
        """Connections that clients have opened so far."""
        self._relay_port = relay_port
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server
        self._thread = threading.Thread(target=self._loop.run_forever, name="bad line", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._call(self._listen())

    def stop(self) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def cut(self) -> None:
        """Both sides of all connections are told that the other is gone."""
        self._call(self._cut())

    def _call(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _close(self) -> None:
        self._server.close()
        await self._cut()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self._writers.add(writer)
        with suppress(OSError):
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._relay_port)
            self._writers.add(up_writer)
            up = asyncio.create_task(self._copy(reader, up_writer, lambda: self.line is Line.swallows))
            down = asyncio.create_task(
                self._copy(up_reader, writer, lambda: self.line in (Line.swallows, Line.swallows_answers))
            )
            await asyncio.gather(up, down, return_exceptions=True)
            self._writers.discard(up_writer)
            up_writer.transport.abort()
        self._writers.discard(writer)
        writer.transport.abort()

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, swallows: Callable[[], bool]
    ) -> None:
        with suppress(OSError):
            while part := await reader.read(PART_BYTES):
                while self.line is Line.jammed:
                    await asyncio.sleep(0.02)
                if swallows():
                    self.swallowed_bytes += len(part)
                else:
                    writer.write(part)
                    await writer.drain()
        while swallows():  # a farewell vanishes too
            await asyncio.sleep(0.02)
        with suppress(OSError):
            writer.close()


@contextmanager
def bad_line(relay_port: int) -> Iterator[BadLine]:
    line = BadLine(relay_port)
    line.start()
    try:
        yield line
    finally:
        line.stop()
