"""How a simulated visitor behaves: a pure script that is told what happens and says what to do, and when.

No socket, clock or task is here: `visitor_client.py` performs the acts, tests drive the mind by hand. Times are milliseconds
of whatever clock the caller runs.
"""

from enum import Enum
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final

from msgspec import Struct

from opconsole.simulation.people import Person
from opconsole.wire.cards import Page

PEEK_MS: Final = 400
"""A visitor's page tells what is being typed at most so often."""
READING_MS: Final = 25
"""For one character of somebody else's words."""


class Arrive(Struct, frozen=True):
    """Open the site (again): a session begins."""


class Leave(Struct, frozen=True):
    """Close the page: the session ends."""


class Peek(Struct, frozen=True):
    text: str


class Say(Struct, frozen=True):
    """`cut`: the link breaks at that moment, so that the answer (or the message) is lost on its way."""

    text: str
    cut: bool = False


class Look(Struct, frozen=True):
    """See the messages up to number `n`."""

    n: int


class Go(Struct, frozen=True):
    page: Page


class Rate(Struct, frozen=True):
    score: int
    text: str


class End(Struct, frozen=True):
    pass


class Leaf(Struct, frozen=True):
    """Fill in the offline form."""

    name: str
    email: str
    text: str


Act = Arrive | Leave | Peek | Say | Look | Go | Rate | End | Leaf


class Thought(Enum):
    """What is decided only when its time has come."""

    nudge = "nobody answers: shall I ask again?"
    give_up = "nobody answers: shall I go?"
    reply = "what do I say to that?"


class Mood(Enum):
    asking = "has lines left, or waits for an answer"
    content = "has said thanks"
    fed_up = "leaves without an answer"


