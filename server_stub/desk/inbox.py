"""The chats that wait in one department, earliest `answer_by` first (ties: the older chat)."""

from collections.abc import Iterator
from typing import Final

from sortedcontainers import SortedList


class Inbox:
    """An order of `(answer_by, chat)`. The caller keeps the chat's own `answer_by` equal to what it put in."""

    __slots__ = ("_order", "forms")

    def __init__(self) -> None:
        self._order: Final[SortedList] = SortedList()
        self.forms = 0
        """How many of them came by the offline form."""

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Pairs `(answer_by, chat)` from the head on."""
        return iter(self._order)

    def __contains__(self, entry: tuple[int, int]) -> bool:
        return entry in self._order

    def add(self, answer_by: int, chat: int) -> None:
        self._order.add((answer_by, chat))

    def remove(self, answer_by: int, chat: int) -> None:
        self._order.remove((answer_by, chat))

    def position(self, answer_by: int, chat: int) -> int:
        """1: next. Costs a search, not a walk."""
        return int(self._order.bisect_left((answer_by, chat))) + 1
