"""When a console under test has come to rest: its loop has nothing to do, and no thread works for it.

Textual's pilot takes a process for idle that has used no processor for 20 ms; on a busy machine that is also one that was not let
run, and what a key does was not done yet. Here it is asked of the loop itself.
"""

import asyncio
from asyncio import base_events
from typing import Any, Final

import pytest

TURNS: Final = 3
"""So many turns of the loop with nothing else to do in a row: what a message sets off comes in the next turn."""
FRAME_S: Final = 1 / 50
"""Longer than the screen's own timer waits."""
THREADS_S: Final = 0.5
"""A thread is waited for so long; a test may hold one up on purpose."""

_at_work: set["asyncio.Future[Any]"] = set()


async def settled(loop: asyncio.AbstractEventLoop | None = None) -> None:
    loop = loop or asyncio.get_running_loop()
    end = loop.time() + THREADS_S
    quiet = 0
    while quiet < TURNS:
        await asyncio.sleep(0)
        quiet = 0 if loop._ready else quiet + 1  # type: ignore[attr-defined]
        if quiet and _at_work and loop.time() < end:
            await asyncio.sleep(0.001)
            quiet = 0


async def after_a_frame(min_sleep: float = 0, max_sleep: float = 1) -> None:
    await asyncio.sleep(FRAME_S)
    await settled()


async def at_once(min_sleep: float = 0, max_sleep: float = 1) -> None:
    await settled()


def teach_the_pilot(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each key the loop has come to rest; after a pause the screen is painted, too."""
    real = base_events.BaseEventLoop.run_in_executor

    def run_in_executor(self: base_events.BaseEventLoop, *work: Any) -> Any:
        future = real(self, *work)
        _at_work.add(future)
        future.add_done_callback(_at_work.discard)
        return future

    _at_work.clear()
    monkeypatch.setattr(base_events.BaseEventLoop, "run_in_executor", run_in_executor)
    monkeypatch.setattr("textual.pilot.wait_for_idle", after_a_frame)
    monkeypatch.setattr("textual.app.wait_for_idle", at_once)
