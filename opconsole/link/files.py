"""Files between this disk and the relay, by tickets: brought and fetched over HTTP, streamed, never whole in memory.

A ticket is the only key to its route, so nothing of the login goes with it. What goes wrong is a value with a code and a sentence; a file
that was half fetched is left nowhere (`fetch` writes only what it was given to write to).
"""

import asyncio
import logging
import os
import stat
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import IO, Any, Final

import msgspec
from msgspec import Struct

from opconsole.link import http
from opconsole.locale import mark, tr
from opconsole.wire.codec import clean_struct
from opconsole.wire.files import File, Ticket, Uploaded
from opconsole.wire.text import clean_line

SECONDS: Final = 30
"""Without a byte in either direction for so long, the other end is given up."""
SCAN_SECONDS: Final = 120
"""So long the relay may look at a file that it has got (a scanner) before it answers."""
CHUNK_BYTES: Final = 64 * 1024
_PATH: Final = "/v1/files/"
_PLAIN: Final = {"Accept-Encoding": "identity"}
_SENTENCES: Final[Mapping[str, str]] = {
    "no_ticket": mark("The ticket for the file has run out."),
    "too_slow": mark("The relay waited too long for the file."),
    "file_coming": mark("The file is being brought already."),
    "file_too_big": mark("The file is larger than this desk takes."),
    "file_type": mark("This desk doesn't take files of this kind."),
    "file_infected": mark("The desk's scanner found something bad in the file: it is not taken."),
    "file_unscanned": mark("The desk's scanner gives no answer, so the file is not taken. Try again later."),
    "files_full": mark("The desk has no room for more files. Tell a supervisor."),
    "file_gone": mark("There is no such file any more."),
}
_BY_STATUS: Final = {
    404: "no_ticket",
    410: "no_ticket",
    413: "file_too_big",
    502: "broken",
    503: "broken",
    504: "broken",
}
"""Where the answer doesn't say: it is of a proxy before the relay, with rules of its own, or with no relay behind it just now."""
_AGAIN: Final = frozenset({"broken", "no_ticket", "file_coming", "too_slow", "stopping", "too_many"})

log = logging.getLogger(__name__)

Progress = Callable[[int], None]
"""Told of so many bytes so far."""


class Undone(Struct, frozen=True):
    """It did not happen. `code`: as the relay's `problem`, or `broken` (the connection), `unreadable`, `changed` (the file here), `too_long`
    (more came than was promised). `text`: a translated sentence; `again`: with a new ticket it may succeed."""

    code: str
    text: str

    @property
    def again(self) -> bool:
        return self.code in _AGAIN


class _Problem(Struct):
    code: str = ""
    text: str = ""


class Looked(Struct, frozen=True):
    """A file of this disk, as it can be sent."""

    path: str
    size: int
    changed_ns: int


def look(path: str) -> Looked:
    """A regular file that can be read. Raises OSError, with a translated sentence where the system has none. Blocking."""
    with _opened(path) as file:
        found = os.fstat(file.fileno())
        return Looked(path, found.st_size, found.st_mtime_ns)


