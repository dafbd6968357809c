import asyncio
import sys
import threading

import pytest

from server_stub.journal.worker import SWITCH_INTERVAL_S, Worker


async def test_work_is_done_in_the_order_of_submission_by_one_thread() -> None:
    worker = Worker("test")
    done: list[tuple[int, str]] = []

    def work(number: int) -> None:
        done.append((number, threading.current_thread().name))

    await asyncio.gather(*(worker.submit(work, number) for number in range(50)))
    assert done == [(number, "test") for number in range(50)]
    await worker.stop()


async def test_an_error_is_the_submitters_and_the_worker_goes_on() -> None:
    worker = Worker("test")

    def fail() -> None:
        raise LookupError("nothing here")

    with pytest.raises(LookupError, match="nothing here"):
        await worker.submit(fail)
    assert await worker.submit(lambda: 5) == 5
    await worker.stop()


async def test_work_whose_caller_was_cancelled_is_done_all_the_same() -> None:
    worker = Worker("test")
    may_go, did_go = threading.Event(), threading.Event()

    def work() -> None:
        may_go.wait()
        did_go.set()

    task = asyncio.ensure_future(worker.submit(work))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    may_go.set()
    await worker.submit(lambda: None)
    assert did_go.is_set()
    await worker.stop()


async def test_a_stop_finishes_what_was_submitted() -> None:
    worker = Worker("test")
    last = worker.submit(lambda: "done")
    await worker.stop()
    assert await last == "done"


async def test_the_interpreter_is_asked_to_change_threads_often() -> None:
    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(0.005)
        worker = Worker("test")
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL_S)
        await worker.stop()
    finally:
        sys.setswitchinterval(before)


def test_a_loop_that_is_closed_meanwhile_does_no_harm_to_the_thread() -> None:
    may_go = threading.Event()

    async def leave_work_behind() -> Worker:
        worker = Worker("test")
        worker.submit(may_go.wait)
        return worker

    worker = asyncio.run(leave_work_behind())
    may_go.set()
    asyncio.run(worker.stop())
