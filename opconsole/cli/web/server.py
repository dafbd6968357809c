"""The server of the tabs: a page, a websocket a tab, and behind each a console as a process of its own.

What it must not do: let a stranger have this machine call another relay than ours, share a login between tabs, let a page of another site open a tab (Origin), answer to another name than its own
(Host: a foreign name that was made to point here), or load anything from elsewhere.
"""

import asyncio
import logging
import secrets
import shlex
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import tomli_w
from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

from opconsole.link.login import log_out
from opconsole.link.sign_in import RELAY_OF_TAB, read_last
from opconsole.link.tokens import Tokens
from opconsole.locale import language, tr
from opconsole.terminal import web_driver_name

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
COLUMNS, ROWS = range(20, 501), range(6, 201)
MESSAGE_BYTES: Final = 256 * 1024
LAST_WORDS_S: Final = 10.0
"""A console that is told to end has so long for it."""

LOGIN_S: Final = 300.0
"""A tab in which nobody has logged in for so long is closed: its place is for somebody who works."""

log = logging.getLogger(__name__)


class BadPublicUrl(ValueError):
    """The text is a translated sentence."""


def public_site(url: str) -> str:
    """`https://host[:port]` of what the user gave; empty stays empty. Raises `BadPublicUrl`."""
    if not url:
        return ""
    parts = urlsplit(url)
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or parts.path not in ("", "/")
        or parts.query
        or parts.username
    ):
        raise BadPublicUrl(tr("{url} is not the address of a site: https://console.example", url=url))
    return f"{parts.scheme}://{parts.netloc.lower()}"


class Tab(AppService):
    """One console: its process, and a folder with its settings, login and drafts that goes with it."""

    def __init__(self, command: str, folder: Path, relay: str, **more: Any) -> None:
        super().__init__(command, **more)
        self._folder = folder
        self._relay = relay

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        environment = super()._build_environment(width, height)
        environment["TEXTUAL_DRIVER"] = web_driver_name()
        environment["OPCONSOLE_HOME"] = str(self._folder)
        environment[RELAY_OF_TAB] = self._relay
        for name in (
            "TMUX",
            "STY",
            "SSH_CONNECTION",
            "SSH_TTY",
            "NO_COLOR",
        ):  # of the terminal that the server was started in
            environment.pop(name, None)
        return environment

    async def end(self) -> None:
        """Tell the console to end, and see that it does; then its login ends too."""
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                await self.stop()
                if self._process is not None:
                    await self._process.wait()
        except (TimeoutError, ConnectionError):
            pass
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        await self._forget()

    @property
    def is_somebodys(self) -> bool:
        """Whether anybody has logged in there."""
        return bool(read_last(self._folder / "state").login)

    async def _forget(self) -> None:
        last = read_last(self._folder / "state")
        token = Tokens(self._folder / "data", "file").get(last.relay, last.login) if last.login else None
        if token:
            await log_out(last.relay, token)
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)


