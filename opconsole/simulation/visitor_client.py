"""One simulated visitor on a real websocket: performs what the mind wants, by the public visitor protocol and nothing else.

It does what any good client must: gives each command an id, keeps it until it is answered, sends it again under the same id
after a lost link, and says on connecting what it holds. What it was told and shown goes to the ledger.
"""

import asyncio
import logging
from collections.abc import Callable
from random import Random
from typing import Final

from msgspec import structs
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from opconsole.link.address import is_loopback
from opconsole.link.backoff import Backoff
from opconsole.simulation import mind as acts
from opconsole.simulation.ledger import Ledger, Seen
from opconsole.simulation.mind import Mind
from opconsole.simulation.parcels import bring, parcel
from opconsole.wire.codec import BadFrame, decode_visitor_down, encode
from opconsole.wire.files import Ticket, Upload
from opconsole.wire.staff import Bye, Done, Refused
from opconsole.wire.visitor import (
    VisitorChat,
    VisitorCommand,
    VisitorDown,
    VisitorEnd,
    VisitorForm,
    VisitorHello,
    VisitorMessage,
    VisitorPage,
    VisitorRate,
    VisitorRead,
    VisitorSay,
    VisitorSignal,
    VisitorSync,
    VisitorTyping,
    VisitorWelcome,
)

SYNC_SECONDS: Final = 10.0
FIRST_DELAY_MS: Final = 400
"""Bound of the first delay before a lost link is tried again."""
LONGEST_DELAY_MS: Final = 5_000

log = logging.getLogger(__name__)


class NoSync(Exception):
    """The relay did not answer the greeting as the protocol says."""


class Watcher:
    """Who is told what happens, for a tally. All methods may stay as they are."""

    def chat_opened(self, chat: int) -> None:
        """The visitor was shown a chat of that number for the first time."""

    def message_sent(self, id: str) -> None:
        """The visitor sends a message to an operator, over a good link."""

    def message_seen(self, message: VisitorMessage) -> None:
        """A message was shown for the first time."""


