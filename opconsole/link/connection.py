"""One websocket to the relay: opened, read by frames, written by frames. The library is imported here, at the first connect.

What goes wrong comes out as `LinkTrouble`. Reconnecting, states and the outbox are not here (`link.py`, `session.py`).
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, Protocol

import msgspec
from msgspec import Struct

from opconsole import __version__
from opconsole.link.address import is_loopback, websocket
from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.locale import tr
from opconsole.state.model import Stop
from opconsole.wire.codec import BadFrame, decode_staff_down, encode
from opconsole.wire.staff import StaffDown, StaffUp
from opconsole.wire.text import clean_line

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

OPEN_SECONDS: Final = 10
PING_SECONDS: Final = 20
"""A ping so often; without an answer for as long again the link is lost."""
LARGEST_BYTES: Final = 64 * 1024 * 1024
"""Largest websocket message taken: a sync of ten thousand chats is some megabytes."""
GATHER_FRAMES: Final = 200
"""Frames that wait go out together, so many in one websocket message at most."""

log = logging.getLogger(__name__)


class Connection(Protocol):
    """An open websocket that speaks frames."""

    async def receive(self) -> list[StaffDown]:
        """The frames of the next message. Raises `LinkTrouble` when the link is lost."""
        ...

    async def send(self, frames: list[StaffUp]) -> None:
        """Write frames, in order. Raises `LinkTrouble` when the link is lost."""
        ...

    async def close(self) -> None: ...


Dial = Callable[[], Awaitable[Connection]]
"""Opens a connection or raises `LinkTrouble`. The seam for tests."""


class WebsocketConnection:
    def __init__(self, socket: "ClientConnection") -> None:
        self._socket = socket

    async def receive(self) -> list[StaffDown]:
        from websockets.exceptions import ConnectionClosed

        try:
            message = await self._socket.recv()
        except ConnectionClosed as error:
            raise _dropped(error) from None
        frames: list[StaffDown] = []
        for line in message.split("\n") if isinstance(message, str) else message.split(b"\n"):
            if not line:
                continue
            try:
                frames.append(decode_staff_down(line))
            except BadFrame as bad:
                # A newer relay may say things that this console doesn't know; the rest of what it says is good.
                log.warning("a frame from the relay was not understood: %s", bad.reason)
        return frames

    async def send(self, frames: list[StaffUp]) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            for start in range(0, len(frames), GATHER_FRAMES):
                part = frames[start : start + GATHER_FRAMES]
                await self._socket.send("\n".join(encode(frame).decode() for frame in part))
        except ConnectionClosed as error:
            raise _dropped(error) from None

    async def close(self) -> None:
        await self._socket.close()


def dialer(relay: str, token: str, *, ping_seconds: float = PING_SECONDS) -> Dial:
    """Opens websockets to this relay (a normal address) with this token. `ping_seconds`: as `PING_SECONDS`, for tests."""

    async def dial() -> Connection:
        from websockets.asyncio.client import connect
        from websockets.exceptions import InvalidStatus, WebSocketException

        from opconsole.link.tls import context_for

        try:
            socket = await connect(
                websocket(relay),
                additional_headers={"Authorization": f"Bearer {token}"},
                user_agent_header=f"opconsole/{__version__}",
                compression=None,
                ssl=await asyncio.to_thread(context_for, relay) if relay.startswith("https:") else None,
                proxy=None if is_loopback(relay) else True,
                open_timeout=OPEN_SECONDS,
                ping_interval=ping_seconds,
                ping_timeout=ping_seconds,
                close_timeout=1,
                max_size=LARGEST_BYTES,
                logger=_quiet(),
            )
        except InvalidStatus as error:
            raise _refused(error.response.status_code, error.response.body) from None
        except TimeoutError:
            raise LinkTrouble(Trouble.unreachable, tr("{relay} does not answer.", relay=relay)) from None
        except OSError as error:
            raise LinkTrouble(Trouble.unreachable, why_unreachable(relay, error)) from None
        except (WebSocketException, EOFError):
            raise LinkTrouble(Trouble.protocol, tr("{relay} is not a relay.", relay=relay)) from None
        return WebsocketConnection(socket)

    return dial


def _quiet() -> logging.Logger:
    """The library's log carries whole headers at its lowest level: the token must not get into a file."""
    logger = logging.getLogger("opconsole.link.websocket")
    logger.setLevel(logging.WARNING)
    return logger


def why_unreachable(relay: str, error: OSError) -> str:
    """The sentence for what the system says; short, for it stands in one line beside a key."""
    import errno
    import socket

    from opconsole.link.tls import why_not

    if text := why_not(relay, error):
        return text

    relay = relay.partition("://")[2] or relay
    if isinstance(error, socket.gaierror):
        return tr("There is no host of the name in {relay}.", relay=relay)
    # Of a name with several addresses asyncio gives all failures in one text.
    codes = {error.errno} if error.errno else {int(code) for code in re.findall(r"\[Errno (\d+)\]", str(error))}
    if codes == {errno.ECONNREFUSED}:
        return tr("Nothing listens at {relay}. Is the relay running?", relay=relay)
    if codes and codes <= {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}:
        return tr("There is no way to {relay}: is this machine on the network?", relay=relay)
    if codes & {errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED}:
        return tr("{relay} broke the connection off.", relay=relay)
    if codes == {errno.ETIMEDOUT}:
        return tr("{relay} does not answer.", relay=relay)
    return tr("{relay} can't be reached: {why}.", relay=relay, why=error.strerror or type(error).__name__)


class _Refusal(Struct):
    code: str = ""
    text: str = ""


def _refused(status: int, body: bytes | bytearray) -> LinkTrouble:
    """The relay's answer to the handshake: JSON with `code` and `text`."""
    try:
        answer = msgspec.json.decode(bytes(body), type=_Refusal)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        answer = _Refusal()
    code, text = answer.code, clean_line(answer.text)[:200]
    if code == "blocked":
        return LinkTrouble(Trouble.refused, tr("This login is blocked. Ask an admin."), Stop.blocked)
    if status == 401:
        return LinkTrouble(Trouble.refused, tr("The relay wants you to log in."), Stop.login)
    if status == 403:
        return LinkTrouble(Trouble.refused, text or tr("The relay refuses this login."), Stop.blocked)
    if status in (404, 405):
        return LinkTrouble(Trouble.protocol, tr("There is a web server, but no relay."))
    return LinkTrouble(Trouble.refused, text or tr("The relay answers with status {status}.", status=status))


def _dropped(error: Exception) -> LinkTrouble:
    from websockets.exceptions import ConnectionClosedError

    if isinstance(error, ConnectionClosedError) and error.rcvd is None:
        return LinkTrouble(Trouble.dropped, tr("The link was lost."))
    return LinkTrouble(Trouble.dropped, tr("The relay closed the link."))
