"""A picture out of the clipboard, by the programs that know the desktop's: `wl-paste`, `xclip`, on macOS `pngpaste`. A terminal has no way to give one."""

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from typing import IO, Final

TIMEOUT_S: Final = 5.0
_CHUNK: Final = 64 * 1024


class Got(Enum):
    picture = "picture"
    nothing = "nothing"
    """There is no picture in it."""
    too_large = "too_large"
    no_program = "no_program"
    """None of the programs is there, or no display."""


def command(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """What writes the clipboard's picture as PNG to its standard output; empty: there is no such program here."""
    path = environment.get("PATH")
    if environment.get("WAYLAND_DISPLAY") and (program := shutil.which("wl-paste", path=path)):
        return (program, "--no-newline", "--type", "image/png")
    if environment.get("DISPLAY") and (program := shutil.which("xclip", path=path)):
        return (program, "-selection", "clipboard", "-target", "image/png", "-out")
    if sys.platform == "darwin" and (program := shutil.which("pngpaste", path=path)):
        return (program, "-")
    return ()


async def take(target: IO[bytes], most_bytes: int, given: tuple[str, ...] | None = None) -> Got:
    """Write the picture into `target`. Raises OSError: it can't be written."""
    words = command() if given is None else given
    if not words:
        return Got.no_program
    nothing = asyncio.subprocess.DEVNULL
    try:
        child = await asyncio.create_subprocess_exec(
            *words, stdin=nothing, stdout=asyncio.subprocess.PIPE, stderr=nothing, start_new_session=True
        )
    except OSError:
        return Got.no_program
    assert child.stdout is not None
    size = 0
    try:
        async with asyncio.timeout(TIMEOUT_S):
            while chunk := await child.stdout.read(_CHUNK):
                size += len(chunk)
                if size > most_bytes:
                    return Got.too_large
                await asyncio.to_thread(target.write, chunk)
            code = await child.wait()
    except TimeoutError:
        return Got.nothing
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        while await child.stdout.read(_CHUNK):
            pass
        await child.wait()
    return Got.picture if size and not code else Got.nothing
