"""HTTP routes of the visitor's side: `/widget.js`, the sample shop's pages, their static files; headers and caching.

Everything is read once, when the routes are added, and served from memory: no path from a request ever reaches the disk.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import ETag, web

from server_stub.edge.described import Answer, described, refused
from server_stub.edge.widget.bundle import widget_script
from server_stub.edge.widget.shop import Shop, Visit, load_shop

STATIC: Final = Path(__file__).parent / "static"

TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}

_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](?::[0-9]{1,5})?")

COMMON_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
PAGE_HEADERS: Final = {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Encoding, Accept-Language",
}
SCRIPT_HEADERS: Final = {
    # Any site may load the widget, with `crossorigin` and an integrity hash too if it likes.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
    "Vary": "Accept-Encoding",
}
STATIC_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Vary": "Accept-Encoding",
    # An SVG that is opened by itself is a document: it gets no script either.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}

PAGE: Final = Answer("The page.", media="text/html")
SAME: Final = Answer("It is what the client has.")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent, plain and packed."""

    body: bytes
    packed: bytes
    content_type: str
    etag: str

    @classmethod
    def of(cls, body: bytes, content_type: str) -> "Asset":
        return cls(
            body, gzip.compress(body, 9, mtime=0), content_type, hashlib.blake2b(body, digest_size=12).hexdigest()
        )


def content_security_policy(host: str) -> str:
    """The sample shop's policy. It is as strict as can be, so it also proves that the widget works under a strict one.

    Trusted Types forbid every assignment of text as markup, anywhere on the page. `connect-src 'self'` covers websockets in
    new browsers only, so the relay's own are named, when the Host header is a plain host.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'{sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def add_widget_routes(app: web.Application) -> None:
    """Add the widget and the sample shop to the application. Reads the files; raises `BundleBroken` if they don't fit."""
    shop = load_shop()
    script = Asset.of(widget_script().encode(), "text/javascript")
    files = {
        path.relative_to(STATIC).as_posix(): Asset.of(path.read_bytes(), TYPES[path.suffix])
        for path in sorted(STATIC.rglob("*"))
        if path.suffix in TYPES
    }

    @described("The chat widget, one script", answers={200: Answer("The script.", media="text/javascript"), 304: SAME})
    async def widget(request: web.Request) -> web.Response:
        return _send(request, script, SCRIPT_HEADERS)

    @described(
        "A file of the sample shop",
        answers={200: Answer("The file.", media="*/*"), 304: SAME, 404: refused("There is none.")},
    )
    async def static(request: web.Request) -> web.Response:
        asset = files.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound  # it is told as every other error is
        return _send(request, asset, STATIC_HEADERS)

    app.router.add_get("/widget.js", widget)
    app.router.add_get("/static/{name:.+}", static)
    _add_pages(app, shop)


def _add_pages(app: web.Application, shop: Shop) -> None:
    def page(request: web.Request, html: str, status: int = 200) -> web.Response:
        headers = PAGE_HEADERS | {"Content-Security-Policy": content_security_policy(request.host)}
        return _send(request, Asset.of(html.encode(), "text/html"), headers, status)

    @described("The sample shop", answers={200: PAGE, 304: SAME})
    async def home(request: web.Request) -> web.Response:
        return page(request, shop.home(_visit(request)))

    @described("One of the sample shop's wares", answers={200: PAGE, 304: SAME, 404: PAGE})
    async def product(request: web.Request) -> web.Response:
        html = shop.product(_visit(request), request.match_info["slug"])
        return page(request, shop.missing(_visit(request)), 404) if html is None else page(request, html)

    @described("The sample shop's cart", answers={200: PAGE, 304: SAME})
    async def cart(request: web.Request) -> web.Response:
        return page(request, shop.cart(_visit(request)))

    app.router.add_get("/", home)
    app.router.add_get("/product/{slug}", product)
    app.router.add_get("/cart", cart)


def _visit(request: web.Request) -> Visit:
    """What a page depends on: the language asked for, and the address under which the visitor sees this relay."""
    if not _HOST.fullmatch(request.host):
        raise web.HTTPBadRequest  # it would stand on the page
    asked = request.query.get("lang", "") or request.headers.get("Accept-Language", "")
    forwarded = request.headers.get("X-Forwarded-Proto", "")
    scheme = forwarded if forwarded in {"http", "https"} else request.scheme
    return Visit(
        lang="ru" if asked[:2].lower() == "ru" else "en", origin=f"{scheme}://{request.host}", path=request.path
    )


def _send(request: web.Request, asset: Asset, headers: dict[str, str], status: int = 200) -> web.Response:
    known = request.if_none_match or ()
    if status == 200 and any(tag.value in {asset.etag, "*"} for tag in known):
        response = web.Response(status=304, headers=COMMON_HEADERS | headers)
    else:
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        response = web.Response(
            status=status,
            body=asset.packed if packed else asset.body,
            content_type=asset.content_type,
            charset="utf-8",
            headers=COMMON_HEADERS | headers | ({"Content-Encoding": "gzip"} if packed else {}),
        )
    if status == 200:
        response.etag = ETag(asset.etag, is_weak=True)
    return response
