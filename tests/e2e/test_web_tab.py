"""`opconsole web` in a real Chromium, before a real relay: a tab asks for the login, works, and takes its login with it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, async_playwright

from opconsole.wire.cards import OperatorCard
from tests.e2e.relay_process import PASSWORD, PATIENCE_S, ROOT, RelayProcess, relay_process
from tests.e2e.widget.conftest import ARGUMENTS, CHROMIUM, need_chromium

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.whole]


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProcess]:
    with relay_process(tmp_path / "data") as running:
        running.add("anna")
        running.add("boris")
        yield running.start()


@pytest.fixture
async def address(relay: RelayProcess, tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[str]:
    (tmp_path / "tabs").mkdir()
    server = subprocess.Popen(
        [sys.executable, "-m", "opconsole", "--relay", relay.url(""), "web", "--port", str(unused_tcp_port)],
        cwd=ROOT,
        env={
            **os.environ,
            "OPCONSOLE_HOME": str(tmp_path / "home"),
            "TMPDIR": str(tmp_path / "tabs"),
            "LANG": "C.UTF-8",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    said = server.stdout.readline()
    address = f"http://127.0.0.1:{unused_tcp_port}"
    assert address in said
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                httpx.get(address, trust_env=False, timeout=PATIENCE_S)
                break
            except httpx.ConnectError:
                await asyncio.sleep(0.05)
    yield address
    server.terminate()
    code = server.wait(PATIENCE_S)
    server.stdout.close()
    assert code == 0
    assert list((tmp_path / "tabs").glob("opconsole-tab-*")) == []
    await relay.close_peers()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    need_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


async def painted(page: Page) -> None:
    """The console has sent its first picture."""
    await page.wait_for_selector("body.-first-byte", timeout=40_000)


async def test_a_tab_asks_for_the_login_works_and_ends_it_with_itself(
    relay: RelayProcess, address: str, chromium: Browser
) -> None:
    complaints: list[str] = []
    page = await chromium.new_page(viewport={"width": 1100, "height": 700})
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda request: None if request.url.startswith((address, "data:")) else complaints.append(request.url),
    )
    shown = bytearray()
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda data: shown.extend(data if isinstance(data, bytes) else b"")),
    )
    boris = await relay.operator(relay.log_in("boris"))
    await page.goto(address)
    await painted(page)
    async with asyncio.timeout(40):
        while b"Password" not in shown or b"Enter goes on" not in shown:
            await asyncio.sleep(0.05)
        await page.keyboard.type(f"anna\n{PASSWORD}\n")
        await boris.until(OperatorCard, lambda it: it.login == "anna" and it.connected)
    if folder := os.environ.get("LOOK"):
        await page.wait_for_timeout(1500)
        await page.screenshot(path=Path(folder) / "web.png")
    before = len(relay.accounts.sessions("anna"))
    second = await chromium.new_page()
    await second.goto(address)
    await painted(second)
    assert len(relay.accounts.sessions("anna")) == before == 1, "another tab is nobody yet"
    await page.close(run_before_unload=False)
    async with asyncio.timeout(40):
        while relay.accounts.sessions("anna"):
            await asyncio.sleep(0.1)
    assert complaints == []