class Mind:
    """One visitor from the first page to the last. `due_at` is when `act` has something to do; None: never again."""

    def __init__(self, person: Person, dice: Random, now: int) -> None:
        self.person = person
        self.mood = Mood.asking
        self.present = False
        self.answered = False
        """An operator has written at least once."""
        self._dice = dice
        self._agenda: list[tuple[int, int, Act | Thought]] = []
        self._order = count()
        self._lines = list(person.lines)
        self._nudges = list(person.nudges)
        self._asked_at = 0
        """Since when an answer is waited for; 0: none is."""
        self._writing_until = 0
        self._reading_until = 0
        self._replying = False
        self._will_nudge = False
        self._rated = False
        self._came_back = False
        self._arrive(now)

    @property
    def due_at(self) -> int | None:
        return self._agenda[0][0] if self._agenda else None

    @property
    def finished(self) -> bool:
        """Gone for good."""
        return not self._agenda and not self.present

    def act(self, now: int) -> list[Act]:
        """What the visitor does by now, in order."""
        acts: list[Act] = []
        while self._agenda and self._agenda[0][0] <= now:
            _, _, item = heappop(self._agenda)
            if isinstance(item, Thought):
                self._think(now, item)
            else:
                acts.append(item)
                self._did(now, item)
        return acts

    # ------------------------------------------------------------ what happens to the visitor

    def operator_said(self, now: int, n: int, text: str) -> None:
        """An operator's message number `n` is on the screen."""
        if not self.present:
            return
        self._asked_at = 0
        self.answered = True
        self._reading_until = max(now, self._reading_until) + min(READING_MS * len(text), self.person.think_ms)
        self._plan(self._reading_until, Look(n))
        if not self._replying and self.mood is Mood.asking:
            self._replying = True
            self._plan(self._reading_until + self.person.think_ms, Thought.reply)

    def closed(self, now: int) -> None:
        """The chat was closed. Who isn't finished goes on writing (which reopens it) or gives up."""
        if not self.present or (self.mood is Mood.asking and self._lines and self._dice.random() < 0.5):
            return
        self._drop_plans()
        self._finish(now, content=self.mood is not Mood.fed_up, is_open=False)

    def refused(self, now: int) -> None:
        """A message was refused (too many wait): leaves the form, and goes."""
        if self.mood is Mood.fed_up or not self.present:
            return
        self._drop_plans()
        self.mood = Mood.fed_up
        text = self.person.lines[0]
        self._plan(now + len(text) * self.person.char_ms, Leaf(self.person.name, self.person.email, text))
        self._plan(now + len(text) * self.person.char_ms + self.person.stay_ms, Leave())

    # ------------------------------------------------------------ thoughts

    def _think(self, now: int, thought: Thought) -> None:
        match thought:
            case Thought.reply:
                self._reply(now)
            case Thought.nudge:
                self._will_nudge = False
                if self._waits_since(now, self.person.nudge_ms) and self._nudges:
                    self._write(now, self._nudges.pop(0))
            case Thought.give_up if self._waits_since(now, self.person.patience_ms):
                self._drop_plans()
                self.mood = Mood.fed_up
                self._finish(now, content=False)

    def _waits_since(self, now: int, ms: int) -> bool:
        return self.present and self.mood is Mood.asking and 0 < self._asked_at <= now - ms

    def _reply(self, now: int) -> None:
        if not self.present or self.mood is not Mood.asking:
            return
        if self._lines:
            if self._dice.random() < 0.2:
                self._plan(now, Go(self._dice.choice(self.person.pages)))
            self._write(now, self._lines.pop(0))
            return
        self.mood = Mood.content
        said_at = self._write(now, self.person.thanks) if self.person.thanks else now
        self._finish(said_at, content=True)

    def _finish(self, now: int, content: bool, is_open: bool = True) -> None:
        """Maybe ends the chat (if it is open), maybe rates, and leaves."""
        person = self.person
        if content:
            self.mood = Mood.content
        at = now + person.stay_ms // 2
        if is_open and person.ends and self.answered:
            self._plan(at, End())
        score = person.score if content else (1 if self.answered and person.blame else 0)
        if score and not self._rated:
            self._plan(at + 1, Rate(score, person.praise if content else person.blame))
        self._plan(now + person.stay_ms, Leave())

    # ------------------------------------------------------------ plans

    def _arrive(self, now: int) -> None:
        self._plan(now, Arrive())
        pause = self.person.browse_ms // len(self.person.pages)
        for at, page in enumerate(self.person.pages[1:], start=1):
            self._plan(now + at * pause, Go(page))
        self._write(now + self.person.browse_ms, self._lines.pop(0))

    def _write(self, now: int, line: str) -> int:
        """Type and send a line, seen while it is typed; returns when it is sent."""
        parts = line.split("\n") if self.person.splits else [line]
        at = max(now, self._writing_until + 1)
        for part in parts:
            if self._dice.random() < 0.15:  # begins, thinks better of it, begins anew
                at = self._type(at, part[: len(part) // 2], sends=False) + self.person.char_ms * 4
            at = self._type(at, part, sends=True) + self.person.char_ms * 4
        self._writing_until = at
        return at

    def _type(self, at: int, text: str, sends: bool) -> int:
        per_peek = max(1, PEEK_MS // self.person.char_ms)
        for length in range(per_peek, len(text), per_peek):
            self._plan(at + length * self.person.char_ms, Peek(text[:length]))
        done_at = at + len(text) * self.person.char_ms
        self._plan(done_at, Say(text, cut=self._dice.random() < self.person.flaky) if sends else Peek(""))
        return done_at

    def _did(self, now: int, act: Act) -> None:
        match act:
            case Arrive():
                self.present = True
            case Leave():
                self._left(now)
            case Rate():
                self._rated = True
            case Say():
                self._replying = False
                if self.mood is Mood.asking and not self._asked_at:
                    self._plan(now + self.person.patience_ms, Thought.give_up)
                if self.mood is Mood.asking and not self._will_nudge:
                    self._will_nudge = True
                    self._plan(now + self.person.nudge_ms, Thought.nudge)
                self._asked_at = self._asked_at or now

    def _left(self, now: int) -> None:
        self.present = False
        self._drop_plans()
        self._asked_at = 0
        if self.person.more and not self._came_back:
            self._came_back = True
            self.mood = Mood.asking
            self._lines = list(self.person.more)
            self._arrive(now + self.person.back_ms)

    def _plan(self, at: int, item: Act | Thought) -> None:
        heappush(self._agenda, (at, next(self._order), item))

    def _drop_plans(self) -> None:
        self._agenda.clear()
        self._replying = self._will_nudge = False
        self._writing_until = 0
