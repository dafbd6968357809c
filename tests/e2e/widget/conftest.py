"""A Chromium for the widget's tests: one for each worker, with a fresh profile for each test, on a relay of its own."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from tests.e2e.widget.fake_relay import FakeRelay, fake_relay

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The widget takes 8 s to give a silent link up, and a busy machine is slow.
expect.set_options(timeout=25_000)

NewPage = Callable[..., Awaitable[Page]]
"""Opens a page of the relay's shop: `new_page(path, phone=…, dark=…)`; each call is another visitor's browser."""


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        message = "Chromium is missing (Debian: apt-get install chromium)"
        pytest.fail(message) if os.environ.get("REQUIRE_SERVERS") == "1" else pytest.skip(message)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def relay() -> AsyncIterator[FakeRelay]:
    async with fake_relay() as relay:
        yield relay


@pytest_asyncio.fixture(loop_scope="session")
async def browse(chromium: Browser) -> AsyncIterator[NewPage]:
    """Pages whose console must stay quiet: an error, or a breach of the page's policy, fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A relay that is down on purpose is none of the widget's mistakes.
        if message.type in ("error", "warning") and "WebSocket connection to" not in message.text:
            complaints.append(message.text)

    async def new_page(url: str, *, phone: bool = False, dark: bool = False, locale: str = "en-GB") -> Page:
        context = await chromium.new_context(
            viewport={"width": 390, "height": 780} if phone else {"width": 1100, "height": 800},
            has_touch=phone,
            is_mobile=phone,
            locale=locale,
            timezone_id="Europe/Moscow",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        context.on("console", hear)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = await context.new_page()
        await page.goto(url)
        return page

    yield new_page
    for context in contexts:
        await context.close()
    assert complaints == []
