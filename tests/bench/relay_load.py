"""A light load generator for the relay's benchmark: raw websockets over asyncio protocols, so that the client is not what is measured.

A frame to the relay is masked with the key 0 (RFC 6455 allows any key), which costs nothing to apply. No library, no tasks: a
connection is a callback. Only the loopback, only for the benchmark.
"""

import asyncio
import struct
import time
from collections.abc import Callable
from typing import Final, cast

Handle = Callable[[bytes], None]

MESSAGE: Final = b'{"t":"message","chat":'
TEXT: Final = "a message of about one hundred and twenty bytes, which is what people write to one another in a support chat, it says."


def client_frame(payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        return bytes((0x81, 0x80 | length)) + b"\0\0\0\0" + payload
    return struct.pack("!BBH", 0x81, 0xFE, length) + b"\0\0\0\0" + payload


class Peer(asyncio.Protocol):
    """One websocket to 127.0.0.1. `handle` is called with each message's bytes."""

    def __init__(self, path: str, headers: str, handle: Handle, lost: Callable[[], None] = lambda: None) -> None:
        self._lost = lost
        self._path = path
        self._headers = headers
        self._handle = handle
        self._buffer = b""
        self._open = False
        self._transport: asyncio.Transport
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def connect(
        cls, port: int, path: str, handle: Handle, headers: str = "", lost: Callable[[], None] = lambda: None
    ) -> "Peer":
        """`lost` is called when the connection has ended."""
        loop = asyncio.get_running_loop()
        _, peer = await loop.create_connection(lambda: cls(path, headers, handle, lost), "127.0.0.1", port)
        await peer.opened
        return peer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(
            (
                f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n{self._headers}\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        if not self._open:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                self._buffer = buffer
                return
            if b" 101 " not in buffer[:20]:
                self.opened.set_exception(ConnectionError(buffer.decode("utf-8", "replace")))
                return
            self._open = True
            self.opened.set_result(None)
            buffer = buffer[end + 4 :]
        start = 0
        size = len(buffer)
        while size - start >= 2:
            length = buffer[start + 1]
            head = start + 2
            if length == 126:
                head = start + 4
                length = int.from_bytes(buffer[start + 2 : head], "big") if size >= head else size
            elif length == 127:
                head = start + 10
                length = int.from_bytes(buffer[start + 2 : head], "big") if size >= head else size
            if head + length > size:
                break
            if buffer[start] == 0x81:
                self._handle(buffer[head : head + length])
            elif buffer[start] == 0x89:
                self._transport.write(b"\x8a\x80\0\0\0\0")
            start = head + length
        self._buffer = buffer[start:]

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionError("closed"))
        self._lost()

    def send(self, payload: bytes) -> None:
        self._transport.write(client_frame(payload))

    def close(self) -> None:
        self._transport.abort()


class Pair:
    """A visitor and the operator who has their chat. One of them says something; whoever gets it may answer."""

    __slots__ = ("chat", "number", "operator", "said_at", "turn", "visitor")

    def __init__(self, number: int, visitor: Peer) -> None:
        self.number = number
        self.visitor = visitor
        self.operator: Peer
        self.chat = 0
        self.turn = 0
        self.said_at = 0.0

    def say(self) -> None:
        """The next message: the visitor's and the operator's in turns."""
        self.turn += 1
        self.said_at = time.perf_counter()
        if self.turn % 2:
            self.visitor.send(b'{"t":"say","id":"%d-%d","text":"%s"}' % (self.number, self.turn, TEXT.encode()))
        else:
            self.operator.send(
                b'{"t":"say","id":"%d-%d","chat":%d,"text":"%s"}' % (self.number, self.turn, self.chat, TEXT.encode())
            )


class Floor:
    """Pairs over a relay. `delivered` counts messages that reached the other side; `acknowledged` those answered `done`."""

    def __init__(self) -> None:
        self.pairs: list[Pair] = []
        self.by_chat: dict[int, Pair] = {}
        self.delivered = 0
        self.acknowledged = 0
        self.answering = False
        """Each message is answered by the other side as soon as it arrives."""
        self.latencies_ms: list[float] = []
        self.measuring = False

    async def open(self, port: int, visitors: int, tokens: list[str]) -> None:
        """Everyone connects; each visitor writes once; the operators take them in turns until all are held."""
        for number in range(visitors):
            pair = Pair(number, await self._visitor(port, number))
            self.pairs.append(pair)
        for pair in self.pairs:
            pair.say()
        await self._until(lambda: self.acknowledged >= visitors)
        operators = [await self._operator(port, token) for token in tokens]
        taken = self.acknowledged
        for number in range(visitors):
            operators[number % len(operators)].send(b'{"t":"take_next","id":"t%d"}' % number)
        await self._until(lambda: self.acknowledged >= taken + visitors)
        await self._until(lambda: len(self.by_chat) >= visitors)
        self.delivered = 0

    async def _visitor(self, port: int, number: int) -> Peer:
        def handle(payload: bytes) -> None:
            if b'"t":"done"' in payload:
                self.acknowledged += 1
            if b'"by":"operator"' in payload:
                self._arrived(self.pairs[number])
            elif b'"state":"held"' in payload and self.pairs[number].chat == 0:
                chat = int(payload.split(b'"chat":', 1)[1].split(b",", 1)[0])
                self.pairs[number].chat = chat

        peer = await Peer.connect(port, "/v1/visitor", handle)
        peer.send(b'{"t":"hello"}')
        return peer

    async def _operator(self, port: int, token: str) -> Peer:
        def handle(payload: bytes) -> None:
            for line in payload.split(b"\n"):
                if line.startswith(MESSAGE):
                    if b'"by":"visitor"' in line:
                        pair = self.by_chat.get(int(line[len(MESSAGE) : line.index(b",", len(MESSAGE))]))
                        if pair is not None:
                            self._arrived(pair)
                elif line.startswith(b'{"t":"done"'):
                    self.acknowledged += 1
                    if line.startswith(b'{"t":"done","id":"t'):
                        self._took(int(line.split(b'"chat":', 1)[1].split(b",", 1)[0]), peer)

        peer = await Peer.connect(port, "/v1/operator", handle, f"Authorization: Bearer {token}\r\n")
        peer.send(b'{"t":"hello"}')
        return peer

    def _took(self, chat: int, operator: Peer) -> None:
        for pair in self.pairs:
            if pair.chat == chat:
                pair.operator = operator
                self.by_chat[chat] = pair
                return
        asyncio.get_running_loop().call_later(0.05, self._took, chat, operator)

    def _arrived(self, pair: Pair) -> None:
        self.delivered += 1
        if self.measuring:
            self.latencies_ms.append((time.perf_counter() - pair.said_at) * 1000)
        if self.answering:
            pair.say()

    async def _until(self, ready: Callable[[], bool], seconds: float = 60.0) -> None:
        give_up = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > give_up:
                raise SystemExit("bench_relay: the floor was not ready in time")
            await asyncio.sleep(0.02)

    async def saturate(self, seconds: float) -> tuple[int, float]:
        """Every pair talks as fast as it is answered. How many messages were delivered, and in what time."""
        self.answering = True
        for pair in self.pairs:
            pair.say()
        await asyncio.sleep(0.5)
        before, began = self.delivered, time.perf_counter()
        await asyncio.sleep(seconds)
        count, took = self.delivered - before, time.perf_counter() - began
        self.answering = False
        await asyncio.sleep(0.5)
        return count, took

    async def at_rate(self, per_s: int, seconds: float) -> list[float]:
        """So many messages a second, evenly over the pairs; the times from `say` to the other side, ms."""
        self.latencies_ms = []
        self.measuring = True
        began = time.perf_counter()
        sent = 0
        while (elapsed := time.perf_counter() - began) < seconds:
            while sent < elapsed * per_s:
                self.pairs[sent * 7 % len(self.pairs)].say()
                sent += 1
            await asyncio.sleep(0.002)
        await asyncio.sleep(0.5)
        self.measuring = False
        return self.latencies_ms

    def close(self) -> None:
        for pair in self.pairs:
            pair.visitor.close()
            pair.operator.close()


class Echo:
    """As many connections to a bare echo, each with one message of the same size on its way."""

    def __init__(self) -> None:
        self.count = 0

    async def run(self, port: int, connections: int, seconds: float) -> tuple[int, float]:
        message = b'{"t":"say","id":"%d-%d","text":"%s"}' % (100, 1000, TEXT.encode())
        peers: list[Peer] = []
        answering = True

        def handler(number: int) -> Handle:
            def handle(payload: bytes) -> None:
                self.count += 1
                if answering:
                    peers[number].send(message)

            return handle

        peers += [await Peer.connect(port, "/", handler(number)) for number in range(connections)]
        for peer in peers:
            peer.send(message)
        await asyncio.sleep(0.5)
        before, began = self.count, time.perf_counter()
        await asyncio.sleep(seconds)
        count, took = self.count - before, time.perf_counter() - began
        answering = False
        await asyncio.sleep(0.3)
        for peer in peers:
            peer.close()
        return count, took
