"""Logging in and the steps around it, against a small HTTP server that answers as a relay does."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from opconsole.link.connection import dialer
from opconsole.link.failures import LinkTrouble
from opconsole.link.login import LoggedIn, LoginFailed, OwnSession, end_session, log_in, log_out, own_sessions
from opconsole.link.session import Ready
from opconsole.link.sign_in import RELAY_OF_TAB, Ask, Last, NewCodes, SignIn, read_last, write_last
from opconsole.link.tokens import Tokens
from opconsole.settings import Settings

PASSWORD = "correct horse"


class Door:
    """Answers `/v1/login` and `/v1/logout`."""

    def __init__(self) -> None:
        self.answer: tuple[int, str] | None = None
        self.requests: list[tuple[str, str, str]] = []
        """Path, Authorization, body."""
        self.url = ""
        self.code = ""
        """The second factor's code, where one is wanted."""
        self.secret = ""
        """It is to be set up first, with this secret."""

    def _second(self, form: dict[str, str]) -> tuple[int, str]:
        if self.secret and form.get("enrolment") != "ticket":
            facts = {"secret": self.secret, "uri": f"otpauth://totp/x?secret={self.secret}", "enrolment": "ticket"}
            return 401, json.dumps({"code": "totp_enrol", "text": "x", "facts": facts})
        if "code" not in form:
            return 401, '{"code":"totp_needed","text":"x"}'
        if form["code"] != self.code:
            return 401, '{"code":"bad_code","text":"x"}'
        codes = ["AAAA-BBBB"] if self.secret else []
        return 200, json.dumps({"token": "t0ken", "login": "anna", "device": "d1", "recovery_codes": codes})

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        body = (await reader.readexactly(int(headers.get("content-length", "0")))).decode()
        path = lines[0].split(" ")[1]
        self.requests.append((path, headers.get("authorization", ""), body))
        status, text = self.answer or self._decide(path, body)
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(text.encode())}\r\n\r\n{text}".encode())
        await writer.drain()
        writer.close()

    def _decide(self, path: str, body: str) -> tuple[int, str]:
        if path == "/v1/logout":
            return 204, ""
        if path == "/v1/sessions":
            return (
                200,
                '{"sessions":[{"id":"ab","agent":"opconsole/1\\u001b[2J","created_at":1,"live":true,"current":true}]}',
            )
        if path.startswith("/v1/sessions/"):
            return (204, "") if path.endswith("/ab") else (404, '{"code":"no_such_session","text":"no"}')
        form = json.loads(body)
        if form["password"] != PASSWORD:
            return 401, '{"code":"bad_login","text":"no"}'
        if self.code:
            return self._second(form)
        return 200, '{"token":"t0ken","login":"anna","name":"Anna","role":"operator","expires_at":5}'


@asynccontextmanager
async def door() -> AsyncIterator[Door]:
    made = Door()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()


def sign_in(folder: Path, relay: str = "", login: str = "") -> SignIn:
    return SignIn(Tokens(folder / "data", "file"), folder / "state", relay, login)


async def test_a_password_gets_a_token() -> None:
    async with door() as relay:
        got = await log_in(relay.url, "anna", PASSWORD)
        assert got == LoggedIn("t0ken", "anna", "Anna", "operator", 5)


@pytest.mark.parametrize(
    ("status", "body", "code", "words"),
    [
        (401, '{"code":"bad_login","text":"x"}', "bad_login", "wrong"),
        (401, '{"code":"blocked","text":"x"}', "blocked", "blocked"),
        (429, '{"code":"throttled","text":"x","facts":{"seconds":7}}', "throttled", "7 s"),
        (429, "", "throttled", "minute"),
        (400, '{"code":"bad_request","text":"say it\\u001b[31m so"}', "bad_request", "say it"),
        (404, "<html>", "no_relay", "not a relay"),
        (200, "<html>", "no_relay", "not a relay"),
        (500, "[]", "no_relay", "not a relay"),
    ],
)
async def test_refusals_become_sentences(status: int, body: str, code: str, words: str) -> None:
    async with door() as relay:
        relay.answer = (status, body)
        failed = await log_in(relay.url, "anna", "hunter2")
        assert isinstance(failed, LoginFailed)
        assert failed.code == code
        assert words in failed.text
        assert "\x1b" not in failed.text
        assert "hunter2" not in failed.text


async def test_a_relay_that_is_not_there_is_said() -> None:
    async with door() as relay:
        url = relay.url
    failed = await log_in(url, "anna", PASSWORD)
    assert isinstance(failed, LoginFailed)
    assert failed.code == "unreachable"
    assert f"Nothing listens at {url.removeprefix('http://')}." in failed.text


async def test_logging_out_tells_the_relay() -> None:
    async with door() as relay:
        assert await log_out(relay.url, "t0ken") is None
        assert relay.requests == [("/v1/logout", "Bearer t0ken", "")]
        relay.answer = (401, "")
        assert await log_out(relay.url, "t0ken") is None
        relay.answer = (500, "")
        assert await log_out(relay.url, "t0ken") is not None


