"""One aiohttp application with all of the relay's routes, and what is common to them: errors without traces, health, metrics."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from server_stub.edge import bounds
from server_stub.edge.front import FRONT, Front, problem
from server_stub.edge.login import LoginDoor
from server_stub.edge.operators import operator
from server_stub.edge.own_sessions import end_session, list_sessions, logout
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
        return problem(error.status, error.reason.lower().replace(" ", "_"), error.reason)
    except ConnectionError:
        raise  # the client has gone: nobody is left to be told
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        return problem(500, "internal", "the relay could not do this; its log says why")


async def healthz(request: web.Request) -> web.Response:
    """200 while the relay takes commands and stores them; 503 when it stops."""
    front = request.app[FRONT]
    healthy = front.healthy() and front.lobby.open
    body = {"status": "ok" if healthy else "stopping", "sessions": len(front.lobby), "head": front.metrics.head}
    return web.json_response(body, status=200 if healthy else 503, headers={"Cache-Control": "no-store"})


async def metrics(request: web.Request) -> web.Response:
    text = request.app[FRONT].metrics.text()
    return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


SILENT: Final = logging.Logger("access", logging.CRITICAL)
"""There is no access log: addresses of visitors are nobody's business twice."""
SERVER: Final = "opconsole"
"""What an answer says of its maker: no library, no version."""


async def say_no_version(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = SERVER


class PlainHandler(web.RequestHandler):
    """aiohttp's HTTP connection; what is no HTTP is answered without an echo of it, and fills no log."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if status >= 500:
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
    return await loop.create_server(
        lambda: PlainHandler(manager, loop=loop, access_log=SILENT), host, port, backlog=bounds.BACKLOG
    )


def make_app(front: Front) -> web.Application:
    app = web.Application(middlewares=[plain_errors], client_max_size=bounds.BODY_BYTES)
    app[FRONT] = front
    app.router.add_post("/v1/login", LoginDoor().login)
    app.router.add_post("/v1/logout", logout)
    app.router.add_get("/v1/sessions", list_sessions)
    app.router.add_delete("/v1/sessions/{id}", end_session)
    app.router.add_get("/v1/operator", operator)
    app.router.add_get("/v1/visitor", visitor)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    add_widget_routes(app)
    app.on_response_prepare.append(say_no_version)
    return app
