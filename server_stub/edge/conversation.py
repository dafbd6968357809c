"""One session's frames, from its socket to the core loop: split, decode, bound, pass on. The same for operators and visitors.

A frame that can't be understood is answered `refused`, and many of them end the session. Whoever sends faster than its rate is
slowed down by not being read: its commands wait in its own socket and slow nobody else; its signals, which may be lost, are.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import Struct

from opconsole.wire.codec import BadFrame, encode
from opconsole.wire.staff import Bye, Refused
from server_stub.edge import bounds
from server_stub.edge.connection import AiohttpConnection
from server_stub.edge.metrics import Metrics
from server_stub.edge.sessions import Intake, Session

F = TypeVar("F", bound=Struct)


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


async def first_frame(connection: AiohttpConnection, decode: Callable[[str], Struct], kind: type[F]) -> F | None:
    """The hello; None: there was none in time, or it was not one (the client has been told, and the socket closed)."""
    try:
        async with asyncio.timeout(bounds.HELLO_S):
            text = await connection.receive()
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
    return frame


async def refuse(connection: AiohttpConnection, code: str, text: str, **facts: str | int) -> None:
    """Say why this session can't be, and close it."""
    connection.send(encode(Refused(code=code, text=text, facts=facts)) + b"\n" + encode(Bye(code=code, text=text)))
    await connection.close(1008, code)


async def refuse_version(connection: AiohttpConnection, version: int) -> None:
    connection.send(encode(Bye(code="version", text=f"this relay speaks version {version} of the protocol")))
    await connection.close(1008, "version")


async def converse(
    connection: AiohttpConnection,
    session: Session,
    intake: Intake,
    decode: Callable[[str], Struct],
    accept: Callable[[Struct], bool],
    metrics: Metrics,
) -> None:
    """Read until the socket ends. `accept` passes a frame on; False: it has no place here (a second hello)."""
    bad = 0
    while (text := await connection.receive()) is not None and not session.ending:
        for line in text.split("\n", bounds.FRAMES_PER_MESSAGE) if "\n" in text else (text,):
            try:
                frame = decode(line)
                if not session.bucket.take(now_s := time.monotonic()):
                    if not hasattr(frame, "id"):
                        continue
                    await asyncio.sleep(session.bucket.wait_s(now_s))
                    session.bucket.take(time.monotonic())
                if not accept(frame):
                    raise BadFrame("`hello` was said already")
            except BadFrame as error:
                bad += 1
                metrics.bad_frames += 1
                session.deliver(encode(refusal_of(line, error)))
                if bad >= bounds.BAD_FRAMES:
                    await connection.close(1008, "bad frames")
                    return
        if intake.full:
            await intake.room()
