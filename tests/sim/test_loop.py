"""The simulated clock and its processes: time jumps, order is kept, and what is killed has no effect any more."""

import asyncio

import pytest

from tests.sim.loop import Process, SimLoop


def test_an_hour_passes_at_once_and_timers_fire_in_their_order() -> None:
    loop = SimLoop.make()
    fired: list[tuple[str, int]] = []
    for name, delay_s in (("late", 3600), ("first", 0.5), ("second", 0.5)):
        loop.call_later(delay_s, lambda name=name: fired.append((name, loop.now_us)))
    loop.run_for(3_600_000)
    assert fired == [("first", 500_000), ("second", 500_000), ("late", 3_600_000_000)]
    assert loop.time() == 3600


def test_asyncio_s_own_waiting_works_in_it() -> None:
    loop = SimLoop.make()
    process = Process(loop, "program")

    async def work() -> list[str]:
        told = []
        queue: asyncio.Queue[str] = asyncio.Queue()
        loop.call_later(1, queue.put_nowait, "news")
        told.append(await queue.get())
        try:
            async with asyncio.timeout(5):
                await queue.get()
        except TimeoutError:
            told.append(f"silence until {loop.time()}")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 2)
        told.append(await asyncio.to_thread(lambda: "from a thread that is none"))
        return told

    task = process.spawn(work(), "work")
    loop.run_for(10_000)
    assert task.result() == ["news", "silence until 6.0", "from a thread that is none"]


def test_a_killed_process_does_nothing_more() -> None:
    loop = SimLoop.make()
    process = Process(loop, "program")
    done: list[str] = []

    async def write() -> None:
        asyncio.get_running_loop().call_later(2, done.append, "timer")
        await asyncio.to_thread(done.append, "disk")
        done.append("after the disk")

    task = process.spawn(write(), "write")
    loop.run_for(0)
    process.kill()
    loop.run_for(10_000)
    assert done == []
    assert task.cancelled()
    assert process.living() == []


def test_a_doomed_process_ends_between_two_of_its_callbacks() -> None:
    loop = SimLoop.make()
    process, other = Process(loop, "program"), Process(loop, "other")
    steps: list[int] = []

    async def count() -> None:
        for step in range(10):
            steps.append(step)
            await asyncio.sleep(0)

    async def idle() -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    process.spawn(count(), "count")
    other.spawn(idle(), "idle")
    loop.doom(process, 3, process.kill)
    loop.run_for(1)
    assert steps == [0, 1, 2]


def test_what_nobody_catches_comes_out() -> None:
    loop = SimLoop.make()
    loop.call_soon(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        loop.run_for(1)