async def test_the_first_run_asks_for_everything_and_the_next_for_nothing(tmp_path: Path) -> None:
    async with door() as relay:
        step = await sign_in(tmp_path).begin()
        assert step == Ask("http://127.0.0.1:8765", "", "", "relay")
        first = sign_in(tmp_path)
        ready = await first.submit(relay.url + "/", " anna ", PASSWORD)
        assert ready == Ready(relay.url, "anna", "t0ken")
        assert "tokens.json" in first.note
        assert read_last(tmp_path / "state") == Last(relay.url, "anna")
        assert await sign_in(tmp_path, relay.url, "anna").begin() == ready


async def test_what_is_missing_or_wrong_is_asked_for_again(tmp_path: Path) -> None:
    async with door() as relay:
        flow = sign_in(tmp_path)
        for relay_typed, login, password, field in [
            ("", "anna", PASSWORD, "relay"),
            ("ftp://x", "anna", PASSWORD, "relay"),
            (relay.url, "  ", PASSWORD, "login"),
            (relay.url, "anna", "", "password"),
            (relay.url, "anna", "wrong", "password"),
            ("http://127.0.0.1:1", "anna", PASSWORD, "relay"),
        ]:
            step = await flow.submit(relay_typed, login, password)
            assert isinstance(step, Ask)
            assert step.field == field
            assert step.message
            assert step.login == login.strip()
    assert not (tmp_path / "data").exists()


async def test_a_known_relay_asks_for_the_login_a_known_login_for_the_password(tmp_path: Path) -> None:
    assert await sign_in(tmp_path, "desk.example").begin() == Ask("https://desk.example", "", "", "login")
    assert await sign_in(tmp_path, "desk.example", "anna").begin() == Ask(
        "https://desk.example", "anna", "", "password"
    )
    wrong = await sign_in(tmp_path, "ftp://desk", "anna").begin()
    assert isinstance(wrong, Ask)
    assert wrong.field == "relay"


async def test_a_code_is_asked_for_where_one_is_needed_and_the_console_is_known_afterwards(tmp_path: Path) -> None:
    async with door() as relay:
        relay.code = "123456"
        flow = sign_in(tmp_path)
        asked = await flow.submit(relay.url, "anna", PASSWORD)
        assert asked == Ask(relay.url, "anna", "", "code")
        wrong = await flow.submit(relay.url, "anna", PASSWORD, "000000")
        assert isinstance(wrong, Ask)
        assert (wrong.field, "wrong" in wrong.message) == ("code", True)
        relay.answer = (429, '{"code":"throttled","facts":{"seconds":9}}')
        slowed = await flow.submit(relay.url, "anna", PASSWORD, "000000")
        assert isinstance(slowed, Ask)
        assert (slowed.field, "9 s" in slowed.message) == ("code", True)
        relay.answer = None
        assert await flow.submit(relay.url, "anna", PASSWORD, " 123456 ") == Ready(relay.url, "anna", "t0ken")
        await sign_in(tmp_path).submit(relay.url, "anna", PASSWORD)
        first, last = json.loads(relay.requests[0][2]), json.loads(relay.requests[-1][2])
        assert "device" not in first
        assert last["device"] == "d1"


async def test_a_second_factor_is_set_up_in_the_same_steps(tmp_path: Path) -> None:
    async with door() as relay:
        relay.code, relay.secret = "123456", "JBSWY3DPEHPK3PXP"
        flow = sign_in(tmp_path)
        asked = await flow.submit(relay.url, "anna", PASSWORD)
        assert isinstance(asked, Ask)
        assert (asked.field, asked.secret, asked.uri) == (
            "code",
            relay.secret,
            f"otpauth://totp/x?secret={relay.secret}",
        )
        assert asked.secret_words == "JBSW Y3DP EHPK 3PXP"
        wrong = await flow.submit(relay.url, "anna", PASSWORD, "000000")
        assert isinstance(wrong, Ask)
        assert (wrong.secret, bool(wrong.message)) == (relay.secret, True), "the same secret, until it is right"
        done = await flow.submit(relay.url, "anna", PASSWORD, "123456")
        assert done == NewCodes(Ready(relay.url, "anna", "t0ken"), ("AAAA-BBBB",))
        assert not any(secret in repr((asked, done)) for secret in (relay.secret, "t0ken", "AAAA"))


