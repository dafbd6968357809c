"""The listener and its connections, below the requests: how many of one address, how long one may take, and nonsense that is no HTTP."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable, Iterator
from typing import Final

from aiohttp import web
from aiohttp.http import WebSocketReader

from server_stub.edge import bounds
from server_stub.edge.clients import Crowd, Proxies
from server_stub.edge.front import problem
from server_stub.edge.half_open import HalfOpen
from server_stub.edge.headers import SERVER, protect

log = logging.getLogger(__name__)

SILENT: Final = logging.Logger("access", logging.CRITICAL)
"""There is no access log: addresses of visitors are nobody's business twice."""


class PlainHandler(web.RequestHandler):
    """aiohttp's HTTP connection; what is no HTTP is answered without an echo of it, and fills no log.

    Nobody sends packed bodies here, so none is unpacked. While it is no websocket it is counted, and bounded in time.
    """

    __slots__ = ("_crowd", "_half_open", "_network", "_proxies", "is_websocket")

    def __init__(
        self,
        manager: web.Server,
        loop: asyncio.AbstractEventLoop,
        *,
        half_open: HalfOpen,
        crowd: Crowd,
        proxies: Proxies,
    ) -> None:
        super().__init__(
            manager,
            loop=loop,
            access_log=SILENT,
            # It ends a connection that waits for its next request, however much of it has come: also one that dribbles.
            keepalive_timeout=bounds.IDLE_S if proxies else bounds.HEADERS_S,
            max_line_size=bounds.HEADER_BYTES,
            max_field_size=bounds.HEADER_BYTES,
            max_headers=bounds.HEADERS,
            lingering_time=1.0,
            auto_decompress=False,
        )
        self.is_websocket = False
        self._half_open = half_open
        self._crowd = crowd
        self._proxies = proxies
        self._network: str | None = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._network = "" if self._proxies.trusts(address) else self._crowd.enter(address)
        super().connection_made(transport)
        self._half_open.enter(self)
        if self._network is None:
            self.cut_off()

    def connection_lost(self, exc: BaseException | None) -> None:
        network, self._network = self._network, ""
        self._crowd.leave(network or "")
        self._half_open.leave(self)
        super().connection_lost(exc)

    def set_parser(self, parser: WebSocketReader, data_received_cb: Callable[[], None] | None = None) -> None:
        self.is_websocket = True
        self._half_open.leave(self)
        super().set_parser(parser, data_received_cb)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """What it does takes its time, and is bounded elsewhere: meanwhile it is not the one that nobody misses."""
        self._half_open.leave(self)
        try:
            yield
        finally:
            if self.transport is not None:
                self._half_open.enter(self)

    def cut_off(self) -> None:
        if self.transport is not None:  # uvloop's is no subclass of asyncio's
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if status >= 500 and not isinstance(exc, ConnectionError):  # a client that has gone is no failure
            log.error("a request failed", exc_info=exc)
        answer = problem(status, "bad_request" if status < 500 else "internal", "the relay can't answer this")
        protect(answer.headers, encrypted=False)
        answer.headers["Server"] = SERVER
        answer.force_close()
        return answer


async def listen(
    runner: web.AppRunner,
    host: str,
    port: int,
    *,
    crowd: Crowd,
    proxies: Proxies,
    tls: ssl.SSLContext | None = None,
) -> asyncio.Server:
    """Accept connections for a runner that was set up. Raises OSError."""
    manager = runner.server
    assert manager is not None
    loop = asyncio.get_running_loop()
    half_open = HalfOpen()
    return await loop.create_server(
        lambda: PlainHandler(manager, loop, half_open=half_open, crowd=crowd, proxies=proxies),
        host,
        port,
        backlog=bounds.BACKLOG,
        ssl=tls,
        ssl_handshake_timeout=bounds.HANDSHAKE_S if tls is not None else None,
    )
