"""An event loop whose time is simulated, and the processes that live in it. Nothing here waits, and no thread is in play.

Callbacks run in the order in which they came; when none is left, the clock jumps to the next timer. So one seed gives one
run, to the last callback. A *process* is what `kill -9` ends: its tasks and timers carry it in their context. A killed one
unwinds its tasks (so that nothing is left to the garbage collector), but whatever it still does has no effect: disk and
network ask `Process.dead`.
"""

import asyncio
import heapq
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, Final, TypeVar

T = TypeVar("T")

START_MS: Final = 1_700_000_000_000
CALLBACKS: Final = 2_000_000
"""A seed that needs more turns in circles."""


class Stuck(Exception):
    """The loop turns in circles."""


class Process:
    """A program that can be killed between any two callbacks."""

    def __init__(self, loop: "SimLoop", name: str) -> None:
        self.name = name
        self.dead = False
        self.context = copy_context()
        self._loop = loop
        self._tasks: list[asyncio.Task[Any]] = []
        self.context.run(PROCESS.set, self)
        loop.processes.append(self)

    def spawn(self, work: Coroutine[Any, Any, T], name: str) -> "asyncio.Task[T]":
        """A task of this process."""
        return self._loop.create_task(work, name=name, context=self.context.copy())

    def run(self, work: Callable[[], T]) -> T:
        """Call something as if the process did it now."""
        before = events._get_running_loop()
        events._set_running_loop(self._loop)
        try:
            return self.context.copy().run(work)
        finally:
            events._set_running_loop(before)

    def own(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.append(task)

    def kill(self) -> None:
        """Nothing that it does from now on counts."""
        self.dead = True
        for task in self.living():
            task.cancel()

    def living(self) -> list["asyncio.Task[Any]"]:
        """Its tasks that have not ended."""
        self._tasks = [task for task in self._tasks if not task.done()]
        return self._tasks


PROCESS: Final[ContextVar[Process | None]] = ContextVar("process", default=None)


class _Handle:
    __slots__ = ("args", "callback", "context", "is_cancelled")

    def __init__(self, callback: Callable[..., object], args: tuple[Any, ...], context: Context) -> None:
        self.callback = callback
        self.args = args
        self.context = context
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True

    def cancelled(self) -> bool:
        return self.is_cancelled


class SimLoop(asyncio.AbstractEventLoop):
    """What asyncio's own classes need of a loop, and no more. Times inside are whole microseconds."""

    def __init__(self) -> None:
        self.now_us = 0
        self.callbacks = 0
        self.errors: list[str] = []
        """Exceptions that nobody caught."""
        self._doomed: tuple[Process, Callable[[], None]] | None = None
        self._doomed_in = 0
        self.processes: list[Process] = []
        self._ready: deque[_Handle] = deque()
        self._timers: list[tuple[int, int, _Handle]] = []
        self._order = 0

    @classmethod
    def make(cls) -> "SimLoop":
        return cls()

    # ------------------------------------------------------------ running

    def now_ms(self) -> int:
        """The clock on everybody's wall."""
        return START_MS + self.now_us // 1000

    def run_for(self, ms: int) -> None:
        """Let simulated time pass."""
        end_us = self.now_us + ms * 1000
        ready, timers = self._ready, self._timers
        before = events._get_running_loop()
        events._set_running_loop(self)
        try:
            while True:
                while ready:
                    handle = ready.popleft()
                    if handle.is_cancelled:
                        continue
                    self.callbacks += 1
                    if self._doomed is not None:
                        self._count_down(handle)
                    handle.context.run(handle.callback, *handle.args)
                if not timers or timers[0][0] > end_us:
                    break
                when, _, handle = heapq.heappop(timers)
                process = handle.context.get(PROCESS)
                if handle.is_cancelled or (process is not None and process.dead):
                    continue
                if when > self.now_us:
                    self.now_us = when
                if self.callbacks > CALLBACKS:
                    raise Stuck(f"{CALLBACKS} callbacks, and no end")
                ready.append(handle)
        finally:
            events._set_running_loop(before)
        self.now_us = end_us

    def doom(self, process: Process, callbacks: int, end: Callable[[], None]) -> None:
        """After so many more callbacks of the process `end` is called, ahead of the next one."""
        self._doomed, self._doomed_in = (process, end), callbacks

    def pardon(self) -> None:
        self._doomed = None

    def _count_down(self, handle: _Handle) -> None:
        assert self._doomed is not None
        process, end = self._doomed
        if handle.context.get(PROCESS) is process:
            self._doomed_in -= 1
            if self._doomed_in < 0:
                self._doomed = None
                end()

    # ------------------------------------------------------------ what asyncio asks

    def time(self) -> float:
        return self.now_us / 1e6

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        handle = _Handle(callback, args, context if context is not None else copy_context())
        self._ready.append(handle)
        return handle

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        return self.call_soon(callback, *args, context=context)

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        return self.call_at_us(self.now_us + round(delay * 1e6), callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        return self.call_at_us(round(when * 1e6), callback, *args, context=context)

    def call_at_us(
        self, when_us: int, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> _Handle:
        """As `call_at`. The timers of a process that has died meanwhile don't fire."""
        handle = _Handle(callback, args, context if context is not None else copy_context())
        self._order += 1
        heapq.heappush(self._timers, (when_us, self._order, handle))
        return handle

    def create_future(self) -> "asyncio.Future[Any]":
        return asyncio.Future(loop=self)

    def create_task(  # type: ignore[override]
        self, coro: Coroutine[Any, Any, T], *, name: str | None = None, context: Context | None = None
    ) -> "asyncio.Task[T]":
        task: asyncio.Task[T] = asyncio.Task(coro, loop=self, name=name, context=context)
        process = context.get(PROCESS) if context is not None else PROCESS.get()
        if process is not None:
            process.own(task)
        return task

    def run_in_executor(  # type: ignore[override]
        self, executor: object, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        """What would go to a thread is done a moment later, unless its process has died by then."""
        future = self.create_future()

        def work() -> None:
            try:
                result = func(*args)
            except Exception as error:
                if not future.done():
                    future.set_exception(error)
            else:
                if not future.done():
                    future.set_result(result)

        self.call_later(0.001, work)
        return future

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.errors.append(f"{context.get('message')}: {context.get('exception')!r}")

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False
