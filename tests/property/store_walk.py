"""A random walk of one console at one relay: links break, frames come in batches of any size, late ones come again, some are lost.

Everything follows from the seed, so a failure is replayed by its number; the last steps are in `trail`.
"""

import random
from collections import deque
from collections.abc import Callable

from opconsole.state import selectors
from opconsole.state.changes import Changes
from opconsole.state.fingerprint import fingerprint
from opconsole.state.model import LinkState, Phase
from opconsole.state.store import Store
from opconsole.wire.cards import ChatCard, DeskCard, OperatorCard, Place, TemplateCard, VisitorCard
from opconsole.wire.messages import Message
from opconsole.wire.staff import (
    AddNote,
    Close,
    Done,
    Fetch,
    Gone,
    Return,
    Say,
    StaffCommand,
    StaffDown,
    Take,
    TakeNext,
    TemplateGone,
)
from tests.property.store_world import ME, OTHER, World

TAIL = 5
OPEN = (Place.inbox, Place.held, Place.snoozed)
REPEATABLE = (ChatCard, VisitorCard, OperatorCard, TemplateCard, DeskCard, Message, Gone, TemplateGone, Done)
"""Frames that do no harm when they come again, however late."""


class Walk:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.world = World(TAIL, self.dice.choice(("cards first", "messages first")))
        self.store = Store()
        self.linked = False
        self.queue: list[StaffDown] = []
        """Frames that the relay has sent and the console has not applied yet."""
        self.seen: list[StaffDown] = []
        """Frames applied on this connection."""
        self.ids = 0
        self.texts: list[str] = []
        self.now = 0
        self.trail: deque[str] = deque(maxlen=30)
        self.rules: list[tuple[int, Callable[[], None]]] = [
            (4, self.visitor_opens),
            (12, self.visitor_writes),
            (3, self.colleague_takes),
            (2, self.colleague_gives),
            (2, self.chat_is_rescued),
            (1, self.chat_is_snoozed),
            (1, self.chat_is_closed),
            (1, self.template_changes),
            (1, self.operator_changes),
            (10, self.i_command),
            (3, self.i_look),
            (2, self.i_scroll_up),
            (8, self.outbox_goes_out),
            (14, self.frames_arrive),
            (2, self.late_frames_arrive_again),
            (1, self.message_is_lost),
            (1, self.link_breaks),
        ]
        self.connect()

    def run(self, steps: int) -> None:
        weights = [weight for weight, _ in self.rules]
        for step in range(steps):
            _, rule = self.dice.choices(self.rules, weights)[0]
            self.trail.append(rule.__name__)
            rule()
            self.check()
            if step % 20 == 19:
                self.check_law()

    # ------------------------------------------------------------ the relay's side

    def out(self, frames: list[StaffDown]) -> None:
        if self.linked:
            self.queue += frames

    def any_chat(self, *places: Place, owner: str | None = None) -> int:
        cards = self.world.chats.values()
        chats = [card.chat for card in cards if card.place in places and owner in (None, card.owner)]
        return self.dice.choice(chats) if chats else 0

    def visitor_opens(self) -> None:
        self.out(self.world.open(self.dice.choice("uvwxyz")))

    def visitor_writes(self) -> None:
        if chat := self.any_chat(*OPEN):
            for _ in range(self.dice.choice((1, 1, 2, 8))):
                self.out(self.world.say(chat, "visitor", "and?"))

    def colleague_takes(self) -> None:
        if chat := self.any_chat(Place.inbox):
            self.out(self.world.move(chat, Place.held, OTHER, why="taken"))

    def colleague_gives(self) -> None:
        if chat := self.any_chat(Place.held, owner=OTHER):
            self.out(self.world.move(chat, Place.held, ME, why="transferred"))

    def chat_is_rescued(self) -> None:
        if chat := self.any_chat(Place.held):
            self.out(self.world.move(chat, Place.inbox, rescued=True, why="rescued"))

    def chat_is_snoozed(self) -> None:
        if chat := self.any_chat(Place.held, owner=ME):
            self.out(self.world.move(chat, Place.snoozed, ME, why="snoozed"))

    def chat_is_closed(self) -> None:
        if chat := self.any_chat(*OPEN):
            self.out(self.world.move(chat, Place.closed, why="closed"))

    def template_changes(self) -> None:
        self.out(self.world.template(self.dice.choice("ab"), self.dice.choice(("", "one", "two"))))

    def operator_changes(self) -> None:
        self.out(self.world.operator(self.dice.choice((ME, OTHER)), self.dice.randrange(5)))

    # ------------------------------------------------------------ the operator's side

    def new_id(self) -> str:
        self.ids += 1
        return f"c{self.ids}"

    def i_command(self) -> None:
        chat = self.any_chat(Place.held, owner=ME) or self.any_chat(*OPEN) or 1
        command_id = self.new_id()
        text = f"text {command_id}"
        command: StaffCommand = self.dice.choice(
            (
                Take(id=command_id, chat=self.any_chat(Place.inbox) or 1),
                TakeNext(id=command_id),
                Return(id=command_id, chat=chat),
                Close(id=command_id, chat=chat),
                Say(id=command_id, chat=chat, text=text),
                Say(id=command_id, chat=chat, text=text),
                AddNote(id=command_id, chat=chat, text=text),
            )
        )
        self.store.send(command, self.now)
        if isinstance(command, Say | AddNote):
            self.texts.append(text)

    def i_look(self) -> None:
        self.fetch(self.store.show(self.dice.randint(0, max(1, len(self.world.chats)))))

    def i_scroll_up(self) -> None:
        mine = self.store.mine.chats()
        if self.linked and mine and (need := self.store.older(self.dice.choice(mine))):
            self.fetch(Changes(needs=(need,)))

    def outbox_goes_out(self) -> None:
        if self.linked and self.store.synced:
            for command in self.store.outbox.unsent():
                self.store.outbox.mark_sent(command.id)
                self.queue += self.world.command(command)

    # ------------------------------------------------------------ the link

    def fetch(self, changes: Changes) -> None:
        for need in changes.needs:
            fetch = Fetch(id=self.new_id(), chat=need.chat, before=need.before, limit=need.limit)
            self.store.asked(fetch.id, need)
            if self.linked:
                self.queue += self.world.command(fetch)

    def apply(self, frames: list[StaffDown]) -> None:
        self.now += 1
        self.fetch(self.store.apply(frames, self.now))

    def frames_arrive(self) -> None:
        count = self.dice.choice((1, 2, 5, 40))
        batch, self.queue = self.queue[:count], self.queue[count:]
        self.seen += batch
        self.apply(batch)

    def late_frames_arrive_again(self) -> None:
        old = [frame for frame in self.seen if isinstance(frame, REPEATABLE)]
        self.apply(self.dice.sample(old, min(len(old), 4)))

    def message_is_lost(self) -> None:
        """No correct relay loses one; if one does, the gap is seen and filled."""
        places = [at for at, frame in enumerate(self.queue) if isinstance(frame, Message)]
        if places:
            del self.queue[self.dice.choice(places)]

    def link_breaks(self) -> None:
        if self.linked:
            self.linked = False
            self.queue = []
            self.store.set_link(LinkState(Phase.offline))
            self.rules.append((6, self.link_comes_back))
            self.rules = [entry for entry in self.rules if entry[1] != self.link_breaks]

    def link_comes_back(self) -> None:
        self.rules = [entry for entry in self.rules if entry[1] != self.link_comes_back]
        self.rules.append((1, self.link_breaks))
        self.connect()

    def connect(self) -> None:
        self.linked = True
        self.store.set_link(LinkState(Phase.syncing))
        self.seen = []
        self.queue = [self.world.welcome(), self.world.sync(self.store.have())]
        self.store.set_link(LinkState(Phase.live))
        self.frames_arrive()

    def settle(self) -> None:
        """Let everything that is under way arrive; answers to fetches bring new ones."""
        while self.queue:
            batch, self.queue = self.queue, []
            self.seen += batch
            self.apply(batch)

    # ------------------------------------------------------------ what must hold

    def check(self) -> None:
        """After each step, whatever is under way."""
        store = self.store
        for chat, transcript in store.transcripts.items():
            numbers = [message.n for message in transcript.entries]
            assert numbers == list(range(transcript.first, transcript.first + len(numbers)))
            assert all(message == self.world.logs[chat][message.n - 1] for message in transcript.entries)
        waiting = [card for card in store.chats.values() if card.place is Place.inbox]
        assert list(selectors.inbox(store)) == sorted(waiting, key=lambda card: (card.answer_by, card.chat))
        assert selectors.oldest_waiting(store) is min(
            waiting, key=lambda card: (card.waiting_since, card.chat), default=None
        )
        numbers = [row.number for row in selectors.mine(store) if row.number]
        assert len(numbers) == len(set(numbers))
        assert set(store.visitors) <= {card.visitor for card in store.chats.values()}

    def check_law(self) -> None:
        """Live equals synced; what I said happened once, in order, or stands there as refused."""
        if not self.linked:
            return
        self.settle()
        self.outbox_goes_out()
        self.settle()
        fresh = Store()
        fresh.apply([self.world.welcome(), self.world.sync({})], self.now)
        assert fingerprint(self.store, TAIL) == fingerprint(fresh, TAIL)
        assert len(self.store.outbox) == 0
        refused = {item.command.text for item in self.store.outbox if isinstance(item.command, Say | AddNote)}
        assert self.world.said == [text for text in self.texts if text not in refused]
        assert set(self.store.stored) <= {self.store.shown, *self.store.mine.chats()}
        for chat in self.store.mine.chats():
            assert all(words.failure for words in selectors.outgoing(self.store, chat))
