"""The valve between a socket and its websocket's parser: bytes go in piece by piece, no faster than the session's rate, and not at
all while the session has enough.

Without it whatever one read brings (a quarter of a megabyte: ten thousand tiny frames) would be worked off at once, whoever
waits; and fragments, pings and signals have no answer that could slow their sender down. What is not let in waits here, the
socket is not read meanwhile, and so the sender's own buffers fill.
"""

import asyncio
from typing import Final, Protocol

from server_stub.edge import bounds

Fed = tuple[bool, bytes]


class Parser(Protocol):
    """What aiohttp asks of a parser. True: nothing more is wanted, the connection may close."""

    def feed_data(self, data: bytes) -> Fed: ...

    def feed_eof(self) -> None: ...


class Socket(Protocol):
    """aiohttp's side of the connection, as far as it is needed here."""

    transport: asyncio.Transport | None
    _reading_paused: bool
    _buffer_paused: bool

    def close(self) -> None: ...


NOTHING: Final[Fed] = (False, b"")
_NO_RATE: Final = 1e12


class Valve:
    """A parser before the parser. `shut` and `open` are the session's; the rate is its own."""

    __slots__ = ("_at_s", "_burst", "_held", "_loop", "_parser", "_per_s", "_shut", "_socket", "_timer", "_tokens")

    def __init__(self, parser: Parser, socket: Socket, per_s: float, burst: float) -> None:
        """`per_s`, `burst`: bytes."""
        self._parser = parser
        self._socket = socket
        self._loop = asyncio.get_running_loop()
        self._per_s = per_s
        self._burst = self._tokens = burst
        self._at_s = self._loop.time()
        self._held = b""
        """Read from the socket, and not let in yet."""
        self._shut = False
        self._timer: asyncio.Handle | None = None
        """Goes on with what is held."""

    # ------------------------------------------------------------ the session's

    def shut(self) -> None:
        """Let nothing more in, after the piece that is being parsed."""
        self._shut = True
        self._read_no_more()

    def open(self) -> None:
        self._shut = False
        self._go_on()

    def let_go(self) -> None:
        """The session is over: what still comes is heard by nobody, but the client's farewell stands behind it, and without that
        the close would cut off what the client was told last."""
        self._per_s = self._burst = self._tokens = _NO_RATE
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.open()

    # ------------------------------------------------------------ aiohttp's

    def feed_data(self, data: bytes) -> Fed:
        if self._held or self._shut:
            self._held += data
            self._read_no_more()
            if len(self._held) > bounds.UNREAD_BYTES and self._socket.transport is not None:
                self._socket.transport.abort()
            return NOTHING
        return self._pour(data)

    def feed_eof(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._held = b""
        self._parser.feed_eof()

    # ------------------------------------------------------------ inside

    def _pour(self, data: bytes) -> Fed:
        """Let a piece in, and hold the rest until the other sockets had their turn."""
        if self._must_wait():
            self._held = data
            self._read_no_more()
            return NOTHING
        piece, self._held = data[: bounds.PIECE_BYTES], data[bounds.PIECE_BYTES :]
        self._tokens -= len(piece)
        if self._held:
            self._read_no_more()
            self._timer = self._loop.call_soon(self._timed)
        return self._parser.feed_data(piece)

    def _must_wait(self) -> bool:
        """Whether the rate is used up; then it is gone on with when it isn't any more."""
        now_s = self._loop.time()
        self._tokens = min(self._burst, self._tokens + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        if self._tokens > 0:
            return False
        if self._timer is None:
            self._timer = self._loop.call_later((1 - self._tokens) / self._per_s, self._timed)
        return True

    def _timed(self) -> None:
        self._timer = None
        self._go_on()

    def _go_on(self) -> None:
        if self._shut or self._timer is not None:
            return
        if self._held:
            held, self._held = self._held, b""
            eof, _ = self._pour(held)
            if eof:
                self._socket.close()
                return
        if not (self._shut or self._held):
            self._read_on()

    def _read_no_more(self) -> None:
        transport = self._socket.transport
        if transport is not None and not transport.is_closing():
            transport.pause_reading()

    def _read_on(self) -> None:
        socket = self._socket
        if socket._reading_paused or socket._buffer_paused:
            return  # aiohttp's own queue is full: it goes on by itself
        if socket.transport is not None and not socket.transport.is_closing():
            socket.transport.resume_reading()