class VisitorClient:
    def __init__(
        self,
        relay: str,
        mind: Mind,
        ledger: Ledger,
        *,
        clock_us: Callable[[], int],
        dice: Random,
        watcher: Watcher | None = None,
        files: float = 0.0,
    ) -> None:
        """`relay`: its normal address. `clock_us`: microseconds; the mind lives by the same clock in milliseconds. `files`: of so
        large a part of the messages one brings a file along, where the desk takes any."""
        self.mind = mind
        self.ledger = ledger
        self.reconnects = 0
        self.chats: set[int] = set()
        self._relay = relay
        self._clock_us = clock_us
        self._dice = dice
        self._watcher = watcher or Watcher()
        self._profile = mind.person.profile
        self._token = ""  # none yet  # nosec B105
        self._state = VisitorChat()
        self._outbox: dict[str, VisitorCommand] = {}
        self._socket: ClientConnection | None = None
        """The live, synced session's."""
        self._wanted = asyncio.Event()
        """There is reason to be connected."""
        self._farewell: asyncio.Future[None] | None = None
        self._files = files
        self._takes_files = False
        self._asked: dict[str, asyncio.Future[Ticket | Refused]] = {}
        """Questions for a ticket, by id."""
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()

    async def run(self) -> None:
        """Live until the mind is gone for good and every command is answered. Cancel it to stop earlier."""
        link = asyncio.create_task(self._keep_linked())
        try:
            while True:
                self._wake.clear()
                for act in self.mind.act(self._now()):
                    await self._perform(act)
                if self.mind.finished and not self._outbox:
                    return
                due_at = self.mind.due_at
                try:
                    timeout = None if due_at is None else max(0, due_at - self._now()) / 1000
                    await asyncio.wait_for(self._wake.wait(), timeout)
                except TimeoutError:
                    pass
        finally:
            link.cancel()
            await asyncio.gather(link, return_exceptions=True)

    async def settle(self) -> None:
        """Stay connected, without doing anything new, until every command is answered."""
        link = asyncio.create_task(self._keep_linked())
        try:
            while self._outbox:
                self._wanted.set()
                self._settled.clear()
                await self._settled.wait()
        finally:
            link.cancel()
            await asyncio.gather(link, return_exceptions=True)

    async def verify(self) -> None:
        """Sync from nothing, and compare with what was seen live. Raises `NoSync`, `OSError`."""
        if not self._token:
            return
        async with await self._open() as socket:
            hello = VisitorHello(token=self._token, profile=self._profile)
            sync, *_ = await _greeted(socket, hello)
        if isinstance(sync, VisitorSync):
            self.ledger.compare(sync.chat.chat, map(_seen, sync.messages))

    # ------------------------------------------------------------ doing

    async def _perform(self, act: acts.Act) -> None:
        match act:
            case acts.Arrive() | acts.Leave():
                self._want()
            case acts.Peek(text):
                await self._signal(VisitorTyping(text=text))
            case acts.Look(n):
                await self._signal(VisitorRead(n=n))
            case acts.Go(page):
                self._profile = structs.replace(self._profile, page=page)
                await self._signal(VisitorPage(url=page.url, title=page.title))
            case acts.Say(text, cut):
                say = VisitorSay(id=self._new_id(), text=text, file="" if cut else await self._brings())
                self.ledger.said(say.id, text, self._clock_us())
                if self._state.state == "held" and self._socket is not None and not cut:
                    self._watcher.message_sent(say.id)
                await self._command(say, cut)
            case acts.Rate(score, text):
                await self._command(VisitorRate(id=self._new_id(), score=score, text=text))
            case acts.End():
                await self._command(VisitorEnd(id=self._new_id()))
            case acts.Leaf(name, email, text):
                await self._command(VisitorForm(id=self._new_id(), name=name, email=email, text=text))

    async def _brings(self) -> str:
        """Id of the file that goes with the next message; mostly there is none."""
        if not (self._files and self._takes_files and self._socket is not None and self._dice.random() < self._files):
            return ""
        return await bring(self._relay, parcel(self._dice), self._new_id(), self._ask)

    async def _ask(self, question: Upload) -> Ticket | Refused | None:
        asked = self._asked[question.id] = asyncio.get_running_loop().create_future()
        await self._send(question)
        try:
            return await asyncio.wait_for(asked, SYNC_SECONDS)
        except TimeoutError:
            return None
        finally:
            del self._asked[question.id]

    async def _command(self, command: VisitorCommand, cut: bool = False) -> None:
        self._outbox[command.id] = command
        self._want()
        await self._send(command)
        if cut and self._socket is not None:
            self._socket.transport.abort()

    async def _signal(self, signal: VisitorSignal) -> None:
        """Without a session it is dropped: a signal is of the moment."""
        await self._send(signal)

    async def _send(self, frame: VisitorCommand | VisitorSignal) -> None:
        if self._socket is not None:
            try:
                await self._socket.send(encode(frame).decode())
            except WebSocketException:
                pass  # the reader notices, and reconnects

    def _want(self) -> None:
        if self.mind.present or self._outbox:
            self._wanted.set()
        else:
            self._wanted.clear()
            if self._socket is not None:
                self._farewell = asyncio.ensure_future(self._socket.close(1001))
                self._socket = None

    def _now(self) -> int:
        return self._clock_us() // 1000

    def _new_id(self) -> str:
        return f"{self._dice.getrandbits(64):016x}"

    # ------------------------------------------------------------ the link

    async def _keep_linked(self) -> None:
        backoff = Backoff(FIRST_DELAY_MS, LONGEST_DELAY_MS)
        while True:
            await self._wanted.wait()
            try:
                await self._session(backoff)
            except (OSError, EOFError, TimeoutError, WebSocketException, NoSync) as error:
                log.debug("%s: %s", self.ledger.name, error)
            finally:
                self._socket = None
            backoff.lost(self._now())
            if self._wanted.is_set():
                await asyncio.sleep(backoff.delay_ms(self._dice.random()) / 1000)
                self.reconnects += 1

    async def _session(self, backoff: Backoff) -> None:
        """One connection, from the greeting to its end."""
        async with await self._open() as socket:
            held = self._state.chat
            hello = VisitorHello(token=self._token, chat=held, have=self.ledger.last_in(held), profile=self._profile)
            for frame in await _greeted(socket, hello, self._welcomed):
                self._take(frame)
            self._wake.set()
            backoff.live(self._now())
            self._socket = socket
            for command in list(self._outbox.values()):
                self.ledger.resent(command.id)
                await socket.send(encode(command).decode())
            self._want()
            async for message in socket:
                for frame in _frames(message):
                    self._take(frame)
                self._wake.set()

    async def _open(self) -> ClientConnection:
        scheme, rest = self._relay.split("://", 1)
        return await connect(
            f"ws{scheme[4:]}://{rest}/v1/visitor",
            origin=Origin(f"{scheme}://{rest.split('/')[0]}"),
            user_agent_header=self._profile.agent,
            compression=None,
            proxy=None if is_loopback(self._relay) else True,
            close_timeout=1,
        )

    def _welcomed(self, welcome: VisitorWelcome) -> None:
        self._token = welcome.token
        self._takes_files = welcome.files.bytes > 0

    # ------------------------------------------------------------ what comes

    def _take(self, frame: VisitorDown) -> None:
        match frame:
            case VisitorSync(chat=chat, messages=messages):
                for message in messages:
                    self._show(message)
                self._state_is(chat)
            case VisitorChat():
                self._state_is(frame)
            case VisitorMessage():
                self._show(frame)
            case Done():
                self.ledger.done(frame.id, frame.chat, frame.n, self._clock_us())
                self._answered(frame.id)
            case Ticket() | Refused() if frame.id in self._asked:
                if not self._asked[frame.id].done():
                    self._asked[frame.id].set_result(frame)
            case Refused():
                self.ledger.refused(frame)
                if isinstance(self._outbox.get(frame.id), VisitorSay):
                    self.mind.refused(self._now())
                self._answered(frame.id)

    def _show(self, message: VisitorMessage) -> None:
        if message.of:
            self.ledger.changed(message.chat, message.of, message.text, message.version)
            self.ledger.saw(message.chat, _seen(message))
        elif self.ledger.saw(message.chat, _seen(message)):
            self._watcher.message_seen(message)
            if message.by == "operator":
                self.mind.operator_said(self._now(), message.n, message.text)

    def _state_is(self, chat: VisitorChat) -> None:
        was, self._state = self._state, chat
        if chat.chat and chat.chat not in self.chats:
            self.chats.add(chat.chat)
            self._watcher.chat_opened(chat.chat)
        if chat.state == "closed" and was.state not in ("closed", "none"):
            self.mind.closed(self._now())

    def _answered(self, id: str) -> None:
        self._outbox.pop(id, None)
        self._want()
        if not self._outbox:
            self._settled.set()


