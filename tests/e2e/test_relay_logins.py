"""Logins at a real relay: sessions ended from a shell and by their owner, a second factor, and where the secrets of all that are kept."""

import re
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from websockets.exceptions import InvalidStatus

from opconsole.wire import staff, visitor
from opconsole.wire.cards import Status
from server_stub.journal.sessions import session_id
from tests.e2e.relay_process import PASSWORD, PATIENCE_S, ROOT, Peer, RelayProcess, relay_process
from tests.programs import run


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    with relay_process(tmp_path_factory.mktemp("relay") / "data") as running:
        for login in ("olga", "peter", "rosa", "tim"):
            running.add(login)
        yield running.start()


@pytest.fixture(autouse=True)
async def _closing(relay: RelayProcess) -> AsyncIterator[None]:
    yield
    await relay.close_peers()


def user(relay: RelayProcess, *arguments: str) -> str:
    """`opconsole user …`, as an admin at the relay's machine runs it."""
    command = [sys.executable, "-m", "server_stub", "user", *arguments, "--data", str(relay.folder)]
    return run(command, cwd=ROOT, check=True).stdout


def post_login(relay: RelayProcess, login: str, password: str = PASSWORD, **more: str) -> dict[str, Any]:
    body = {"login": login, "password": password, **more}
    answer = httpx.post(relay.url("/v1/login"), json=body, timeout=15, trust_env=False)
    found: dict[str, Any] = answer.json()
    return found


def next_code(secret: str, after: str = "") -> str:
    """A code of the moment that is not `after`: at worst the next step's, which the relay takes as well."""
    totp = pyotp.TOTP(secret)
    now = int(time.time())
    return next(code for code in (totp.at(now), totp.at(now + 30)) if code != after)


async def is_told(peer: Peer) -> tuple[str, int]:
    """Why and with what code a session ended."""
    return (await peer.until(staff.Bye)).code, await peer.closed()


async def test_a_session_ended_from_a_shell_is_out_at_once_and_the_others_stay(relay: RelayProcess) -> None:
    first, second = relay.log_in("olga"), relay.log_in("olga")
    goes, stays = await relay.operator(first), await relay.operator(second)
    listed = user(relay, "sessions", "olga")
    assert session_id(first) in listed
    assert first not in listed
    assert "1 session of olga ended (the running relay has been told)" in user(
        relay, "revoke", "olga", session_id(first)
    )
    assert await is_told(goes) == ("expired", 1008)
    await stays.do(staff.SetStatus, status=Status.busy)
    with pytest.raises(InvalidStatus):
        await relay.operator(first)
    user(relay, "revoke", "olga")
    assert await is_told(stays) == ("expired", 1008)


async def test_a_person_ends_a_session_of_their_own(relay: RelayProcess) -> None:
    mine, lost = relay.log_in("peter"), relay.log_in("peter")
    console = await relay.operator(lost)
    async with httpx.AsyncClient(
        trust_env=False, timeout=PATIENCE_S, headers={"Authorization": f"Bearer {mine}"}
    ) as client:
        rows = (await client.get(relay.url("/v1/sessions"))).json()["sessions"]
        assert [row["id"] for row in rows if row["live"]] == [session_id(lost)]
        assert (await client.delete(relay.url(f"/v1/sessions/{session_id(lost)}"))).status_code == 204
    assert await is_told(console) == ("expired", 1000)


async def test_to_connect_is_to_use_a_login(relay: RelayProcess) -> None:
    token = relay.log_in("tim")
    database = sqlite3.connect(relay.folder / "desk.db", isolation_level=None)
    database.execute("UPDATE session SET seen_at = seen_at - 3600000 WHERE login = 'tim'")
    database.close()
    (before,) = relay.accounts.sessions("tim")
    await relay.operator(token)
    (after,) = relay.accounts.sessions("tim")
    assert after.seen_at >= before.seen_at + 3_600_000
    assert after.expires_at > before.expires_at


