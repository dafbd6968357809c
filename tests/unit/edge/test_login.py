"""The login door over HTTP: what it answers, whom it slows, whom it lets pass. Addresses are what the test says (`X-From`)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from aiohttp import web
from argon2 import PasswordHasher

from server_stub.edge import bounds
from server_stub.edge.device_tokens import DeviceTokens
from server_stub.edge.front import FRONT, Front
from server_stub.edge.identities import Identities
from server_stub.edge.lobby import Lobby
from server_stub.edge.login import LoginDoor
from server_stub.edge.metrics import Metrics
from server_stub.edge.own_sessions import end_session, list_sessions, logout, renew_sessions
from server_stub.edge.visitor_tokens import VisitorTokens
from server_stub.journal.accounts import Accounts
from server_stub.journal.passwords import Passwords
from server_stub.journal.people import LoginPolicy
from server_stub.journal.sessions import session_id
from tests.unit.edge.fake_wire import operator

PASSWORD = "correct horse battery"
NOW = 1_767_268_815_000
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def from_where_it_says(request: web.Request, handler: Handler) -> web.StreamResponse:
    return await handler(request.clone(remote=request.headers.get("X-From", "192.0.2.1")))


class Door:
    """A login door of a desk with anna and boris. The throttle's clock stands still, the accounts' moves when the test says so."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.slept: list[float] = []
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.accounts = Accounts(
            folder / "desk.db", clock=lambda: self.now, passwords=cheap, policy=LoginPolicy(desk="Acme")
        )
        for login in ("anna", "boris"):
            self.accounts.add(login, PASSWORD)
        self.lobby = Lobby(Metrics())
        self.front = Front(
            intake=None,  # type: ignore[arg-type]
            lobby=self.lobby,
            metrics=Metrics(),
            accounts=self.accounts,
            introduce=lambda user: None,
            tokens=VisitorTokens([b"k" * 32]),
            devices=DeviceTokens(b"k" * 32),
            sites=frozenset(),
            metrics_token="",
            identities=Identities([], b"c" * 32, "Acme"),
            visitor_change_ms=lambda: 0,
            healthy=lambda: True,
            now=lambda: self.now,
        )
        self.client: httpx.AsyncClient

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    async def open(self) -> web.AppRunner:
        app = web.Application(middlewares=[from_where_it_says])
        app[FRONT] = self.front
        app.router.add_post("/v1/login", LoginDoor(self._sleep, lambda: 1000.0).login)
        app.router.add_post("/v1/logout", logout)
        app.router.add_get("/v1/sessions", list_sessions)
        app.router.add_delete("/v1/sessions/{id}", end_session)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.client = httpx.AsyncClient(base_url=f"http://{host}:{port}", trust_env=False, timeout=20)
        return runner

    async def log_in(
        self, login: str = "anna", password: str = PASSWORD, *, address: str = "192.0.2.1", **more: str
    ) -> tuple[int, dict[str, Any]]:
        answer = await self.client.post(
            "/v1/login", json={"login": login, "password": password, **more}, headers={"X-From": address}
        )
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status_code, answer.json()

    async def code_of(self, login: str = "anna", *, address: str = "192.0.2.1", **more: str) -> str:
        """What was refused, by its code; `ok`: nothing."""
        status, body = await self.log_in(login, address=address, **more)
        return "ok" if status == 200 else str(body["code"])


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    made = Door(tmp_path)
    runner = await made.open()
    yield made
    await made.client.aclose()
    await runner.cleanup()
    made.accounts.close()


