"""The network between the people and the relay: connections that keep their order, and what can befall them.

A connection delays what it carries, and no two alike, so there is no order between connections. It can be cut (what was in
flight is lost, in either direction), stall (everything comes later, in order), or go deaf: frames vanish, and one end or both
believe that it stands until a heartbeat finds out. Frames are bytes here; who reads them is no business of this room.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any, Final

from server_stub.edge import bounds
from tests.sim.loop import Process, SimLoop
from tests.sim.tally import Tally

PING_US: Final = 20_000_000
"""The console pings its relay so often (`opconsole.link.connection.PING_SECONDS`), and waits as long for the answer."""
UNSENT_BYTES: Final = 48 * 1024
"""Smaller than `bounds.BUFFERED_BYTES`, so that a stall of some seconds reaches it."""

Item = bytes | str | None
"""A text message; a ping or a pong (`PING`, `PONG`); None: the end of the stream."""
PING: Final = "ping"
PONG: Final = "pong"


class Pipe:
    """One direction of a connection."""

    def __init__(self, loop: SimLoop, dice: Random, tally: Tally, target: Process) -> None:
        self._loop = loop
        self._dice = dice
        self._tally = tally
        self._context = target.context
        self._base_us = dice.choice((300, 2_000, 20_000, 90_000))
        self._last_us = 0
        self.take: Callable[[Item], None] = lambda item: None
        self.deaf = False
        """What is sent vanishes."""
        self.cut = False
        """What is in flight is lost, and nothing more goes in."""
        self.stalled_until_us = 0
        self.flying_bytes = 0

    def send(self, item: Item) -> None:
        if self.cut:
            return
        if self.deaf:
            self._tally["frames vanished"] += 1
            return
        now_us = self._loop.now_us
        when_us = now_us + int(self._base_us * (1 + self._dice.random()))
        when_us = max(when_us, self._last_us, self.stalled_until_us)
        self._last_us = when_us
        size = len(item) if item else 0
        self.flying_bytes += size
        self._loop.call_at_us(when_us, self._arrive, item, size, context=self._context)

    def _arrive(self, item: Item, size: int) -> None:
        self.flying_bytes -= size
        if not self.cut:
            self.take(item)
        elif item is not None:
            self._tally["messages lost in flight"] += 1


class ServerEnd:
    """The relay's end: what `server_stub.edge` expects of a connection (`AiohttpConnection`)."""

    def __init__(self, wire: "Wire") -> None:
        self.wire = wire
        self.heard = True
        self.slow = False
        self.ended = False
        self._hear: Callable[[str], None] | None = None
        self._waiting: deque[str] = deque()
        self._paused = False
        self._news = asyncio.Event()
        self._closed = asyncio.Event()

    # ------------------------------------------------------------ out

    def send(self, payload: bytes) -> None:
        wire = self.wire
        if self.ended or wire.relay.dead:
            return
        if wire.down.flying_bytes > UNSENT_BYTES:
            self.slow = True
            wire.network.tally["slow readers cut off"] += 1
            self.abort()
            return
        wire.network.relay_sends()
        if not wire.relay.dead:
            wire.down.send(payload)

    def ping(self) -> None:
        if self.wire.is_well:
            self.heard = True
        elif not (self.ended or self.wire.relay.dead):
            self.wire.down.send(PING)

    def buffered_bytes(self) -> int:
        return self.wire.down.flying_bytes

    def abort(self) -> None:
        if self.wire.relay.dead or self.ended:
            return
        self.wire.down.send(None)
        self._end()

    async def close(self, code: int, reason: str) -> None:
        if self.ended or self.wire.relay.dead:
            return
        self.wire.down.send(None)
        try:
            await asyncio.wait_for(self._closed.wait(), bounds.CLOSE_S)
        except TimeoutError:
            pass
        self._end()

    # ------------------------------------------------------------ in

    async def first(self) -> str | None:
        while not self._waiting and not self.ended:
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft() if self._waiting else None

    async def listen(self, hear: Callable[[str], None]) -> None:
        self._hear = hear
        self._drain()
        await self._closed.wait()

    def pause(self) -> None:
        self.wire.network.tally["readings paused"] += 1
        self._paused = True

    def resume(self) -> None:
        self._paused = False
        self.wire.loop.call_soon(self._drain)

    def take(self, item: Item) -> None:
        """Something has come in."""
        if self.ended:
            return
        if item is None:
            self._end()
            return
        self.heard = True
        if item == PING:
            self.wire.down.send(PONG)
        elif item != PONG:
            assert isinstance(item, str)
            self._waiting.append(item)
            self._news.set()
            self._drain()

    def _drain(self) -> None:
        while self._hear is not None and self._waiting and not self._paused and not self.ended:
            self._hear(self._waiting.popleft())

    def _end(self) -> None:
        self.ended = True
        self._news.set()
        self._closed.set()
        self.wire.forget()


