"""What the doors of the edge share: the core loop, the lobby, tokens, throttles, and who works here. No behaviour of the desk."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from server_stub.edge import bounds
from server_stub.edge.lobby import Lobby
from server_stub.edge.metrics import Metrics
from server_stub.edge.sessions import Intake
from server_stub.edge.throttle import Bucket, LoginThrottle, Throttle
from server_stub.edge.visitor_tokens import VisitorTokens, new_visitor
from server_stub.journal.accounts import Accounts
from server_stub.journal.people import User


@dataclass(slots=True)
class Front:
    intake: Intake
    lobby: Lobby
    metrics: Metrics
    accounts: Accounts
    introduce: Callable[[User], None]
    """This person is about to join: see to it that the desk knows them as they are now."""
    tokens: VisitorTokens
    sites: frozenset[str]
    healthy: Callable[[], bool]
    now: Callable[[], int]
    """The relay's clock, ms."""
    clock_s: Callable[[], float] = time.monotonic
    """For rates: seconds of a clock that doesn't go back."""
    new_visitor: Callable[[], str] = new_visitor
    """Makes the id of a visitor who has none."""
    staff_rate: tuple[float, float] = (bounds.STAFF_FRAMES_PER_S, bounds.STAFF_FRAMES_BURST)
    visitor_rate: tuple[float, float] = (bounds.VISITOR_FRAMES_PER_S, bounds.VISITOR_FRAMES_BURST)
    sockets: Throttle = field(default_factory=lambda: Throttle(bounds.SOCKETS_PER_MINUTE, bounds.SOCKETS_BURST))
    new_visitors: Throttle = field(
        default_factory=lambda: Throttle(bounds.NEW_VISITORS_PER_MINUTE, bounds.NEW_VISITORS_BURST)
    )
    logins: LoginThrottle = field(default_factory=LoginThrottle)

    def bucket(self, rate: tuple[float, float]) -> Bucket:
        return Bucket(*rate, self.clock_s())


FRONT: Final = web.AppKey("front", Front)


def problem(status: int, code: str, text: str, **facts: str | int) -> web.Response:
    """An error as programs and people read it. Never a trace, a version, or whether a name exists."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if "seconds" in facts:
        headers["Retry-After"] = str(facts["seconds"])
    return web.json_response({"code": code, "text": text, "facts": facts}, status=status, headers=headers)


def admit(request: web.Request, front: Front) -> web.Response | None:
    """Whether one more websocket may be opened from there; the answer if not."""
    if request.headers.get("Upgrade", "").lower() != "websocket":
        return problem(426, "websocket", "this address is a websocket's")
    if not front.lobby.open:
        return problem(503, "stopping", "the relay is stopping; come back in a moment")
    if front.lobby.full:
        return problem(503, "full", "too many sessions; come back later")
    now_s = front.clock_s()
    if not front.sockets.take(request.remote or "", now_s):
        wait_s = int(front.sockets.wait_s(request.remote or "", now_s)) + 1
        return problem(429, "too_many", "too many connections from this address", seconds=wait_s)
    return None
