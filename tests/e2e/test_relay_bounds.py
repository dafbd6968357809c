"""What a real relay bears: nonsense, floods, sessions that don't read, strangers at the door. Each costs its own sender only."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from opconsole.wire import limits, staff, visitor
from opconsole.wire.cards import Status
from opconsole.wire.codec import decode_visitor_down
from server_stub.edge import bounds
from tests.e2e.relay_process import PASSWORD, PATIENCE_S, RelayProcess, relay_process


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    with relay_process(tmp_path_factory.mktemp("relay") / "data") as running:
        running.add("anna")
        yield running.start()


@pytest.fixture(autouse=True)
async def _closing(relay: RelayProcess) -> AsyncIterator[None]:
    yield
    await relay.close_peers()


# ---------------------------------------------------------------- frames


@pytest.mark.parametrize(
    ("line", "command", "reason"),
    [
        ('{"t":"dance","id":"x1"}', "x1", "dance"),
        ('{"t":"say","id":"x2"}', "x2", "text"),
        ('{"t":"say","id":"x3","text":7}', "x3", "str"),
        ('{"t":"hello","id":"x4"}', "x4", "said already"),
        ("{not json", "", "malformed"),
        ("[" * 5000, "", "array"),
        ('{"t":"say","id":"' + "y" * 500 + '","text":"a"}', "y" * 36, "36"),
    ],
)
async def test_a_bad_frame_is_refused_with_a_reason_and_the_session_goes_on(
    relay: RelayProcess, line: str, command: str, reason: str
) -> None:
    page = await relay.visitor()
    await page.socket.send(line)
    refused = await page.until(staff.Refused)
    assert (refused.id, refused.code) == (command, "bad_frame")
    assert reason in refused.text
    await page.send(visitor.VisitorSay(id="fine", text="Still here"))
    assert (await page.until(staff.Done)).id == "fine"


async def test_many_bad_frames_end_the_session(relay: RelayProcess) -> None:
    page = await relay.visitor()
    # No more than it takes: what comes after the close makes the network drop the farewell.
    for _ in range(bounds.BAD_FRAMES):
        await page.socket.send("nonsense")
    assert await page.closed() == 1008
    assert len(page.all(staff.Refused)) == bounds.BAD_FRAMES


@pytest.mark.parametrize("first", ['{"t":"say","id":"1","text":"hi"}', "nonsense", '{"t":"hello","v":99}'])
async def test_a_session_that_does_not_begin_with_a_hello_of_this_version_is_closed(
    relay: RelayProcess, first: str
) -> None:
    page = await relay.connect("/v1/visitor", decode_visitor_down)
    await page.socket.send(first)
    assert await page.closed() == 1008
    assert [type(frame) for frame in page.seen] in ([staff.Refused], [staff.Bye])


async def test_a_message_that_is_too_large_ends_the_session_before_it_is_read(relay: RelayProcess) -> None:
    page = await relay.visitor()
    await page.socket.send("x" * (limits.VISITOR_FRAME_BYTES + 1))
    assert await page.closed() == 1009


async def test_binary_messages_are_not_spoken_here(relay: RelayProcess) -> None:
    page = await relay.visitor()
    await page.socket.send(b'{"t":"say","id":"1","text":"hi"}')
    assert await page.closed() == 1003


async def test_a_message_may_hold_many_frames(relay: RelayProcess) -> None:
    page = await relay.visitor()
    await page.send(*(visitor.VisitorSay(id=str(n), text=f"line {n}") for n in range(10)))
    answers = [await page.until(staff.Done) for _ in range(10)]
    assert [answer.n for answer in answers] == list(range(1, 11))


async def test_a_flood_is_slowed_down_and_loses_no_command(relay: RelayProcess) -> None:
    flooder, other = await relay.visitor(), await relay.visitor()
    for number in range(24):
        await flooder.send(visitor.VisitorSay(id=str(number), text="flood"))
    await other.send(visitor.VisitorSay(id="calm", text="Hello"))
    await other.until(staff.Done)
    answered = [await flooder.until(staff.Done) for _ in range(24)]
    assert [answer.id for answer in answered] == [str(number) for number in range(24)]


async def test_a_visitor_speaks_in_words_not_in_escape_sequences(relay: RelayProcess) -> None:
    anna = await relay.operator(relay.log_in("anna"))
    page = await relay.visitor()
    await page.send(visitor.VisitorSay(id="1", text="\x1b]52;c;ZXZpbA==\x07 and \u202eright to left"))
    chat = (await page.until(staff.Done)).chat
    await anna.do(staff.Take, chat=chat)
    words = (await anna.until(staff.PageOf)).messages[1].text
    assert words.startswith("␛]52;c;")
    assert "\u202e" not in words
    await anna.do(staff.Close, chat=chat)


# ---------------------------------------------------------------- sessions


@pytest.mark.slow
async def test_a_session_that_does_not_read_is_cut_off_and_slows_nobody(relay: RelayProcess) -> None:
    token = relay.log_in("anna")
    page = await relay.visitor()
    anna = await relay.operator(token)
    deaf = deaf_console(relay.port, token)
    number = 0
    await page.send(visitor.VisitorSay(id="1", text="Hello"))
    chat = (await page.until(staff.Done)).chat
    await anna.do(staff.Take, chat=chat)
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client, asyncio.timeout(60):
        while "opconsole_cut_off_total 0.0" in (await client.get(relay.url("/metrics"))).text:
            number += 1
            await anna.send(*(staff.Say(id=f"s{number}-{part}", chat=chat, text="x" * 8000) for part in range(20)))
            last = f"s{number}-19"
            await anna.until(staff.Done, lambda it, last=last: it.id == last)  # type: ignore[misc]
    deaf.close()
    await anna.do(staff.Close, chat=chat)


def deaf_console(port: int, token: str) -> socket.socket:
    """A console that says hello and never reads again."""
    console = socket.socket()
    console.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    console.connect(("127.0.0.1", port))
    console.sendall(
        (
            "GET /v1/operator HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Authorization: Bearer {token}\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n"
        ).encode()
    )
    assert b" 101 " in console.recv(100)
    hello = b'{"t":"hello"}'
    console.sendall(struct.pack("!BB", 0x81, 0x80 | len(hello)) + b"\0\0\0\0" + hello)
    return console


async def test_one_session_too_many_of_a_person_replaces_the_oldest(relay: RelayProcess) -> None:
    token = relay.log_in("anna")
    sessions = [await relay.operator(token) for _ in range(9)]
    assert (await sessions[0].until(staff.Bye)).code == "replaced"
    await sessions[8].do(staff.SetStatus, status=Status.online)


# ---------------------------------------------------------------- HTTP


def test_failed_logins_are_throttled_by_name_and_address(relay: RelayProcess) -> None:
    with httpx.Client(trust_env=False, timeout=PATIENCE_S) as client:

        def attempt(login: str, password: str) -> httpx.Response:
            return client.post(relay.url("/v1/login"), json={"login": login, "password": password})

        failed = 0
        while failed < 60 and (refused := attempt("victor", "wrong password")).status_code == 401:
            failed += 1
        assert bounds.LOGINS_BURST <= failed < 60, "one more for each ten seconds that this took"
        assert refused.json()["code"] == "throttled"
        assert 0 < refused.json()["facts"]["seconds"] <= int(refused.headers["retry-after"])
        assert attempt("anna", PASSWORD).status_code == 200, "another name from there is not locked out"


def test_a_page_of_another_site_can_not_log_in_with_its_readers_browser(relay: RelayProcess) -> None:
    def attempt(origin: str) -> int:
        body = {"login": "anna", "password": PASSWORD}
        return httpx.post(
            relay.url("/v1/login"), json=body, headers={"Origin": origin}, trust_env=False, timeout=PATIENCE_S
        ).status_code

    assert [attempt(each) for each in ("https://evil.example", "null", "http://127.0.0.1")] == [403] * 3
    assert attempt(relay.url("")) == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"login":1,"password":2}', b"\xff\xfe"])
def test_a_login_that_is_no_login_gets_400(relay: RelayProcess, body: bytes) -> None:
    answer = httpx.post(relay.url("/v1/login"), content=body, trust_env=False, timeout=PATIENCE_S)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_a_body_that_is_too_large_is_not_read(relay: RelayProcess) -> None:
    answer = httpx.post(relay.url("/v1/login"), content=b"x" * 20_000, trust_env=False, timeout=PATIENCE_S)
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/", "/v1/operator", "/nothing", "/v1/login"])
def test_no_answer_tells_what_the_relay_is_made_of(relay: RelayProcess, path: str) -> None:
    answer = httpx.get(relay.url(path), trust_env=False, timeout=PATIENCE_S)
    assert answer.headers["server"] == "opconsole"
    assert not any(word in answer.text for word in ("aiohttp", "Python/", "Traceback"))


def test_a_malformed_request_tells_nothing_either(relay: RelayProcess) -> None:
    with socket.create_connection(("127.0.0.1", relay.port), timeout=PATIENCE_S) as raw:
        raw.sendall(b"GET / HTTP/9.9\r\nbad header\r\n\r\n")
        answer = b""
        while part := raw.recv(4096):
            answer += part
    assert b" 400 " in answer.split(b"\r\n")[0]
    assert b"aiohttp" not in answer
    assert b"Python" not in answer


async def test_health_and_metrics(relay: RelayProcess) -> None:
    page = await relay.visitor()
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        health = await client.get(relay.url("/healthz"))
        assert (health.status_code, health.json()["status"]) == (200, "ok")
        text = ""
        async with asyncio.timeout(PATIENCE_S):  # the sessions of a test before may be ending still
            while 'opconsole_sessions{kind="visitor"} 1.0' not in text:
                text = (await client.get(relay.url("/metrics"))).text
    for name in ("chats_waiting", "chats_held", "commands_total", "commit_seconds_bucket", "batch_events_sum"):
        assert f"opconsole_{name}" in text
    assert "anna" not in text
    await page.close()


async def test_a_plain_request_to_a_websocket_is_told_so(relay: RelayProcess) -> None:
    answer = await asyncio.to_thread(httpx.get, relay.url("/v1/visitor"), trust_env=False, timeout=PATIENCE_S)
    assert (answer.status_code, answer.json()["code"]) == (426, "websocket")


async def test_compression_is_not_agreed_to(relay: RelayProcess) -> None:
    async with connect(f"ws://127.0.0.1:{relay.port}/v1/visitor", compression="deflate", proxy=None) as page:
        assert page.response is not None
        assert "Sec-WebSocket-Extensions" not in page.response.headers


# ---------------------------------------------------------------- addresses


async def test_new_visitors_and_sockets_of_one_address_are_limited(tmp_path: Path) -> None:
    settings = "[rates]\nnew_visitors_burst = 2\nnew_visitors_per_minute = 1\nsockets_burst = 5\nsockets_per_minute = 1"
    with relay_process(tmp_path / "data", settings) as relay:
        relay.start()
        known = (await relay.visitor()).all(visitor.VisitorWelcome)[0].token
        await relay.visitor()
        third = await relay.connect("/v1/visitor", decode_visitor_down)
        await third.send(visitor.VisitorHello())
        assert (await third.until(staff.Refused)).code == "too_many"
        assert await third.closed() == 1008
        await relay.visitor(known)
        await relay.connect("/v1/visitor", decode_visitor_down)
        with pytest.raises(InvalidStatus) as refused:
            await relay.connect("/v1/visitor", decode_visitor_down)
        assert refused.value.response.status_code == 429
        assert int(refused.value.response.headers["Retry-After"]) > 0
        await relay.close_peers()
