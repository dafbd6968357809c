"""Our side of the process that decodes a picture: started for one, given only the open file, and ended when it takes too long."""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Literal

import msgspec
from msgspec import Struct

from opconsole.locale import tr

PATIENCE_S: Final = 15.0
MOST_BYTES: Final = 64 * 1024 * 1024
"""Of what comes out: more is no picture for a terminal."""
TYPES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Media types that it decodes."""
_CHILD: Final = Path(__file__).with_name("child.py")
_KEPT: Final = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

Way = Literal["rgb", "png", "sixel"]

log = logging.getLogger(__name__)


class Decoded(Struct, frozen=True):
    """`data`: of `rgb` three bytes a pixel, of `png` the file, of `sixel` its characters. `original`: size as the file says, in pixels."""

    width: int
    height: int
    data: bytes
    original: tuple[int, int] = (0, 0)
    frames: int = 1


class Undecodable(Struct, frozen=True):
    """`code`: as the child's, or `slow`, `died`. `text`: a translated sentence."""

    code: str
    text: str


class _Header(Struct):
    code: str = ""
    why: str = ""
    width: int = 0
    height: int = 0
    original: tuple[int, int] = (0, 0)
    frames: int = 1


async def decode(
    source: IO[bytes],
    way: Way,
    width: int,
    height: int,
    ground: str = "#000000",
    *,
    command: tuple[str, ...] = (sys.executable, "-I", str(_CHILD)),
    patience_s: float = PATIENCE_S,
    environment: Mapping[str, str] = os.environ,
) -> Decoded | Undecodable:
    """The picture in the open file, made to fit into so many pixels. The child gets no other file and no variable of ours."""
    source.seek(0)
    nothing, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    try:
        child = await asyncio.create_subprocess_exec(
            *command,
            way,
            str(width),
            str(height),
            ground,
            stdin=source.fileno(),
            stdout=pipe,
            stderr=nothing,
            env={name: environment[name] for name in _KEPT if name in environment},
            start_new_session=True,
        )
    except OSError as error:
        return Undecodable("died", tr("The picture can't be drawn: {why}.", why=error.strerror or error))
    try:
        async with asyncio.timeout(patience_s):
            return _checked(_read(await _all(child)), way, width, height)
    except TimeoutError:
        return Undecodable("slow", tr("The picture takes too long to decode: it is not drawn."))
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        if child.stdout is not None:
            while await child.stdout.read(1 << 16):  # a pipe that is full would be waited for
                pass
        await child.wait()


async def _all(child: asyncio.subprocess.Process) -> bytes:
    assert child.stdout is not None
    parts: list[bytes] = []
    size = 0
    while chunk := await child.stdout.read(1 << 16):
        size += len(chunk)
        if size > MOST_BYTES:
            return b""
        parts.append(chunk)
    return b"".join(parts)


def _checked(found: Decoded | Undecodable, way: Way, width: int, height: int) -> Decoded | Undecodable:
    """Who drew up the answer may be the picture itself, if it has got the better of the decoder."""
    if isinstance(found, Undecodable):
        return found
    fits = 0 < found.width <= max(1, width) and 0 < found.height <= max(1, height)
    if fits and (way != "rgb" or len(found.data) == found.width * found.height * 3):
        return found
    return Undecodable("died", tr("The picture is broken: it can't be decoded."))


def _read(said: bytes) -> Decoded | Undecodable:
    head, _, data = said.partition(b"\n")
    try:
        header = msgspec.json.decode(head, type=_Header)
    except (msgspec.MsgspecError, UnicodeError):
        return Undecodable("died", tr("The picture could not be decoded: it asks for more than it may have."))
    if not header.code:
        return Decoded(header.width, header.height, data, header.original, header.frames)
    log.info("a picture was not decoded: %s %s", header.code, header.why)
    sentences = {
        "bomb": tr("The picture has too many pixels to be drawn here."),
        "memory": tr("The picture could not be decoded: it asks for more than it may have."),
        "kind": tr("It is no picture of a kind that is drawn here (PNG, JPEG, GIF, WebP)."),
        "pillow": tr("Pictures can't be drawn: Pillow is missing (pip install pillow)."),
    }
    return Undecodable(header.code, sentences.get(header.code) or tr("The picture is broken: it can't be decoded."))
