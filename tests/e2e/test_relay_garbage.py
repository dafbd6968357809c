"""Garbage on a real relay's port: HTTP that is none, requests that would be smuggled, broken websockets. Each costs its own connection.

After every piece the relay is well, an honest visitor talks on, nothing of it is in the relay's log, and its memory is bounded.
"""

import asyncio
import gzip
import re
import socket
from collections.abc import AsyncIterator, Iterator

import httpx
import psutil
import pytest

from opconsole.wire import limits, visitor
from server_stub.edge import bounds
from tests.e2e.relay_process import PATIENCE_S, Peer, RelayProcess, relay_process

GROWTH_BYTES = 48 * 1024 * 1024
"""All the garbage of this module together may cost so much memory, most of it the allocator's."""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    """Quiet to the end: a stranger can't make it log."""
    with relay_process(tmp_path_factory.mktemp("relay") / "data") as running:
        running.add("anna")
        running.start()
        assert running.process is not None
        process = psutil.Process(running.process.pid)
        before = process.memory_info().rss
        yield running
        assert process.memory_info().rss - before < GROWTH_BYTES
        assert running.stop() == (0, "")


@pytest.fixture(autouse=True)
async def honest(relay: RelayProcess) -> AsyncIterator[Peer]:
    """Somebody who talks before the garbage and after it, in the same session."""
    page = await relay.visitor()
    await page.do(visitor.VisitorSay, text="Before")
    yield page
    await page.do(visitor.VisitorSay, text="After")
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        assert (await client.get(relay.url("/healthz"))).json()["status"] == "ok"
    await relay.close_peers()


