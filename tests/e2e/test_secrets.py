"""Secrets stay where they belong: a relay that logs all it can, and a console, are run, provoked and read to the last byte."""

import asyncio
import base64
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from opconsole.link.tokens import _DEVICE
from opconsole.wire import visitor
from opconsole.wire.codec import decode_visitor_down
from tests.e2e.pty_terminal import PtyTerminal
from tests.e2e.relay_process import PASSWORD, PATIENCE_S, ROOT, RelayProcess

pytestmark = pytest.mark.slow

WRONG = "wrongbutprivate-8f31c2"
FIGURES = "figures-token-51c0ffee"


def forms(secret: bytes) -> set[bytes]:
    """How a secret may stand in a text: as it is, in hexadecimal, in base64, in JSON or a repr."""
    text = secret.decode("latin-1")
    return {
        secret,
        secret.hex().encode(),
        base64.b64encode(secret).rstrip(b"="),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
        json.dumps(text)[1:-1].encode(),
        repr(text)[1:-1].encode(),
    }


def leaks(secrets: dict[str, bytes], places: dict[str, bytes]) -> list[str]:
    """Which secret was found where."""
    return [
        f"the {name} in {place}"
        for name, secret in secrets.items()
        for place, content in places.items()
        if any(form in content for form in forms(secret))
    ]


@pytest.mark.parametrize("form", sorted(forms(b"a secret/with+signs\xff")))
def test_a_leak_in_any_form_is_found(form: bytes) -> None:
    secrets = {"key": b"a secret/with+signs\xff"}
    assert leaks(secrets, {"log": b"before " + form + b" after", "other": b"nothing"}) == ["the key in log"]


class LoudRelay(RelayProcess):
    """`tests.e2e.loud_relay`. It says more than a pipe holds, so into a file."""

    @property
    def log(self) -> Path:
        return self.folder.with_name("relay.log")

    def spawn(self, port: int = 0) -> "subprocess.Popen[str]":
        with self.log.open("ab") as log:
            return subprocess.Popen(self.command(port), stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT)

    def command(self, port: int = 0) -> list[str]:
        python, _, _, *rest = super().command(port)
        return [python, "-m", "tests.e2e.loud_relay", *rest]


def processes(pid: int) -> dict[str, bytes]:
    """What every user of the machine can read of a process, and its environment."""
    folder = Path(f"/proc/{pid}")
    if not folder.exists():
        return {}
    return {f"/proc of {name}": (folder / name).read_bytes() for name in ("cmdline", "comm", "environ")}


def files(folder: Path, *, but: set[str]) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name not in but}


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[LoudRelay]:
    running = LoudRelay(tmp_path / "data", f'metrics_token = "{FIGURES}"')
    running.add("anna")
    try:
        yield running
        await running.close_peers()
    finally:
        running.close()


async def provoke(relay: RelayProcess, token: str, card: str) -> dict[str, bytes]:
    """Everything that goes wrong with a secret in hand. What was answered."""
    answers: dict[str, bytes] = {}
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S, base_url=relay.url("")) as client:

        async def ask(name: str, method: str, path: str, **rest: Any) -> None:
            answer = await client.request(method, path, **rest)
            answers[name] = answer.content + repr(answer.headers.raw).encode()

        bearer = {"Authorization": f"Bearer {token}"}
        await ask("wrong password", "POST", "/v1/login", json={"login": "anna", "password": WRONG})
        await ask("nobody", "POST", "/v1/login", json={"login": PASSWORD, "password": PASSWORD})
        await ask("failing login", "POST", "/v1/login", json={"login": "fault", "password": PASSWORD})
        await ask("not JSON", "POST", "/v1/login", content=f'{{"login":"anna","password":"{PASSWORD}"'.encode())
        await ask("wrong types", "POST", "/v1/login", json={"login": {"x": token}, "password": [PASSWORD]})
        await ask("not found", "GET", f"/{token}?password={WRONG}", headers=bearer)
        await ask("wrong method", "DELETE", "/v1/login", headers=bearer)
        await ask("half a token", "POST", "/v1/logout", headers={"Authorization": f"Bearer {token[:-1]}"})
        await ask("token as a login", "POST", "/v1/logout", headers={"Authorization": f"Basic {token}"})
        await ask("figures", "GET", "/metrics", headers={"Authorization": f"Bearer {FIGURES}"})
        await ask("no figures", "GET", "/metrics", headers={"Authorization": f"Bearer {FIGURES}x"})
        await ask("health", "GET", "/healthz", headers=bearer)
        await ask("document", "GET", "/v1/openapi.json", headers=bearer)
    answers["no HTTP"] = await asyncio.to_thread(
        raw, relay.port, f"GET / HTTP/1.1\r\nAuthorization: Bearer {token}\x00\r\n\r\n".encode()
    )
    answers["no request"] = await asyncio.to_thread(raw, relay.port, f"{token} {PASSWORD} {card}\r\n\r\n".encode())
    failed = await asyncio.to_thread(raw, relay.port, UPGRADE + masked(f'{{"t":"hello","token":"{card}","chat":404}}'))
    assert failed.count(b"HTTP/1.1 ") == 1, "an HTTP answer in the middle of a websocket"
    for first in (
        f'{{"t":"hello","token":"{card}","chat":404}}',
        f'{{"t":"hello","token":"{card}","chat":"x"}}',
        f'{{"t":"hello","token":"{card}x"}}',
        f'{{"t":"hello","v":9,"token":"{card}"}}',
    ):
        await talk(relay, "/v1/visitor", {}, first, '{"t":"hello","token":"' + card + '"}', f"{card} {token}")
    await talk(relay, "/v1/operator", bearer, '{"t":"hello","have":{"404":1}}')
    await talk(relay, "/v1/operator", bearer, '{"t":"hello"}', f"{token}", f'{{"t":"say","id":["{token}"]}}')
    await talk(relay, "/v1/operator", {"Authorization": f"Bearer {token}x"}, '{"t":"hello"}')
    return answers


