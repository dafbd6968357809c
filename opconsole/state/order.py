"""Orders kept up to date card by card: the inbox by `answer_by`, and the numbers 1–9 of my chats."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from typing import Final

from opconsole.wire.cards import ChatCard

NUMBERS: Final = 9
"""My chats carry the numbers 1 to 9; further ones have none (0) until a number is free."""


class InboxOrder:
    """The waiting chats, earliest deadline first, ties by the chat's number. A change costs two binary searches.

    Two parallel lists, so that the view is an ordinary list of cards and needs no copy: a move within 10,000 waiting chats
    is a memmove of 80 KB.
    """

    __slots__ = ("_cards", "_key_of", "_keys", "_oldest")

    def __init__(self) -> None:
        self._keys: list[tuple[int, int]] = []
        self._cards: list[ChatCard] = []
        self._key_of: dict[int, tuple[int, int]] = {}
        self._oldest: ChatCard | None = None

    @property
    def cards(self) -> Sequence[ChatCard]:
        """A live view: read it, don't keep it."""
        return self._cards

    def __contains__(self, chat: int) -> bool:
        return chat in self._key_of

    def oldest(self) -> ChatCard | None:
        """The one that waits longest. Looked for anew only after the last one found has gone or changed."""
        if self._oldest is None and self._cards:
            self._oldest = min(self._cards, key=_age)
        return self._oldest

    def put(self, card: ChatCard) -> None:
        key = (card.answer_by, card.chat)
        old = self._key_of.get(card.chat)
        if self._oldest is not None and (card.chat == self._oldest.chat or _age(card) < _age(self._oldest)):
            self._oldest = card if _age(card) <= _age(self._oldest) else None
        if old == key:
            self._cards[bisect_left(self._keys, key)] = card
            return
        if old is not None:
            self._remove(old)
        at = bisect_left(self._keys, key)
        self._keys.insert(at, key)
        self._cards.insert(at, card)
        self._key_of[card.chat] = key

    def drop(self, chat: int) -> bool:
        key = self._key_of.pop(chat, None)
        if key is None:
            return False
        self._remove(key)
        if self._oldest is not None and self._oldest.chat == chat:
            self._oldest = None
        return True

    def _remove(self, key: tuple[int, int]) -> None:
        at = bisect_left(self._keys, key)
        del self._keys[at]
        del self._cards[at]

    def index(self, chat: int) -> int:
        """The chat's place, from 0; -1: it doesn't wait."""
        key = self._key_of.get(chat)
        return -1 if key is None else bisect_left(self._keys, key)

    def replace(self, cards: Iterable[ChatCard]) -> None:
        self._cards = sorted(cards, key=lambda card: (card.answer_by, card.chat))
        self._keys = [(card.answer_by, card.chat) for card in self._cards]
        self._key_of = {key[1]: key for key in self._keys}
        self._oldest = None


def _age(card: ChatCard) -> tuple[int, int]:
    return (card.waiting_since, card.chat)


class MyNumbers:
    """Which chats are mine, and by what number each is called. A chat keeps its number for as long as it is mine."""

    __slots__ = ("_free", "_numbers", "_waiting")

    def __init__(self) -> None:
        self._free = list(range(1, NUMBERS + 1))
        self._numbers: dict[int, int] = {}
        self._waiting: list[tuple[int, int]] = []
        """Mine without a number: (taken_at, chat)."""

    def __contains__(self, chat: int) -> bool:
        return chat in self._numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, chat: int) -> int:
        """1–9; 0: it has none."""
        return self._numbers.get(chat, 0)

    def chats(self) -> list[int]:
        """Mine, by number; those without one at the end, longest held first."""
        numbered = sorted((number, chat) for chat, number in self._numbers.items() if number)
        return [chat for _, chat in numbered] + [chat for _, chat in self._waiting]

    def chat(self, number: int) -> int:
        """The chat called by this number; 0: none."""
        return next((chat for chat, its in self._numbers.items() if its == number), 0) if number else 0

    def add(self, card: ChatCard) -> None:
        if card.chat in self._numbers:
            return
        if self._free:
            self._numbers[card.chat] = self._free.pop(0)
        else:
            self._numbers[card.chat] = 0
            insort(self._waiting, (card.taken_at, card.chat))

    def drop(self, chat: int) -> bool:
        number = self._numbers.pop(chat, None)
        if number is None:
            return False
        if not number:
            self._waiting = [entry for entry in self._waiting if entry[1] != chat]
        elif self._waiting:
            _, heir = self._waiting.pop(0)
            self._numbers[heir] = number
        else:
            insort(self._free, number)
        return True

    def replace(self, cards: Iterable[ChatCard]) -> None:
        """Exactly these are mine now; those that were keep their numbers."""
        mine = {card.chat: card for card in cards}
        for chat in [chat for chat in self._numbers if chat not in mine]:
            self.drop(chat)
        for card in sorted(mine.values(), key=lambda card: (card.taken_at, card.chat)):
            self.add(card)