class Tabs(Server):
    def __init__(self, command: list[str], *, port: int, relay: str, theme: str, public: str, most: int) -> None:
        super().__init__(shlex.join(command), "127.0.0.1", port, "opconsole", public or None)
        own = {f"http://{host}:{port}" for host in HOSTS} | ({public} if public else set())
        self._sites = own
        """From these pages a tab may be opened."""
        self._hosts = {site.partition("://")[2] for site in own}
        self._settings = {"keyring": "file", "theme": theme} | ({"relay": relay} if relay else {})
        self._relay = relay
        self._most = most
        self._open: set[Tab] = set()
        self._page = (Path(__file__).parent / "page.html").read_text("utf-8")

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        app.router.add_get("/", self._index)
        app.router.add_get("/ws", self._websocket)
        app.router.add_static("/static", self.statics_path)
        app.on_shutdown.append(self._end_all)
        return app

    def initialize_logging(self) -> None:
        """Nothing of what people type or of what a fault looked like goes to the terminal of who started it."""
        logging.basicConfig(level="WARNING", format="%(message)s")
        logging.getLogger("textual-serve").setLevel("ERROR")

    async def _end_all(self, app: web.Application) -> None:
        await asyncio.gather(*(tab.end() for tab in list(self._open)), return_exceptions=True)

    # ------------------------------------------------------------ who gets in

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("Host", "").lower() not in self._hosts:
            return _no(tr("This server has another name."))
        origin = request.headers.get("Origin")
        if (request.path == "/ws" or origin is not None) and (origin or "").lower() not in self._sites:
            return _no(tr("A page of another site can't open the console."))
        response = await handler(request)
        if not response.prepared:
            response.headers.update(
                {
                    "X-Content-Type-Options": "nosniff",
                    "X-Frame-Options": "DENY",
                    "Referrer-Policy": "no-referrer",
                    "Cross-Origin-Resource-Policy": "same-origin",
                }
            )
        return response

    async def _index(self, request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        socket = ("wss" if self._site_of(request).startswith("https") else "ws") + f"://{request.host}"
        page = (
            self._page.replace("{{nonce}}", nonce).replace("{{socket}}", f"{socket}/ws").replace("{{lang}}", language())
        )
        for name, text in (
            ("ended", tr("The console has ended.")),
            ("again", tr("Open it again")),
            ("wait", tr("One moment…")),
        ):
            page = page.replace(f"{{{{{name}}}}}", text)
        policy = (
            f"default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
            f"img-src 'self' data:; connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
        return web.Response(text=page, content_type="text/html", headers=headers)

    def _site_of(self, request: web.Request) -> str:
        """The scheme that the browser used: the proxy's, where the request came by its name."""
        return next((site for site in self._sites if site.partition("://")[2] == request.host.lower()), "http://")

    # ------------------------------------------------------------ a tab

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        if len(self._open) >= self._most:
            return _no(tr("Too many tabs are open."), 503)
        websocket = web.WebSocketResponse(heartbeat=15, max_msg_size=MESSAGE_BYTES)
        await websocket.prepare(request)
        folder = await asyncio.to_thread(self._folder)
        tab = Tab(
            self.command,
            folder,
            self._relay,
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=websocket.close,
            download_manager=self.download_manager,
        )
        self._open.add(tab)
        waiting = asyncio.create_task(_close_nobodys(websocket, tab), name="login")
        try:
            await tab.start(_within(request, "width", COLUMNS, 80), _within(request, "height", ROWS, 24))
            await self._pass_on(websocket, tab)
        finally:
            waiting.cancel()
            await asyncio.shield(self._ended(tab))
        return websocket

    async def _ended(self, tab: Tab) -> None:
        try:
            await tab.end()
        finally:
            self._open.discard(tab)

    def _folder(self) -> Path:
        """Of one tab, readable by this user alone."""
        folder = Path(tempfile.mkdtemp(prefix="opconsole-tab-"))
        (folder / "config").mkdir(mode=0o700)
        (folder / "config" / "config.toml").write_text(tomli_w.dumps(self._settings), "utf-8")
        return folder

    async def _pass_on(self, websocket: web.WebSocketResponse, tab: Tab) -> None:
        """What the browser sends, to the console. A message that is none is passed over."""
        async for message in websocket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                kind, *rest = message.json()
                if kind == "stdin":
                    await tab.send_bytes(str(rest[0]).encode("utf-8", "replace"))
                elif kind == "resize":
                    await tab.set_terminal_size(_bounded(rest[0]["width"], COLUMNS), _bounded(rest[0]["height"], ROWS))
                elif kind == "ping":
                    await websocket.send_json(["pong", rest[0]])
                elif kind == "focus":
                    await tab.focus()
                elif kind == "blur":
                    await tab.blur()
            except (ValueError, TypeError, KeyError, IndexError):
                log.warning("a message of a tab was not understood")


async def _close_nobodys(websocket: web.WebSocketResponse, tab: Tab) -> None:
    await asyncio.sleep(LOGIN_S)
    if not await asyncio.to_thread(lambda: tab.is_somebodys):
        await websocket.close()


def _bounded(value: Any, bounds: range) -> int:
    return max(bounds.start, min(int(value), bounds.stop - 1))


def _within(request: web.Request, name: str, bounds: range, usual: int) -> int:
    return _bounded(to_int(request.query.get(name, ""), usual), bounds)


def _no(text: str, status: int = 403) -> web.Response:
    return web.Response(status=status, text=text + "\n", headers={"X-Content-Type-Options": "nosniff"})
