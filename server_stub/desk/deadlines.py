"""When something is due. A lazy order: arming a later time costs a look-up, because the entry stays where it is and is moved
only when its old time comes. What is *really* due is told by the owner of the deadline (the chat, the operator), never by this."""

from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

from sortedcontainers import SortedList

K = TypeVar("K", int, str)


class Deadlines(Generic[K]):
    """Deadlines of things of one kind, by key. `due_of(key)` is the true deadline in ms, 0 for none.

    A cache: it is rebuilt from the things themselves, and is in no snapshot. The law: whatever has a true deadline is armed
    at that time or earlier.
    """

    __slots__ = ("_armed", "_due_of", "_order")

    def __init__(self, due_of: Callable[[K], int]) -> None:
        self._due_of: Final[Callable[[K], int]] = due_of
        self._order: Final[SortedList] = SortedList()
        self._armed: Final[dict[K, int]] = {}

    def __len__(self) -> int:
        return len(self._order)

    def arm(self, key: K, due: int) -> None:
        """See to it that `key` is looked at no later than `due`."""
        armed = self._armed.get(key)
        if armed is not None:
            if armed <= due:
                return
            self._order.remove((armed, key))
        self._armed[key] = due
        self._order.add((due, key))

    def armed(self, key: K) -> int:
        """When the key is looked at; 0: never."""
        return self._armed.get(key, 0)

    def next(self) -> int | None:
        """The nearest true deadline. Entries that prove stale on the way are moved or dropped."""
        order = self._order
        while order:
            armed, key = order[0]
            due: int = self._due_of(key)
            if due == armed:
                return due
            del order[0]
            if due:
                self._armed[key] = due
                order.add((due, key))
            else:
                del self._armed[key]
        return None

    def due(self, now: int) -> Iterator[K]:
        """The keys that are truly due at `now`, earliest first (by their armed time). Changes nothing."""
        for armed, key in self._order:
            if armed > now:
                return
            true = self._due_of(key)
            if true and true <= now:
                yield key
