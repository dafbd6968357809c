"""The relay's HTTP connections: bounded while they are no websockets; told nothing in HTTP once they are. On both loops."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import pytest
from aiohttp import web

from server_stub.edge import http, serving
from server_stub.edge.clients import Crowd, Proxies
from server_stub.edge.connection import TextSocket
from server_stub.edge.front import Front
from server_stub.edge.half_open import HalfOpen

MOST = 3
Run = Callable[[Coroutine[Any, Any, None]], None]


def with_uvloop(scene: Coroutine[Any, Any, None]) -> None:
    uvloop = pytest.importorskip("uvloop")
    uvloop.run(scene)


on_both_loops = pytest.mark.parametrize("run", [asyncio.run, with_uvloop], ids=["asyncio", "uvloop"])


async def failing(request: web.Request) -> web.StreamResponse:
    socket = TextSocket(1024)
    await socket.prepare(request)
    raise ValueError("an error of the relay's own")


@asynccontextmanager
async def listening() -> AsyncIterator[int]:
    app = http.make_app(cast(Front, SimpleNamespace(proxies=Proxies())))
    app.router.add_get("/failing", failing)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    with patch.object(serving, "HalfOpen", lambda: HalfOpen(MOST)):
        server = await serving.listen(runner, "127.0.0.1", 0, crowd=Crowd(100), proxies=Proxies())
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await runner.cleanup()


@on_both_loops
def test_the_oldest_of_too_many_silent_connections_is_cut_off(run: Run) -> None:
    async def scene() -> None:
        async with listening() as port:
            links = [await asyncio.open_connection("127.0.0.1", port)]
            for _ in range(MOST):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET /cart HTTP/1.1\r\nHost: x\r\n\r\n")
                assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
                links.append((reader, writer))
            async with asyncio.timeout(20):
                with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                    await links[0][0].readexactly(1)
            for _, writer in links:
                writer.close()

    run(scene())


@on_both_loops
def test_a_websocket_that_fails_is_cut_off_without_an_answer_in_http(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        async with listening() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(
                b"GET /failing HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            said = b""
            async with asyncio.timeout(20):
                try:
                    while part := await reader.read(4096):
                        said += part
                except ConnectionResetError:
                    pass
            assert said.count(b"HTTP/1.1 ") <= 1
            assert b"internal" not in said
            writer.close()

    run(scene())
    assert "GET /failing failed" in caplog.text
