"""What the doors of the edge share: the core loop, the lobby, tokens, throttles, and who works here. No behaviour of the desk."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec
from aiohttp import web
from msgspec import Struct

from opconsole.wire.files import FileRules
from server_stub.edge import bounds
from server_stub.edge.clients import Crowd, Proxies, network_of
from server_stub.edge.described import Answer, Problem, refused
from server_stub.edge.device_tokens import DeviceTokens
from server_stub.edge.identities import Identities
from server_stub.edge.lobby import Lobby
from server_stub.edge.login_throttle import LoginThrottle
from server_stub.edge.metrics import Metrics
from server_stub.edge.sessions import Intake
from server_stub.edge.throttle import Bucket, Throttle
from server_stub.edge.visitor_tokens import VisitorTokens, new_visitor
from server_stub.journal.accounts import Accounts
from server_stub.journal.people import User

if TYPE_CHECKING:
    from server_stub.edge.filestock import Files


@dataclass(slots=True)
class Front:
    intake: Intake
    lobby: Lobby
    metrics: Metrics
    accounts: Accounts
    introduce: Callable[[User], None]
    """This person is about to join: see to it that the desk knows them as they are now."""
    tokens: VisitorTokens
    identities: Identities
    sites: frozenset[str]
    metrics_token: str = field(repr=False)
    """Who brings it sees the relay's figures; empty: see `figures`."""
    healthy: Callable[[], bool]
    now: Callable[[], int]
    """The relay's clock, ms."""
    visitor_change_ms: Callable[[], int]
    """So long a visitor may change their own words, by the desk's settings as they are now."""
    visitor_files: Callable[[], FileRules] = FileRules
    """What visitors may send, by the desk's settings as they are now."""
    files: "Files | None" = None
    """None: this relay keeps none."""
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
    devices: DeviceTokens = field(default_factory=lambda: DeviceTokens(secrets.token_bytes(32)))
    """By a key of this run, unless the desk's own is given: then consoles are known after a restart too."""
    proxies: Proxies = field(default_factory=Proxies)
    connections: Crowd = field(default_factory=lambda: Crowd(bounds.CONNECTIONS_PER_ADDRESS))
    """Of the listener: connections of those who come by themselves."""
    behind: Crowd = field(default_factory=lambda: Crowd(bounds.CONNECTIONS_PER_ADDRESS))
    """Websockets of those who come through a proxy."""

    def bucket(self, rate: tuple[float, float]) -> Bucket:
        return Bucket(*rate, self.clock_s())


FRONT: Final = web.AppKey("front", Front)


def problem(status: int, code: str, text: str, **facts: str | int) -> web.Response:
    """An error as programs and people read it. Never a trace, a version, or whether a name exists."""
    answer = json_answer(Problem(code, text, facts), status)
    if "seconds" in facts:
        answer.headers["Retry-After"] = str(facts["seconds"])
    return answer


def json_answer(body: Struct, status: int = 200) -> web.Response:
    """JSON that nobody keeps on the way."""
    return web.Response(
        body=msgspec.json.encode(body),
        content_type="application/json",
        charset="utf-8",
        status=status,
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


async def body_of(request: web.Request) -> bytes:
    """The body, bounded in size by the application and in time here. Raises HTTPException."""
    try:
        async with asyncio.timeout(bounds.BODY_S):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (web.RequestPayloadError, ValueError):  # its coding is not what its headers say
        raise web.HTTPBadRequest from None


HANDSHAKE: Final[dict[int, Answer]] = {
    101: Answer("A websocket; the client speaks first."),
    426: refused("No upgrade was asked for."),
    429: refused("Too many connections from this address.", Retry_After="Seconds."),
    503: refused("The relay is stopping, or full."),
}
"""What `admit` and the handshake can answer."""


def admit(request: web.Request, front: Front) -> web.Response | None:
    """Whether one more websocket may be opened from there; the answer if not."""
    if request.headers.get("Upgrade", "").lower() != "websocket":
        return problem(426, "websocket", "this address is a websocket's")
    if not front.lobby.open:
        return problem(503, "stopping", "the relay is stopping; come back in a moment")
    if front.lobby.full:
        return problem(503, "full", "too many sessions; come back later")
    now_s = front.clock_s()
    network = network_of(request.remote or "")
    if not front.sockets.take(network, now_s):
        wait_s = int(front.sockets.wait_s(network, now_s)) + 1
        return problem(429, "too_many", "too many connections from this address", seconds=wait_s)
    return None


@contextlib.contextmanager
def counted(request: web.Request, front: Front) -> Iterator[web.Response | None]:
    """One more websocket of this address while the block runs; gives the answer if it is one too many. Connections that come by
    themselves were counted when they were made."""
    if not front.proxies:
        yield None
        return
    network = front.behind.enter(request.remote or "")
    try:
        yield too_many_at_once() if network is None else None
    finally:
        front.behind.leave(network or "")


def too_many_at_once() -> web.Response:
    return problem(429, "too_many", "too many connections from this address at once", seconds=60)
