"""The link's states over a real socket: refusals, farewells, a relay that is not there, one that accepts and closes."""

import asyncio
import socket
import ssl
import time
from contextlib import suppress

import pytest

from opconsole.link import link
from opconsole.link.backoff import Backoff
from opconsole.link.connection import dialer, why_unreachable
from opconsole.link.failures import LinkTrouble
from opconsole.state.model import Phase, Stop
from opconsole.wire.staff import Bye
from tests.ports import own_port
from tests.unit.link.fake_relay import Console, FakeRelay


class Impatient(Backoff):
    """Notes how long it would wait at most, and does not wait: it goes by a clock of its own, on which it did."""

    def __init__(self) -> None:
        super().__init__(first_ms=100, longest_ms=1_000)
        self.bounds: list[int] = []

    def live(self, now: int) -> None:
        super().live(sum(self.bounds))

    def lost(self, now: int) -> None:
        super().lost(sum(self.bounds))

    def delay_ms(self, dice: float) -> int:
        self.bounds.append(self.bound_ms)
        return 0


GROWING = [100, 100, 100, 150, 225, 337, 506, 759, 1_000, 1_000]


async def test_a_relay_that_accepts_and_closes_is_met_with_growing_delays() -> None:
    async with FakeRelay() as relay:
        relay.close_at_once = True
        backoff = Impatient()
        console = Console(relay, backoff=backoff)
        await console.session.start()
        await console.until(lambda: len(backoff.bounds) >= 10, "it has failed ten times")
        assert relay.dials >= 10
        assert backoff.bounds[:10] == GROWING
        await console.session.close()


async def test_a_relay_that_syncs_and_closes_is_met_with_growing_delays_too() -> None:
    async with FakeRelay() as relay:
        relay.bye = Bye(code="slow")
        backoff = Impatient()
        console = Console(relay, backoff=backoff)
        await console.session.start()
        await console.until(lambda: len(backoff.bounds) >= 10, "it was cut off ten times")
        assert backoff.bounds[:10] == GROWING
        await console.session.close()


class _Rude:
    """Accepts every connection and closes it: before the handshake."""

    def __init__(self) -> None:
        self.dials = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.dials += 1
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def allowed_dials(elapsed_ms: float, backoff: Backoff) -> int:
    """How many attempts may have begun in this time, if each delay is (nearly) its bound."""
    dials, at = 1, 0.0
    while (at := at + backoff.bound_ms * 0.99) <= elapsed_ms:
        backoff.delay_ms(0)
        dials += 1
    return dials


@pytest.mark.parametrize("manner", ["accepts and closes", "greets and closes", "syncs and closes"])
async def test_a_server_that_closes_every_connection_is_not_hammered(manner: str) -> None:
    """Real sockets, real delays; the dice show the most. What was counted is held against the time that it took."""
    times = {"first_ms": 40, "longest_ms": 160}
    rude = _Rude()
    async with FakeRelay() as relay:
        relay.close_at_once = manner == "greets and closes"
        relay.bye = Bye(code="slow") if manner == "syncs and closes" else None
        server = await asyncio.start_server(rude, "127.0.0.1", 0)
        if manner == "accepts and closes":
            relay.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        console = Console(relay, backoff=Backoff(**times), dice=lambda: 0.999)
        began = time.monotonic()
        await console.session.start()
        await console.until(lambda: relay.dials + rude.dials >= 6, "it was tried six times")
        elapsed_ms = (time.monotonic() - began) * 1000
        assert relay.dials + rude.dials <= allowed_dials(elapsed_ms, Backoff(**times))
        await console.session.close()
        server.close()
        await server.wait_closed()


async def test_a_key_that_is_held_down_is_no_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "BY_HAND_SECONDS", 0.2)
    async with FakeRelay() as relay:
        relay.refuse = (503, b"")
        console = Console(relay, backoff=Backoff(first_ms=3_600_000, longest_ms=3_600_000), dice=lambda: 0.9)
        began = time.monotonic()
        await console.session.start()
        while relay.dials < 4:
            console.session.retry_now()
            await asyncio.sleep(0.005)
        assert relay.dials <= 1 + (time.monotonic() - began) / 0.2
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
        await relay.stop()
        console = Console(relay)
        await console.session.start()
        await console.until(lambda: console.store.link.why, "it says why there is no link")
        assert str(relay.port) in console.store.link.why
        await relay.listen()
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


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "Nothing listens at"),
        (
            OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 9), [Errno 111] …"),
            "Nothing listens at",
        ),
        (socket.gaierror(-2, "Name or service not known"), "There is no host of the name"),
        (OSError(101, "Network is unreachable"), "is this machine on the network?"),
        (OSError("Multiple exceptions: [Errno 101] …, [Errno 113] …"), "is this machine on the network?"),
        (ConnectionResetError(104, "Connection reset by peer"), "broke the connection off"),
        (OSError(110, "Connection timed out"), "does not answer"),
        (ssl.SSLError(1, "wrong version number"), "does not speak TLS"),
        (OSError(24, "Too many open files"), "Too many open files"),
    ],
)
def test_why_there_is_no_link_is_said_in_words(error: OSError, words: str) -> None:
    said = why_unreachable("http://localhost:9", error)
    assert words in said
    assert "localhost:9" in said


async def test_a_name_with_two_addresses_is_refused_in_the_same_words() -> None:
    """asyncio tries both, and tells of both in one error without a number."""
    with own_port() as silent, pytest.raises(LinkTrouble) as trouble:
        await dialer(f"http://localhost:{silent.getsockname()[1]}", "token")()
    assert "Nothing listens at" in trouble.value.text