async def test_a_second_factor_from_the_admins_word_to_the_next_login(relay: RelayProcess) -> None:
    before = await relay.operator(relay.log_in("rosa"))
    user(relay, "totp", "rosa", "require")
    assert await is_told(before) == ("expired", 1008)
    asked = post_login(relay, "rosa")
    assert asked["code"] == "totp_enrol"
    secret = asked["facts"]["secret"]
    code = next_code(secret)
    done = post_login(relay, "rosa", code=code, enrolment=asked["facts"]["enrolment"])
    console = await relay.operator(done["token"])
    assert post_login(relay, "rosa")["code"] == "totp_needed"
    assert post_login(relay, "rosa", code=code)["code"] == "bad_code"
    assert post_login(relay, "rosa", code=next_code(secret, after=code))["token"]
    user(relay, "totp", "rosa", "reset")
    assert await is_told(console) == ("expired", 1008)


async def test_a_desk_that_begins_to_require_it_asks_everybody_at_once(tmp_path: Path) -> None:
    with relay_process(tmp_path / "data", 'name = "Acme"') as relay:
        relay.add("anna")
        relay.start()
        console = await relay.operator(relay.log_in("anna"))
        relay.configure('name = "Acme"\n[logins]\nrequire_totp = true')
        relay.signal(signal.SIGHUP)
        assert await is_told(console) == ("expired", 1008)
        asked = post_login(relay, "anna")
        assert asked["code"] == "totp_enrol"
        assert asked["facts"]["uri"].startswith("otpauth://totp/Acme:anna")
        await relay.close_peers()


# ---------------------------------------------------------------- where secrets are


async def test_no_secret_is_in_a_log_or_anywhere_else_but_where_it_must_be(tmp_path: Path) -> None:
    """Everything that can be done with secrets is done, rightly and wrongly; then all that was written anywhere is read."""
    with relay_process(tmp_path / "data") as relay:
        relay.add("anna")
        relay.add("boris")
        relay.start()
        user(relay, "totp", "anna", "require")
        asked = post_login(relay, "anna")["facts"]
        code = next_code(asked["secret"])
        post_login(relay, "anna", "a wrong password", code="987654", enrolment=asked["enrolment"])
        done = post_login(relay, "anna", code=code, enrolment=asked["enrolment"])
        post_login(relay, "anna", code=code, device=done["device"])
        post_login(relay, "boris", "boris' mistyped secret")
        boris = post_login(relay, "boris")
        with httpx.Client(trust_env=False, timeout=PATIENCE_S) as client:
            client.get(relay.url(f"/v1/sessions?token={boris['token']}"))
            client.get(relay.url("/v1/operator"), headers={"Authorization": f"Bearer {boris['token']}"})
            client.post(relay.url("/v1/login"), content=f'{{"login":"anna","password":"{PASSWORD}"'.encode())
            client.delete(relay.url("/v1/sessions/nothing"), headers={"Authorization": f"Bearer {boris['token']}"})
        console = await relay.operator(done["token"])
        await console.socket.send(f'{{"t":"say","id":"x","token":"{done["token"]}"')
        page = await relay.visitor()
        token = page.all(visitor.VisitorWelcome)[0].token
        await page.send(visitor.VisitorSay(id="1", text="Hello"))
        await page.until(staff.Done)
        await page.socket.send(f'{{"t":"hello","token":"{token}"')
        await (await relay.visitor(token)).close()
        await relay.close_peers()
        log = relay.stop()[1]
        connection = sqlite3.connect(tmp_path / "data" / "desk.db")
        tables = {
            name: "\n".join(str(row) for row in connection.execute(f'SELECT * FROM "{name}"'))
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        }
        connection.close()
    assert "second_factor" in tables
    files = {
        path.name: path.read_bytes()
        for path in (tmp_path / "data").rglob("*")
        if path.is_file() and not path.name.startswith("desk.db")
    }
    passwords = {PASSWORD, "a wrong password", "boris' mistyped secret"}
    tokens = {done["token"], boris["token"], done["device"], boris["device"], asked["enrolment"], token}
    assert not re.search(rf"\b{code}\b", log)
    for secret in {*passwords, *tokens, asked["secret"], *done["recovery_codes"]}:
        assert secret not in log
        assert not any(secret.encode() in content for content in files.values())
        places = {name for name, text in tables.items() if secret in text}
        assert places == ({"second_factor"} if secret == asked["secret"] else set())
