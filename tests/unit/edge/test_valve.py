"""The valve before a websocket's parser: pieces in turns, the session's rate in bytes, and nothing while it is shut."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from server_stub.edge import bounds
from server_stub.edge.valve import NOTHING, Valve


class Transport:
    def __init__(self) -> None:
        self.reading = True
        self.aborted = False

    def is_closing(self) -> bool:
        return self.aborted

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def abort(self) -> None:
        self.aborted = True


class Socket:
    def __init__(self) -> None:
        self.wire = Transport()
        self.transport = cast(Any, self.wire)
        self._reading_paused = False
        self._buffer_paused = False
        self.closed = False

    def close(self) -> None:
        self.closed = True


class Parser:
    """Keeps what it is fed; `valve` may be shut by it, as a session does."""

    def __init__(self) -> None:
        self.fed: list[bytes] = []
        self.ended = False
        self.shut_at = b""
        self.done_at = b""
        self.valve: Valve

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        self.fed.append(data)
        if self.shut_at and self.shut_at in data:
            self.valve.shut()
        return bool(self.done_at and self.done_at in data), b""

    def feed_eof(self) -> None:
        self.ended = True

    @property
    def all(self) -> bytes:
        return b"".join(self.fed)


class Loop:
    """A loop's clock, which stands still until the test lets time pass."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.due: list[tuple[float, Callable[[], None]]] = []
        self.call_soon = asyncio.get_running_loop().call_soon

    def time(self) -> float:
        return self.now_s

    def call_later(self, seconds: float, call: Callable[[], None]) -> object:
        self.due.append((self.now_s + seconds, call))
        return call

    async def passes(self) -> None:
        """Time until what is due next."""
        self.now_s, call = self.due.pop(0)
        call()
        await turns()


def made(per_s: float = 1e9, burst: float = 1e9) -> tuple[Valve, Parser, Socket]:
    parser, socket = Parser(), Socket()
    parser.valve = Valve(parser, socket, per_s, burst)
    return parser.valve, parser, socket


def noise(size: int) -> bytes:
    return bytes(number % 251 for number in range(size))


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_little_goes_straight_in() -> None:
    valve, parser, socket = made()
    assert valve.feed_data(b"abc") == NOTHING
    assert parser.fed == [b"abc"]
    assert socket.wire.reading


async def test_much_goes_in_piece_by_piece_and_others_have_their_turn_in_between() -> None:
    valve, parser, socket = made()
    data = noise(bounds.PIECE_BYTES * 3 + 7)
    valve.feed_data(data)
    assert parser.all == data[: bounds.PIECE_BYTES]
    assert not socket.wire.reading, "no more is read than can be worked on"
    await turns()
    assert parser.all == data
    assert max(map(len, parser.fed)) == bounds.PIECE_BYTES
    assert socket.wire.reading


async def test_what_comes_faster_than_the_rate_waits_and_keeps_its_order() -> None:
    valve, parser, socket = made(per_s=400_000, burst=bounds.PIECE_BYTES)
    valve._loop, valve._at_s = cast(Any, loop := Loop()), 0.0
    data = noise(bounds.PIECE_BYTES * 4)
    valve.feed_data(data)
    await turns()
    assert len(parser.all) < len(data), "the rate is used up"
    assert not socket.wire.reading
    valve.feed_data(b"after")
    for _ in range(4):
        assert parser.all != data + b"after"
        await loop.passes()
    assert parser.all == data + b"after"
    assert socket.wire.reading


async def test_a_shut_valve_lets_nothing_in_until_it_is_opened() -> None:
    valve, parser, socket = made()
    parser.shut_at = b"enough"
    valve.feed_data(b"enough")
    assert not socket.wire.reading
    valve.feed_data(b"one")
    valve.feed_data(b"two")
    await turns()
    assert parser.all == b"enough"
    valve.open()
    await turns()
    assert parser.all == b"enoughonetwo"
    assert socket.wire.reading


async def test_a_session_that_has_had_enough_stops_the_pieces_too() -> None:
    valve, parser, _ = made()
    parser.shut_at = b"!"
    data = b"!" + noise(bounds.PIECE_BYTES * 2)
    valve.feed_data(data)
    await turns()
    assert len(parser.fed) == 1
    parser.shut_at = b""
    valve.open()
    await turns()
    assert parser.all == data


async def test_what_may_not_be_worked_on_is_bounded() -> None:
    valve, _, socket = made()
    valve.shut()
    while not socket.wire.aborted:
        valve.feed_data(noise(64 * 1024))
        assert len(valve._held) <= bounds.UNREAD_BYTES + 64 * 1024
    assert len(valve._held) > bounds.UNREAD_BYTES


async def test_a_parser_that_wants_no_more_ends_the_connection_also_later() -> None:
    valve, parser, socket = made()
    parser.done_at = b"end"
    assert valve.feed_data(b"end") == (True, b"")
    valve.feed_data(noise(bounds.PIECE_BYTES) + b"end")
    await turns()
    assert socket.closed


async def test_the_end_of_the_connection_drops_what_is_held() -> None:
    valve, parser, _ = made()
    valve.feed_data(noise(bounds.PIECE_BYTES * 2))
    valve.feed_eof()
    await turns()
    assert parser.ended
    assert len(parser.fed) == 1


async def test_aiohttps_own_flow_control_is_not_overruled() -> None:
    valve, _, socket = made()
    socket._reading_paused = True
    socket.wire.reading = False
    valve.shut()
    valve.open()
    assert not socket.wire.reading