def _opened(path: str) -> IO[bytes]:
    """For reading. Never waits: a pipe that nobody writes to is no file to send."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(tr("it is not a regular file"))
    return os.fdopen(handle, "rb", buffering=0)


async def _open_beside(path: str) -> IO[bytes]:
    """In a thread. Who is cancelled meanwhile leaves no open file behind. Raises OSError."""
    opening = asyncio.ensure_future(asyncio.to_thread(_opened, path))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_opened)
        raise


def _close_opened(opening: "asyncio.Future[IO[bytes]]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


async def bring(relay: str, ticket: Ticket, looked: Looked, on_progress: Progress) -> File | Undone:
    """Send the file to where the ticket says."""
    if not ticket.path.startswith(_PATH):
        return _no_relay(relay)
    try:
        file = await _open_beside(looked.path)
    except OSError as error:
        return Undone("unreadable", _unreadable(looked.path, error))
    try:
        now = os.fstat(file.fileno())
        if (now.st_size, now.st_mtime_ns) != (looked.size, looked.changed_ns):
            return _changed(looked.path)
        return await _put(relay, ticket, file, looked, on_progress)
    finally:
        file.close()


async def _put(relay: str, ticket: Ticket, file: IO[bytes], looked: Looked, on_progress: Progress) -> File | Undone:
    wrong: list[Undone] = []

    async def body() -> AsyncIterator[bytes]:
        sent = 0
        while sent < looked.size:
            try:
                chunk = await asyncio.to_thread(file.read, min(CHUNK_BYTES, looked.size - sent))
            except OSError as error:
                wrong.append(Undone("unreadable", _unreadable(looked.path, error)))
                raise
            if not chunk:
                wrong.append(_changed(looked.path))
                raise OSError("the file has become shorter")
            sent += len(chunk)
            yield chunk
            on_progress(sent)

    headers = {"Content-Length": str(looked.size), "Content-Type": "application/octet-stream"}
    try:
        opened = await http.client(relay, SECONDS, SCAN_SECONDS)
        async with opened as client:
            response = await client.put(relay + ticket.path, content=body(), headers=headers)
    except http.troubles() as error:
        log.warning("a file could not be brought: %s", type(error).__name__)
        return wrong[0] if wrong else Undone("broken", http.why(relay, error))
    if response.status_code in (200, 201):
        try:
            return clean_struct(msgspec.json.decode(response.content, type=Uploaded)).file
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return _no_relay(relay)
    return _problem(relay, response.status_code, response.content)


async def fetch(relay: str, ticket: Ticket, wanted: File, target: IO[bytes], on_progress: Progress) -> Undone | None:
    """Write what the ticket is for into `target`, behind what an earlier call has brought of it (what an id means never changes). None: it
    is there, whole."""
    if not ticket.path.startswith(_PATH):
        return _no_relay(relay)
    start = target.tell()
    headers = {**_PLAIN, "Range": f"bytes={start}-"} if start else _PLAIN
    try:
        opened = await http.client(relay, SECONDS)
        async with opened as client, client.stream("GET", relay + ticket.path, headers=headers) as response:
            if response.status_code == 206 and start:
                if not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                    return _no_relay(relay)
            elif response.status_code == 200:  # all of it
                start = target.seek(0)
                target.truncate()
            else:
                return _problem(relay, response.status_code, await _little(response))
            return await _write(response, wanted, target, on_progress, start)
    except _DiskFull as error:
        return Undone("unwritable", tr("It can't be written: {why}.", why=error.why))
    except http.troubles() as error:
        log.warning("a file could not be fetched: %s", type(error).__name__)
        return Undone("broken", http.why(relay, error))


class _DiskFull(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def _write(response: Any, wanted: File, target: IO[bytes], on_progress: Progress, got: int) -> Undone | None:
    async for chunk in response.aiter_raw(CHUNK_BYTES):
        got += len(chunk)
        if got > wanted.size:
            return Undone("too_long", tr("More came than the file has: it was not kept."))
        try:
            await asyncio.to_thread(target.write, chunk)
        except OSError as error:
            raise _DiskFull(error.strerror or str(error)) from None
        on_progress(got)
    return Undone("broken", tr("The file broke off before its end.")) if got < wanted.size else None


async def _little(response: Any) -> bytes:
    """The beginning of an answer that is no file."""
    body = b""
    with suppress(*http.troubles()):
        async for chunk in response.aiter_raw(4096):
            body += chunk
            if len(body) > 16_384:
                break
    return body


def _problem(relay: str, status: int, body: bytes) -> Undone:
    try:
        told = msgspec.json.decode(body, type=_Problem)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        told = _Problem()
    if told.code:
        text = tr(_SENTENCES[told.code]) if told.code in _SENTENCES else clean_line(told.text)[:200]
        return Undone(told.code, text or tr("The relay answers with status {status}.", status=status))
    if (code := _BY_STATUS.get(status, "")) in _SENTENCES:
        return Undone(code, tr(_SENTENCES[code]))
    if code:
        return Undone(code, tr("The relay answers with status {status}.", status=status))
    return _no_relay(relay)


def _no_relay(relay: str) -> Undone:
    return Undone("no_relay", tr("{relay} does not answer as a relay.", relay=relay))


def _unreadable(path: str, error: OSError) -> str:
    name = clean_line(os.path.basename(path))
    return tr("{file} can't be read: {why}.", file=name, why=error.strerror or str(error))


def _changed(path: str) -> Undone:
    name = clean_line(os.path.basename(path))
    return Undone("changed", tr("{file} has changed since it was chosen. Attach it again.", file=name))
