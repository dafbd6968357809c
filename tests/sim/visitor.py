"""A visitor's tab: the smallest client that the visitor's protocol allows, with an outbox of its own.

It gives each command an id, keeps it until it is answered, sends all that is unanswered again, in order, after a lost link,
and says on connecting what it holds. The widget does the same in JavaScript, which can't run here.
"""

from random import Random
from typing import TYPE_CHECKING

from opconsole.link.backoff import Backoff
from opconsole.wire.codec import decode_visitor_down, encode
from opconsole.wire.staff import Bye, Done, Refused
from opconsole.wire.visitor import (
    VisitorChat,
    VisitorCommand,
    VisitorDown,
    VisitorHello,
    VisitorMessage,
    VisitorSignal,
    VisitorSync,
    VisitorWelcome,
)
from tests.sim.book import Given
from tests.sim.loop import Process
from tests.sim.network import ClientEnd

if TYPE_CHECKING:
    from tests.sim.world import World

OUTBOX = 12
"""Less than the relay remembers of a visitor (`server_stub.desk.model.VISITOR_IDS`)."""
HELLO_MS = 10_000


class Visitor:
    def __init__(self, world: "World", name: str) -> None:
        self.world = world
        self.name = name
        self.dice = Random(world.dice.getrandbits(32))
        self.process = Process(world.loop, name)
        self.present = False
        """The tab is open."""
        self.token = ""
        self.visitor = ""
        self.chat = VisitorChat()
        self.messages: dict[int, VisitorMessage] = {}
        self.outbox: dict[str, VisitorCommand] = {}
        self.synced = False
        self._ids = 0
        self._end: ClientEnd | None = None
        self._backoff = Backoff(500, 8_000)
        self._retry_due = False

    # ------------------------------------------------------------ doing

    def come(self) -> None:
        self.present = True
        self._connect_soon(0)

    def leave(self) -> None:
        """Close the tab. What is unanswered goes out first, as from a worker of the page."""
        self.present = False
        self._go_if_done()

    def reload(self) -> None:
        """The page is loaded anew: what was shown is forgotten, token and outbox are kept."""
        self._hang_up()
        self.chat, self.messages = VisitorChat(), {}
        self._connect_soon(0)

    def give(self, command: VisitorCommand) -> None:
        """Say, rate, end or leave a message."""
        self.world.book.give(Given(command.id, "", self.name, command, self.world.now()))
        self.world.trace(self.name, "gives", command)
        self.outbox[command.id] = command
        if self.synced:
            self._send(command)
        self._connect_soon(0)

    def signal(self, signal: VisitorSignal) -> None:
        if self.synced:
            self._send(signal)

    def new_id(self) -> str:
        self._ids += 1
        return f"{self.name}-{self._ids}"

    @property
    def wants(self) -> bool:
        return self.present or bool(self.outbox)

    # ------------------------------------------------------------ the link

    def _connect_soon(self, ms: int) -> None:
        if self._end is None and not self._retry_due and self.wants:
            self._retry_due = True
            loop = self.world.loop
            loop.call_at_us(loop.now_us + ms * 1000, self._connect, context=self.process.context)

    def _connect(self) -> None:
        self._retry_due = False
        world = self.world
        if self._end is not None or not self.wants:
            return
        if world.relay is None or not world.relay.up or self.name in world.unreachable:
            self._try_again()
            return
        wire = world.network.connect(self.name, self.process, world.relay.process)
        self._end = end = wire.client
        end.on_message = lambda payload: self._take(end, payload)
        end.on_end = lambda: self._lost(end)
        end.send(
            encode(VisitorHello(token=self.token, chat=self.chat.chat, have=max(self.messages, default=0))).decode()
        )
        world.relay.accept_visitor(wire)
        when_us = world.loop.now_us + HELLO_MS * 1000
        world.loop.call_at_us(when_us, self._give_up, end, context=self.process.context)

    def _give_up(self, end: ClientEnd) -> None:
        if end is self._end and not self.synced:
            end.close()
            self._lost(end)

    def _lost(self, end: ClientEnd) -> None:
        if end is self._end:
            self._end, self.synced = None, False
            self._try_again()

    def _try_again(self) -> None:
        self._backoff.lost(self.world.now())
        self._connect_soon(self._backoff.delay_ms(self.dice.random()))

    def _hang_up(self) -> None:
        if self._end is not None:
            end, self._end, self.synced = self._end, None, False
            end.close()

    def _go_if_done(self) -> None:
        if not self.wants:
            self._hang_up()

    def _send(self, frame: VisitorCommand | VisitorSignal) -> None:
        assert self._end is not None
        line = encode(frame).decode()
        self._end.send(line)
        if hasattr(frame, "id") and self.dice.random() < self.world.repeats:
            self.world.tally["commands sent twice"] += 1
            self._end.send(line)

    # ------------------------------------------------------------ what comes

    def _take(self, end: ClientEnd, payload: bytes) -> None:
        for line in payload.split(b"\n"):
            if end is self._end:
                self._apply(decode_visitor_down(line))

    def _apply(self, frame: VisitorDown) -> None:
        world, book = self.world, self.world.book
        world.trace(self.name, "is shown", frame)
        early = (VisitorWelcome, VisitorSync, Bye)
        assert self.synced or isinstance(frame, early), f"{self.name} is shown {frame} before its sync"
        match frame:
            case VisitorWelcome():
                assert self.visitor in ("", frame.visitor), f"{self.name} was taken for somebody else"
                self.token, self.visitor = frame.token, frame.visitor
            case VisitorSync():
                if frame.chat.chat != self.chat.chat:
                    self.messages = {}
                self.chat = frame.chat
                for message in frame.messages:
                    self._show(message)
                if not self.synced:
                    world.tally["syncs"] += 1
                    self.synced = True
                    self._backoff.live(world.now())
                    world.tally["commands resent"] += sum(book.given[each].at < world.now() - 1 for each in self.outbox)
                    for command in self.outbox.values():
                        self._send(command)
            case VisitorChat():
                if frame.chat != self.chat.chat:
                    self.messages = {}
                self.chat = frame
            case VisitorMessage():
                assert frame.chat == self.chat.chat, f"{self.name} was shown a message of another chat: {frame}"
                self._show(frame)
            case Done() | Refused():
                if not book.told(self.name, frame):
                    world.tally["answers told again"] += 1
                elif isinstance(frame, Refused):
                    world.tally[f"refused: {frame.code}"] += 1
                self.outbox.pop(frame.id, None)
                self._go_if_done()
            case Bye():
                pass

    def _show(self, message: VisitorMessage) -> None:
        self.world.book.saw_public(self.name, message)
        self.messages[message.n] = message
