"""The team's door: `POST /v1/login`, `POST /v1/logout`, and the websocket `/v1/operator`."""

import asyncio
import time
from typing import Final

import msgspec
from aiohttp import web
from msgspec import Struct

from opconsole.wire import limits
from opconsole.wire.cards import Role
from opconsole.wire.codec import decode_staff_up
from opconsole.wire.staff import Hello, Name
from opconsole.wire.text import clean_line
from server_stub.edge import bounds
from server_stub.edge.clients import network_of
from server_stub.edge.connection import AiohttpConnection, TextSocket
from server_stub.edge.conversation import Conversation, first_frame, refuse, refuse_version
from server_stub.edge.described import Answer, described, refused
from server_stub.edge.front import FRONT, HANDSHAKE, Front, admit, body_of, counted, json_answer, problem
from server_stub.edge.sessions import StaffSession
from server_stub.journal.people import SignInRefused, User


class LoginForm(Struct):
    """What `POST /v1/login` takes."""

    login: Name
    password: str

    def __repr__(self) -> str:
        return "LoginForm(…)"  # the login too: people type their password there by mistake


class LoginAnswer(Struct):
    """A login that counts. `token`: for the header `Authorization: Bearer TOKEN`, until `expires_at` (ms)."""

    token: str
    login: str
    name: str
    role: Role
    expires_at: int

    def __repr__(self) -> str:
        return f"LoginAnswer(login={self.login!r}, token=…)"


_form: Final = msgspec.json.Decoder(LoginForm)


class LoginDoor:
    """Password checks are heavy on purpose: few at once, few waiting, and failures slow their sender down."""

    def __init__(self) -> None:
        self._checking = asyncio.Semaphore(bounds.LOGINS_AT_ONCE)
        self._waiting = 0

    @described(
        "Log in",
        body=LoginForm,
        answers={
            200: Answer("The token.", LoginAnswer),
            401: refused("The name or the password is wrong (`bad_login`), or the person is blocked (`blocked`)."),
            408: refused("The body did not come in time."),
            429: refused("Too many failed logins.", Retry_After="Seconds."),
        },
    )
    async def login(self, request: web.Request) -> web.Response:
        front = request.app[FRONT]
        body = await body_of(request)
        try:
            form = _form.decode(body)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeError, RecursionError):
            return problem(400, "bad_request", "send JSON with `login` and `password`")
        login, address = clean_line(form.login).strip(), network_of(request.remote or "")
        wait_s = front.logins.wait_s(login, address, time.monotonic())
        if wait_s > 0 or self._waiting >= bounds.LOGINS_WAITING:
            seconds = max(1, round(wait_s + 0.5))
            return problem(429, "throttled", f"too many failed logins; try again in {seconds} s", seconds=seconds)
        agent = request.headers.get("User-Agent", "")
        self._waiting += 1
        try:
            async with self._checking:
                found = await asyncio.to_thread(front.accounts.sign_in, login, form.password, agent=agent)
        finally:
            self._waiting -= 1
        if isinstance(found, SignInRefused):
            if found.code == "blocked":
                return problem(401, "blocked", "this login is blocked; ask an administrator")
            front.logins.failed(login, address, time.monotonic())
            return problem(401, "bad_login", "the login or the password is wrong")
        front.logins.succeeded(login, address)
        user = found.user
        answer = LoginAnswer(found.token, user.login, user.name, user.role, found.session.expires_at)
        return json_answer(answer)


def bearer(request: web.Request) -> str:
    """The token in the `Authorization` header; empty: there is none."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


@described(
    "Log out",
    token=True,
    answers={204: Answer("The token counts no more."), 401: refused("The token is unknown, or has expired.")},
)
async def logout(request: web.Request) -> web.Response:
    """The token stops counting, and the sessions that came with it end."""
    front = request.app[FRONT]
    token = bearer(request)
    known = front.accounts.session(token) if token else None
    if known is None:
        return problem(401, "token", "log in first")
    await asyncio.to_thread(front.accounts.sign_out, token)
    for session in front.lobby.of(f"o:{known[1].login}"):
        if isinstance(session, StaffSession) and session.token == token:
            front.lobby.end(session, "expired", "logged out")
    return web.Response(status=204)


@described(
    "The operators' websocket", token=True, answers={**HANDSHAKE, 401: refused("The token is unknown, or has expired.")}
)
async def operator(request: web.Request) -> web.StreamResponse:
    front = request.app[FRONT]
    with counted(request, front) as crowded:
        refused = admit(request, front) or crowded
        if refused is not None:
            return refused
        token = bearer(request)
        known = front.accounts.session(token) if token else None
        if known is None:
            return problem(401, "token", "the token is unknown or has expired: log in again")
        socket = TextSocket(limits.STAFF_FRAME_BYTES)
        await socket.prepare(request)
        await _session(front, AiohttpConnection(request, socket), known[1], token)
        return socket


async def _session(front: Front, connection: AiohttpConnection, user: User, token: str) -> None:
    hello = await first_frame(connection, decode_staff_up, Hello)
    if hello is None:
        return
    if hello.v != limits.PROTOCOL_VERSION:
        await refuse_version(connection, limits.PROTOCOL_VERSION)
        return
    monitor = hello.mode == "monitor"
    if monitor and user.role is Role.operator:
        await refuse(connection, "not_allowed", "A monitor is for supervisors and admins.", role=user.role.value)
        return
    front.introduce(user)
    session = StaffSession(
        connection,
        user.login,
        user.role,
        monitor=monitor,
        have=hello.have,
        token=token,
        bucket=front.bucket(front.staff_rate),
    )
    intake = front.intake

    def accept(frame: Struct) -> bool:
        if type(frame) is Hello:
            return False
        intake.put(session, frame)
        return True

    await Conversation(front, connection, session, decode_staff_up, accept).run()
