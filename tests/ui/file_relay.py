"""The HTTP side of a relay for tests: takes and gives files by tickets, in the test's own loop."""

import asyncio
from typing import Any, Self

from aiohttp import web

from opconsole.wire.codec import encode
from opconsole.wire.files import FetchFile, File, FileRules, Ticket, Upload, Uploaded
from opconsole.wire.staff import Refused

RULES = FileRules(bytes=1_000_000, types=["image/png", "image/jpeg", "application/pdf", "text/plain"])


class FileRelay:
    """Context manager. `files`: what it has, by id; `answers`: statuses and codes that it gives first, instead of doing it."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[File, bytes]] = {}
        self.answers: list[tuple[int, str]] = []
        self.refuse: list[str] = []
        """Codes with which the next questions for a ticket are refused."""
        self.stalled = asyncio.Event()
        """Set by the test: what comes and goes may go on."""
        self.stalled.set()
        self.asked: list[Upload | FetchFile] = []
        self.came = 0
        """Bytes of the upload that is under way."""
        self.parts = True
        """It knows `Range`."""
        self.astray = 0
        """So many bytes too late it begins with a part."""
        self.breaks: list[int] = []
        """After so many bytes the next downloads break off."""
        self.begun: list[int] = []
        """With which byte each download began."""
        self._tickets: dict[str, Upload | FetchFile] = {}
        self._runner: web.AppRunner | None = None
        self.address = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 24)
        app.router.add_put("/v1/files/{ticket}", self._put)
        app.router.add_get("/v1/files/{ticket}", self._get)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.address = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: Any) -> None:
        self.stalled.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def ticket(self, asked: Upload | FetchFile) -> Ticket | Refused:
        self.asked.append(asked)
        if self.refuse:
            return Refused(id=asked.id, code=self.refuse.pop(0), text="refused")
        self._tickets[f"t{len(self.asked)}"] = asked
        return Ticket(id=asked.id, path=f"/v1/files/t{len(self.asked)}")

    def keep(self, name: str, data: bytes, type: str = "image/png", **more: int) -> File:
        file = File(id=f"f{len(self.files) + 1}", name=name, size=len(data), type=type, **more)
        self.files[file.id] = (file, data)
        return file

    async def _put(self, request: web.Request) -> web.StreamResponse:
        asked = self._tickets.get(request.match_info["ticket"])
        body = b""
        self.came = 0
        async for chunk in request.content.iter_chunked(4096):
            await self.stalled.wait()
            body += chunk
            self.came = len(body)
        if self.answers:
            return self._problem()
        assert isinstance(asked, Upload)
        assert len(body) == asked.size
        file = self.keep(asked.name, body)
        return web.Response(status=201, body=encode(Uploaded(file=file)), content_type="application/json")

    async def _get(self, request: web.Request) -> web.StreamResponse:
        asked = self._tickets.get(request.match_info["ticket"])
        await self.stalled.wait()
        if self.answers:
            return self._problem()
        assert isinstance(asked, FetchFile)
        if asked.file not in self.files:
            self.answers = [(404, "no_ticket")]
            return self._problem()
        data, start, headers = self.files[asked.file][1], 0, {"Content-Type": "application/octet-stream"}
        if self.parts and (asked_for := request.headers.get("Range")):
            start = int(asked_for.removeprefix("bytes=").removesuffix("-")) + self.astray
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self.begun.append(start)
        answer = web.StreamResponse(status=206 if "Content-Range" in headers else 200, headers=headers)
        answer.content_length = len(data) - start
        await answer.prepare(request)
        if self.breaks:
            await answer.write(data[start : start + self.breaks.pop(0)])
            assert request.transport is not None
            request.transport.close()
            return answer
        await answer.write(data[start:])
        return answer

    def _problem(self) -> web.Response:
        status, code = self.answers.pop(0)
        return web.json_response({"code": code, "text": f"the relay says {code}", "facts": {}}, status=status)