def exchange(port: int, *parts: bytes, until_closed: bool = True) -> bytes:
    """Send, and read until the relay closes (or, not `until_closed`, until an answer's head is there)."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as link:
        answer = b""
        try:
            for part in parts:
                link.sendall(part)
            while part := link.recv(65536):
                answer += part
                if not until_closed and b"\r\n\r\n" in answer:
                    break
        except ConnectionError:
            pass  # it did not wait for the rest
        return answer


def pour(port: int, sent: bytes) -> None:
    """A websocket that stands, and then all of this, until it is out or the relay has enough. (Whoever writes on into a close loses
    what was answered before it: so the handshake is read first.)"""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as link:
        link.sendall(HANDSHAKE)
        head = b""
        while b"\r\n\r\n" not in head:
            part = link.recv(4096)
            assert part, head
            head += part
        assert head.startswith(b"HTTP/1.1 101 ")
        try:
            link.sendall(sent)
            while link.recv(65536):
                pass
        except ConnectionError:
            pass  # it did not wait for the rest


# ---------------------------------------------------------------- HTTP

POST = b"POST /v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
SMUGGLED = b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

MALFORMED = {
    "nothing but zeros": b"\x00" * 100 + b"\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "SSH": b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
    "a version that isn't": b"GET / HTTP/9.9\r\n\r\n",
    "spaces in the target": b"GET / x y HTTP/1.1\r\n\r\n",
    "a method with signs": b"GE(T / HTTP/1.1\r\n\r\n",
    "a header without a colon": GET + b"nonsense\r\n\r\n",
    "a header with a space before the colon": GET + b"X-A : 1\r\n\r\n",
    "a folded header": GET + b"X-A: 1\r\n 2\r\n\r\n",
    "a zero in a header": GET + b"X-A: a\x00b\r\n\r\n",
    "a bare CR in a header": GET + b"X-A: a\rX-B: c\r\n\r\n",
    "an escape in a header's name": GET + b"X-\x1b[2J: 1\r\n\r\n",
    "a huge header": GET + b"X-A: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "a huge target": b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n",
    "very many headers": GET + b"".join(b"X-%d: 1\r\n" % n for n in range(50_000)) + b"\r\n",
    "no host's end": b"GET http://[::1 HTTP/1.1\r\nHost: [::1\r\n\r\n",
}


@pytest.mark.parametrize("request_", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_no_request_is_answered_400_or_not_at_all(relay: RelayProcess, request_: bytes) -> None:
    answer = await asyncio.to_thread(exchange, relay.port, request_)
    assert answer == b"" or re.match(rb"HTTP/1\.[01] 400 ", answer)
    assert answer.count(b"HTTP/1.") <= 1
    assert b"Traceback" not in answer
    assert b"\x1b" not in answer


SMUGGLING = {
    "two lengths": POST + b"Content-Length: 4\r\nContent-Length: 90\r\n\r\nabcd" + SMUGGLED,
    "a length and chunks": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks, oddly written": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks, a tab": POST + b"Transfer-Encoding:\tchunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a negative length": POST + b"Content-Length: -1\r\n\r\n" + SMUGGLED,
    "a length with a plus": POST + b"Content-Length: +4\r\n\r\nabcd" + SMUGGLED,
    "a length in hexadecimal": POST + b"Content-Length: 0x4\r\n\r\nabcd" + SMUGGLED,
    "a length beyond all numbers": POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n" + SMUGGLED,
    "a chunk's size that is none": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk beyond all numbers": POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nabc" + SMUGGLED,
    "a chunk's endless extension": POST
    + b"Transfer-Encoding: chunked\r\n\r\n1;"
    + b"a" * 200_000
    + b"\r\nx\r\n0\r\n\r\n",
    "a chunk without its end": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nxyz0\r\n\r\n" + SMUGGLED,
    "LF alone": b"POST /v1/login HTTP/1.1\nHost: x\nContent-Length: 0\n\n" + SMUGGLED,
}


@pytest.mark.parametrize("request_", SMUGGLING.values(), ids=SMUGGLING)
async def test_nothing_is_smuggled_behind_a_request_that_can_be_read_in_two_ways(
    relay: RelayProcess, request_: bytes
) -> None:
    answer = await asyncio.to_thread(exchange, relay.port, request_)
    assert b"opconsole_" not in answer, "the second request was answered"
    assert len(re.findall(rb"HTTP/1\.[01] ", answer)) <= 1
    assert answer == b"" or re.match(rb"HTTP/1\.[01] 4", answer)


async def test_a_packed_body_is_not_unpacked(relay: RelayProcess) -> None:
    bomb = gzip.compress(b"0" * 200_000_000, 9)
    head = POST + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    answer = await asyncio.to_thread(exchange, relay.port, head + bomb)
    assert answer == b"" or answer.split(b" ", 2)[1] in {b"400", b"413"}
    small = gzip.compress(b'{"login":"anna","password":"x"}')
    head = POST + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(small)
    assert (await asyncio.to_thread(exchange, relay.port, head + small)).startswith(b"HTTP/1.1 400 ")


async def test_an_endless_body_is_not_read_to_its_end(relay: RelayProcess) -> None:
    chunk = b"ffff\r\n" + b"a" * 0xFFFF + b"\r\n"
    parts = [POST + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 200]
    answer = await asyncio.to_thread(exchange, relay.port, *parts)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 ")


HOSTILE_VALUES = {
    "deeply nested": b'{"login":"anna","password":"x","more":' + b"[" * 16_000 + b"}",
    "a lone surrogate": b'{"login":"\\ud800","password":"\\ud800"}',
    "a zero": b'{"login":"anna\\u0000","password":"\\u0000"}',
    "cut UTF-8": b'{"login":"anna","password":"\xe2\x82"}',
    "UTF-16": '{"login":"anna","password":"x"}'.encode("utf-16"),
    "a list": b"[]",
    "numbers": b'{"login":1e999,"password":' + b"9" * 8_000 + b"}",
    "twice": b'{"login":"anna","login":[],"password":"x"}',
}


@pytest.mark.parametrize("body", HOSTILE_VALUES.values(), ids=HOSTILE_VALUES)
async def test_a_login_that_is_none_is_refused(relay: RelayProcess, body: bytes) -> None:
    head = POST + b"Content-Length: %d\r\n\r\n" % len(body)
    answer = await asyncio.to_thread(exchange, relay.port, head + body)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 401 "))


HEADERS = {
    "a token that is no text": b"POST /v1/logout HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\x80\r\n",
    "a host that is no text": b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n",
    "a host with markup": b'GET / HTTP/1.1\r\nHost: "><script>alert(1)</script>\r\n',
    "a language that is no text": b"GET / HTTP/1.1\r\nHost: x\r\nAccept-Language: \xff\r\n",
    "an origin that is no text": b"GET /v1/visitor HTTP/1.1\r\nHost: x\r\nOrigin: http://\xff[\r\n",
    "an agent that is no text": POST[: -len(b"Connection: close\r\n")] + b"User-Agent: \xff\x1b]0;x\x07\r\n",
    "a tag that is none": b'GET /widget.js HTTP/1.1\r\nHost: x\r\nIf-None-Match: """,W/\r\n',
    "a path that is no text": b"GET /product/%ff%00%0a%1b[2J HTTP/1.1\r\nHost: x\r\n",
    "a path that climbs": b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n",
    "a path that climbs, hidden": b"GET /static/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n",
    "a whole address": b"GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost\r\n",
    "an upgrade to nothing": GET
    + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
    "half a handshake": b"GET /v1/visitor HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n",
    "a handshake of another version": b"GET /v1/visitor HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 99\r\nSec-WebSocket-Key: x\r\n",
}


@pytest.mark.parametrize("head", HEADERS.values(), ids=HEADERS)
async def test_odd_headers_are_answered_without_an_error_of_the_relay_s_own(relay: RelayProcess, head: bytes) -> None:
    answer = await asyncio.to_thread(exchange, relay.port, head + b"Connection: close\r\n\r\n", until_closed=False)
    assert int(answer.split(b" ", 2)[1]) < 500
    assert b"root:" not in answer
    assert b"<script>alert" not in answer
    assert b"opconsole_" not in answer


# ---------------------------------------------------------------- websockets

