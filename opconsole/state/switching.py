"""Everything that one can go to, in one list: which of it fits what was typed, best first. Pure; who makes the list is `ui.switching`.

What is used often and lately comes earlier (`weights`, from `state.habits`); a prefix narrows the list to a kind: `#` chats, `@` people,
`>` commands, `/` templates, `=` settings. In the Russian layout the same keys are read as the same prefixes.
"""

import heapq
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import accumulate
from math import log2
from typing import Final

from msgspec import Struct

from opconsole.state.matching import Needle, fold

SHOWN: Final = 120
"""So many are ever offered: further ones nobody scrolls to."""
_CANDIDATES: Final = 400
_CANDIDATES_OF_MANY: Final = 1_500
"""Of the lines that have a word, so many are looked at: enough for the best, and never all of ten thousand. More, if there are other
words that few of them will have."""
_ENOUGH: Final = 12
"""With fewer than so many that have the words, letters in their order are looked for too;"""
_FEW: Final = 4
"""with fewer than so many, misspellings, among the first so many of each kind:"""
_MISSPELT: Final = 2_000
_MOST_BY_USE: Final = 14.0


class Kind(StrEnum):
    chat = "chat"
    visitor = "visitor"
    colleague = "colleague"
    command = "command"
    template = "template"
    setting = "setting"


PREFIXES: Final[Mapping[str, frozenset[Kind]]] = {
    "#": frozenset((Kind.chat,)),
    "@": frozenset((Kind.visitor, Kind.colleague)),
    ">": frozenset((Kind.command,)),
    ":": frozenset((Kind.command,)),
    "/": frozenset((Kind.template,)),
    "=": frozenset((Kind.setting,)),
}
_RUSSIAN: Final = {"№": "#", '"': "@", ".": "/", "Ю": ">", "Ж": ":"}
"""What the keys of the prefixes type in the Russian layout."""
_ALSO_LETTERS: Final = frozenset("Ю.Ж")
"""Of these, those that may begin an ordinary word too: both are looked for."""

ALL: Final = frozenset(Kind)


class Thing(Struct, frozen=True, gc=False):
    """One thing to go to."""

    kind: Kind
    value: int | str
    """The chat's number (of a visitor too), a login, a command's name, a template's id, a setting's key."""

    @property
    def key(self) -> str:
        """By which its use is remembered."""
        return f"{self.kind}:{self.value}"


class Asked(Struct, frozen=True):
    kinds: frozenset[Kind]
    text: str


def asked(typed: str) -> tuple[Asked, ...]:
    """What a query may mean: usually one thing; a letter that is a prefix in the other layout may mean two."""
    query = typed.lstrip()
    first = query[:1]
    prefix = _RUSSIAN.get(first, first)
    if prefix not in PREFIXES:
        return (Asked(ALL, query.strip()),)
    narrowed = Asked(PREFIXES[prefix], query[1:].strip())
    if first in _ALSO_LETTERS:
        return (narrowed, Asked(ALL, query.strip()))
    return (narrowed,)


class _Shelf:
    """The things of one kind, as two texts of a line each: what is shown of them, and what is only searched.

    Whole texts are searched by C, at a gigabyte a second; only lines that have the word are then looked at one by one."""

    __slots__ = (
        "_at_rest",
        "_at_title",
        "bonus",
        "by_rest",
        "kind",
        "rests",
        "text_rest",
        "text_title",
        "titles",
        "values",
    )

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.by_rest = kind is Kind.visitor
        """Without a prefix they are found by what is only searched: of a visitor the name stands in the list already, as the chat's."""
        self.values: list[int | str] = []
        self.titles: list[str] = []
        self.rests: list[str] = []
        self.bonus: list[float] = []
        self.text_title = self.text_rest = ""
        self._at_title: list[int] = []
        self._at_rest: list[int] = []

    def close(self, used: Mapping[str, float]) -> None:
        """All things are there: those that come first of equals go first."""
        place_of = {str(value): place for place, value in enumerate(self.values)} if used else {}
        for key, points in used.items():
            if key.startswith(f"{self.kind}:") and (place := place_of.get(key.partition(":")[2])) is not None:
                self.bonus[place] += points
        bonus = self.bonus
        order = sorted(range(len(bonus)), key=bonus.__getitem__, reverse=True)  # stable: equals stay in their order
        self.values = [self.values[place] for place in order]
        self.titles = [self.titles[place] for place in order]
        self.rests = [self.rests[place] for place in order]
        self.bonus = [bonus[place] for place in order]
        self.text_title, self._at_title = _joined(self.titles)
        self.text_rest, self._at_rest = _joined(self.rests)

    def having(self, needle: Needle, *, titles: bool) -> set[int]:
        """Lines that have the rarest word of one of the needle's readings, enough of them to choose from."""
        found: set[int] = set()
        for words in needle.words:
            most = _CANDIDATES if len(words) == 1 else _CANDIDATES_OF_MANY
            word = words[0] if len(words) == 1 else min(words, key=self._often)
            if titles:
                _scan(self.text_title, self._at_title, word, found, most)
            _scan(self.text_rest, self._at_rest, word, found, most)
        return found

    def _often(self, word: str) -> int:
        return self.text_title.count(word) + self.text_rest.count(word)

    def in_order(self, needle: Needle) -> set[int]:
        """Lines whose title has the letters of a word in their order."""
        found: set[int] = set()
        for search in needle.letters:
            for match in search(self.text_title):
                found.add(bisect_right(self._at_title, match.start()) - 1)
                if len(found) >= _CANDIDATES:
                    break
        return found


