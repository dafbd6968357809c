"""The listener below the requests: who is slow is not waited for, who is many is not let in, and nonsense gets a short answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import web

from server_stub.edge import bounds
from server_stub.edge.clients import Crowd, Proxies
from server_stub.edge.half_open import HalfOpen
from server_stub.edge.headers import ALWAYS
from server_stub.edge.http import read_body
from server_stub.edge.serving import PlainHandler, listen

Talk = Callable[[bytes], Any]


@asynccontextmanager
async def listening(crowd: Crowd | None = None) -> AsyncIterator[int]:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    app = web.Application(middlewares=[read_body], client_max_size=bounds.BODY_BYTES)
    app.router.add_post("/", echo)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        server = await listen(runner, "127.0.0.1", 0, crowd=crowd or Crowd(10), proxies=Proxies())
        yield server.sockets[0].getsockname()[1]
        server.close()
    finally:
        await runner.cleanup()


async def said(port: int, *parts: bytes) -> bytes:
    """Send this, and read until the relay closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(20):
            return await reader.read()
    except ConnectionResetError:
        return b""  # closed with something unread
    finally:
        writer.close()


POST = b"POST / HTTP/1.1\r\nHost: a\r\n"


async def test_a_request_whose_headers_do_not_come_in_time_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEADERS_S", 0.2)
    async with listening() as port:
        assert await said(port, POST + b"X-Slow: ") == b""
        assert await said(port) == b"", "nor one of which nothing comes"


async def test_one_header_after_another_does_not_keep_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEADERS_S", 0.3)
    async with listening() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(POST)

        async def dribble() -> None:
            while not reader.at_eof():
                writer.write(b"X-More: 1\r\n")
                await asyncio.sleep(0.01)

        dribbling = asyncio.create_task(dribble())
        try:
            async with asyncio.timeout(20):
                assert await reader.read() == b""
        except ConnectionResetError:
            pass  # closed with something unread: that too is an end
        finally:
            dribbling.cancel()
            writer.close()


async def test_a_body_that_does_not_come_in_time_is_answered_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "BODY_S", 0.2)
    async with listening() as port:
        answer = await said(port, POST + b"Content-Length: 100\r\n\r\nhalf of it")
        assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        POST + b"X-Long: " + b"y" * 9000 + b"\r\n\r\n",
        POST + b"".join(b"X-%d: 1\r\n" % number for number in range(100)) + b"\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00" * 100 + b"\r\n\r\n",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        POST + b"Bad Header\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
async def test_what_is_no_request_as_it_should_be_gets_400_and_no_echo(request_bytes: bytes) -> None:
    async with listening() as port:
        answer = await said(port, request_bytes + b"\r\n")
        assert answer.split(b" ")[1] == b"400"
        for word in (b"aiohttp", b"Python", b"Traceback", b"Error", b"X-Long", b"Bad Header"):
            assert word not in answer
        for name in ALWAYS:
            assert name.encode() + b":" in answer


async def test_a_packed_body_is_not_unpacked() -> None:
    """A few bytes can unpack into gigabytes; nobody who writes to a relay needs to pack."""
    async with listening() as port:
        answer = await said(
            port, POST + b"Content-Encoding: gzip\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
        )
        assert answer.endswith(b"hello")


class Transport(asyncio.Transport):
    """A connection from an address; it notes whether it was cut."""

    def __init__(self, address: str) -> None:
        super().__init__({"peername": (address, 4711)})
        self.cut = False

    def abort(self) -> None:
        self.cut = True

    def close(self) -> None:
        pass

    def is_closing(self) -> bool:
        return self.cut


async def test_one_connection_too_many_of_a_network_is_cut_and_those_that_stand_are_not() -> None:
    crowd = Crowd(2)
    manager = web.Server(lambda request: None)  # type: ignore[arg-type, return-value]
    loop = asyncio.get_running_loop()

    async def come(address: str, proxies: Proxies | None = None) -> tuple[PlainHandler, Transport]:
        handler, transport = (
            PlainHandler(manager, loop, half_open=HalfOpen(), crowd=crowd, proxies=proxies or Proxies()),
            Transport(address),
        )
        handler.connection_made(transport)
        await asyncio.sleep(0)
        return handler, transport

    first, second = await come("2001:db8::1"), await come("2001:db8::2")
    third = await come("2001:db8::3")
    other = await come("192.0.2.1")
    proxy = await come("2001:db8::9", Proxies([ip_network("2001:db8::9/128")]))
    assert [transport.cut for _, transport in (first, second, third, other, proxy)] == [
        False,
        False,
        True,
        False,
        False,
    ]
    third[0].connection_lost(None)
    fourth = await come("2001:db8::4")
    assert fourth[1].cut, "whoever was not let in leaves no room behind"
    first[0].connection_lost(None)
    fifth = await come("2001:db8::5")
    assert not fifth[1].cut
    for handler, _ in (second, other, proxy, fourth, fifth):
        handler.connection_lost(None)
    await asyncio.sleep(0)
    assert len(crowd) == 0
