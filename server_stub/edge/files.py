"""`PUT`, `GET` and `HEAD /v1/files/{ticket}`: the bytes of files, in and out. The ticket is the key; who may have one is not asked here.

What comes is never whole in memory: it goes to the disk as it comes, counted, and only what is whole, recognised, clean and synced
is kept. What goes out is handed out as a download of a type from the desk's list, with no right to do anything in a browser.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import BinaryIO, Final
from urllib.parse import quote

from aiohttp import ClientError, hdrs, web

from opconsole.wire.files import File, Uploaded
from server_stub.edge import bounds
from server_stub.edge.clients import network_of
from server_stub.edge.described import Answer, described, refused
from server_stub.edge.filestock import Files, who_of
from server_stub.edge.front import FRONT, Front, json_answer, problem
from server_stub.edge.origins import may_embed
from server_stub.edge.ranges import NOWHERE, Span, part_of
from server_stub.edge.serving import PlainHandler
from server_stub.edge.tickets import PATH, Bringing, Fetching
from server_stub.files.kinds import KINDS, recognise
from server_stub.files.names import name_of
from server_stub.files.store import Kept, Part, StoreFull

log = logging.getLogger(__name__)

ROUTE: Final = PATH + "{ticket}"
CHARSET: Final = "; charset=utf-8"
OUT: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "private, no-store",
}
"""Of a file that goes out: opened by itself in a browser it can load nothing, run nothing, and has no origin."""
EXPOSED: Final = "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Retry-After"


class Broken(Exception):
    """The body did not come whole, or not fast enough (`slow`)."""

    def __init__(self, slow: bool) -> None:
        super().__init__(slow)
        self.slow = slow


NO_TICKET: Final = refused("There is no such ticket, or it counts no more: ask for another.")
FOREIGN: Final = refused("The page is of a site that is none of the desk's.")
ORIGIN: Final = {"Origin": "The site whose page asks, if a page does; it must be one of the desk's."}
DRESSED: Final[Mapping[str, str]] = {
    hdrs.CONTENT_DISPOSITION: "A download, and its name.",
    hdrs.ETAG: "Which file it is, for `If-Range`.",
}
BUSY: Final = refused("Too many at once, or too much in a day, from this address.", Retry_After="Seconds.")


# ---------------------------------------------------------------- pages of the desk's sites


def _cross_origin(request: web.Request, front: Front) -> Mapping[str, str] | None:
    """What a page of another origin needs to be told; None: its site is none of the desk's. A program says no origin, and needs none."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        return {hdrs.VARY: hdrs.ORIGIN}
    own = f"{request.scheme}://{request.host}"
    if not may_embed(origin, sites=front.sites, own=own, address=request.remote or ""):
        return None
    return {
        hdrs.VARY: hdrs.ORIGIN,
        hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
        hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: EXPOSED,
    }


def _refuse(front: Front, status: int, code: str, text: str, **facts: str | int) -> web.Response:
    front.metrics.files.refused[code] += 1
    return problem(status, code, text, **facts)


def _foreign() -> web.Response:
    return problem(403, "origin", "this site is not one of the desk's: add it to `sites` in desk.toml")


@described(
    "Whether a page may bring or fetch a file (a browser asks by itself)",
    headers=ORIGIN,
    answers={204: Answer("It may."), 403: FOREIGN},
)
async def may_page(request: web.Request) -> web.Response:
    told = _cross_origin(request, request.app[FRONT])
    if told is None:
        return _foreign()
    return web.Response(
        status=204,
        headers={
            **told,
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, HEAD, PUT",
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Content-Type, If-Range, Range",
            hdrs.ACCESS_CONTROL_MAX_AGE: "600",
        },
    )


# ---------------------------------------------------------------- in


