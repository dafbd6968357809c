"""A Chromium for the widget's tests: one for each worker, with a clean profile for each test, on a relay of its own."""

import os
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, WebError, async_playwright, expect
from playwright.async_api import Error as PlaywrightError

from opconsole.simulation.stage import Colleague, RelayProgram, add_people, colleague
from tests.e2e.widget.desk import Desk, desk_of
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
expect.set_options(timeout=40_000)

NewPage = Callable[..., Awaitable[Page]]
"""Opens a page of the relay's shop: `new_page(path, phone=…, dark=…)`; each call is another visitor's browser. `fresh`: one that is
thrown away afterwards, for tests that leave something in the page itself."""


def need_chromium() -> None:
    if not CHROMIUM.exists():
        message = "Chromium is missing (Debian: apt-get install chromium)"
        pytest.fail(message) if os.environ.get("REQUIRE_SERVERS") == "1" else pytest.skip(message)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncIterator[Browser]:
    need_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def relay() -> AsyncIterator[FakeRelay]:
    async with fake_relay() as relay:
        yield relay


LIMIT = 1024 * 1024
"""A file may have so many bytes on the real relay's desk."""


@pytest.fixture(scope="module")
def anna() -> Colleague:
    return colleague("anna", "Anna", limit=50)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, anna: Colleague) -> Iterator[str]:
    """The address of a real relay, started as people start it."""
    folder = tmp_path_factory.mktemp("widget")
    relay = RelayProgram(folder / "relay", folder / "relay.log")
    add_people(relay.data, [anna])
    (relay.data / "desk.toml").write_text(f"[limits]\nchats = 50\n[files]\nmax_mb = {LIMIT // 1024**2}\n")
    yield relay.start()
    assert relay.stop() == 0
    assert relay.complaints() == []


@pytest_asyncio.fixture(loop_scope="session")
async def desk(url: str, anna: Colleague) -> AsyncIterator[Desk]:
    """Anna at the real relay."""
    async with desk_of(url, anna) as desk:
        yield desk


Look = tuple[bool, bool, str]
"""A browser on a phone or not, dark or not, and its language."""


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def washed(chromium: Browser) -> AsyncIterator[dict[Look, list[Page]]]:
    """Pages of browsers that nobody has used, or that were made as if: a new one costs more than most tests do in it."""
    yield defaultdict(list)


async def wash(page: Page, sites: set[str]) -> bool:
    """Nothing of these sites stays in the page's browser, which is online. No page of theirs runs while they are cleared, and it
    stays on an empty one: to leave the site would cost as much as a new page. False: it is in no state to be used again."""
    context = page.context
    try:
        for other in context.pages:
            if other is not page:
                await other.close()
        await context.set_offline(False)
        await page.route("**/*", lambda route: route.fulfill(body=""))
        for site in sites:
            await page.goto(f"{site}/empty")
            await page.evaluate("localStorage.clear(); sessionStorage.clear()")
        await page.unroute_all()
        await context.clear_cookies()
    except PlaywrightError:
        return False
    return True


@pytest_asyncio.fixture(loop_scope="session")
async def browse(chromium: Browser, washed: dict[Look, list[Page]]) -> AsyncIterator[NewPage]:
    """Pages whose console must stay quiet: an error, or a breach of the page's policy, fails the test."""
    used: list[tuple[Look | None, Page]] = []
    sites: set[str] = set()
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A relay that is down on purpose is none of the widget's mistakes, nor is a file that it does not take.
        refused = message.text.startswith("Failed to load resource") and "/v1/files/" in message.location["url"]
        if message.type in ("error", "warning") and "WebSocket connection to" not in message.text and not refused:
            complaints.append(message.text)

    def fail(error: WebError) -> None:
        complaints.append(str(error.error))

    async def made(look: Look) -> Page:
        phone, dark, locale = look
        context = await chromium.new_context(
            viewport={"width": 390, "height": 780} if phone else {"width": 1100, "height": 800},
            has_touch=phone,
            is_mobile=phone,
            locale=locale,
            timezone_id="Europe/Moscow",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(40_000)
        return await context.new_page()

    async def new_page(
        url: str, *, phone: bool = False, dark: bool = False, locale: str = "en-GB", fresh: bool = False
    ) -> Page:
        look = phone, dark, locale
        page = washed[look].pop() if washed[look] and not fresh else await made(look)
        used.append((None if fresh else look, page))
        page.context.on("console", hear)
        page.context.on("weberror", fail)
        sites.add("/".join(url.split("/")[:3]))
        await page.goto(url)
        return page

    yield new_page
    for look, page in used:
        page.context.remove_listener("console", hear)
        page.context.remove_listener("weberror", fail)
        if look is not None and await wash(page, sites):
            washed[look].append(page)
        else:
            await page.context.close()
    assert complaints == []