async def talk(relay: RelayProcess, path: str, headers: dict[str, str], *lines: str) -> None:
    url = f"ws://127.0.0.1:{relay.port}{path}"
    try:
        async with connect(url, additional_headers=headers, compression=None, proxy=None) as link:
            for line in lines:
                await link.send(line)
            await link.send('{"t":"end","id":"last"}')
            async with asyncio.timeout(PATIENCE_S):
                while '"last"' not in str(await link.recv()):
                    pass
    except (ConnectionClosed, InvalidStatus):
        return


UPGRADE = (
    b"GET /v1/visitor HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def masked(text: str) -> bytes:
    """One text message as a client sends it, with a mask of zeros."""
    content = text.encode()
    return bytes((0x81, 0x80 | 126)) + len(content).to_bytes(2, "big") + bytes(4) + content


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as link:
        link.sendall(request)
        answer = b""
        while part := link.recv(4096):
            answer += part
    return answer


def use_console(relay: RelayProcess, home: Path) -> tuple[str, dict[str, bytes]]:
    """Log in by the keyboard, in a console that logs all it can; its token, and what could be read of it meanwhile."""
    (home / "config").mkdir(parents=True)
    (home / "config" / "config.toml").write_text('keyring = "file"\n')
    env = {
        **os.environ,
        "OPCONSOLE_HOME": str(home),
        "OPCONSOLE_LOG": "debug",
        "PYTHONASYNCIODEBUG": "1",
        "LANG": "C.UTF-8",
    }
    command = [sys.executable, "-m", "opconsole", "--relay", relay.url(""), "--login", "anna"]
    with PtyTerminal(command, columns=100, lines=30, env=env, cwd=ROOT, real=True) as terminal:
        terminal.wait_for("Password")
        for password in (WRONG, PASSWORD):
            terminal.wait_for(lambda screen: "•" not in screen)
            terminal.type(password)
            terminal.wait_for("•" * len(password))
            terminal.press("enter")
            if password == WRONG:
                terminal.wait_for("is wrong")
        terminal.wait_for(lambda screen: "Password" not in screen and "anna" in screen.casefold())
        places = processes(terminal.process.pid)
        os.kill(terminal.process.pid, 15)
        terminal.wait_end()
    (tokens,) = home.rglob("tokens.json")
    assert tokens.stat().st_mode & 0o077 == 0
    kept = json.loads(tokens.read_bytes())
    token = next(value for key, value in kept.items() if not key.endswith(_DEVICE))
    places["the console's terminal"] = bytes(terminal.raw)
    places |= files(home, but={"tokens.json"})
    assert any(name.endswith("opconsole.log") for name in places)
    return token, places


async def visit(relay: RelayProcess) -> str:
    """A visitor who says something; the token."""
    page = await relay.connect("/v1/visitor", decode_visitor_down)
    await page.send(visitor.VisitorHello())
    card = (await page.until(visitor.VisitorWelcome)).token
    await page.do(visitor.VisitorSay, text="Hello")
    await relay.close_peers()
    return card


async def everything(relay: LoudRelay, home: Path | None) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The secrets, and all that could be read while and after they were used."""
    relay.start()
    card = await visit(relay)
    console_token, places = await asyncio.to_thread(use_console, relay, home) if home else ("none used", {})
    token = await asyncio.to_thread(relay.log_in, "anna")
    answers = await provoke(relay, token, card)
    answers.pop("wrong types", None)
    assert relay.process is not None
    places |= processes(relay.process.pid)
    places |= {f"the answer to {name}": content for name, content in answers.items()}
    code, _ = await asyncio.to_thread(relay.stop)
    said = relay.log.read_text("utf-8")
    assert code == 0, said[-3000:]
    assert "the door fails with" in said, "the handler's fault was not provoked"
    assert said.count("the session fails with") >= 2, "the sessions' faults were not provoked"
    assert "DEBUG asyncio" in said
    assert "Executing <Handle" in said, "asyncio was to print every callback"
    places["the relay's stderr"] = said.encode()
    places |= files(relay.folder, but={"visitor.key", "desk.toml"})
    key = next(relay.folder.rglob("*.key"))
    assert key.stat().st_mode & 0o077 == 0
    secrets = {
        "password": PASSWORD.encode(),
        "wrong password": WRONG.encode(),
        "staff token": token.encode(),
        "console's token": console_token.encode(),
        "visitor's token": card.encode(),
        "visitors' key": key.read_bytes().strip(),
        "figures' token": FIGURES.encode(),
    }
    return secrets, places


async def test_no_secret_is_in_any_log_file_answer_argument_or_record(relay: LoudRelay, tmp_path: Path) -> None:
    secrets, places = await everything(relay, tmp_path / "home")
    assert leaks(secrets, places) == []


async def test_a_relay_that_logs_a_password_is_caught(relay: LoudRelay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAK", "1")
    secrets, places = await everything(relay, None)
    assert "the password in the relay's stderr" in leaks(secrets, places)
