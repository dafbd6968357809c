"""The link's states over a real socket: refusals, farewells, a relay that is not there, one that accepts and closes."""

import pytest

from opconsole.link.backoff import Backoff
from opconsole.state.model import Phase, Stop
from opconsole.wire.staff import Bye
from tests.unit.link.fake_relay import Console, FakeRelay


class Impatient(Backoff):
    """Notes how long it would wait at most, and does not wait."""

    def __init__(self) -> None:
        super().__init__(first_ms=100, longest_ms=1_000)
        self.bounds: list[int] = []

    def delay_ms(self, dice: float) -> int:
        self.bounds.append(self.bound_ms)
        super().delay_ms(dice)
        return 0


async def test_a_relay_that_accepts_and_closes_is_met_with_growing_delays() -> None:
    async with FakeRelay() as relay:
        relay.close_at_once = True
        backoff = Impatient()
        console = Console(relay, backoff=backoff)
        await console.session.start()
        await console.until(lambda: len(backoff.bounds) >= 6, "it has failed six times")
        assert relay.dials >= 6
        assert backoff.bounds[:6] == [100, 200, 400, 800, 1_000, 1_000]
        await console.session.close()


async def test_a_relay_that_syncs_and_closes_is_met_with_growing_delays_too() -> None:
    async with FakeRelay() as relay:
        relay.bye = Bye(code="slow")
        backoff = Impatient()
        console = Console(relay, backoff=backoff)
        await console.session.start()
        await console.until(lambda: len(backoff.bounds) >= 4, "it was cut off four times")
        assert backoff.bounds[:4] == [100, 200, 400, 800]
        await console.session.close()


async def test_the_operator_need_not_wait_for_the_next_attempt() -> None:
    async with FakeRelay() as relay:
        relay.refuse = (503, b"")
        console = Console(relay, backoff=Backoff(first_ms=3_600_000, longest_ms=3_600_000), dice=lambda: 0.9)
        await console.session.start()
        await console.until(lambda: console.store.link.retry_at, "it waits")
        relay.refuse = None
        console.session.retry_now()
        await console.until_live()
        assert relay.dials == 2
        await console.session.close()


async def test_an_unknown_token_stops_the_link_until_a_new_one_is_there() -> None:
    async with FakeRelay() as relay:
        relay.refuse = (401, b'{"code":"token","text":"log in again"}')
        console = Console(relay)
        await console.session.start()
        await console.until_phase(Phase.stopped)
        assert console.session.needs_login
        assert relay.dials == 1
        relay.refuse = None
        console.session.renew("another")
        await console.until_live()
        assert relay.tokens[-1] == "Bearer another"
        assert not console.session.needs_login
        await console.session.close()


@pytest.mark.parametrize(
    ("status", "body", "stop"),
    [
        (401, b'{"code":"blocked","text":"x"}', Stop.blocked),
        (403, b'{"code":"origin","text":"x"}', Stop.blocked),
        (401, b"not json", Stop.login),
        (401, b"[1]", Stop.login),
    ],
)
async def test_refusals_that_time_does_not_mend_stop_the_link(status: int, body: bytes, stop: Stop) -> None:
    async with FakeRelay() as relay:
        relay.refuse = (status, body)
        console = Console(relay)
        await console.session.start()
        await console.until_phase(Phase.stopped)
        assert console.store.link.stop is stop
        assert console.store.link.why
        await console.session.close()


@pytest.mark.parametrize("status", [404, 500, 503])
async def test_other_refusals_are_tried_again(status: int) -> None:
    async with FakeRelay() as relay:
        relay.refuse = (status, b"")
        console = Console(relay)
        await console.session.start()
        await console.until(lambda: relay.dials >= 3, "it tries again")
        relay.refuse = None
        await console.until_live()
        await console.session.close()


@pytest.mark.parametrize(
    ("code", "stop"),
    [
        ("blocked", Stop.blocked),
        ("expired", Stop.login),
        ("replaced", Stop.replaced),
        ("version", Stop.version),
        ("not_allowed", Stop.refused),
    ],
)
async def test_farewells_that_time_does_not_mend_stop_the_link(code: str, stop: Stop) -> None:
    async with FakeRelay() as relay:
        relay.bye = Bye(code=code, text="why not")
        console = Console(relay)
        await console.session.start()
        await console.until_phase(Phase.stopped)
        assert console.store.link.stop is stop
        assert len(relay.hellos) == 1
        relay.bye = None
        console.session.retry_now()
        await console.until_live()
        await console.session.close()


@pytest.mark.parametrize("code", ["stopping", "slow", "something new"])
async def test_after_other_farewells_it_comes_back(code: str) -> None:
    async with FakeRelay() as relay:
        relay.bye = Bye(code=code, text="so long")
        console = Console(relay)
        await console.session.start()
        await console.until(lambda: len(relay.hellos) >= 2, "it comes back")
        relay.bye = None
        await console.until_live()
        await console.session.close()


async def test_nobody_listening_is_said_and_tried_again() -> None:
    async with FakeRelay() as relay:
        port = relay.port
        await relay.stop()
        console = Console(relay)
        await console.session.start()
        await console.until(lambda: console.store.link.why, "it says why there is no link")
        assert str(port) in console.store.link.why
        await relay.listen(port)
        await console.until_live()
        await console.session.close()


async def test_a_live_link_that_is_welcomed_anew_stays_live() -> None:
    async with FakeRelay() as relay:
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        welcome = relay.world.welcome()
        welcome.name = "Anna B."
        await relay.say([welcome])
        await console.until(lambda: console.store.me.name == "Anna B.", "the new name has come")
        assert console.store.link.is_live
        await console.session.close()


async def test_frames_that_nobody_understands_are_passed_over() -> None:
    async with FakeRelay() as relay:
        relay.garbage = '{"t":"from_the_future"}\nnot json'
        relay.world.open("u")
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        assert 1 in console.store.chats
        await console.session.close()