class ClientEnd:
    """The client's end: texts out by `send`, texts in to `on_message`, the end to `on_end` (once)."""

    def __init__(self, wire: "Wire") -> None:
        self.wire = wire
        self.on_message: Callable[[bytes], None] = lambda payload: None
        self.on_end: Callable[[], None] = lambda: None
        self.ended = False
        self._pinged = False

    def send(self, text: str) -> None:
        if not (self.ended or self.wire.client_process.dead):
            self.wire.up.send(text)

    def close(self) -> None:
        """As a client does that wants no more; not told to `on_end`."""
        if not (self.ended or self.wire.client_process.dead):
            self.wire.up.send(None)
            self._gone()

    def fail(self) -> None:
        """The client has found out that the connection is lost."""
        if not self.ended:
            self._gone()
            self.on_end()

    def lose(self) -> None:
        """As `fail`, in the client's own time."""
        loop = self.wire.loop
        loop.call_at_us(loop.now_us, self.fail, context=self.wire.client_process.context)

    def take(self, item: Item) -> None:
        if self.ended:
            return
        if item is None:
            self.wire.up.send(None)
            self.fail()
        elif item == PING:
            self.wire.up.send(PONG)
        elif item == PONG:
            self._pinged = False
        else:
            assert isinstance(item, bytes)
            self.on_message(item)

    def _gone(self) -> None:
        self.ended = True
        self.wire.forget()

    def beat(self) -> None:
        """Ping, and fail if the ping before it was not answered; for as long as the connection stands."""
        if self.ended:
            return
        if self._pinged:
            self.wire.network.tally["links found dead by the client's ping"] += 1
            self.fail()
            return
        if self.wire.is_well:
            self.wire.server.heard = True
        else:
            self._pinged = True
            self.wire.up.send(PING)
        self.wire.loop.call_at_us(
            self.wire.loop.now_us + PING_US, self.beat, context=self.wire.client_process.context.copy()
        )


class Wire:
    """One connection with its two ends."""

    def __init__(self, network: "Network", who: str, client: Process, relay: Process, dice: Random) -> None:
        self.network = network
        self.loop = network.loop
        self.who = who
        self.client_process = client
        self.relay = relay
        self.dice = dice
        self.up = Pipe(network.loop, dice, network.tally, relay)
        self.down = Pipe(network.loop, dice, network.tally, client)
        self.server = ServerEnd(self)
        self.client = ClientEnd(self)
        self.up.take = self.server.take
        self.down.take = self.client.take
        self.loop.call_at_us(self.loop.now_us + PING_US, self.client.beat, context=client.context)

    @property
    def is_well(self) -> bool:
        """Pings and their answers would come through, so they need not be carried."""
        for pipe in (self.up, self.down):
            if pipe.cut or pipe.deaf or pipe.stalled_until_us > self.loop.now_us:
                return False
        return not (self.server.ended or self.client.ended)

    def forget(self) -> None:
        if self.server.ended and self.client.ended:
            self.network.wires.pop(self, None)

    # ------------------------------------------------------------ faults

    def cut(self) -> None:
        """Lost, and both ends are told soon."""
        self._lose()
        self._tell_client()
        self._tell_server()

    def half_close(self, *, client_knows: bool) -> None:
        """Lost, and only one end is told. The other's heartbeat must find out."""
        self._lose()
        if client_knows:
            self._tell_client()
        else:
            self._tell_server()

    def go_deaf(self) -> None:
        """Frames vanish in both directions, and nobody is told."""
        self.up.deaf = self.down.deaf = True

    def stall(self, ms: int) -> None:
        """What is sent from now on comes when the stall is over."""
        until_us = self.loop.now_us + ms * 1000
        self.up.stalled_until_us = max(self.up.stalled_until_us, until_us)
        self.down.stalled_until_us = max(self.down.stalled_until_us, until_us)

    def relay_died(self, *, silently: bool) -> None:
        """What the system had taken may still come; with the machine itself nothing does, and nobody says so."""
        self.server.ended = True
        if silently:
            self._lose()
            self.up.cut, self.up.deaf = False, True
        else:
            self.down.send(None)
            self.up.cut = True
        self.forget()

    def client_died(self, *, silently: bool) -> None:
        self.client.ended = True
        if silently:
            self._lose()
        else:
            self.up.send(None)
            self.down.cut = True
        self.forget()

    def _lose(self) -> None:
        self.up.cut = self.down.cut = True

    def _tell_client(self) -> None:
        when_us = self.loop.now_us + self.dice.randrange(800_000)
        self.loop.call_at_us(when_us, self.client.fail, context=self.client_process.context)

    def _tell_server(self) -> None:
        when_us = self.loop.now_us + self.dice.randrange(800_000)
        self.loop.call_at_us(when_us, self.server.take, None, context=self.relay.context)


class Network:
    """All connections that stand, in the order in which they were made."""

    def __init__(self, loop: SimLoop, dice: Random, tally: Tally) -> None:
        self.loop = loop
        self.tally = tally
        self.wires: dict[Wire, None] = {}
        self.sends_left = -1
        """So many more frames the relay sends, and then dies (`on_last_send`); below 0: not."""
        self.on_last_send: Callable[[], None] = lambda: None
        self._dice = dice

    def connect(self, who: str, client: Process, relay: Process) -> Wire:
        wire = Wire(self, who, client, relay, Random(self._dice.getrandbits(32)))
        self.wires[wire] = None
        self.tally["connections"] += 1
        return wire

    def relay_sends(self) -> None:
        if self.sends_left >= 0:
            self.sends_left -= 1
            if self.sends_left < 0:
                self.on_last_send()

    def of(self, **facts: Any) -> list[Wire]:
        return [wire for wire in self.wires if all(getattr(wire, name) is value for name, value in facts.items())]
