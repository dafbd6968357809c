"""What a search has brought so far, and what of it is under way. Pure; the screen draws it and asks.

One question at a time is under way: what is typed meanwhile is asked when its answer has come, so that a slow link never piles up
questions that nobody wants any more.
"""

from enum import StrEnum

from opconsole.state.search_query import Asked
from opconsole.wire.search import Found, Hit, Search
from opconsole.wire.staff import Refused


class Phase(StrEnum):
    idle = "idle"
    """Nothing is asked."""
    searching = "searching"
    done = "done"
    offline = "offline"
    failed = "failed"
    """The relay has refused it (`Results.refused`)."""


class Results:
    def __init__(self) -> None:
        self.asked = Asked()
        """What the hits are an answer to, or will be."""
        self.hits: list[Hit] = []
        self.next = 0
        """Where the next page begins; 0: there is no more."""
        self.phase = Phase.idle
        self.index = Found(id="")
        """The last answer: what it says of the index counts."""
        self.refused: Refused | None = None
        self.revision = 0
        self._under_way = ""
        self._first = True
        """The answer that is awaited is a first page: the hits that there are go then."""
        self._wanted: Asked | None = None

    @property
    def free(self) -> bool:
        """A question may be asked now."""
        return not self._under_way

    def want(self, asked: Asked, question_id: str) -> Search | None:
        """This is what is searched for now. The question to ask, or None: there is nothing to ask now."""
        if asked.is_empty or asked.wrong is not None:
            self._wanted = None
            self.asked, self.hits, self.next, self.phase = asked, [], 0, Phase.idle
            self.revision += 1
            return None
        self.phase = Phase.searching
        self.revision += 1
        if self._under_way:
            self._wanted = asked
            return None
        return self._ask(asked, question_id, 0)

    def more(self, question_id: str) -> Search | None:
        """The next page, if there may be one and nothing else is asked for."""
        if self._under_way or not self.next or self.phase is not Phase.done:
            return None
        return self._ask(self.asked, question_id, self.next)

    def _ask(self, asked: Asked, question_id: str, before: int) -> Search:
        self._under_way, self._first, self._wanted = question_id, not before, None
        self.asked = asked
        if not before:
            self.phase = Phase.searching
        return asked.question(question_id, before)

    def take(self, frame: Found | Refused, question_id: str) -> Search | None:
        """An answer. What is to be asked next: what was typed meanwhile, or further back, where nothing has been found so far."""
        if frame.id != self._under_way:
            return None
        self._under_way = ""
        self.revision += 1
        if self._wanted is not None:
            return self._ask(self._wanted, question_id, 0)
        if self.phase is Phase.idle:
            return None
        if isinstance(frame, Refused):
            self.refused, self.phase, self.next = frame, Phase.failed, 0
            return None
        self.index, self.refused = frame, None
        self.hits = list(frame.hits) if self._first else [*self.hits, *frame.hits]
        self.next = frame.next
        if not self.hits and frame.next:
            search = self._ask(self.asked, question_id, frame.next)
            self.phase = Phase.searching
            return search
        self.phase = Phase.done
        return None

    def link_lost(self) -> None:
        """Nothing that is under way comes any more."""
        self._under_way, self._wanted = "", None
        if self.phase is not Phase.idle:
            self.phase = Phase.offline
            self.revision += 1

    def erased(self, chat: int) -> None:
        """Nothing of that chat may stand here any more."""
        kept = [hit for hit in self.hits if hit.chat != chat]
        if len(kept) != len(self.hits):
            self.hits = kept
            self.revision += 1
