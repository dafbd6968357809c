"""One aiohttp application with all of the relay's routes, and what is common to them: whose request it is, bodies in time, errors
without traces, headers, health, metrics."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from aiohttp import web
from msgspec import Struct

from server_stub.edge import bounds
from server_stub.edge.described import Answer, described, openapi, refused
from server_stub.edge.figures import may_see_figures
from server_stub.edge.files import add_file_routes, is_of_files
from server_stub.edge.front import FRONT, Front, body_of, json_answer, problem
from server_stub.edge.headers import SERVER, protect
from server_stub.edge.login import LoginDoor
from server_stub.edge.operators import operator
from server_stub.edge.origins import site_of
from server_stub.edge.own_sessions import bearer, end_session, list_sessions, logout
from server_stub.edge.serving import PlainHandler
from server_stub.edge.visitors import visitor
from server_stub.edge.widget.routes import add_widget_routes

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

FORWARDING: Final = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")
READING: Final = ("GET", "HEAD", "OPTIONS")
ENCRYPTED: Final = web.RequestKey("opconsole encrypted", bool)
"""In a request: whether the client came by https."""


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
    (Who may open a websocket is the visitors' door's own question, and who may bring a file the files'.)"""
    if request.match_info.http_exception is not None or is_of_files(request):
        return await handler(request)  # there is no such route, or not by this method: that is the answer
    origin = request.headers.get("Origin")
    if request.method not in READING and origin is not None and site_of(origin) != f"{request.scheme}://{request.host}":
        return problem(403, "origin", "this is not for pages of other sites")
    return await handler(request)


@web.middleware
async def read_body(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A body is here whole, and in time, before anybody works for it. (A file's is never here whole.)"""
    if request.can_read_body and not is_of_files(request):
        try:
            await body_of(request)
        except web.HTTPRequestTimeout:
            answer = problem(408, "too_slow", "the request took too long to come")
            answer.force_close()
            return answer
    return await handler(request)


class Health(Struct, omit_defaults=True):
    """`status`: `ok`, or `stopping`. The counts are told only to those who may see `/metrics`."""

    status: str
    sessions: int | None = None
    head: int | None = None


def _insider(request: web.Request) -> bool:
    front = request.app[FRONT]
    return may_see_figures(
        front.metrics_token,
        bearer(request),
        address=request.remote or "",
        host=request.host,
        headers=request.headers,
        proxied=bool(front.proxies),
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
        return problem(
            403,
            "metrics",
            "with the `metrics_token` of desk.toml; without one from the relay's own machine only, where no proxy is",
        )
    return web.Response(body=request.app[FRONT].metrics.text(), headers={"Content-Type": METRICS_TYPE})


@described("This document: the HTTP routes as OpenAPI 3.1", answers={200: Answer("It.", media="application/json")})
async def document(request: web.Request) -> web.Response:
    return web.Response(body=request.app[DOCUMENT], content_type="application/json", charset="utf-8")


DOCUMENT: Final = web.AppKey("document", bytes)


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
    app.router.add_get("/v1/sessions", list_sessions)
    app.router.add_delete("/v1/sessions/{id}", end_session)
    app.router.add_get("/v1/operator", operator)
    app.router.add_get("/v1/visitor", visitor)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    app.router.add_get("/v1/openapi.json", document)
    add_file_routes(app)
    add_widget_routes(app)
    app[DOCUMENT] = msgspec.json.encode(openapi(app))
    app.on_response_prepare.append(finish_headers)
    return app
