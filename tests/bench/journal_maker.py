"""A long journal of a desk's life, made by the desk itself: every record is one that `decide` made, stored by the real journal.

Chats come all day; each is opened by a visitor who looks at pages, taken by the next free operator, talked through (words both
ways, read marks, a note, sometimes a rating), and closed; visitors leave, the day's counters turn. About 25 records a chat and
1,500 chats a day, so that what a desk remembers (visitors for 30 days, closed chats for one) has the size that it would have.
"""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from opconsole.wire import staff
from opconsole.wire.cards import Page, Profile
from server_stub.desk import commands as cmd
from server_stub.desk import snapshot
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.commands import Command
from server_stub.desk.decide import decide
from server_stub.desk.events import Record
from server_stub.desk.evolve import apply
from server_stub.desk.model import Settings, State
from server_stub.desk.outcome import Decision
from server_stub.journal.sqlite import SqliteJournal

T0: Final = 1_700_000_000_000
DAY_MS: Final = 24 * 3600 * 1000
CHATS_A_DAY: Final = 1500
OPERATORS: Final = 30
AT_ONCE: Final = 8
"""Chats that go on at a time."""
BATCH: Final = 2000
WORDS: Final = [
    "where",
    "is",
    "my",
    "order",
    "it",
    "was",
    "to",
    "come",
    "on",
    "monday",
    "and",
    "nobody",
    "calls",
    "me",
    "back",
    "please",
    "look",
    "what",
    "happened",
    "thank",
    "you",
]

Step = tuple[Actor, Command]


class Life:
    """Makes records for ever; `state` is the desk's after the last one."""

    def __init__(self, seed: int = 1) -> None:
        self.dice = random.Random(seed)
        self.state = State()
        self.now = T0
        self.serial = 0
        self.operators = [Actor("operator", f"op{number}") for number in range(OPERATORS)]

    def records(self) -> Iterator[Record]:
        yield from self._do(DESK, cmd.SettingsSet(Settings(limit=6)))
        yield from self._do(DESK, cmd.RelayStarted())
        for actor in self.operators:
            yield from self._do(DESK, cmd.OperatorSet(actor.id, actor.id.title()))
            yield from self._do(actor, cmd.OperatorHere())
        chats: deque[Iterator[Step]] = deque(self._chat() for _ in range(AT_ONCE))
        pause = DAY_MS // CHATS_A_DAY // 25
        while True:
            chat = chats.popleft()
            step = next(chat, None)
            if step is None:
                chat = self._chat()
                step = next(chat)
            chats.append(chat)
            self.now += self.dice.randrange(2 * pause)
            while (due := self.state.next_deadline()) is not None and due <= self.now:
                yield from self._do(DESK, cmd.Tick())
            yield from self._do(*step)

    def _do(self, actor: Actor, command: Command) -> list[Record]:
        outcome = decide(self.state, actor, command, self.now)
        if not isinstance(outcome, Decision):
            return []  # a chat that was rescued meanwhile is no longer this operator's to write in
        return apply(self.state, actor, outcome, self.now)

    def _chat(self) -> Iterator[Step]:
        self.serial += 1
        dice, name = self.dice, f"visitor-{self.serial:08d}"
        visitor = Actor("visitor", name)
        profile = Profile(lang="en", page=Page(f"/shop/{self.serial % 97}", "A shop"), utm={"utm_source": "mail"})
        yield visitor, cmd.VisitorSays(self._cid(), self._words(), profile=profile, address="192.0.2.7")
        yield visitor, cmd.VisitorHere(profile)
        operator = min(self.operators, key=lambda each: len(self.state.operators[each.id].held))
        yield operator, staff.TakeNext(id=self._cid())
        known = self.state.visitors.get(name)
        chat = known.open[0] if known is not None and known.open else 0
        for turn in range(dice.randrange(3, 9)):
            yield operator, staff.Say(id=self._cid(), chat=chat, text=self._words())
            yield visitor, cmd.VisitorMoved(Page(f"/shop/{dice.randrange(97)}", "A page of the shop"))
            yield visitor, cmd.VisitorSays(self._cid(), self._words(), profile=profile)
            yield operator, staff.Read(chat=chat, p=2 * turn + 3)
        yield operator, staff.AddNote(id=self._cid(), chat=chat, text=self._words())
        yield operator, staff.EditVisitor(id=self._cid(), chat=chat, name="Anna Example", email="anna@example.org")
        yield operator, staff.Say(id=self._cid(), chat=chat, text=self._words())
        yield operator, staff.Close(id=self._cid(), chat=chat)
        if dice.random() < 0.3:
            yield visitor, cmd.VisitorRates(self._cid(), dice.randrange(1, 6))
        yield visitor, cmd.VisitorAway()

    def _cid(self) -> str:
        return f"{self.dice.getrandbits(128):032x}"

    def _words(self) -> str:
        return " ".join(self.dice.choices(WORDS, k=self.dice.randrange(5, 30)))


async def make_journal(path: Path, events: int, *, snapshots: Sequence[int] = (), seed: int = 1) -> State:
    """Write at least so many records to the file; the state after them. `snapshots`: after so many records one is kept, each."""
    life = Life(seed)
    journal = await SqliteJournal.open(path)
    try:
        batch: list[Record] = []
        wanted = list(snapshots)
        for record in life.records():
            batch.append(record)
            # The records of one decision are stored in one commit, and the state is then the one after its last.
            if record.seq != life.state.head or (len(batch) < BATCH and record.seq < events):
                continue
            await journal.append(batch, journal.head)
            batch = []
            life.state.drain_touched()
            if wanted and record.seq >= wanted[0]:
                await journal.save_snapshot(record.seq, snapshot.dump(life.state))
                wanted.pop(0)
            if record.seq >= events:
                break
    finally:
        await journal.close()
    return life.state
