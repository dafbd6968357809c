"""Fuzzy search of templates. rapidfuzz does the scoring: pure, and imported at the first search, not at the start."""

from collections.abc import Iterable, Sequence
from typing import Final

from opconsole.wire.cards import TemplateCard

ENOUGH: Final = 62
"""Below this score (of 100) a template is not what was meant."""


def search(templates: Sequence[TemplateCard], queries: Iterable[str], limit: int = 50) -> list[TemplateCard]:
    """The best first; of equals, favourites and what is used most. Several queries: several readings of what was typed (in one keyboard layout and in the other); the best counts.
    Empty queries find all, in the order given."""
    wanted = [words for query in queries if (words := query.casefold().split())]
    if not wanted:
        return list(templates[:limit])
    scored = []
    for place, card in enumerate(templates):
        code, title = card.code.casefold(), card.title.casefold()
        rest = f"{card.group.casefold()} {card.text.casefold()}"
        score = max(_score(words, code, title, rest) for words in wanted)
        if score >= ENOUGH:
            scored.append((-score, card.hotkey or 10, -card.used, place, card))
    scored.sort(key=lambda found: found[:4])
    return [found[4] for found in scored[:limit]]


def _score(words: list[str], code: str, title: str, rest: str) -> float:
    """The mean of the words' scores: each must be found somewhere."""
    return sum(_word_score(word, code, title, rest) for word in words) / len(words)


def _word_score(word: str, code: str, title: str, rest: str) -> float:
    word = word.removeprefix("/") or word
    if code.startswith(word):
        return 100 if code == word else 97
    if any(part.startswith(word) for part in title.split()):
        return 94
    if word in code or word in title:
        return 88
    if word in rest:
        return 80
    if len(word) < 3:  # too short to be a misspelling of anything
        return 0
    from rapidfuzz import fuzz

    in_code = fuzz.ratio(word, code)
    in_title = max((fuzz.ratio(word, part) for part in title.split()), default=0)
    in_rest = fuzz.partial_ratio(word, rest) if len(word) > 3 else 0
    return max(in_code * 0.92, in_title * 0.9, in_rest * 0.78)