HANDSHAKE = (
    b"GET /v1/visitor HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def frame(first: int, content: bytes, *, mask: bool = True, length: int | None = None) -> bytes:
    """One websocket frame; its length may be a lie."""
    said = len(content) if length is None else length
    bit = 0x80 if mask else 0
    if said < 126:
        head = bytes((first, bit | said))
    elif said < 65536:
        head = bytes((first, bit | 126)) + said.to_bytes(2, "big")
    else:
        head = bytes((first, bit | 127)) + said.to_bytes(8, "big")
    return head + (bytes(4) if mask else b"") + content


HELLO = frame(0x81, b'{"t":"hello"}')
SAY = b'{"t":"say","id":"1","text":"Hi"}'

BROKEN = {
    "reserved bits": HELLO + frame(0xF1, SAY),
    "an opcode that isn't": HELLO + frame(0x83, SAY),
    "a control opcode that isn't": HELLO + frame(0x8B, b""),
    "a long ping": HELLO + frame(0x89, b"x" * 200),
    "a ping in pieces": HELLO + frame(0x09, b"x"),
    "a continuation of nothing": HELLO + frame(0x80, SAY),
    "text in the middle of text": HELLO + frame(0x01, b"{") + frame(0x81, SAY),
    "a length beyond all numbers": HELLO + frame(0x81, SAY, length=2**63 + 5),
    "a length of a gigabyte": HELLO + frame(0x81, SAY, length=2**30),
    "too large, in pieces": HELLO + frame(0x01, b"x" * 20_000) + frame(0x00, b"x" * 20_000),
    "text that is no UTF-8": HELLO + frame(0x81, b'{"t":"say","id":"1","text":"\xff"}'),
    "cut UTF-8": HELLO + frame(0x81, b"\xe2\x82"),
    "a close of one byte": HELLO + frame(0x88, b"\x03"),
    "a close with a code that isn't": HELLO + frame(0x88, b"\x00\x01"),
    "a close whose reason is no UTF-8": HELLO + frame(0x88, b"\x03\xe8\xff\xff"),
    "compression that nobody agreed to": HELLO + frame(0xC1, b"\xf2\x48\xcd\xc9\xc9\x07\x00"),
    "HTTP in the middle": HELLO + SMUGGLED,
    "no hello but noise": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
async def test_a_broken_websocket_costs_its_own_session(relay: RelayProcess, sent: bytes) -> None:
    answer = await asyncio.to_thread(exchange, relay.port, HANDSHAKE + sent)
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert answer.count(b"HTTP/1.1 ") == 1, "an HTTP answer in the middle of a websocket"
    assert b"opconsole_" not in answer


async def test_frames_in_pieces_and_slow_bytes_are_understood(relay: RelayProcess) -> None:
    def slowly() -> bytes:
        with socket.create_connection(("127.0.0.1", relay.port), timeout=PATIENCE_S) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pieces = frame(0x01, SAY[:9]) + frame(0x89, b"between") + frame(0x00, b"") + frame(0x80, SAY[9:])
            for byte in HANDSHAKE + HELLO + pieces:
                link.sendall(bytes((byte,)))
            answer = b""
            while b'"t":"done"' not in answer:
                part = link.recv(4096)
                assert part, answer
                answer += part
            return answer

    answer = await asyncio.to_thread(slowly)
    assert b"\x8a\x07between" in answer, "the ping was answered"


async def test_a_flood_of_pings_and_empty_pieces_is_borne(relay: RelayProcess) -> None:
    """What is beyond the session's rate isn't read at all: `test_relay_floods.py`."""
    end = frame(0x88, b"\x03\xe8")
    for flood in (frame(0x89, b"x" * 100) * 20_000, frame(0x01, b"") + frame(0x00, b"") * 1_000):
        await asyncio.to_thread(pour, relay.port, HELLO + flood + end)
    answer = await asyncio.to_thread(exchange, relay.port, HANDSHAKE + HELLO, until_closed=False)
    assert answer.startswith(b"HTTP/1.1 101 "), "the relay takes others all the while"


async def test_a_large_message_of_newlines_is_so_many_bad_lines(relay: RelayProcess) -> None:
    lines = frame(0x81, b"\n" * (limits.VISITOR_FRAME_BYTES - 1))
    answer = await asyncio.to_thread(exchange, relay.port, HANDSHAKE + HELLO + lines)
    assert answer.count(b"bad_frame") == bounds.BAD_FRAMES


async def test_many_connections_that_say_nothing_keep_nobody_out(relay: RelayProcess) -> None:
    silent = [socket.create_connection(("127.0.0.1", relay.port), timeout=PATIENCE_S) for _ in range(300)]
    try:
        for link in silent:
            link.sendall(b"GET / HTTP/1.1\r\nX-A: ")
        assert (await asyncio.to_thread(exchange, relay.port, SMUGGLED)).startswith(b"HTTP/1.1 ")
    finally:
        for link in silent:
            link.close()
