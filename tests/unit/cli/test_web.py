"""The server of the browser's tabs: who gets in, and that tabs share nothing. (The page itself in a real browser: tests/e2e.)"""

import asyncio
import json
import socket
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from aiohttp.web import AppRunner, SockSite

from opconsole.cli.errors import Exit
from opconsole.cli.main import run
from opconsole.cli.web import server
from opconsole.cli.web.server import BadPublicUrl, Tabs, public_site

PATIENCE_S = 30.0

APP = r"""
import json, os, sys
out = sys.stdout.buffer
def say(value):
    data = json.dumps(value).encode()
    out.write(b"D" + len(data).to_bytes(4, "big") + data); out.flush()
out.write(b"__GANGLION__\n"); out.flush()
home = os.environ["OPCONSOLE_HOME"]
say({"home": home, "mode": os.stat(home).st_mode, "config": open(home + "/config/config.toml").read(), "size": os.environ["COLUMNS"],
     "driver": os.environ["TEXTUAL_DRIVER"], "relay": os.environ["OPCONSOLE_TAB_RELAY"], "tmux": "TMUX" in os.environ})
source = sys.stdin.buffer
while head := source.read(5):
    body = source.read(int.from_bytes(head[1:], "big"))
    if head[:1] == b"M" and json.loads(body)["type"] == "quit":
        break
    say({"got": body.decode()})
"""
"""Stands for the console: says what it was given, and what comes."""


class Site:
    def __init__(self, tabs: Tabs, port: int, session: ClientSession) -> None:
        self.tabs = tabs
        self.address = f"http://127.0.0.1:{port}"
        self.session = session

    async def open(self, query: str = "", **headers: str) -> ClientWebSocketResponse:
        return await self.session.ws_connect(f"{self.address}/ws{query}", headers={"Origin": self.address, **headers})

    async def status(self, path: str, **headers: str) -> int:
        async with self.session.get(self.address + path, headers=headers) as answer:
            return answer.status


@pytest.fixture
async def site(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setenv("TMUX", "x")
    place = socket.create_server(("127.0.0.1", 0))
    port = place.getsockname()[1]
    tabs = Tabs(
        [sys.executable, "-c", APP], port=port, relay="http://127.0.0.1:9", theme="dawn", public="https://console.example", most=2
    )  # fmt: skip
    runner = AppRunner(await tabs._make_app())
    await runner.setup()
    await SockSite(runner, place).start()
    async with ClientSession() as session:
        yield Site(tabs, port, session)
    await runner.cleanup()


async def told(tab: ClientWebSocketResponse) -> dict[str, object]:
    message = await asyncio.wait_for(tab.receive(), PATIENCE_S)
    assert message.type is WSMsgType.BINARY
    found: dict[str, object] = json.loads(message.data)
    return found


async def test_each_tab_is_a_console_with_a_folder_of_its_own_that_goes_with_it(site: Site) -> None:
    one, two = await site.open("?width=120&height=40"), await site.open("?width=999999&height=x")
    first, second = await told(one), await told(two)
    assert first["home"] != second["home"]
    assert stat.S_IMODE(int(str(first["mode"]))) == 0o700
    assert first["config"] == 'keyring = "file"\ntheme = "dawn"\nrelay = "http://127.0.0.1:9"\n'
    assert (first["size"], second["size"]) == ("120", "500")
    assert (first["driver"], first["tmux"]) == ("opconsole.terminal.web:WebTerminal", False)
    assert first["relay"] == "http://127.0.0.1:9"
    await one.send_str('["stdin", "hello"]')
    assert await told(one) == {"got": "hello"}
    for nonsense in ("[]", "{}", "x", '["resize", {"width": "x"}]', '["stdin"]'):
        await one.send_str(nonsense)
    await one.send_str('["stdin", "still there"]')
    assert await told(one) == {"got": "still there"}
    await one.close()
    await two.close()
    async with asyncio.timeout(PATIENCE_S):
        while site.tabs._open:
            await asyncio.sleep(0.02)
    assert not Path(str(first["home"])).exists()
    assert not Path(str(second["home"])).exists()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", ""])
async def test_a_page_of_another_site_opens_no_tab(site: Site, origin: str) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await site.open(Origin=origin)
    assert refused.value.status == 403
    assert not site.tabs._open


async def test_the_proxys_site_may_open_one(site: Site) -> None:
    tab = await site.open(Origin="https://console.example", Host="console.example")
    assert "home" in await told(tab)
    await tab.close()


async def test_another_name_is_not_answered(site: Site) -> None:
    assert await site.status("/") == 200
    assert await site.status("/", Host="evil.example") == 403
    assert await site.status("/static/js/textual.js", Host="evil.example") == 403
    assert await site.status("/static/js/textual.js") == 200
    assert await site.status("/static/") in (403, 404), "no list of files"
    assert await site.status("/download/x") == 404


async def test_the_page_loads_nothing_from_elsewhere(site: Site) -> None:
    async with site.session.get(site.address) as answer:
        page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "https://" not in page
    assert "{{" not in page
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert f'nonce="{nonce}"' in page
    assert f"ws://{site.address.removeprefix('http://')}/ws" in page


async def test_no_more_tabs_than_were_allowed(site: Site) -> None:
    tabs = [await site.open(), await site.open()]
    for tab in tabs:
        await told(tab)
    with pytest.raises(WSServerHandshakeError) as refused:
        await site.open()
    assert refused.value.status == 503
    for tab in tabs:
        await tab.close()


async def test_a_tab_in_which_nobody_logs_in_gives_its_place_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LOGIN_S", 0.01)
    tab = await site.open()
    while (message := await asyncio.wait_for(tab.receive(), PATIENCE_S)).type is WSMsgType.BINARY:
        pass
    assert message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED)


@pytest.mark.parametrize("url", ["console.example", "ftp://x", "https://x/path", "https://me@x", "https://"])
def test_a_public_address_is_a_site(url: str) -> None:
    with pytest.raises(BadPublicUrl):
        public_site(url)
    assert public_site("https://Console.example/") == "https://console.example"


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert run(["web"]) == Exit.failed
    assert "pip install 'opconsole[web]'" in capsys.readouterr().err


def test_a_public_page_is_for_a_relay_that_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
    monkeypatch.setattr(Tabs, "serve", lambda self: None)
    assert run(["web", "--public-url", "https://console.example"]) == Exit.usage
    assert "--relay" in capsys.readouterr().err
    assert run(["web", "--public-url", "https://console.example", "--relay", "https://desk.example"]) == Exit.ok
