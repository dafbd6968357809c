"""The team's websocket, `/v1/operator`. How one comes by a token is `login.py`'s business."""

import asyncio

from aiohttp import web
from msgspec import Struct

from opconsole.wire import limits
from opconsole.wire.cards import Role
from opconsole.wire.codec import decode_staff_up
from opconsole.wire.staff import Hello
from server_stub.edge import bounds
from server_stub.edge.connection import AiohttpConnection, TextSocket
from server_stub.edge.conversation import Conversation, hello_of, refuse
from server_stub.edge.described import described, refused
from server_stub.edge.front import FRONT, HANDSHAKE, Front, admit, counted, problem
from server_stub.edge.own_sessions import bearer
from server_stub.edge.sessions import StaffSession
from server_stub.journal.people import User


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
        if known[0].seen_at + bounds.SEEN_S * 1000 <= front.now():
            await asyncio.to_thread(front.accounts.saw, [known[0].id])
        socket = TextSocket(limits.STAFF_FRAME_BYTES, front.staff_rate)
        await socket.prepare(request)
        await _session(front, AiohttpConnection(request, socket), known[1], token)
        return socket


async def _session(front: Front, connection: AiohttpConnection, user: User, token: str) -> None:
    hello = await hello_of(connection, decode_staff_up, Hello)
    if hello is None:
        return
    if hello.mode == "monitor" and user.role is Role.operator:
        await refuse(connection, "not_allowed", "A monitor is for supervisors and admins.", role=user.role.value)
        return
    front.introduce(user)
    session = StaffSession(
        connection,
        user.login,
        user.role,
        mode=hello.mode,
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
