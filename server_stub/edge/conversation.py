"""One session's frames, from its socket to the core loop: split, decode, bound, pass on. The same for operators and visitors.

A frame that can't be understood is answered `refused`, and many of them end the session. Whoever sends faster than its rate is
slowed down by not being read: its commands wait in its own socket and slow nobody else; its signals, which may be lost, are.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from opconsole.wire import limits
from opconsole.wire.codec import BadFrame, encode
from opconsole.wire.staff import Bye, Hello, Refused
from opconsole.wire.visitor import VisitorHello
from server_stub.edge import bounds
from server_stub.edge.connection import AiohttpConnection
from server_stub.edge.front import Front
from server_stub.edge.sessions import Gone, Joined, Session
from server_stub.edge.throttle import Bucket

H = TypeVar("H", Hello, VisitorHello)

LARGEST_COST: Final = 1 + limits.STAFF_FRAME_BYTES // bounds.READ_CHARS
"""Of one line; a bucket that could not hold so much would never let it through."""


class _OnlyId(Struct):
    id: str = ""


_only_id = msgspec.json.Decoder(_OnlyId)


def refusal_of(line: str, error: BadFrame) -> Refused:
    """What is answered to a bad frame. Its id is given back where it can be read, so that its sender need not wait for ever."""
    try:
        command = _only_id.decode(line).id[:36]
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeError, RecursionError):
        command = ""
    return Refused(id=command, code="bad_frame", text=error.reason)


async def hello_of(connection: AiohttpConnection, decode: Callable[[str], Struct], kind: type[H]) -> H | None:
    """The first frame; None: there was none in time, it was no hello, or one of another version (the client has been told, and the socket closed)."""
    try:
        async with asyncio.timeout(bounds.HELLO_S):
            text = await connection.first()
    except TimeoutError:
        await connection.close(1008, "no hello")
        return None
    if text is None:
        return None
    line = text.split("\n", 1)[0]
    try:
        frame = decode(line)
        if not isinstance(frame, kind):
            raise BadFrame("the first frame must be `hello`")
    except BadFrame as error:
        connection.send(encode(refusal_of(line, error)))
        await connection.close(1008, "bad hello")
        return None
    if frame.v != limits.PROTOCOL_VERSION:
        text = f"this relay speaks version {limits.PROTOCOL_VERSION} of the protocol"
        connection.send(encode(Bye(code="version", text=text)))
        await connection.close(1008, "version")
        return None
    return frame


async def refuse(connection: AiohttpConnection, code: str, text: str, **facts: str | int) -> None:
    """Say why this session can't be, and close it."""
    connection.send(encode(Refused(code=code, text=text, facts=facts)) + b"\n" + encode(Bye(code=code, text=text)))
    await connection.close(1008, code)


class Conversation:
    """One session's frames on their way in. `accept` passes a frame on; False: it has no place here (a second hello)."""

    __slots__ = (
        "_accept",
        "_bad",
        "_connection",
        "_decode",
        "_front",
        "_intake",
        "_reads",
        "_resting",
        "_session",
        "_waiting",
    )

    def __init__(
        self,
        front: Front,
        connection: AiohttpConnection,
        session: Session,
        decode: Callable[[str], Struct],
        accept: Callable[[Struct], bool],
    ) -> None:
        self._front = front
        self._intake = front.intake
        self._connection = connection
        self._session = session
        self._decode = decode
        self._accept = accept
        self._bad = 0
        self._resting = False
        bucket = session.bucket
        self._reads = Bucket(
            bounds.READ_FRAMES * bucket.per_s,
            max(bounds.READ_FRAMES * bucket.burst, LARGEST_COST),
            front.clock_s(),
        )
        self._waiting: deque[str] = deque()
        """Lines that were read, and wait until the session's rate or the core loop has room for them."""

    async def run(self) -> None:
        """From the session's beginning to its end: it joins, is read until the socket ends, and is gone."""
        front, session = self._front, self._session
        front.lobby.enter(session)
        self._intake.put(session, Joined())
        try:
            await self._connection.listen(self._hear)
        finally:
            session.ending = True
            self._waiting.clear()  # not acknowledged: their sender sends them again
            front.lobby.leave(session)
            self._intake.put(session, Gone())

    def _hear(self, text: str) -> None:
        self._connection.heard = True
        if self._session.ending:
            return
        if self._waiting:
            self._waiting.extend(text.split("\n", bounds.FRAMES_PER_MESSAGE))
        elif "\n" in text:
            self._waiting.extend(text.split("\n", bounds.FRAMES_PER_MESSAGE))
            self._go_on(paused=False)
        elif not self._take(text):
            self._waiting.append(text)
            self._connection.pause()

    def _go_on(self, *, paused: bool = True) -> None:
        """Take what waits, as far as it may be taken now."""
        waiting = self._waiting
        while waiting and not self._session.ending:
            if not self._take(waiting[0]):
                if not paused:
                    self._connection.pause()
                return
            waiting.popleft()
        if paused and not self._resting:
            self._connection.resume()

    def _take(self, line: str) -> bool:
        """False: not now; `_go_on` is called when it may be tried again."""
        if self._intake.full:
            self._intake.when_room(self._go_on)
            return False
        now_s = self._front.clock_s()
        cost = 1 + len(line) // bounds.READ_CHARS
        if not self._reads.take(now_s, cost):
            asyncio.get_running_loop().call_later(self._reads.wait_s(now_s, cost), self._go_on)
            return False
        bucket = self._session.bucket
        in_rate = bucket.take(now_s)
        try:
            frame = self._decode(line)
            if not in_rate:
                if hasattr(frame, "id"):
                    asyncio.get_running_loop().call_later(bucket.wait_s(now_s), self._go_on)
                    return False
                self._rest(bucket.wait_s(now_s))
                return True  # a signal: losing it does no harm
            if not self._accept(frame):
                raise BadFrame("`hello` was said already")
        except BadFrame as error:
            self._misunderstood(line, error)
        return True

    def _rest(self, seconds: float) -> None:
        """Whoever sends too many signals isn't heard for a moment; otherwise working them off would cost the others' time."""
        if not self._resting:
            self._resting = True
            self._connection.pause()
            asyncio.get_running_loop().call_later(seconds, self._rested)

    def _rested(self) -> None:
        self._resting = False
        self._go_on()

    def _misunderstood(self, line: str, error: BadFrame) -> None:
        self._bad += 1
        self._front.metrics.bad_frames += 1
        self._session.deliver(encode(refusal_of(line, error)))
        if self._bad == bounds.BAD_FRAMES:
            self._front.lobby.end(self._session, "", "", 1008)