async def enrol(door: Door) -> tuple[str, dict[str, Any]]:
    """Anna sets up a second factor: its secret, and the answer."""
    door.accounts.require_totp("anna", True)
    _, asked = await door.log_in()
    facts = asked["facts"]
    code = pyotp.TOTP(facts["secret"]).at(door.now // 1000)
    status, body = await door.log_in(code=code, enrolment=facts["enrolment"])
    assert status == 200
    door.now += 30_000
    return str(facts["secret"]), body


# ---------------------------------------------------------------- the second factor


async def test_a_second_factor_is_set_up_on_the_way_in(door: Door) -> None:
    door.accounts.require_totp("anna", True)
    status, asked = await door.log_in()
    assert (status, asked["code"]) == (401, "totp_enrol")
    secret, ticket = asked["facts"]["secret"], asked["facts"]["enrolment"]
    assert asked["facts"]["uri"].startswith("otpauth://totp/Acme:anna?secret=")
    assert await door.code_of(code="000000", enrolment=ticket) == "bad_code"
    status, body = await door.log_in(code=pyotp.TOTP(secret).at(door.now // 1000), enrolment=ticket)
    assert status == 200
    assert len(body["recovery_codes"]) == 8
    assert await door.code_of() == "totp_needed"
    assert "recovery_codes" not in (await door.log_in(code=body["recovery_codes"][0]))[1]


async def test_an_enrolment_that_is_nobodys_or_too_old_begins_anew_with_another_secret(door: Door) -> None:
    door.accounts.require_totp("anna", True)
    first = (await door.log_in())[1]["facts"]
    other = (await door.log_in(code="123456", enrolment="made up"))[1]
    assert other["code"] == "totp_enrol"
    assert other["facts"]["secret"] != first["secret"]
    door.now += bounds.ENROLMENT_MS
    code = pyotp.TOTP(first["secret"]).at(door.now // 1000)
    assert (await door.log_in(code=code, enrolment=first["enrolment"]))[1]["code"] == "totp_enrol"


async def test_setting_it_up_ends_the_live_sessions_that_had_none(door: Door) -> None:
    _, body = await door.log_in()
    session, wire = operator("anna")
    session.token = body["token"]
    door.lobby.enter(session)
    await enrol(door)
    await asyncio.sleep(0)
    assert wire.closed == (1000, "expired")


async def test_a_code_is_needed_once_it_is_set_up_and_counts_once(door: Door) -> None:
    secret, _ = await enrol(door)
    assert await door.code_of() == "totp_needed"
    code = pyotp.TOTP(secret).at(door.now // 1000)
    assert await door.code_of(code=code) == "ok"
    assert await door.code_of(code=code) == "bad_code"


async def test_without_the_password_nothing_tells_whether_there_is_a_second_factor(door: Door) -> None:
    await enrol(door)
    answers = [
        await door.log_in(login, "wrong password", code=code)
        for login in ("anna", "boris", "nobody")
        for code in ("", "123456")
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0] == (401, {"code": "bad_login", "text": "the login or the password is wrong", "facts": {}})


async def test_codes_are_guessed_a_few_times_and_then_no_more(door: Door) -> None:
    _, body = await enrol(door)
    answers = [await door.code_of(code=f"{number:06}") for number in range(bounds.CODES_BURST + 2)]
    assert answers == ["bad_code"] * bounds.CODES_BURST + ["throttled"] * 2
    assert await door.code_of(device=body["device"], code=body["recovery_codes"][0]) == "ok", "her own console goes on"


# ---------------------------------------------------------------- the throttle


async def test_many_guesses_at_once_are_no_more_than_one_after_the_other(door: Door) -> None:
    answers = await asyncio.gather(*(door.code_of(password=f"wrong password {number}") for number in range(40)))
    assert answers.count("bad_login") == bounds.LOGINS_BURST
    assert answers.count("throttled") == 40 - bounds.LOGINS_BURST


async def test_a_known_console_gets_in_while_its_login_is_hammered_from_its_own_address(door: Door) -> None:
    _, body = await door.log_in()
    for _ in range(bounds.LOGINS_BURST + 1):
        last = await door.code_of(password="wrong password")
    assert last == "throttled"
    assert await door.code_of() == "throttled", "whom we don't know must wait there"
    status, again = await door.log_in(device=body["device"])
    assert (status, again["device"]) == (200, body["device"])
    assert await door.code_of(address="198.51.100.7") == "ok", "and may come from elsewhere"


async def test_a_name_hammered_from_everywhere_costs_a_newcomer_a_wait_and_no_more(door: Door) -> None:
    _, body = await door.log_in()
    for number in range(bounds.NAME_LOGINS_BURST):
        await door.code_of(password="wrong password", address=f"198.51.100.{number}")
    assert door.slept == []
    assert await door.code_of(address="203.0.113.5") == "ok"
    assert door.slept == [bounds.STRANGER_WAIT_S]
    assert await door.code_of(device=body["device"]) == "ok"
    assert await door.code_of("boris", address="203.0.113.5") == "ok"
    assert len(door.slept) == 1, "neither a known console nor another name is held up"


async def test_a_refusal_says_when_to_come_again(door: Door) -> None:
    for _ in range(bounds.LOGINS_BURST):
        await door.code_of(password="wrong password")
    answer = await door.client.post("/v1/login", json={"login": "anna", "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < answer.json()["facts"]["seconds"] == int(answer.headers["Retry-After"])


# ---------------------------------------------------------------- one's own sessions


def with_token(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_person_sees_their_own_logins_and_ends_one_at_once(door: Door) -> None:
    mine, other = (await door.log_in())[1]["token"], (await door.log_in())[1]["token"]
    theirs = (await door.log_in("boris"))[1]["token"]
    session, wire = operator("anna")
    session.token = other
    door.lobby.enter(session)
    listed = (await door.client.get("/v1/sessions", headers=with_token(mine))).json()["sessions"]
    assert {each["id"]: (each["current"], each["live"]) for each in listed} == {
        session_id(mine): (True, False),
        session_id(other): (False, True),
    }
    assert listed[0]["agent"].startswith("python-httpx")
    not_mine = await door.client.delete(f"/v1/sessions/{session_id(theirs)}", headers=with_token(mine))
    assert (not_mine.status_code, not_mine.json()["code"]) == (404, "no_such_session")
    assert (await door.client.delete(f"/v1/sessions/{session_id(other)}", headers=with_token(mine))).status_code == 204
    await asyncio.sleep(0)
    assert wire.closed == (1000, "expired")
    assert (await door.client.get("/v1/sessions", headers=with_token(other))).status_code == 401
    assert door.accounts.session(theirs) is not None


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_nobody_sees_sessions_without_a_token_of_their_own(door: Door, method: str) -> None:
    token = (await door.log_in())[1]["token"]
    path = "/v1/sessions" if method == "GET" else f"/v1/sessions/{session_id(token)}"
    for headers in ({}, with_token("nonsense"), {"Authorization": f"Basic {token}"}):
        answer = await door.client.request(method, path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "token")
    in_the_address = await door.client.request(method, f"{path}?token={token}&access_token={token}")
    assert in_the_address.status_code == 401, "a token in an address would be in logs: it isn't looked for there"
    assert token not in (await door.client.get("/v1/sessions", headers=with_token(token))).text


async def test_a_live_session_is_renewed_and_one_that_nobody_uses_is_not(door: Door) -> None:
    used, unused = (await door.log_in())[1]["token"], (await door.log_in())[1]["token"]
    session, _ = operator("anna")
    session.token = used
    door.lobby.enter(session)
    door.now += door.accounts.policy.idle_ms - 1
    renewing = asyncio.create_task(renew_sessions(door.lobby, door.accounts, every_s=0.001))
    try:
        async with asyncio.timeout(20):
            while all(each.seen_at < door.now for each in door.accounts.sessions("anna")):
                await asyncio.sleep(0.001)
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
    door.now += 1
    assert door.accounts.session(used) is not None
    assert door.accounts.session(unused) is None


async def test_renewal_goes_on_after_the_file_has_failed_once(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    token = (await door.log_in())[1]["token"]
    session, _ = operator("anna")
    session.token = token
    door.lobby.enter(session)
    door.accounts._write_db.execute("PRAGMA query_only = 1")
    door.now += 1000
    renewing = asyncio.create_task(renew_sessions(door.lobby, door.accounts, every_s=0.001))
    try:
        async with asyncio.timeout(20):
            while "could not be written down" not in caplog.text:
                await asyncio.sleep(0.001)
            door.accounts._write_db.execute("PRAGMA query_only = 0")
            while door.accounts.sessions("anna")[0].seen_at < door.now:
                await asyncio.sleep(0.001)
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
    assert token not in caplog.text
