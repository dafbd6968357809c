"""One websocket as the relay sees it: send without waiting, see what is unsent, abort, close.

The interface is the relay's own, so that another websocket library can be put under it; aiohttp is under it now. Nothing
here knows of frames, sessions or chats.
"""

import asyncio
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from aiohttp import WSMsgType, web
from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.http import WebSocketReader, WebSocketWriter

from server_stub.edge import bounds
from server_stub.edge.throttle import Bucket
from server_stub.edge.valve import Valve

Hear = Callable[[str], None]

DEFAULT_CHUNK_SIZE = 2**16
"""Bytes of control messages and early texts that may wait in aiohttp's queue (twice this) before it stops reading."""


class Connection(Protocol):
    """A websocket to one client. No method but `close` waits."""

    heard: bool
    """Something came in; the heartbeat sets it back."""
    slow: bool
    """It was cut off because its client does not read what it is sent."""

    def send(self, payload: bytes) -> None:
        """Send one text message. A connection that has too much unsent is aborted instead: the client resyncs."""
        ...

    def ping(self) -> None: ...

    def buffered_bytes(self) -> int:
        """Bytes given to `send` that the operating system has not yet taken."""
        ...

    def abort(self) -> None:
        """End it now; what is unsent is lost. Twice does no harm."""
        ...

    async def close(self, code: int, reason: str) -> None:
        """Send what is unsent and a closing handshake, and wait for its answer a short time."""
        ...


TEXT_FRAME = 0x81
"""RFC 6455, 5.2: a final fragment, opcode 1."""
PING_FRAME = b"\x89\x00"
"""An empty ping."""
PONG_FRAME = 0x8A


def text_header(length: int) -> bytes:
    """The header of an unmasked text frame of `length` bytes (RFC 6455, 5.2)."""
    return _header(TEXT_FRAME, length)


def _header(first: int, length: int) -> bytes:
    if length < 126:
        return bytes((first, length))
    if length < 65536:
        return struct.pack("!BBH", first, 126, length)
    return struct.pack("!BBQ", first, 127, length)


SHORT_HEADERS: Sequence[bytes] = tuple(text_header(length) for length in range(4096))


class AiohttpConnection:
    """aiohttp's websocket behind `Connection`.

    Frames are written to the transport whole, past aiohttp's writer: that one is a coroutine that may wait, and a sender
    that waits for one slow reader is frozen by it. Pongs and the closing handshake are one whole write each too, so nothing can
    fall between the halves of a frame. There is no compression: for frames of 200 bytes it costs more than all the rest.
    """

    __slots__ = ("_ended", "_limit_bytes", "_pings", "_socket", "_transport", "heard", "slow")

    def __init__(self, request: web.Request, socket: "TextSocket", limit_bytes: int = bounds.BUFFERED_BYTES) -> None:
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client has gone")
        self._transport = transport
        self._socket = socket
        self._limit_bytes = limit_bytes
        self._ended = False
        self._pings: Bucket | None = None
        self.heard = True
        self.slow = False

    # ------------------------------------------------------------ out

    def send(self, payload: bytes) -> None:
        transport = self._transport
        if self._ended or transport.is_closing():
            return
        if transport.get_write_buffer_size() > self._limit_bytes:
            self.slow = True
            self.abort()
            return
        length = len(payload)
        transport.write((SHORT_HEADERS[length] if length < len(SHORT_HEADERS) else text_header(length)) + payload)

    def ping(self) -> None:
        if not (self._ended or self._transport.is_closing()):
            self._transport.write(PING_FRAME)

    def _pong(self, payload: bytes) -> None:
        if not (self._ended or self._transport.is_closing()):
            self._transport.write(_header(PONG_FRAME, len(payload)) + payload)

    def buffered_bytes(self) -> int:
        return self._transport.get_write_buffer_size()

    def abort(self) -> None:
        self._ended = True
        self._transport.abort()

    async def close(self, code: int, reason: str) -> None:
        if self._ended:
            return
        self._ended = True
        self._socket.valve.let_go()
        await self._socket.close(code=code, message=reason.encode()[:120], drain=False)

    # ------------------------------------------------------------ in

    async def first(self) -> str | None:
        """The first text message; None: the client has gone without one."""
        return await self._next()

    async def listen(self, hear: Hear) -> None:
        """Give every text message to `hear`, as it comes, until the connection ends. Pings are answered here."""
        self._socket.listen(hear)
        while (text := await self._next()) is not None:
            hear(text)

    def pause(self) -> None:
        """Hear no more from the client, but what is being parsed right now. The client's own sending then waits."""
        self._socket.valve.shut()

    def resume(self) -> None:
        self._socket.valve.open()

    async def _next(self) -> str | None:
        while True:
            message = await self._socket.receive()
            self.heard = True
            kind = message.type
            if kind is WSMsgType.TEXT:
                return str(message.data)
            if kind is WSMsgType.PING or kind is WSMsgType.PONG:
                if not self._may_ping():
                    self.abort()
                elif kind is WSMsgType.PING:
                    self._pong(message.data)
            else:
                if kind is WSMsgType.BINARY:
                    await self.close(1003, "text only")
                return None

    def _may_ping(self) -> bool:
        now_s = time.monotonic()
        if self._pings is None:
            self._pings = Bucket(bounds.PINGS_PER_S, bounds.PINGS_BURST, now_s)
        return self._pings.take(now_s)


class TextSocket(web.WebSocketResponse):
    """aiohttp's websocket, set up as this room wants it: no compression, no pings of its own, a bounded message, and texts
    given to a listener as they are read. Without a listener they wait in aiohttp's queue; the way through the queue and the
    task that reads it costs a third of all that aiohttp does for a message.

    The one place where private parts of aiohttp are used (`_post_start`, the reader and its queue); guarded by
    `tests/unit/edge/test_connection.py`.
    """

    valve: Valve

    def __init__(self, max_message_bytes: int, frames: tuple[float, float] = (1e6, 1e6)) -> None:
        """`frames`: the session's rate, so many a second and so many at once; in bytes, `bounds.RATE_FRAME_BYTES` for each."""
        self._frames = frames
        super().__init__(
            compress=False,
            autoping=False,
            max_msg_size=max_message_bytes,
            timeout=bounds.CLOSE_S,
            writer_limit=2**62,
        )

    def listen(self, hear: Hear) -> None:
        queue = self._reader
        assert isinstance(queue, _TextQueue)
        queue.hear = hear

    def _post_start(self, request: web.BaseRequest, protocol: str | None, writer: WebSocketWriter) -> None:
        self._ws_protocol = protocol
        self._writer = writer
        self._reader = _TextQueue(request.protocol, DEFAULT_CHUNK_SIZE, loop=asyncio.get_running_loop())
        self._parser = WebSocketReader(self._reader, self._max_msg_size, compress=False, decode_text=True)
        per_s, burst = self._frames
        self.valve = Valve(
            self._parser, request.protocol, per_s * bounds.RATE_FRAME_BYTES, burst * bounds.RATE_FRAME_BYTES
        )
        request.protocol.set_parser(self.valve)  # type: ignore[arg-type]
        request.protocol.keep_alive(False)


class _TextQueue(WebSocketDataQueue):
    """Texts go past the queue to the listener, unless something waits in it: the order stays."""

    hear: Hear | None = None

    def feed_data(self, data: Any, size: int) -> None:
        if self.hear is not None and data[0] is WSMsgType.TEXT and not self._buffer:
            self.hear(data[1])
        else:
            super().feed_data(data, size)
