"""The routes of files over a store of their own, for tests; addresses are what a trusted proxy says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import msgspec
from aiohttp import web

from opconsole.wire.files import File, Uploaded
from server_stub.edge import serving
from server_stub.edge.clients import Crowd, Proxies
from server_stub.edge.device_tokens import DeviceTokens
from server_stub.edge.filestock import Files
from server_stub.edge.front import Front
from server_stub.edge.http import make_app
from server_stub.edge.identities import Identities
from server_stub.edge.lobby import Lobby
from server_stub.edge.metrics import Metrics
from server_stub.edge.tickets import Bringing, Tickets
from server_stub.edge.visitor_tokens import VisitorTokens
from server_stub.files.kinds import USUAL, media_types
from server_stub.files.scanner import Scanner
from server_stub.files.store import Kept, Store

SITE = "https://shop.example"
TYPES = tuple(media_types(USUAL))


class Session:
    ending = False


class Door:
    """The routes over a store of its own. `ahead_s`: how far the clock for rates has been put forward."""

    def __init__(self, folder: Path) -> None:
        self.ahead_s = 0.0
        self.now = 1_000_000
        self.session = Session()
        self.store = Store(folder / "files", most_bytes=10**9, spare_bytes=0)
        self.store.start()
        tickets = Tickets(lambda: self.now, self.clock_s)
        self.files = Files(self.store, Scanner((), most_s=20.0, at_once=2, wait_s=20.0), tickets, lambda: 41)
        self.front = Front(
            intake=None,  # type: ignore[arg-type]
            lobby=Lobby(Metrics()),
            metrics=Metrics(),
            accounts=None,  # type: ignore[arg-type]
            introduce=lambda user: None,
            tokens=VisitorTokens([b"k" * 32]),
            devices=DeviceTokens(b"k" * 32),
            sites=frozenset((SITE,)),
            metrics_token="",
            identities=Identities([], b"c" * 32, "Acme"),
            visitor_change_ms=lambda: 0,
            healthy=lambda: True,
            now=lambda: self.now,
            files=self.files,
            clock_s=self.clock_s,
            proxies=Proxies([ip_network("127.0.0.0/8")]),
        )
        self.client: httpx.AsyncClient
        self.port = 0

    def clock_s(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead_s

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        runner = web.AppRunner(make_app(self.front), access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await runner.setup()
        server = await serving.listen(runner, "127.0.0.1", 0, crowd=Crowd(100), proxies=self.front.proxies)
        self.port = server.sockets[0].getsockname()[1]
        address = {"X-Forwarded-For": "192.0.2.1"}
        self.client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}", trust_env=False, headers=address, timeout=20
        )
        try:
            yield
        finally:
            await self.client.aclose()
            server.close()
            await runner.cleanup()
            self.files.close()

    def ticket(self, size: int, name: str = "a.txt", *, by: str = "v:v1", types: tuple[str, ...] = TYPES) -> Bringing:
        made = self.files.tickets.to_bring(self.session, by=by, visitor="v1", chat=0, name=name, size=size, types=types)
        assert made is not None
        return made

    async def put(self, path: str, content: bytes, **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.put(path, content=content, headers=sent)

    async def bring(self, content: bytes, name: str = "a.txt", **more: Any) -> httpx.Response:
        return await self.put(self.ticket(len(content), name, **more).path, content)

    async def kept(self, content: bytes = b"hello", name: str = "a.txt") -> File:
        answer = await self.bring(content, name)
        assert answer.status_code == 201, answer.text
        return msgspec.json.decode(answer.content, type=Uploaded).file

    def fetching(self, file: File) -> str:
        kept = Kept(file=file, sha256="", by="v:v1", visitor="v1", n=1)
        return self.files.tickets.to_fetch(self.session, kept).path

    def lies(self) -> list[str]:
        """What lies in the folder of files."""
        return sorted(path.name for path in self.store._root.rglob("*") if path.is_file())

    async def has_come(self, size: int) -> None:
        """Until so many bytes of the one upload that is under way are on the disk."""
        async with asyncio.timeout(20):
            while sum(path.stat().st_size for path in self.store._root.rglob("*") if path.is_file()) != size:
                await asyncio.sleep(0.01)

    async def lies_nothing(self) -> None:
        async with asyncio.timeout(20):
            while self.lies():
                await asyncio.sleep(0.01)

    async def wire(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def begins(self, path: str, length: int, content: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """An upload that has begun."""
        reader, writer = await self.wire()
        writer.write(f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode() + content)
        await writer.drain()
        return reader, writer


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def status_of(reader: asyncio.StreamReader) -> int:
    async with asyncio.timeout(20):
        return int((await reader.readline()).split()[1])
