"""The whole way as a shop would have it: a page of another site under the strictest policy, a customer whom the site vouches for, the real
relay over TLS, an operator with hostile words."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import jwt
import pytest
import pytest_asyncio
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from opconsole.link.connection import dialer
from opconsole.link.login import LoggedIn, log_in
from opconsole.wire import staff
from opconsole.wire.cards import ChatCard, Status
from server_stub.__main__ import main
from tests.e2e.relay_process import PASSWORD, RelayProcess, relay_process
from tests.e2e.widget.window import Window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
]

HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:alert(2)) data:text/html,<script>alert(3)</script>"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of a certificate, and of who signed it."""
    folder = tmp_path_factory.mktemp("tls")
    ca = trustme.CA()
    issued = ca.issue_cert("127.0.0.1")
    (folder / "ca.pem").write_bytes(ca.cert_pem.bytes())
    (folder / "chain.pem").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    (folder / "key.pem").write_bytes(issued.private_key_pem.bytes())
    (folder / "key.pem").chmod(0o600)
    return folder


@pytest.fixture(scope="module")
def relay(authority: Path) -> Iterator[RelayProcess]:
    with relay_process(authority / "data") as running:
        running.add("anna", limit=50)
        main(["site-key", "--data", str(running.folder)])
        running.options = ["--tls-cert", str(authority / "chain.pem"), "--tls-key", str(authority / "key.pem")]
        yield running.start()
        assert running.stop() == (0, "")


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, relay: RelayProcess) -> AsyncIterator[Page]:
    """The site's page, on whose console nothing may be said and which may open no dialog."""
    url = f"https://127.0.0.1:{relay.port}"
    policy = (
        f"default-src 'none'; script-src {url}; connect-src wss://127.0.0.1:{relay.port}; style-src 'none'; img-src data:; "
        "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'"
    )
    key = (relay.folder / "site.key").read_text().split()[0]

    async def shop(_: web.Request) -> web.Response:
        claims = {"sub": "4711", "exp": int(time.time()) + 300, "name": "<b>Olga</b>"}
        word = jwt.encode(claims, key, algorithm="HS256")
        tag = f'<script src="{url}/widget.js" data-identity="{word}" async></script>'
        html = f'<!doctype html><link rel="icon" href="data:,"><title><i>Shop</i></title>{tag}'
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": policy})

    site = web.Application()
    site.router.add_get("/", shop)
    said: list[str] = []
    async with TestServer(site) as server:
        context = await chromium.new_context(ignore_https_errors=True, locale="en-GB")
        context.on("console", lambda message: said.append(message.text))
        context.on("weberror", lambda error: said.append(str(error.error)))
        context.on("dialog", lambda dialog: said.append(f"a dialog: {dialog.message}"))
        opened = await context.new_page()
        await opened.goto(str(server.make_url("/")))
        yield opened
        await context.close()
    assert said == []


async def test_a_customer_of_a_site_with_a_strict_policy_talks_to_an_operator_over_tls(
    page: Page, relay: RelayProcess, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority / "ca.pem"))
    url = f"https://127.0.0.1:{relay.port}"
    window = Window(page)
    await window.open()
    await window.say(f"visitor {HOSTILE}")
    await window.expect_mark("visitor", "Delivered")

    got = await log_in(url, "anna", PASSWORD)
    assert isinstance(got, LoggedIn)
    anna = await dialer(url, got.token)()
    await anna.send([staff.Hello(), staff.SetStatus(id="s", status=Status.online)])
    sync = next(each for each in [*await anna.receive(), *await anna.receive()] if isinstance(each, staff.Sync))
    chat = next(each for each in sync.chats if isinstance(each, ChatCard))
    assert [(each.customer, each.name, each.vouched) for each in sync.visitors] == [("4711", "<b>Olga</b>", ["name"])]
    await anna.send([staff.Take(id="t", chat=chat.chat), staff.Say(id="w", chat=chat.chat, text=f"operator {HOSTILE}")])

    await window.expect_messages(f"visitor {HOSTILE}", f"operator {HOSTILE}")
    assert await window.dialog.locator("img, script, b, a, iframe").count() == 0
    await page.reload()
    await window.expect_messages(f"visitor {HOSTILE}", f"operator {HOSTILE}")
    await expect(window.dialog.get_by_role("heading", name="Anna")).to_be_visible()
    await anna.close()