def _joined(lines: Sequence[str]) -> tuple[str, list[int]]:
    """The lines as one text, a newline before each, and where each begins."""
    starts = list(accumulate((len(line) + 1 for line in lines), initial=1))
    return "\n" + "\n".join(lines), starts[:-1]


def _scan(text: str, starts: Sequence[int], word: str, found: set[int], most: int) -> None:
    """Add the lines that have the word: first those where it begins a word, then so many others as there is room for."""
    begins = 0
    for before in ("\n", " "):
        at = text.find(before + word)
        while at >= 0 and begins < most:
            line = bisect_right(starts, at + 1) - 1
            begins += line not in found
            found.add(line)
            if line + 1 >= len(starts):
                break
            at = text.find(before + word, starts[line + 1] - 1)
    tries = 0
    at = text.find(word, 1)
    while at >= 0 and tries < most and begins < most:
        tries += 1
        line = bisect_right(starts, at) - 1
        found.add(line)
        if line + 1 >= len(starts):
            break
        at = text.find(word, starts[line + 1])


class Switchboard:
    """The list as it was when it was opened. Filled by `add`, then `close`d, then asked."""

    def __init__(self) -> None:
        self._shelves = {kind: _Shelf(kind) for kind in Kind}

    def add(self, kind: Kind, value: int | str, title: str, rest: str = "", boost: float = 0.0) -> None:
        """`title` is shown, `rest` is only searched, `boost` are points that it has before others (my chats, those that wait)."""
        shelf = self._shelves[kind]
        shelf.values.append(value)
        shelf.titles.append(fold(title))
        shelf.rests.append(fold(rest) if rest else "")
        shelf.bonus.append(boost)

    def close(self, weights: Mapping[str, float]) -> None:
        """`weights`: of use, by key."""
        used = {key: min(_MOST_BY_USE, 6.0 * log2(1.0 + weight)) for key, weight in weights.items()}
        for shelf in self._shelves.values():
            shelf.close(used)

    def find(self, query: Asked, needle: Needle, limit: int = SHOWN) -> list[tuple[Thing, float]]:
        """What fits, the best first, with its points."""
        shelves = [(kind, self._shelves[kind]) for kind in Kind if kind in query.kinds]
        plain = query.kinds == ALL
        if not needle:
            offered = [
                (-shelf.bonus[place], rank, place, shelf)
                for rank, (_, shelf) in enumerate(shelves)
                if not (plain and shelf.by_rest)
                for place in range(min(limit, len(shelf.values)))
            ]
            best = heapq.nsmallest(limit, offered, key=lambda each: each[:3])
            return [(Thing(shelf.kind, shelf.values[place]), -points) for points, _, place, shelf in best]
        scored: list[tuple[float, int, int, _Shelf]] = []
        for rank, (_, shelf) in enumerate(shelves):
            titles = not (plain and shelf.by_rest)
            self._score(shelf, rank, shelf.having(needle, titles=titles), needle, titles, scored)
        if len(scored) < _ENOUGH:
            known = {(rank, place) for _, rank, place, _ in scored}
            for rank, (_, shelf) in enumerate(shelves):
                if not (plain and shelf.by_rest):
                    more = {place for place in shelf.in_order(needle) if (rank, place) not in known}
                    self._score(shelf, rank, more, needle, True, scored)
        if len(scored) < _FEW:
            known = {(rank, place) for _, rank, place, _ in scored}
            for rank, (_, shelf) in enumerate(shelves):
                if not (plain and shelf.by_rest):
                    for place, points in needle.typos(shelf.titles[:_MISSPELT]):
                        if (rank, place) not in known:
                            scored.append((-points - shelf.bonus[place] / 4, rank, place, shelf))
        best = heapq.nsmallest(limit, scored, key=lambda each: each[:3])
        return [(Thing(shelf.kind, shelf.values[place]), -points) for points, _, place, shelf in best]

    @staticmethod
    def _score(
        shelf: _Shelf,
        rank: int,
        places: set[int],
        needle: Needle,
        titles: bool,
        scored: list[tuple[float, int, int, _Shelf]],
    ) -> None:
        score = needle.score
        scored += (
            (-points - shelf.bonus[place], rank, place, shelf)
            for place in places
            if (points := score(shelf.titles[place] if titles else "", shelf.rests[place]))
        )
