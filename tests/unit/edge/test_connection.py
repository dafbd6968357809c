"""One websocket: what is sent arrives whole, what comes is heard in order, and who does not read is cut off.

These tests also guard the private parts of aiohttp on which `TextSocket` stands: with a release that changes them they fail.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server_stub.edge import bounds
from server_stub.edge.connection import AiohttpConnection, TextSocket, text_header

Serve = Callable[[AiohttpConnection], Awaitable[None]]

LIMIT_BYTES = 64 * 1024


@asynccontextmanager
async def served(serve: Serve, *, buffered_bytes: int = 2**20) -> AsyncIterator[ClientConnection]:
    """A client of a server that does this with the connection."""

    async def handler(request: web.Request) -> web.StreamResponse:
        socket = TextSocket(LIMIT_BYTES)
        await socket.prepare(request)
        await serve(AiohttpConnection(request, socket, buffered_bytes))
        return socket

    app = web.Application()
    app.router.add_get("/", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with connect(f"ws://127.0.0.1:{port}/", proxy=None, max_size=None, close_timeout=1) as client:
            yield client
    finally:
        await runner.cleanup()


async def echo(connection: AiohttpConnection) -> None:
    await connection.listen(lambda text: connection.send(text.encode()))


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 4095, 4096, 65535])
async def test_texts_of_every_length_come_and_go_whole(length: int) -> None:
    text = ("абв" * length)[: length // 2] if length > 1 else "a" * length
    async with served(echo) as client:
        await client.send(text)
        assert await client.recv() == text


async def test_a_long_frame_has_a_long_header() -> None:
    async def shout(connection: AiohttpConnection) -> None:
        connection.send(b"x" * 70_000)
        await connection.listen(lambda _: None)

    async with served(shout) as client:
        assert await client.recv() == "x" * 70_000
    assert text_header(70_000) == struct.pack("!BBQ", 0x81, 127, 70_000)


async def test_what_comes_before_the_listener_is_heard_first() -> None:
    heard: list[str] = []

    async def late(connection: AiohttpConnection) -> None:
        first = await connection.first()
        assert first == "0"
        await asyncio.sleep(0)
        await connection.listen(lambda text: heard.append(text) if text != "end" else connection.abort())

    async with served(late) as client:
        for number in range(50):
            await client.send(str(number))
        await client.send("end")
        with pytest.raises(ConnectionClosed):
            await client.recv()
    assert heard == [str(number) for number in range(1, 50)]


async def test_fragments_are_heard_as_one_text() -> None:
    async with served(echo) as client:
        await client.send(["in ", "three ", "parts"])
        assert await client.recv() == "in three parts"


async def test_pings_are_answered_and_count_as_heard() -> None:
    async def quiet(connection: AiohttpConnection) -> None:
        connection.heard = False
        await connection.listen(lambda _: connection.send(str(connection.heard).encode()))

    async with served(quiet) as client:
        await asyncio.wait_for(await client.ping("are you there"), 20)
        await client.send("?")
        assert await client.recv() == "True"


async def test_our_pings_are_answered() -> None:
    answered = asyncio.Event()

    async def pinging(connection: AiohttpConnection) -> None:
        connection.heard = False
        connection.ping()
        listening = asyncio.ensure_future(connection.listen(lambda _: None))
        while not connection.heard:
            await asyncio.sleep(0.01)
        answered.set()
        await listening

    async with served(pinging):
        await asyncio.wait_for(answered.wait(), 20)


async def test_a_close_says_its_code_and_reason_after_all_that_was_sent() -> None:
    async def leave(connection: AiohttpConnection) -> None:
        connection.send(b"last words")
        await connection.close(1012, "stopping")
        connection.send(b"too late")
        connection.ping()

    async with served(leave) as client:
        assert await client.recv() == "last words"
        with pytest.raises(ConnectionClosed) as end:
            await client.recv()
    assert end.value.rcvd is not None
    assert (end.value.rcvd.code, end.value.rcvd.reason) == (1012, "stopping")


async def test_a_message_beyond_the_limit_ends_the_connection() -> None:
    async with served(echo) as client:
        await client.send("x" * (LIMIT_BYTES + 1))
        with pytest.raises(ConnectionClosed) as end:
            await client.recv()
    assert end.value.rcvd is not None
    assert end.value.rcvd.code == 1009


async def test_who_does_not_read_is_cut_off_within_bounded_memory() -> None:
    most, slow = 0, asyncio.Event()

    async def flood(connection: AiohttpConnection) -> None:
        nonlocal most
        while not connection.slow:
            connection.send(b"x" * 50_000)
            most = max(most, connection.buffered_bytes())
            await asyncio.sleep(0)
        slow.set()
        connection.send(b"nothing more goes out")

    async with served(flood, buffered_bytes=200_000) as client:
        client.transport.pause_reading()
        await asyncio.wait_for(slow.wait(), 20)
        assert 200_000 < most <= 250_020
        client.transport.resume_reading()


async def test_a_paused_connection_is_not_read_until_it_is_resumed() -> None:
    paused = asyncio.Event()
    heard: list[str] = []
    connections: list[AiohttpConnection] = []

    def hear(text: str) -> None:
        heard.append(text)
        if text == "pause":
            connections[0].pause()
            paused.set()
        else:
            connections[0].send(text.encode())

    async def pausing(connection: AiohttpConnection) -> None:
        connections.append(connection)
        await connection.listen(hear)

    async with served(pausing) as client:
        await client.send("pause")
        await asyncio.wait_for(paused.wait(), 20)
        await client.send("later")
        for _ in range(20):
            await asyncio.sleep(0)
        assert heard == ["pause"]
        connections[0].resume()
        assert await client.recv() == "later"


async def test_an_error_of_the_listener_ends_its_connection_only() -> None:
    async def broken(connection: AiohttpConnection) -> None:
        def hear(text: str) -> None:
            raise RuntimeError("a fault")

        await connection.listen(hear)

    async with served(broken) as client:
        await client.send("x")
        with pytest.raises(ConnectionClosed):
            await client.recv()


async def test_a_client_that_pings_without_end_is_cut_off() -> None:
    async with served(echo) as client:
        for _ in range(bounds.PINGS_BURST):
            await (await client.ping())
        with suppress(ConnectionClosed):
            for _ in range(bounds.PINGS_BURST):  # it has gained some more in the time that those took
                await client.ping()
        with pytest.raises(ConnectionClosed) as end:
            await client.recv()
        assert end.value.rcvd is None


async def test_a_long_text_is_parsed_in_pieces_and_arrives_whole() -> None:
    text = "x" * (LIMIT_BYTES - 1)
    async with served(echo) as client:
        await asyncio.gather(*(client.send(text) for _ in range(5)))
        for _ in range(5):
            assert await client.recv() == text