async def _greeted(
    socket: ClientConnection, hello: VisitorHello, welcomed: Callable[[VisitorWelcome], None] = lambda welcome: None
) -> list[VisitorDown]:
    """Say hello; returns the sync and what came along with it. Raises `NoSync`, `TimeoutError`."""
    await socket.send(encode(hello).decode())
    async with asyncio.timeout(SYNC_SECONDS):
        while True:
            frames = _frames(await socket.recv())
            for at, frame in enumerate(frames):
                match frame:
                    case VisitorWelcome():
                        welcomed(frame)
                    case VisitorSync():
                        return frames[at:]
                    case Refused() | Bye():
                        raise NoSync(f"{frame.code}: {frame.text}")


def _frames(message: str | bytes) -> list[VisitorDown]:
    """The frames of one websocket message, one a line. What isn't understood is left out, as a newer relay may say it."""
    lines = message.split("\n") if isinstance(message, str) else message.decode("utf-8", "replace").split("\n")
    frames = []
    for line in filter(None, lines):
        try:
            frames.append(decode_visitor_down(line))
        except BadFrame as bad:
            log.warning("a frame from the relay was not understood: %s", bad.reason)
    return frames


def _seen(message: VisitorMessage) -> Seen:
    """A change is seen as the message that it is of; by itself it says nothing."""
    if message.of:
        return Seen(message.n, "", message.cid, message.by)
    return Seen(message.n, message.text, message.cid, message.by, message.version)
