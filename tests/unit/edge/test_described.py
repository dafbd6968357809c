"""Every HTTP route is described, and the OpenAPI document is made of what there is."""

from types import SimpleNamespace
from typing import Any, cast

import jsonschema
import pytest
from aiohttp import web

from server_stub.edge.described import Answer, described, openapi, routes
from server_stub.edge.front import Front
from server_stub.edge.http import make_app


@pytest.fixture
def app() -> web.Application:
    return make_app(cast(Front, SimpleNamespace()))


def test_every_route_is_described(app: web.Application) -> None:
    assert [f"{method} {path}" for path, method, told in routes(app) if told is None] == []


def test_a_route_without_a_description_is_seen(app: web.Application) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response()

    app.router.add_get("/v1/new", handler)
    assert [path for path, _, told in routes(app) if told is None] == ["/v1/new"]


def test_the_document_holds_every_route(app: web.Application) -> None:
    paths = openapi(app)["paths"]
    there = {(path, method.lower()) for path, method, _ in routes(app)}
    assert {(path, method) for path, methods in paths.items() for method in methods} == there
    assert {("/v1/login", "post"), ("/v1/logout", "post"), ("/healthz", "get"), ("/metrics", "get")} <= there
    assert {("/v1/openapi.json", "get"), ("/widget.js", "get"), ("/product/{slug}", "get")} <= there


def test_bodies_are_the_types(app: web.Application) -> None:
    document = openapi(app)
    schemas = document["components"]["schemas"]
    assert set(schemas["LoginForm"]["required"]) == {"login", "password"}
    assert set(schemas["Problem"]["required"]) == {"code", "text", "facts"}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert _references(document) <= {f"#/components/schemas/{name}" for name in schemas}


def test_who_needs_a_token_is_told(app: web.Application) -> None:
    paths = openapi(app)["paths"]
    assert paths["/v1/logout"]["post"]["security"] == [{"bearer": []}]
    assert "security" not in paths["/v1/login"]["post"]


def test_a_path_s_parts_are_parameters() -> None:
    @described("A thing", answers={200: Answer("It.")}, headers={"X-Why": "Why."})
    async def thing(request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_get("/things/{name:.+}", thing)
    (path,) = openapi(app)["paths"]
    parameters = openapi(app)["paths"][path]["get"]["parameters"]
    assert path == "/things/{name}"
    assert [(each["in"], each["name"]) for each in parameters] == [("path", "name"), ("header", "X-Why")]


def _references(part: Any) -> set[str]:
    if isinstance(part, dict):
        return {part["$ref"]} if "$ref" in part else set().union(*map(_references, part.values()), set())
    return set().union(*map(_references, part), set()) if isinstance(part, list) else set()
