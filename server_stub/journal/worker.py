"""A thread that works for an event loop, one job after the other: the journal's writer, and its reader.

A loop that is busy but polls its sockets often gives the interpreter's lock up for a moment each time and takes it again at
once; a thread that waits for the lock is woken, comes too late, and begins its wait anew, so it starves for 100 ms and more
(CPython asks the holder to let go only after a whole switch interval without any change of hands). A short switch interval
ends that; `tests/bench/bench_journal.py` has the figures.
"""

import asyncio
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

SWITCH_INTERVAL_S: Final = 1e-4


class Worker:
    """Runs what is submitted in the order in which it came. Belongs to the loop that submits."""

    def __init__(self, name: str) -> None:
        if sys.getswitchinterval() > SWITCH_INTERVAL_S:
            sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[R]":
        """The result is the future's. If whoever awaits it is cancelled, the work is done all the same."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()

        def job() -> None:
            try:
                result = work(*args, **kwargs)
            except Exception as error:
                _tell(loop, _fail, future, error)
            else:
                _tell(loop, _succeed, future, result)

        self._jobs.put(job)
        return future

    async def stop(self) -> None:
        """Finish what was submitted; the thread ends."""
        self._jobs.put(None)
        while self._thread.is_alive():
            await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


def _succeed(future: "asyncio.Future[R]", result: R) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[Any]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *args: object) -> None:
    try:
        loop.call_soon_threadsafe(call, *args)
    except RuntimeError:
        if not loop.is_closed():
            raise
        # The program is ending and nobody waits for the result any more.
