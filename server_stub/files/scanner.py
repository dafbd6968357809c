"""A scanner that the desk's owner has put in: run for each file before anybody can have it, without a shell, in a bounded time.

Its word is its exit code: 0 is clean, 1 infected (as `clamscan` and `clamdscan` have it). Anything else, or none in time, is no
word at all, and then the file is not taken: a scanner that is broken must not let everything in.
"""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

log = logging.getLogger(__name__)

PLACE: Final = "{file}"
Verdict = Literal["clean", "infected", "unscanned"]


class Scanner:
    """`argv` empty: there is none, and everything is clean. `wait_s`: so long a file waits for its turn at most; its sender is there still,
    and is told."""

    def __init__(self, argv: Sequence[str], *, most_s: float, at_once: int, wait_s: float) -> None:
        self.argv = tuple(argv)
        self._most_s = most_s
        self._wait_s = wait_s
        self._turns = asyncio.Semaphore(at_once)

    async def look_at(self, path: Path) -> Verdict:
        if not self.argv:
            return "clean"
        argv = [each.replace(PLACE, str(path)) for each in self.argv]
        try:
            async with asyncio.timeout(self._wait_s):
                await self._turns.acquire()
        except TimeoutError:
            log.error("the scanner %s has more to do than it can: a file was not taken", self.argv[0])
            return "unscanned"
        try:
            return await self._run(argv)
        finally:
            self._turns.release()

    async def _run(self, argv: Sequence[str]) -> Verdict:
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            log.error("the scanner %s can't be run: %s", argv[0], error.strerror or error)
            return "unscanned"
        try:
            async with asyncio.timeout(self._most_s):
                code = await process.wait()
        except TimeoutError:
            log.error("the scanner %s did not answer in %g s", argv[0], self._most_s)
            return "unscanned"
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if code == 0:
            return "clean"
        if code == 1:
            return "infected"
        log.error("the scanner %s ended with %d: the file was not taken", argv[0], code)
        return "unscanned"
