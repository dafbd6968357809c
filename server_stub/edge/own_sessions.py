"""A person's own logins: `GET /v1/sessions` lists them, `DELETE /v1/sessions/ID` ends one, `POST /v1/logout` this one.

Each live websocket whose token counts no more ends at once.
"""

import asyncio
import logging
from typing import Final

from aiohttp import web
from msgspec import Struct

from server_stub.edge import bounds
from server_stub.edge.described import Answer, described, refused
from server_stub.edge.front import FRONT, Front, json_answer, problem
from server_stub.edge.lobby import Lobby
from server_stub.edge.sessions import StaffSession
from server_stub.journal.accounts import Accounts
from server_stub.journal.api import JournalError
from server_stub.journal.people import Session, User
from server_stub.journal.sessions import session_id

log = logging.getLogger(__name__)


def bearer(request: web.Request) -> str:
    """The token in the `Authorization` header; empty: there is none. It is never taken from an address, which logs keep."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def known_by(request: web.Request, front: Front) -> tuple[Session, User] | None:
    """Whose token the request carries; None: nobody's that counts."""
    token = bearer(request)
    return front.accounts.session(token) if token else None


UNKNOWN: Final = refused("The token is unknown, or has expired.")


class OwnSession(Struct):
    """A login of mine. `live`: a console has its websocket open; `current`: this very one. Times: ms."""

    id: str
    agent: str
    created_at: int
    seen_at: int
    expires_at: int
    live: bool
    current: bool


class OwnSessions(Struct):
    """My logins that count."""

    sessions: list[OwnSession]


@described("My sessions", token=True, answers={200: Answer("All that count.", OwnSessions), 401: UNKNOWN})
async def list_sessions(request: web.Request) -> web.Response:
    front = request.app[FRONT]
    known = known_by(request, front)
    if known is None:
        return problem(401, "token", "log in first")
    mine, user = known
    live = {session_id(each.token) for each in _live(front, user.login)}
    rows = [
        OwnSession(
            id=each.id,
            agent=each.agent,
            created_at=each.created_at,
            seen_at=front.now() if each.id in live else each.seen_at,
            expires_at=each.expires_at,
            live=each.id in live,
            current=each.id == mine.id,
        )
        for each in front.accounts.sessions(user.login)
    ]
    return json_answer(OwnSessions(rows))


@described(
    "End one of my sessions",
    token=True,
    answers={204: Answer("It counts no more."), 401: UNKNOWN, 404: refused("I have no session of that id.")},
)
async def end_session(request: web.Request) -> web.Response:
    front = request.app[FRONT]
    known = known_by(request, front)
    if known is None:
        return problem(401, "token", "log in first")
    login = known[1].login
    if not await asyncio.to_thread(front.accounts.end_session, login, request.match_info["id"]):
        return problem(404, "no_such_session", "you have no session of that id: it has ended")
    end_those_that_do_not_count(front, login, "this session was ended from another")
    return web.Response(status=204)


@described("Log out", token=True, answers={204: Answer("The token counts no more."), 401: UNKNOWN})
async def logout(request: web.Request) -> web.Response:
    """The token stops counting, and the sessions that came with it end."""
    front = request.app[FRONT]
    known = known_by(request, front)
    if known is None:
        return problem(401, "token", "log in first")
    await asyncio.to_thread(front.accounts.sign_out, bearer(request))
    end_those_that_do_not_count(front, known[1].login, "logged out")
    return web.Response(status=204)


async def renew_sessions(lobby: Lobby, accounts: Accounts, every_s: float = bounds.SEEN_S) -> None:
    """Write down now and then which logins are in use: their time begins again. Runs until it is cancelled."""
    while True:
        await asyncio.sleep(every_s)
        ids = {session_id(token) for token in lobby.staff_tokens() if token}
        try:
            await asyncio.to_thread(accounts.saw, ids)
        except JournalError as error:
            log.error("that sessions are in use could not be written down: %s", error)


def end_those_that_do_not_count(front: Front, login: str, why: str) -> None:
    """Say `expired` to this person's live sessions whose token has stopped counting."""
    for session in _live(front, login):
        if front.accounts.session(session.token) is None:
            front.lobby.end(session, "expired", why)


def _live(front: Front, login: str) -> list[StaffSession]:
    return [session for session in front.lobby.of(f"o:{login}") if isinstance(session, StaffSession)]