@described(
    "Bring a file, with a ticket that was asked for in the session (`upload`). Content-Length must say how many bytes it has, at most as many as were announced",
    headers=ORIGIN,
    takes="application/octet-stream",
    answers={
        201: Answer("It is here, and recognised. A message may name it now.", Uploaded),
        403: FOREIGN,
        404: NO_TICKET,
        408: refused("It came too slowly."),
        409: refused("With this ticket a file is on its way already."),
        411: refused("It was not said how long it is."),
        413: refused("It is larger than was announced, or empty."),
        415: refused("It is of no type that the desk takes, by its contents."),
        422: refused("The desk's scanner found something bad in it."),
        429: BUSY,
        503: refused("The desk's scanner gave no answer, so it is not taken; or the relay is stopping."),
        507: refused("There is no room for it."),
    },
)
async def bring(request: web.Request) -> web.Response:
    front = request.app[FRONT]
    told = _cross_origin(request, front)
    answer = _foreign() if told is None else await _bring(request, front)
    answer.headers.update(told or {})
    if answer.status != 408:
        await _drain(request, front)
    return answer


async def _drain(request: web.Request, front: Front) -> None:
    """Read what comes still for a little while: a browser whose upload is cut short shows no answer, but a broken connection."""
    with contextlib.suppress(TimeoutError, Broken):
        async with asyncio.timeout(bounds.BODY_S):
            async for _ in _pieces(request, bounds.DRAIN_BYTES, front.clock_s, lambda: bounds.UPLOAD_BYTES_PER_S):
                pass


async def _bring(request: web.Request, front: Front) -> web.Response:
    files = front.files
    ticket = files.tickets.find(request.path) if files is not None else None
    if files is None or not isinstance(ticket, Bringing):
        return _refuse(front, 404, "no_ticket", "this ticket counts no more; ask for another")
    if ticket.state == "coming":
        return _refuse(front, 409, "file_coming", "the file is on its way already")
    if not front.lobby.open:
        return _refuse(front, 503, "stopping", "the relay is stopping; come back in a moment")
    length = request.content_length
    if length is None:
        return _refuse(front, 411, "file_too_big", "say in Content-Length how many bytes it has")
    if not 0 < length <= ticket.size:
        return _refuse(front, 413, "file_too_big", "the file is empty, or larger than was announced", limit=ticket.size)
    network = network_of(request.remote or "")
    with files.coming(ticket.by, network) as room:
        if not room:
            return _refuse(front, 429, "too_many", "too many files at once; try again in a moment", seconds=10)
        try:
            if ticket.file is not None:
                async for _ in _pieces(request, length, front.clock_s, partial(files.least_coming, ticket.by)):
                    pass
                return json_answer(Uploaded(file=ticket.file), 201)
            if not files.allows(ticket, network, length, front.clock_s()):
                return _refuse(front, 429, "too_many", "too many files from here today; try again later", seconds=3600)
            ticket.state = "coming"
            with _at_work(request):
                return await _take_in(request, front, files, ticket, length)
        except Broken as broken:
            if ticket.state == "coming":
                files.broke_off(ticket, network, length, front.clock_s())
            if broken.slow:
                answer = _refuse(front, 408, "too_slow", "the file came too slowly, or not whole")
                answer.force_close()
                return answer
            front.metrics.files.refused["broken"] += 1
            raise ConnectionAbortedError from None  # nobody is left to be told
        except StoreFull:
            log.warning("a file was not taken: there is no room for it")
            return _refuse(front, 507, "files_full", "the desk has no room for more files")
        finally:
            if ticket.state == "coming":
                ticket.state = "new"


async def _take_in(request: web.Request, front: Front, files: Files, ticket: Bringing, length: int) -> web.Response:
    part = await files.step(files.store.begin, length)
    try:
        async for piece in _pieces(request, length, front.clock_s, partial(files.least_coming, ticket.by)):
            await files.work(part.write, piece)
        return await _judge(front, files, ticket, part)
    finally:
        await asyncio.shield(files.step(part.drop))


