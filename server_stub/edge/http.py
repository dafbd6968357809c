"""One aiohttp application with all of the relay's routes, and what is common to them: whose request it is, bodies in time, errors
without traces, headers, health, metrics."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from server_stub.edge import bounds
from server_stub.edge.front import FRONT, Front, problem
from server_stub.edge.headers import SERVER, protect
from server_stub.edge.operators import LoginDoor, logout, operator
from server_stub.edge.origins import site_of
from server_stub.edge.visitors import visitor
from server_stub.edge.widget.routes import add_widget_routes

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

FORWARDING: Final = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")
READING: Final = ("GET", "HEAD", "OPTIONS")
ENCRYPTED: Final = "opconsole encrypted"
"""Key in a request: whether the client came by https."""


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


@web.middleware
async def know_client(request: web.Request, handler: Handler) -> web.StreamResponse:
    """From here on the request's address and scheme are the client's, also behind a proxy."""
    headers = {name: ",".join(request.headers.getall(name)) for name in FORWARDING if name in request.headers}
    client = request.app[FRONT].proxies.client(request.remote or "", request.scheme, headers)
    request[ENCRYPTED] = client.scheme == "https"  # the answer's headers are made with the request as it came
    if (client.address, client.scheme) != (request.remote, request.scheme):
        request = request.clone(remote=client.address, scheme=client.scheme)
    return await handler(request)


@web.middleware
async def no_foreign_page(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page of another site can't make its reader's browser send us anything that counts, such as failed logins from there.
    (Who may open a websocket is the visitors' door's own question.)"""
    origin = request.headers.get("Origin")
    if request.method not in READING and origin is not None and site_of(origin) != f"{request.scheme}://{request.host}":
        return problem(403, "origin", "this is not for pages of other sites")
    return await handler(request)


@web.middleware
async def read_body(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A body is here whole, and in time, before anybody works for it."""
    if request.can_read_body:
        try:
            async with asyncio.timeout(bounds.BODY_S):
                await request.read()
        except TimeoutError:
            answer = problem(408, "too_slow", "the request took too long to come")
            answer.force_close()
            return answer
    return await handler(request)


async def healthz(request: web.Request) -> web.Response:
    """200 while the relay takes commands and stores them; 503 when it stops."""
    front = request.app[FRONT]
    healthy = front.healthy() and front.lobby.open
    body = {"status": "ok" if healthy else "stopping", "sessions": len(front.lobby), "head": front.metrics.head}
    return web.json_response(body, status=200 if healthy else 503, headers={"Cache-Control": "no-store"})


async def metrics(request: web.Request) -> web.Response:
    text = request.app[FRONT].metrics.text()
    return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def finish_headers(request: web.Request, response: web.StreamResponse) -> None:
    if response.status != 101:
        protect(response.headers, encrypted=request.get(ENCRYPTED, False))
    response.headers["Server"] = SERVER


def make_app(front: Front) -> web.Application:
    app = web.Application(
        middlewares=[plain_errors, know_client, no_foreign_page, read_body], client_max_size=bounds.BODY_BYTES
    )
    app[FRONT] = front
    app.router.add_post("/v1/login", LoginDoor().login)
    app.router.add_post("/v1/logout", logout)
    app.router.add_get("/v1/operator", operator)
    app.router.add_get("/v1/visitor", visitor)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    add_widget_routes(app)
    app.on_response_prepare.append(finish_headers)
    return app
