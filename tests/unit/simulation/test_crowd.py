"""The crowd: who comes when, how many at once, and that everyone is checked."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from opconsole.simulation import crowd as crowds
from opconsole.simulation.crowd import Arrivals, Crowd
from opconsole.simulation.people import Person
from tests.unit.simulation.tiny_relay import QUICK, Call, Relay, message, relay


def clock_us() -> int:
    return time.monotonic_ns() // 1000


@pytest.fixture(autouse=True)
def quick_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody asks one question at once, and goes when it is answered."""

    def quick(seed: int | str, number: int, shop: str, pace: float) -> Person:
        return structs.replace(QUICK, name=f"{seed}/{number}")

    monkeypatch.setattr(crowds, "person", quick)


async def answers(relay: Relay, call: Call) -> None:
    """A good relay: it stores, answers, and knows the chat when the visitor is back."""
    visitor = call.hello.get("token", "")
    if visitor:
        (say,) = relay.said[visitor]
        await call.welcome(
            {"chat": 7, "rev": 9, "state": "held"}, message(1, say["text"], say["id"]), message(2, "Yes!")
        )
    else:
        token = f"token {call.number}"
        await call.welcome(token=token)
        say = await call.hear("say")
        relay.said[token] = [say]
        await call.tell(
            {"t": "done", "id": say["id"], "chat": 7, "n": 1, "at": 0},
            {"t": "chat", "chat": 7, "rev": 3, "state": "held", "last": 1},
            message(1, say["text"], say["id"]),
            message(2, "Yes!"),
        )
    await call.gone()


async def waits(relay: Relay, call: Call) -> None:
    """A relay with no operators: it stores, and nobody answers."""
    await call.welcome()
    say = await call.hear("say")
    await call.tell({"t": "done", "id": say["id"], "chat": 7, "n": 1, "at": 0}, message(1, say["text"], say["id"]))
    await call.gone()


async def until(true: Callable[[], Any], what: str) -> None:
    for _ in range(3000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"in vain waited until {what}")


def arrivals(**others: Any) -> Arrivals:
    return Arrivals(**({"seed": 1, "at_most": 5, "every_ms": 1} | others))


@pytest.mark.parametrize("keep", [True, False])
async def test_as_many_come_as_are_wanted_and_all_are_checked(keep: bool) -> None:
    async with relay(answers) as it:
        crowd = Crowd(it.url, arrivals(in_all=8), clock_us=clock_us, keep=keep)
        await asyncio.wait_for(crowd.run(), 30)
        await crowd.finish()

    tally = crowd.tally()
    assert (tally.visitors, tally.sent, tally.stored, tally.seen, tally.here) == (8, 8, 8, 8, 0)
    assert (tally.lost, tally.doubled, tally.problems, tally.unanswered) == (0, 0, 0, 0)
    assert crowd.all_problems() == []
    assert len(it.calls) == 16, "each came, and was checked by a fresh sync"
    assert len(crowd.clients) == (8 if keep else 0)
    assert len(crowd.deliveries.delivered_us) == 0, "no message was sent to an operator who held the chat"


async def test_without_checks_nobody_visits_again() -> None:
    async with relay(answers) as it:
        crowd = Crowd(it.url, arrivals(in_all=3), clock_us=clock_us, checks=False)
        await asyncio.wait_for(crowd.run(), 30)

    assert len(it.calls) == 3
    assert crowd.clients == []


async def test_no_more_are_here_at_once_than_the_site_holds() -> None:
    async with relay(waits) as it:
        crowd = Crowd(it.url, arrivals(at_most=3), clock_us=clock_us, keep=True)
        living = asyncio.create_task(crowd.run())
        await until(lambda: crowd.tally().stored == 3, "three have written")
        assert crowd.tally().here == 3
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
        assert len(it.calls) == 3


async def test_all_who_come_at_the_start_come_at_once() -> None:
    async with relay(waits) as it:
        crowd = Crowd(it.url, arrivals(at_start=4, every_ms=3_600_000), clock_us=clock_us)
        living = asyncio.create_task(crowd.run())
        await until(lambda: crowd.tally().stored == 4, "four have written")
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)


async def test_a_relay_that_forgets_is_found_out() -> None:
    async def forgets(relay: Relay, call: Call) -> None:
        if "token" in call.hello:
            await call.welcome({"chat": 7, "rev": 9, "state": "held"})
            await call.gone()
        else:
            await answers(relay, call)

    async with relay(forgets) as it:
        crowd = Crowd(it.url, arrivals(in_all=2), clock_us=clock_us)
        await asyncio.wait_for(crowd.run(), 30)
        await crowd.finish()

    assert crowd.tally().lost == 2
    assert crowd.tally().problems == 4, "each saw two messages that are no longer there"
    assert len(crowd.all_problems()) == 4


async def test_a_relay_that_is_gone_at_the_end_is_told() -> None:
    async with relay(answers) as it:
        crowd = Crowd(it.url, arrivals(in_all=1), clock_us=clock_us, keep=True)
        await asyncio.wait_for(crowd.run(), 30)
    await crowd.finish()

    assert "could not sync at the end" in crowd.all_problems()[0]
