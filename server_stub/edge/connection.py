"""One websocket as the relay sees it: send without waiting, see what is unsent, abort, close.

The interface is the relay's own, so that another websocket library can be put under it; aiohttp is under it now. Nothing
here knows of frames, sessions or chats.
"""

import struct
from collections.abc import Sequence
from typing import Protocol

from aiohttp import WSMsgType, web

from server_stub.edge import bounds


class Connection(Protocol):
    """A websocket to one client. No method but `close` waits."""

    heard: bool
    """Something came in; the heartbeat sets it back."""

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
    that waits for one slow reader is frozen by it. Pongs and the closing handshake stay aiohttp's; each is one whole
    write too, so nothing can fall between the halves of a frame. There is no compression: for frames of 200 bytes it costs
    more than all the rest.
    """

    __slots__ = ("_ended", "_limit_bytes", "_socket", "_transport", "heard")

    def __init__(
        self, request: web.Request, socket: web.WebSocketResponse, limit_bytes: int = bounds.BUFFERED_BYTES
    ) -> None:
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client has gone")
        self._transport = transport
        self._socket = socket
        self._limit_bytes = limit_bytes
        self._ended = False
        self.heard = True

    def send(self, payload: bytes) -> None:
        transport = self._transport
        if self._ended or transport.is_closing():
            return
        if transport.get_write_buffer_size() > self._limit_bytes:
            self.abort()
            return
        length = len(payload)
        transport.write((SHORT_HEADERS[length] if length < 4096 else text_header(length)) + payload)

    def ping(self) -> None:
        if not (self._ended or self._transport.is_closing()):
            self._transport.write(PING_FRAME)

    def pong(self, payload: bytes) -> None:
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
        await self._socket.close(code=code, message=reason.encode()[:120], drain=False)

    async def receive(self) -> str | None:
        """The next text message; None: the client has gone, or sent what is no text or too large. Pings are answered here."""
        while True:
            message = await self._socket.receive()
            self.heard = True
            kind = message.type
            if kind is WSMsgType.TEXT:
                return str(message.data)
            if kind is WSMsgType.PING:
                self.pong(message.data)
            elif kind is not WSMsgType.PONG:
                if kind is WSMsgType.BINARY:
                    await self.close(1003, "text only")
                return None

    @property
    def close_code(self) -> int | None:
        return self._socket.close_code


def websocket(max_frame_bytes: int) -> web.WebSocketResponse:
    """An aiohttp websocket set up as this room wants it: no compression, no pings of its own, a bounded message."""
    return web.WebSocketResponse(
        compress=False,
        autoping=False,
        max_msg_size=max_frame_bytes,
        timeout=bounds.CLOSE_S,
        writer_limit=2**62,
    )
