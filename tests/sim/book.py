"""What everybody gave, was told and was shown: the evidence that the checks at the end compare with the journal.

Two contradictions are seen at once: a command with two different answers, and an entry that two people saw differently.
"""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from opconsole.wire.messages import Message
from opconsole.wire.staff import Done, Refused
from opconsole.wire.visitor import VisitorMessage


class Contradiction(AssertionError):
    """Two people, or one person twice, were told different things."""


class Given(Struct):
    """A command that somebody gave."""

    id: str
    actor: str
    """As in the journal: `o:anna`, `v:…`."""
    author: str
    """Who gives commands in one order: a console, a visitor's tab."""
    command: Any
    at: int
    lost: bool = False
    """Its author's program was killed before it could keep it: it may or may not happen."""
    taken_back: bool = False
    """It was held back, and taken back, or its program died meanwhile: it must never happen."""

    @property
    def text(self) -> str:
        return getattr(self.command, "text", "") or ""


class Book:
    def __init__(self) -> None:
        self.given: dict[str, Given] = {}
        """In the order in which they were given."""
        self.done: dict[str, Done] = {}
        self.refused: dict[str, Refused] = {}
        self.shown: dict[tuple[int, int], tuple[str, Message]] = {}
        """Entries by chat and number, and who saw them first."""
        self.shown_public: dict[tuple[int, int], tuple[str, VisitorMessage]] = {}

    def give(self, given: Given) -> None:
        assert given.id not in self.given, f"{given.id} is given twice: the simulation itself is wrong"
        self.given[given.id] = given

    def told(self, who: str, answer: Done | Refused) -> bool:
        """True: it is the first answer."""
        if answer.id not in self.given:
            return False
        if isinstance(answer, Refused):
            self.refused.setdefault(answer.id, answer)
            return answer.id not in self.done
        before = self.done.setdefault(answer.id, answer)
        # What changed nothing made no entry and isn't remembered: sent twice, it is answered of two moments.
        if before != answer and (answer.n or replace(before, at=answer.at) != answer):
            raise Contradiction(f"{who} was told {before}, and then {answer}")
        return before is answer

    def saw(self, who: str, entry: Message) -> None:
        first, before = self.shown.setdefault((entry.chat, entry.n), (who, entry))
        if before != entry:
            raise Contradiction(f"{first} was shown {before}, and {who} {entry}")

    def saw_public(self, who: str, entry: VisitorMessage) -> None:
        first, before = self.shown_public.setdefault((entry.chat, entry.n), (who, entry))
        if before != entry:
            raise Contradiction(f"{first} was shown {before}, and {who} {entry}")

    def is_answered(self, command: str) -> bool:
        return command in self.done or command in self.refused