async def test_no_log_of_the_console_holds_a_secret(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with door() as relay:
        relay.code, relay.secret = "123456", "JBSWY3DPEHPK3PXP"
        flow = sign_in(tmp_path)
        for code in ("", "000000", "123456"):
            await flow.submit(relay.url, "anna", PASSWORD, code)
        await own_sessions(relay.url, "t0ken")
        with pytest.raises(LinkTrouble):
            await dialer(relay.url, "t0ken")()
        await flow.sign_out()
    logged = "\n".join(str(record.__dict__) for record in caplog.records)
    assert "/v1/login" in logged, "somebody does log what is asked"
    for secret in (PASSWORD, "123456", relay.secret, "t0ken", "AAAA-BBBB", 'd1"'):
        assert secret not in logged


async def test_another_login_does_not_go_on_with_somebodys_second_factor(tmp_path: Path) -> None:
    async with door() as relay:
        relay.code, relay.secret = "123456", "JBSWY3DPEHPK3PXP"
        flow = sign_in(tmp_path)
        await flow.submit(relay.url, "anna", PASSWORD)
        await flow.submit(relay.url, "boris", PASSWORD)
        assert "enrolment" not in json.loads(relay.requests[-1][2])


async def test_a_second_factor_that_took_too_long_begins_anew(tmp_path: Path) -> None:
    async with door() as relay:
        relay.code, relay.secret = "123456", "JBSWY3DPEHPK3PXP"
        flow = sign_in(tmp_path)
        await flow.submit(relay.url, "anna", PASSWORD)
        relay.answer = (401, '{"code":"totp_enrol","facts":{"secret":"NEW","uri":"otpauth://new","enrolment":"other"}}')
        again = await flow.submit(relay.url, "anna", PASSWORD, "123456")
        assert isinstance(again, Ask)
        assert (again.secret, "too long" in again.message) == ("NEW", True)


async def test_ones_own_logins_are_listed_and_ended() -> None:
    async with door() as relay:
        assert await own_sessions(relay.url, "t0ken") == [
            OwnSession("ab", "opconsole/1␛[2J", 1, live=True, current=True)
        ]
        assert await end_session(relay.url, "t0ken", "ab") is None
        assert await end_session(relay.url, "t0ken", "gone") is None, "it has ended already"
        assert await end_session(relay.url, "t0ken", "../login?x") is None
        assert [path for path, _, _ in relay.requests[1:]] == [
            "/v1/sessions/ab",
            "/v1/sessions/gone",
            "/v1/sessions/..%2Flogin%3Fx",
        ]
        assert {authorization for _, authorization, _ in relay.requests} == {"Bearer t0ken"}
        relay.answer = (401, '{"code":"token","text":"log in first"}')
        failed = await own_sessions(relay.url, "old")
        assert isinstance(failed, LoginFailed)
        assert "expired" in failed.text


async def test_an_expired_token_is_forgotten_and_asked_for_anew(tmp_path: Path) -> None:
    flow = sign_in(tmp_path, "desk.example", "anna")
    Tokens(tmp_path / "data", "file").put("https://desk.example", "anna", "old")
    ready = await flow.begin()
    assert isinstance(ready, Ready)
    asked = await flow.expired(ready)
    assert (asked.relay, asked.login, asked.field) == ("https://desk.example", "anna", "password")
    assert isinstance(await flow.begin(), Ask)


async def test_signing_out_forgets_the_token_even_if_the_relay_is_away(tmp_path: Path) -> None:
    flow = sign_in(tmp_path, "http://127.0.0.1:1", "anna")
    assert await flow.sign_out() == (False, "")
    Tokens(tmp_path / "data", "file").put("http://127.0.0.1:1", "anna", "old")
    known, trouble = await flow.sign_out()
    assert known
    assert trouble
    assert isinstance(await flow.begin(), Ask)


async def test_the_command_line_goes_over_the_settings_and_these_over_the_last_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
    write_last(tmp_path / "state", Last("https://last.example", "last"))

    async def asked(settings: Settings, relay: str | None = None, login: str | None = None) -> tuple[str, str]:
        step = await SignIn.of(settings, relay, login).begin()
        return step.relay, step.login

    assert await asked(Settings(keyring="file")) == ("https://last.example", "last")
    set_relay = Settings(relay="set.example", keyring="file")
    assert await asked(set_relay) == ("https://set.example", "")
    assert await asked(set_relay, relay="given.example") == ("https://given.example", "")
    assert await asked(Settings(login="set", keyring="file"), login="given") == ("https://last.example", "given")


def test_a_last_run_that_cannot_be_read_or_written_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "last.json").write_bytes(b"{")
    assert read_last(tmp_path) == Last()
    (tmp_path / "file").write_text("")
    write_last(tmp_path / "file", Last("x", "y"))


async def test_a_tab_is_for_one_relay_whatever_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has the page of `opconsole web` must not have its machine call a relay of their own, or another service of its network."""
    async with door() as ours, door() as theirs:
        monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
        monkeypatch.setenv(RELAY_OF_TAB, ours.url)
        flow = SignIn.of(Settings(relay=theirs.url, keyring="file"))
        asked = await flow.begin()
        assert isinstance(asked, Ask)
        assert asked.relay == ours.url
        refused = await flow.submit(theirs.url, "anna", PASSWORD)
        assert isinstance(refused, Ask)
        assert (refused.relay, refused.message) == (ours.url, f"This tab is for {ours.url} alone.")
        assert isinstance(await flow.submit(ours.url, "anna", PASSWORD), Ready)
