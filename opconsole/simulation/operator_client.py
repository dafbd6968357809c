"""A scripted operator on the console's own link and store: what it does goes the way of every operator's key.

Between the link and the websocket stands a witness, who writes what was sent and answered into the ledger, so that the
relay is judged by what it really said.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final, Literal

from opconsole.link.backoff import Backoff
from opconsole.link.connection import Connection, Dial, dialer
from opconsole.link.session import Ready, Session
from opconsole.simulation import operator_mind as doing
from opconsole.simulation.deliveries import Deliveries
from opconsole.simulation.ledger import Ledger
from opconsole.simulation.operator_mind import Doing, OperatorMind
from opconsole.state.changes import Changes
from opconsole.state.store import Store
from opconsole.wire.cards import Status
from opconsole.wire.messages import Message
from opconsole.wire.staff import (
    AddNote,
    Close,
    Done,
    PageOf,
    Refused,
    Say,
    SetStatus,
    StaffDown,
    StaffUp,
    Sync,
    TakeNext,
)

SECOND_THOUGHTS: Final = 0.2
"""So many of the replies that are held back are taken back."""
LOOK_SECONDS: Final = 0.05
"""The operator looks at the screen so often."""


class Witness:
    """A connection that also tells the ledger, and the deliveries, what passes."""

    def __init__(
        self,
        connection: Connection,
        ledger: Ledger,
        deliveries: Deliveries,
        clock_us: Callable[[], int],
        is_online: Callable[[int], bool],
    ) -> None:
        """`is_online`: whether the visitor of a chat is there to be shown a message."""
        self._connection = connection
        self._ledger = ledger
        self._deliveries = deliveries
        self._clock_us = clock_us
        self._is_online = is_online

    async def send(self, frames: list[StaffUp]) -> None:
        now = self._clock_us()
        for frame in frames:
            if isinstance(frame, Say) and frame.id not in self._ledger.sent:
                self._ledger.said(frame.id, frame.text, now, frame.chat)
                if self._is_online(frame.chat):
                    self._deliveries.sent(frame.id, now)
            elif isinstance(frame, Say):
                self._ledger.resent(frame.id)
        await self._connection.send(frames)

    async def receive(self) -> list[StaffDown]:
        frames = await self._connection.receive()
        now = self._clock_us()
        for frame in frames:
            match frame:
                case Done(id=id, chat=chat, p=p):
                    self._ledger.done(id, chat, p, now)
                case Refused():
                    self._ledger.refused(frame)
                case Message():
                    self._saw(frame, now)
                case PageOf(messages=messages) | Sync(messages=messages):
                    for message in messages:
                        self._saw(message, now)
        return frames

    def _saw(self, message: Message, now: int) -> None:
        if message.p and message.by == "visitor":
            self._deliveries.seen(message.cid, now)

    async def close(self) -> None:
        await self._connection.close()


class OperatorClient:
    """`clock_us` is the ledger's: even microseconds. The console's own clock is the wall's, as the relay's is."""

    def __init__(
        self,
        ready: Ready,
        mind: OperatorMind,
        *,
        deliveries: Deliveries,
        clock_us: Callable[[], int],
        dice: Random,
        mode: Literal["work", "monitor"] = "work",
        dial: Dial | None = None,
        state_dir: Path | None = None,
        hold_ms: int = 0,
    ) -> None:
        """`dial`: opens a connection in place of the usual way. `state_dir`: where outbox and drafts are kept; None: nowhere.
        `hold_ms`: so long replies are held back (the setting `send_delay_s`); some are taken back meanwhile, and said anew."""
        self.store = Store()
        self.ledger = Ledger(ready.login)
        self._mind = mind
        self._dice = dice
        self._hold_ms = hold_ms
        usual = dial or dialer(ready.relay, ready.token)

        async def witnessed() -> Connection:
            return Witness(await usual(), self.ledger, deliveries, clock_us, self._is_online)

        self.session = Session(
            ready,
            self.store,
            on_changes=self._changed,
            state_dir=state_dir,
            mode=mode,
            dice=dice.random,
            new_id=lambda: f"{dice.getrandbits(64):016x}",
            dial=witnessed,
            backoff=Backoff(first_ms=200, longest_ms=2_000),
        )

    async def run(self) -> None:
        """Begin, and work until it is cancelled. `close` then ends the session."""
        await self.session.start()
        await self.work()

    async def work(self) -> None:
        """Work, the session being started, until it is cancelled."""
        while True:
            for each in self._mind.act(self.store, self.session.clock()):
                self._do(each)
            await asyncio.sleep(LOOK_SECONDS)

    async def settle(self) -> None:
        """Do nothing new, and wait until every command is answered."""
        while len(self.store.outbox) or not self.store.link.is_live:
            await asyncio.sleep(LOOK_SECONDS)

    async def close(self) -> None:
        await self.session.close()

    def _do(self, what: Doing) -> None:
        session = self.session
        match what:
            case doing.Online():
                session.send(SetStatus(id=session.new_id(), status=Status.online))
            case doing.TakeHead():
                session.send(TakeNext(id=session.new_id()))
            case doing.TypeIn(chat):
                session.typed(chat)
            case doing.Reply(chat, text):
                session.stopped_typing()
                self._reply(chat, text)
            case doing.Note(chat, text):
                session.send(AddNote(id=session.new_id(), chat=chat, text=text))
            case doing.SeeAll(chat, p):
                session.have_read(chat, p)
            case doing.CloseChat(chat):
                session.send(Close(id=session.new_id(), chat=chat))

    def _reply(self, chat: int, text: str) -> None:
        session = self.session
        said = Say(id=session.new_id(), chat=chat, text=text)
        session.send(said, hold_ms=self._hold_ms)
        if self._hold_ms and self._dice.random() < SECOND_THOUGHTS:
            asyncio.get_running_loop().call_later(self._hold_ms / 2000, self._say_anew, said)

    def _say_anew(self, said: Say) -> None:
        """As who sees a slip at once: it never went out, and goes out by another id."""
        item = self.store.outbox.get(said.id)
        if item is None or not item.held_until:
            return  # something that must not overtake it has let it go
        self.session.take_back(said.id)
        self.session.draft(said.chat, "")
        self.session.send(Say(id=self.session.new_id(), chat=said.chat, text=said.text))

    def _changed(self, changes: Changes) -> None:
        """The mind looks by itself; refused words are not sent again."""
        for item in [item for item in self.store.outbox if item.failure is not None]:
            self.session.dismiss(item.command.id)

    def _is_online(self, chat: int) -> bool:
        card = self.store.chats.get(chat)
        return card is not None and card.online
