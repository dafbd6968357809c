"""One aiohttp application with all of the relay's routes, and what is common to them: errors without traces, health, metrics."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from aiohttp import web
from aiohttp.http import WebSocketReader
from msgspec import Struct

from server_stub.edge import bounds
from server_stub.edge.described import Answer, described, openapi, refused
from server_stub.edge.figures import may_see_figures
from server_stub.edge.front import FRONT, Front, json_answer, problem
from server_stub.edge.half_open import HalfOpen
from server_stub.edge.operators import LoginDoor, bearer, logout, operator
from server_stub.edge.visitors import visitor
from server_stub.edge.widget.routes import add_widget_routes

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever goes wrong in a handler is logged here, and told without details."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        answer = problem(error.status, error.reason.lower().replace(" ", "_"), error.reason)
        if "Allow" in error.headers:
            answer.headers["Allow"] = error.headers["Allow"]  # RFC 9110, 15.5.6
        return answer
    except ConnectionError:
        raise  # the client has gone: nobody is left to be told
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        if isinstance(request.protocol, PlainHandler) and request.protocol.is_websocket:
            request.protocol.cut_off()  # an HTTP answer would be nonsense in the middle of its frames
            raise ConnectionAbortedError from None
        return problem(500, "internal", "the relay could not do this; its log says why")


class Health(Struct, omit_defaults=True):
    """`status`: `ok`, or `stopping`. The counts are told only to those who may see `/metrics`."""

    status: str
    sessions: int | None = None
    head: int | None = None


def _insider(request: web.Request) -> bool:
    token, host, headers = bearer(request), request.host, request.headers
    return may_see_figures(
        request.app[FRONT].metrics_token, token, address=request.remote or "", host=host, headers=headers
    )


@described(
    "Whether the relay takes commands and stores them",
    answers={200: Answer("It does.", Health), 503: Answer("It is stopping.", Health)},
)
async def healthz(request: web.Request) -> web.Response:
    """200 while the relay takes commands and stores them; 503 when it stops."""
    front = request.app[FRONT]
    healthy = front.healthy() and front.lobby.open
    body = Health("ok" if healthy else "stopping")
    if _insider(request):
        body.sessions, body.head = len(front.lobby), front.metrics.head
    return json_answer(body, 200 if healthy else 503)


METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@described(
    "The relay's figures, for Prometheus: from its own machine, or with the desk's `metrics_token`",
    answers={200: Answer("The figures.", media="text/plain"), 403: refused("They are not for everybody.")},
)
async def metrics(request: web.Request) -> web.Response:
    if not _insider(request):
        return problem(403, "metrics", "from the relay's own machine only, or with the `metrics_token` of desk.toml")
    return web.Response(body=request.app[FRONT].metrics.text(), headers={"Content-Type": METRICS_TYPE})


@described("This document: the HTTP routes as OpenAPI 3.1", answers={200: Answer("It.", media="application/json")})
async def document(request: web.Request) -> web.Response:
    return web.Response(body=request.app[DOCUMENT], content_type="application/json", charset="utf-8")


DOCUMENT: Final = web.AppKey("document", bytes)


SILENT: Final = logging.Logger("access", logging.CRITICAL)
"""There is no access log: addresses of visitors are nobody's business twice."""
SERVER: Final = "opconsole"
"""What an answer says of its maker: no library, no version."""


async def say_no_version(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = SERVER


class PlainHandler(web.RequestHandler):
    """aiohttp's HTTP connection; what is no HTTP is answered without an echo of it, and fills no log.

    Nobody sends packed bodies here, so none is unpacked. While it is no websocket it is counted, and bounded in time.
    """

    __slots__ = ("_half_open", "is_websocket")

    def __init__(self, manager: web.Server, half_open: HalfOpen, *, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(manager, loop=loop, access_log=SILENT, keepalive_timeout=bounds.IDLE_S, auto_decompress=False)
        self._half_open = half_open
        self.is_websocket = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._half_open.enter(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._half_open.leave(self)
        super().connection_lost(exc)

    def set_parser(self, parser: WebSocketReader, data_received_cb: Callable[[], None] | None = None) -> None:
        self.is_websocket = True
        self._half_open.leave(self)
        super().set_parser(parser, data_received_cb)

    def cut_off(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if status >= 500 and not isinstance(exc, ConnectionError):
            log.error("a request failed", exc_info=exc)
        answer = problem(status, "bad_request" if status < 500 else "internal", "the relay can't answer this")
        answer.headers["Server"] = SERVER
        answer.force_close()
        return answer


async def listen(runner: web.AppRunner, host: str, port: int) -> asyncio.Server:
    """Accept connections for a runner that was set up. Raises OSError."""
    manager = runner.server
    assert manager is not None
    loop = asyncio.get_running_loop()
    half_open = HalfOpen()
    return await loop.create_server(
        lambda: PlainHandler(manager, half_open, loop=loop), host, port, backlog=bounds.BACKLOG
    )


def make_app(front: Front) -> web.Application:
    app = web.Application(middlewares=[plain_errors], client_max_size=bounds.BODY_BYTES)
    app[FRONT] = front
    app.router.add_post("/v1/login", LoginDoor().login)
    app.router.add_post("/v1/logout", logout)
    app.router.add_get("/v1/operator", operator)
    app.router.add_get("/v1/visitor", visitor)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    app.router.add_get("/v1/openapi.json", document)
    add_widget_routes(app)
    app[DOCUMENT] = msgspec.json.encode(openapi(app))
    app.on_response_prepare.append(say_no_version)
    return app
