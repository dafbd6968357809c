"""Every route of a real relay × requests that are wrong in every way: each answer is short, says nothing of what the relay is made of,
and carries the headers that keep a browser from doing more with it than it should. And websockets that break their own rules."""

import re
import socket
import struct
from collections.abc import Iterator
from typing import cast

import httpx
import pytest

from opconsole.wire import limits
from server_stub.edge.front import Front
from server_stub.edge.headers import ALWAYS
from server_stub.edge.http import make_app
from tests.e2e.relay_process import PATIENCE_S, RelayProcess, relay_process

ROUTES = sorted(
    {route.resource.canonical for route in make_app(cast(Front, object())).router.routes() if route.resource}
)
TELLTALE = re.compile(
    rb"aiohttp|uvloop|python|traceback|site-packages|server_stub|\.py\b|msgspec|itsdangerous|\bjwt\b|Exception|Error\b",
    re.I,
)
TALKING = {"/widget.js", "/static/{name:.+}", "/v1/openapi.json"}
"""Our own scripts, and the document of the routes: their words are theirs."""
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade"}
REQUESTS: dict[str, dict[str, object]] = {
    "plain": {},
    "a query of nonsense": {"params": {"lang": "\x00\ud7ff<script>", "x" * 300: "y" * 3000}},
    "a body where none belongs": {"content": b"\xff\xfe{" * 100},
    "a body that is too large": {"content": b"x" * 40_000},
    "JSON that is deep": {"content": b"[" * 10_000, "headers": {"Content-Type": "application/json"}},
    "a token that is none": {"headers": {"Authorization": "Bearer " + "x" * 3000}},
    "a token of strange bytes": {"headers": {b"Authorization": b"Bearer \xff\xfe\x80"}},
    "an upgrade without a key": {"headers": UPGRADE},
    "an upgrade with a wrong key": {
        "headers": {**UPGRADE, "Sec-WebSocket-Key": "short", "Sec-WebSocket-Version": "13"}
    },
    "an upgrade of another version": {
        "headers": {**UPGRADE, "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version": "99"}
    },
    "an upgrade to something else": {"headers": {"Upgrade": "h2c", "Connection": "Upgrade"}},
    "a foreign site": {"headers": {**UPGRADE, "Origin": "https://evil.example"}},
    "a hostile host": {"headers": {"Host": 'x"><script>'}},
    "hostile languages": {"headers": {"Accept-Language": "<script>, \x7f;q=x", "Accept-Encoding": "gzip;q=zzz, \x01"}},
    "tags that are none": {"headers": {"If-None-Match": 'W/, "", ***', "If-Modified-Since": "yesterday"}},
    "a range": {"headers": {"Range": "bytes=-1,99999999999999999999-"}},
    "cookies": {"headers": {"Cookie": "a=" + "b" * 4000 + "; $=;;;=x"}},
    "what proxies say": {"headers": {"X-Forwarded-For": "::1", "Forwarded": 'for="', "X-Forwarded-Proto": "https"}},
}


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    with relay_process(tmp_path_factory.mktemp("answers") / "data") as running:
        running.add("anna")
        yield running.start()


@pytest.fixture(scope="module", autouse=True)
def _no_complaint(relay: RelayProcess) -> Iterator[None]:
    """None of it is a fault of the relay's own: nothing is in its log."""
    yield
    assert relay.stop() == (0, "")


@pytest.mark.parametrize("route", [*ROUTES, "/nothing", "/%00", "/..%2f..%2fetc%2fpasswd", "//evil.example/", "/v1/"])
def test_no_answer_tells_of_the_relays_insides_or_lacks_its_headers(relay: RelayProcess, route: str) -> None:
    path = route.replace("{name:.+}", "shop.css").replace("{slug}", "fern-teapot")
    with httpx.Client(trust_env=False, base_url=relay.url(""), timeout=PATIENCE_S) as client:
        for name, request in REQUESTS.items():
            for method in ("GET", "POST", "HEAD", "TRACE", "X-ODD"):
                if method == "POST" and route == "/v1/login" and name == "plain":
                    continue
                answer = client.request(method, relay.url(path), **request)  # type: ignore[arg-type]
                where = f"{method} {path}, {name}: {answer.status_code}"
                assert answer.status_code < 500, where
                assert answer.headers["server"] == "opconsole", where
                for header in ALWAYS:
                    assert header in answer.headers, f"{where} lacks {header}"
                assert answer.headers["x-content-type-options"] == "nosniff", where
                assert "unsafe" not in answer.headers["content-security-policy"], where
                assert "strict-transport-security" not in answer.headers, where
                if answer.status_code >= 400:
                    assert len(answer.content) < 500 or "text/html" in answer.headers["content-type"], where
                if route not in TALKING:
                    assert not TELLTALE.search(answer.content), f"{where}: {answer.text[:300]}"
                assert "<script>" not in answer.text, where


# ---------------------------------------------------------------- websockets, before anything is decoded


def opened(relay: RelayProcess, path: str = "/v1/visitor") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", relay.port), timeout=PATIENCE_S)
    client.sendall(
        (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-webkit-deflate-frame\r\n\r\n"
        ).encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(1)
    assert b" 101 " in head
    assert b"sec-websocket-extensions" not in head.lower(), "no compression, whatever is offered"
    return client


def frame(first: int, payload: bytes, length: int | None = None) -> bytes:
    """A masked frame (with a mask of zeros); `length`: what its header says."""
    told = len(payload) if length is None else length
    if told < 126:
        header = struct.pack("!BB", first, 0x80 | told)
    elif told < 2**16:
        header = struct.pack("!BBH", first, 0x80 | 126, told)
    else:
        header = struct.pack("!BBQ", first, 0x80 | 127, told)
    return header + b"\0\0\0\0" + payload


HALF = b"x" * (limits.VISITOR_FRAME_BYTES // 2 + 1)


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([frame(0xC1, b"packed, though nobody agreed to it")], 1002),
        ([frame(0x01, HALF), frame(0x80, HALF)], 1009),
        ([frame(0x81, b"x" * 1000, 2**40)], 1009),
        ([frame(0x81, b"x" * 10, limits.VISITOR_FRAME_BYTES + 1)], 1009),
        ([frame(0x83, b"an opcode that is none")], 1002),
        ([frame(0x80, b"the end of nothing")], 1002),
        ([frame(0x89, b"p" * 126)], 1002),
        ([frame(0x81, b"\xff\xfe\xfd")], 1007),
    ],
    ids=[
        "packed",
        "too large in parts",
        "a length beyond all",
        "too large",
        "odd opcode",
        "odd end",
        "long ping",
        "no UTF-8",
    ],
)
def test_a_websocket_that_breaks_the_rules_is_closed_by_the_header_already(
    relay: RelayProcess, frames: list[bytes], code: int
) -> None:
    with opened(relay) as client:
        for each in frames:
            client.sendall(each)
        said = b""
        try:
            while part := client.recv(4096):
                said += part
        except ConnectionResetError:
            pass  # it was closed with something unread
        assert said[:1] in (b"\x88", b""), said
        if said:
            assert struct.unpack("!H", said[2:4]) == (code,)
        assert not TELLTALE.search(said)