async def _judge(front: Front, files: Files, ticket: Bringing, part: Part) -> web.Response:
    """It is whole: what is it, and shall it be kept?"""
    sha256 = await files.work(part.sync)
    found = await files.work(recognise, part.file, part.size, ticket.name)
    if found is None or found.media not in ticket.types:
        return _refuse(
            front, 415, "file_type", "the desk does not take files of this type", type=found.media if found else ""
        )
    verdict = await files.scanner.look_at(part.path)
    if verdict == "infected":
        log.warning("a file was not taken: the scanner says that it is infected")
        return _refuse(front, 422, "file_infected", "the desk's scanner found something bad in this file")
    if verdict == "unscanned":
        return _refuse(front, 503, "file_unscanned", "the file could not be checked for viruses, so it is not taken")
    file = File(
        id=secrets.token_hex(16),
        name=name_of(ticket.name, KINDS[found.kind]),
        size=part.size,
        type=found.media,
        width=found.width,
        height=found.height,
    )
    kept = Kept(
        file=file,
        sha256=sha256,
        by=ticket.by,
        visitor=ticket.visitor,
        chat=ticket.chat,
        at=front.now(),
        head=files.head(),
    )
    await files.step(files.store.keep, part, kept)
    if files.tickets.is_void(ticket):  # erased while it came
        await files.step(files.store.drop, file.id)
        return _refuse(front, 404, "no_ticket", "this ticket counts no more; ask for another")
    files.pending[file.id] = kept
    files.tickets.came(ticket, file)
    figures, who = front.metrics.files, who_of(ticket.by)
    figures.brought[who] += 1
    figures.brought_bytes[who] += file.size
    return json_answer(Uploaded(file=file), 201)


async def _pieces(
    request: web.Request, length: int, clock_s: Callable[[], float], least: Callable[[], float]
) -> AsyncIterator[bytes]:
    """The body as it comes, at least at this rate. Raises Broken."""
    began, got = clock_s(), 0
    while got < length:
        try:
            async with asyncio.timeout(bounds.UPLOAD_PAUSE_S):
                piece = await request.content.readany()
        except TimeoutError:
            raise Broken(slow=True) from None
        except (ConnectionError, ClientError, web.RequestPayloadError):
            raise Broken(slow=False) from None
        if not piece:
            raise Broken(slow=False)
        got += len(piece)
        yield piece
        if _too_slow(got, clock_s() - began, least()):
            raise Broken(slow=True)


def _at_work(request: web.Request) -> contextlib.AbstractContextManager[None]:
    protocol = request.protocol
    return protocol.at_work() if isinstance(protocol, PlainHandler) else contextlib.nullcontext()


def _too_slow(done: int, seconds: float, least: float) -> bool:
    return done < (seconds - bounds.UPLOAD_PAUSE_S) * least


# ---------------------------------------------------------------- out


@described(
    "Fetch a file, or a part of it, with a ticket that was asked for in the session (`file`)",
    headers={
        **ORIGIN,
        "Range": "One part of it (`bytes=…`). Who asks for several gets all.",
        "If-Range": "An `ETag`: the part only if the file is still that one, otherwise all of it.",
    },
    answers={
        200: Answer("The file.", media="application/octet-stream", headers=DRESSED),
        206: Answer(
            "The part that was asked for.",
            media="application/octet-stream",
            headers={**DRESSED, hdrs.CONTENT_RANGE: "Which part of how much."},
        ),
        403: FOREIGN,
        404: NO_TICKET,
        416: refused("It has no such part.", Content_Range="How much it has."),
        429: BUSY,
    },
)
async def fetch(request: web.Request) -> web.StreamResponse:
    front = request.app[FRONT]
    told = _cross_origin(request, front)
    if told is None:
        return _foreign()
    files = front.files
    ticket = files.tickets.find(request.path) if files is not None else None
    answer: web.StreamResponse | None = None
    if files is not None and isinstance(ticket, Fetching):
        with files.going(ticket.by, network_of(request.remote or "")) as room:
            if room:
                sent = await _hand_out(request, front, files, ticket, told)
                if sent is not None:
                    return sent
            else:
                answer = _refuse(front, 429, "too_many", "too many files at once; try again in a moment", seconds=10)
    if answer is None:
        answer = _refuse(front, 404, "no_ticket", "this ticket counts no more, or the file is gone")
    answer.headers.update(told)
    return answer


