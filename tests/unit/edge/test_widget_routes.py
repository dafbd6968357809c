"""What a visitor's browser gets over HTTP: types, caching, policies, the sample shop's pages."""

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server_stub.edge.widget.routes import add_widget_routes, content_security_policy

Client = TestClient[web.Request, web.Application]

PAGES = ["/", "/?lang=ru", "/product/fern-teapot", "/product/copper-kettle?lang=ru", "/cart", "/cart?lang=ru"]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    app = web.Application()
    add_widget_routes(app)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_widget_is_one_script_that_any_site_may_load_and_keep_for_a_while(client: Client) -> None:
    response = await client.get("/widget.js")
    assert response.status == 200
    assert response.content_type == "text/javascript"
    assert response.charset == "utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=300" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/widget.js", "/", "/static/shop.css", "/static/photos/fern-teapot.svg"])
async def test_what_a_browser_has_is_not_sent_again(client: Client, path: str) -> None:
    first = await client.get(path)
    assert first.status == 200
    again = await client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert await again.read() == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    changed = await client.get(path, headers={"If-None-Match": 'W/"another"'})
    assert changed.status == 200


async def test_the_script_is_packed_for_those_who_can_unpack_it(client: Client) -> None:
    packed = await client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    plain = await client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert await packed.text() == await plain.text()
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/static/shop.css", "text/css"),
        ("/static/shop.js", "text/javascript"),
        ("/static/icon.svg", "image/svg+xml"),
        ("/static/photos/meadow-honey.svg", "image/svg+xml"),
    ],
)
async def test_a_static_file_has_its_own_type(client: Client, path: str, kind: str) -> None:
    response = await client.get(path)
    assert response.status == 200
    assert response.content_type == kind
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["nothing.css", "../routes.py", "%2e%2e/routes.py", "..%2froutes.py", "photos", "photos/"]
)
async def test_a_path_leads_nowhere_but_to_the_static_files(client: Client, name: str) -> None:
    response = await client.get(f"/static/{name}")
    assert response.status == 404
    assert "import" not in await response.text()


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_carries_the_tag_and_nothing_inline(client: Client, path: str) -> None:
    response = await client.get(path)
    assert response.status == 200
    assert response.content_type == "text/html"
    html = await response.text()
    assert html.count('<script src="/widget.js" async></script>') == 1
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", html)


@pytest.mark.parametrize("path", [*PAGES, "/product/no-such"])
async def test_a_page_has_a_strict_policy(client: Client, path: str) -> None:
    response = await client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_the_policy_names_the_relays_own_sockets_and_no_others() -> None:
    assert "connect-src 'self' ws://relay.example:8765 wss://relay.example:8765;" in content_security_policy(
        "relay.example:8765"
    )
    assert "connect-src 'self' ws://[::1]:80 wss://[::1]:80;" in content_security_policy("[::1]:80")


@pytest.mark.parametrize("host", ["", "a b", "x; script-src *", "x'", "relay.example:99999999", "x\ny"])
def test_a_host_that_is_none_does_not_get_into_the_policy(host: str) -> None:
    assert "connect-src 'self'; base-uri" in content_security_policy(host)


async def test_the_page_shows_the_tag_to_copy_with_the_address_that_the_visitor_uses(client: Client) -> None:
    response = await client.get("/", headers={"Host": "shop.example:8443", "X-Forwarded-Proto": "https"})
    html = await response.text()
    assert "&lt;script src=&quot;https://shop.example:8443/widget.js&quot; async&gt;&lt;/script&gt;" in html


async def test_a_hostile_host_is_shown_as_text(client: Client) -> None:
    response = await client.get("/", headers={"Host": 'x"><b>'})
    assert "<b>" not in await response.text()


@pytest.mark.parametrize(
    ("path", "accept", "lang"),
    [
        ("/", "en-GB,en;q=0.9", "en"),
        ("/", "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("/", "", "en"),
        ("/?lang=ru", "en", "ru"),
        ("/?lang=en", "ru", "en"),
        ("/?lang=<script>", "ru", "en"),
    ],
)
async def test_the_language_is_the_one_asked_for(client: Client, path: str, accept: str, lang: str) -> None:
    response = await client.get(path, headers={"Accept-Language": accept})
    html = await response.text()
    assert f'<html lang="{lang}">' in html
    assert ("Корзина" in html) == (lang == "ru")
    assert "Accept-Language" in response.headers["Vary"]


async def test_an_unknown_product_is_a_page_that_says_so(client: Client) -> None:
    response = await client.get("/product/%3Cimg%20src=x%3E")
    assert response.status == 404
    assert response.content_type == "text/html"
    html = await response.text()
    assert "No such page" in html
    assert "<img src=x>" not in html


async def test_every_product_has_a_page_and_a_photo(client: Client) -> None:
    html = await (await client.get("/")).text()
    slugs = re.findall(r'href="/product/([\w-]+)\?', html)
    assert len(slugs) == 6
    for slug in slugs:
        assert (await client.get(f"/product/{slug}")).status == 200
        assert (await client.get(f"/static/photos/{slug}.svg")).status == 200


@pytest.mark.parametrize("host", ["\udcff\udcfe", 'x"><script>', "a b", "x/y"])
async def test_a_page_is_not_made_for_a_host_that_is_none(client: Client, host: str) -> None:
    response = await client.get("/", headers={"Host": host})
    assert response.status == 400
