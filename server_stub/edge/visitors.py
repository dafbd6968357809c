"""The visitors' door: the websocket `/v1/visitor`. Who a visitor is, their token says; what they say of themselves is trusted in nothing."""

import msgspec
from aiohttp import web
from msgspec import Struct

from opconsole.wire import limits
from opconsole.wire.cards import Page, Profile
from opconsole.wire.codec import decode_visitor_up, encode
from opconsole.wire.files import FetchFile, Upload
from opconsole.wire.text import clean_line
from opconsole.wire.visitor import (
    VisitorDelete,
    VisitorEdit,
    VisitorEnd,
    VisitorForm,
    VisitorHello,
    VisitorPage,
    VisitorRate,
    VisitorRead,
    VisitorSay,
    VisitorTyping,
    VisitorWelcome,
)
from server_stub.desk.commands import (
    VisitorDeletes,
    VisitorEdits,
    VisitorEnds,
    VisitorLeaves,
    VisitorMoved,
    VisitorRates,
    VisitorReads,
    VisitorSays,
)
from server_stub.edge import bounds
from server_stub.edge.clients import network_of
from server_stub.edge.connection import AiohttpConnection, TextSocket
from server_stub.edge.conversation import Conversation, hello_of, refuse
from server_stub.edge.described import described, refused
from server_stub.edge.front import FRONT, HANDSHAKE, Front, admit, counted, problem
from server_stub.edge.identities import IdentityRefused
from server_stub.edge.origins import may_embed
from server_stub.edge.sessions import VisitorSession


@described(
    "The visitors' websocket",
    headers={"Origin": "The site whose page it is; it must be one of the desk's."},
    answers={**HANDSHAKE, 403: refused("This site is not one of the desk's.")},
)
async def visitor(request: web.Request) -> web.StreamResponse:
    front = request.app[FRONT]
    address = request.remote or ""
    origin = request.headers.get("Origin")
    if not may_embed(origin, sites=front.sites, own=f"{request.scheme}://{request.host}", address=address):
        return problem(403, "origin", "this site is not one of the desk's: add it to `sites` in desk.toml")
    with counted(request, front) as crowded:
        refused = admit(request, front) or crowded
        if refused is not None:
            return refused
        socket = TextSocket(limits.VISITOR_FRAME_BYTES, front.visitor_rate)
        await socket.prepare(request)
        await _session(front, AiohttpConnection(request, socket), address, request.headers.get("User-Agent", ""))
        return socket


async def _session(front: Front, connection: AiohttpConnection, address: str, agent: str) -> None:
    hello = await hello_of(connection, decode_visitor_up, VisitorHello)
    if hello is None:
        return
    vouched, until = None, 0
    who = front.tokens.visitor_of(hello.token) if hello.token and not hello.identity else ""
    if hello.identity:
        known = front.identities.read(hello.identity, front.now())
        if isinstance(known, IdentityRefused):
            await refuse(connection, known.code, known.text)
            return
        who, vouched, until = known.visitor, known.vouched, known.until
    elif not who:
        if not front.new_visitors.take(network_of(address), front.clock_s()):
            await refuse(connection, "too_many", "Too many new visitors from this address. Please try again later.")
            return
        who = front.new_visitor()
    # Who comes by the site's word gets no token: what would outlive signing out there would let the next person in.
    token = "" if vouched is not None else front.tokens.make(who)
    change_ms = front.visitor_change_ms()
    welcome = VisitorWelcome(
        v=limits.PROTOCOL_VERSION,
        token=token,
        visitor=who,
        now=front.now(),
        change_ms=change_ms,
        files=front.visitor_files(),
    )
    connection.send(encode(welcome))
    session = VisitorSession(
        connection,
        who,
        profile=clipped(hello.profile, agent),
        vouched=vouched,
        until=until,
        chat=hello.chat,
        have=hello.have,
        bucket=front.bucket(front.visitor_rate),
    )
    speaker = Speaker(front, session, address)
    await Conversation(front, connection, session, decode_visitor_up, speaker.accept).run()


class Speaker:
    """Turns a visitor's frames into the desk's commands."""

    __slots__ = ("_address", "_put", "_session")

    def __init__(self, front: Front, session: VisitorSession, address: str) -> None:
        self._put = front.intake.put
        self._session = session
        self._address = address

    def accept(self, frame: Struct) -> bool:
        session = self._session
        if type(frame) is VisitorSay:
            self._put(
                session,
                VisitorSays(
                    frame.id,
                    frame.text,
                    session.profile,
                    address=self._address,
                    vouched=session.vouched,
                    file=frame.file,
                ),
            )
        elif type(frame) is VisitorEdit:
            self._put(session, VisitorEdits(frame.id, frame.chat, frame.n, frame.text))
        elif type(frame) is VisitorDelete:
            self._put(session, VisitorDeletes(frame.id, frame.chat, frame.n))
        elif type(frame) is VisitorTyping:
            self._put(session, frame)
        elif type(frame) is VisitorRead:
            self._put(session, VisitorReads(frame.n))
        elif type(frame) is VisitorPage:
            page = Page(frame.url, frame.title)
            session.profile = msgspec.structs.replace(session.profile, page=page)
            self._put(session, VisitorMoved(page))
        elif type(frame) is VisitorRate:
            self._put(session, VisitorRates(frame.id, frame.score, frame.text))
        elif type(frame) is VisitorEnd:
            self._put(session, VisitorEnds(frame.id))
        elif type(frame) is VisitorForm:
            form = VisitorLeaves(
                frame.id, frame.name, frame.email, frame.phone, frame.text, session.profile, vouched=session.vouched
            )
            self._put(session, form)
        elif type(frame) in (Upload, FetchFile):
            self._put(session, frame)
        else:
            return False
        return True


def clipped(profile: Profile, agent: str) -> Profile:
    """What a browser says of itself, cut to sizes that a screen and a journal can bear."""
    line, url = limits.LINE_CHARS, limits.URL_CHARS
    return Profile(
        page=Page(profile.page.url[:url], profile.page.title[:line]),
        referrer=profile.referrer[:url],
        landing=profile.landing[:url],
        query=profile.query[:line],
        utm={key[:64]: value[:line] for key, value in list(profile.utm.items())[: bounds.UTM_KEYS]},
        lang=profile.lang[:35],
        tz=profile.tz[:64],
        screen=profile.screen[:32],
        agent=(profile.agent or clean_line(agent))[:line],
        visits=max(1, min(profile.visits, 2**31)),
        name=profile.name[: limits.NAME_CHARS],
        email=profile.email[:line],
        phone=profile.phone[:64],
    )