async def _hand_out(
    request: web.Request, front: Front, files: Files, ticket: Fetching, told: Mapping[str, str]
) -> web.StreamResponse | None:
    """None: it is gone."""
    file = ticket.kept.file
    source = await files.step(files.store.open, file.id)
    if source is None:
        return None
    tag = f'"{file.id}"'
    asked = part_of(request.headers.get(hdrs.RANGE), request.headers.get(hdrs.IF_RANGE), tag, file.size)
    part = asked or Span(0, file.size)
    try:
        if asked == NOWHERE:
            refusal = _refuse(front, 416, "no_such_part", "the file has no such part", size=file.size)
            refusal.headers.update({**told, hdrs.CONTENT_RANGE: f"bytes */{file.size}"})
            return refusal
        answer = web.StreamResponse(status=200 if asked is None else 206, headers={**OUT, **told})
        answer.headers[hdrs.CONTENT_DISPOSITION] = disposition(file.name)
        answer.headers[hdrs.CONTENT_TYPE] = file.type + (CHARSET if file.type.startswith("text/") else "")
        answer.headers[hdrs.ACCEPT_RANGES], answer.headers[hdrs.ETAG] = "bytes", tag
        answer.content_length = part.size
        if asked is not None:
            answer.headers[hdrs.CONTENT_RANGE] = part.of(file.size)
        await answer.prepare(request)
        if request.method != hdrs.METH_HEAD:
            with _at_work(request):
                await _send(answer, files, source, part, ticket.by, front.clock_s)
            figures, who = front.metrics.files, who_of(ticket.by)
            figures.fetched[who] += 1
            figures.fetched_bytes[who] += part.size
        await answer.write_eof()
    except TimeoutError:
        if isinstance(request.protocol, PlainHandler):
            request.protocol.cut_off()  # an error can't be told in the middle of the bytes
        raise ConnectionAbortedError from None
    finally:
        source.close()
    return answer


async def _send(
    answer: web.StreamResponse, files: Files, source: BinaryIO, part: Span, by: str, clock_s: Callable[[], float]
) -> None:
    """Raises TimeoutError if the client reads too slowly, or there is less than there was."""
    began, done = clock_s(), 0
    if part.start:
        await files.work(source.seek, part.start)
    while done < part.size:
        piece = await files.work(source.read, min(bounds.FILE_CHUNK_BYTES, part.size - done))
        if not piece:
            log.error("a file is shorter than it was: `opconsole journal verify` says which")
            raise TimeoutError
        async with asyncio.timeout(bounds.UPLOAD_PAUSE_S):
            await answer.write(piece)
        done += len(piece)
        if _too_slow(done, clock_s() - began, files.least_going(by)):
            raise TimeoutError


def disposition(name: str) -> str:
    """A download of this name, in the two ways of RFC 6266: for everybody, and for those who know letters."""
    plain = "".join(each if each.isascii() and each not in '"\\%' else "_" for each in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def add_file_routes(app: web.Application) -> None:
    app.router.add_put(ROUTE, bring)
    app.router.add_get(ROUTE, fetch)
    app.router.add_options(ROUTE, may_page)


def is_of_files(request: web.Request) -> bool:
    """Whether it goes to these routes: they see to foreign pages, and to large bodies, themselves."""
    resource = request.match_info.route.resource
    return resource is not None and resource.canonical == ROUTE
