"""What each HTTP route does, said beside its handler; and the OpenAPI document that is made of the routes that there are.

    @described("Log in", body=LoginForm, answers={200: Answer("The token.", LoginAnswer), 401: REFUSED})
    async def login(request): ...

A route without a description is a test's failure (`tests/unit/edge/test_described.py`). What every route can answer (a
request that can't be read, a method that isn't there, an error of the relay's own) is said once, here. The websockets' frames
are not HTTP: they are described by `opconsole protocol`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import msgspec
from aiohttp import hdrs, web
from msgspec import Struct

from opconsole.wire import limits

H = TypeVar("H", bound=Callable[..., Any])

_KEY: Final = "__described__"
_REF: Final = "#/components/schemas/{name}"
BEARER: Final = "bearer"


class Problem(Struct):
    """Every error: `code` is for programs, `text` for people (English), `facts` fill a translated sentence."""

    code: str
    text: str
    facts: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    body: type[Struct] | None = None
    media: str = ""
    """Without a body: the content's type; empty: there is no content."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names of headers that come with it, and what they say."""


@dataclass(frozen=True, slots=True)
class About:
    """A route, as its reader needs it."""

    summary: str
    body: type[Struct] | None
    token: bool
    headers: Mapping[str, str]
    answers: Mapping[int, Answer]
    takes: str = ""
    """The type of a body that is no JSON."""


def refused(text: str, **headers: str) -> Answer:
    """An answer that is a `Problem`. `headers`: with `_` for `-`."""
    return Answer(text, Problem, headers={name.replace("_", "-"): said for name, said in headers.items()})


ALWAYS: Final = {
    400: refused("The request can't be read."),
    405: refused("Another method is meant.", Allow="Methods that are meant."),
    413: refused("The body is too large."),
    500: refused("An error of the relay's own, which is in its log."),
}
"""What any route can answer."""


def described(
    summary: str,
    *,
    answers: Mapping[int, Answer],
    body: type[Struct] | None = None,
    token: bool = False,
    headers: Mapping[str, str] | None = None,
    takes: str = "",
) -> Callable[[H], H]:
    """Say what a handler does. `body`: the JSON that it takes; `token`: it wants `Authorization: Bearer TOKEN`; `headers`:
    others that it reads, and what for; `takes`: the type of a body that is no JSON."""

    def mark(handler: H) -> H:
        setattr(handler, _KEY, About(summary, body, token, headers or {}, answers, takes))
        return handler

    return mark


def about(handler: Any) -> About | None:
    found = getattr(handler, _KEY, None)
    return found if isinstance(found, About) else None


def routes(app: web.Application) -> Iterator[tuple[str, str, About | None]]:
    """Path, method and description of every route. HEAD goes with GET."""
    for route in app.router.routes():
        if route.method != hdrs.METH_HEAD and route.resource is not None:
            yield route.resource.canonical, route.method, about(route.handler)


# ---------------------------------------------------------------- the document


def openapi(app: web.Application) -> dict[str, Any]:
    """The application's routes as an OpenAPI 3.1 document."""
    paths: dict[str, dict[str, Any]] = {}
    kinds: dict[type[Struct], None] = {Problem: None}
    for path, method, told in routes(app):
        if told is not None:
            kinds.update(dict.fromkeys(_bodies(told)))
            paths.setdefault(path, {})[method.lower()] = _operation(path, told)
    _, schemas = msgspec.json.schema_components(list(kinds), ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "opconsole relay",
            "description": "What the relay answers over HTTP. The websockets' frames: docs/protocol.md.",
            "version": str(limits.PROTOCOL_VERSION),
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {BEARER: {"type": "http", "scheme": "bearer"}},
        },
    }


def _bodies(told: About) -> Iterator[type[Struct]]:
    if told.body is not None:
        yield told.body
    for answer in told.answers.values():
        if answer.body is not None:
            yield answer.body


def _operation(path: str, told: About) -> dict[str, Any]:
    answers = dict(sorted({**ALWAYS, **told.answers}.items()))
    operation: dict[str, Any] = {
        "summary": told.summary,
        "responses": {str(status): _response(answer) for status, answer in answers.items()},
    }
    parameters = [
        {"name": part.strip("{}"), "in": "path", "required": True, "schema": {"type": "string"}}
        for part in path.split("/")
        if part.startswith("{")
    ]
    parameters += [
        {"name": name, "in": "header", "description": said, "schema": {"type": "string"}}
        for name, said in told.headers.items()
    ]
    if parameters:
        operation["parameters"] = parameters
    if told.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(told.body)}
    elif told.takes:
        operation["requestBody"] = {"required": True, "content": {told.takes: {}}}
    if told.token:
        operation["security"] = [{BEARER: []}]
    return operation


def _response(answer: Answer) -> dict[str, Any]:
    response: dict[str, Any] = {"description": answer.text}
    if answer.body is not None:
        response["content"] = _json(answer.body)
    elif answer.media:
        response["content"] = {answer.media: {}}
    if answer.headers:
        response["headers"] = {
            name: {"description": said, "schema": {"type": "string"}} for name, said in answer.headers.items()
        }
    return response


def _json(kind: type[Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(name=kind.__name__)}}}
