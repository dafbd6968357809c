"""Fitting a few typed letters to lines: how well each fits, and which of its letters matched. Pure; rapidfuzz is only imported for typos.

A *needle* is what was typed, in each reading (keyboard layout) of it. Every word of a reading must be found: at the start of a word best,
inside one next, then as letters in their order within the title, the first at the start of a word (`nxt` or `tn` in `Take next`). A line is a *title*, which is shown, and a *rest*,
which is only searched. Folding keeps lengths, so that positions in folded text are positions in the text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

WORD_START: Final = 100.0
INSIDE: Final = 84.0
LETTERS: Final = 70.0
REST_START: Final = 62.0
REST_INSIDE: Final = 54.0
TYPO: Final = 46.0
"""Scores of one word, of 100; a line's score is the mean over the words."""

_LONGEST: Final = 64
"""A needle is cut here: nobody types more to find something, and a paste must not cost a second."""
_WIDEST: Final = 4.5
"""Letters in their order may stand at most so many times wider than typed: otherwise any long title has them somewhere."""
_LEAST_TYPO_LETTERS: Final = 4
_TYPO_RATIO: Final = 72.0


def fold(text: str) -> str:
    """For comparison: without case, `ё` as `е`, each character still one character."""
    folded = text.casefold()
    if len(folded) != len(text):
        folded = "".join(
            each if len(each) == 1 else character for character in text for each in (character.casefold(),)
        )
    return folded.replace("ё", "е")


class _Word:
    """One word of a needle."""

    __slots__ = ("letters", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        between = r"[^\n]*?"
        letters = between.join(re.escape(letter) for letter in text)
        self.letters = re.compile(rf"(?<!\w){letters}") if len(text) > 1 else None

    def score(self, title: str, rest: str) -> float:
        text = self.text
        at = title.find(text)
        if at >= 0:
            return self._found(title, at, WORD_START, INSIDE)
        if rest and (at := rest.find(text)) >= 0:
            return self._found(rest, at, REST_START, REST_INSIDE)
        if self.letters is not None and (match := self.letters.search(title)) is not None:
            spread = (match.end() - match.start()) / len(text)
            return LETTERS - 4.0 * (spread - 1.0) if spread <= _WIDEST else 0.0
        return 0.0

    def _found(self, line: str, at: int, start: float, inside: float) -> float:
        """At the start of a word, or at least inside one; a whole line or an early place is a little better."""
        text = self.text
        while at >= 0:
            if at == 0 or not line[at - 1].isalnum():
                return start + (2.0 if len(line) == len(text) else 0.0) - min(2.0, at * 0.02)
            at = line.find(text, at + 1)
        return inside

    def hits(self, title: str) -> range | list[int]:
        """Where its letters are in the title; none: it is in the rest, or nowhere."""
        text = self.text
        first = at = title.find(text)
        while at >= 0:
            if at == 0 or not title[at - 1].isalnum():
                return range(at, at + len(text))
            at = title.find(text, at + 1)
        if first >= 0:
            return range(first, first + len(text))
        if self.letters is None or (match := self.letters.search(title)) is None:
            return range(0)
        found, at = [], match.start()
        for letter in text:
            at = title.index(letter, at)
            found.append(at)
            at += 1
        return found


class Needle:
    """What was typed. Empty: everything fits, equally."""

    def __init__(self, readings: Iterable[str]) -> None:
        """The first reading is what was typed; each further one is another layout's, and counts a little less."""
        folded = dict.fromkeys(fold(reading.strip()[:_LONGEST]) for reading in readings)
        self._readings = [[_Word(word) for word in reading.split()] for reading in folded if reading]
        self.text = next(iter(folded), "")

    def __bool__(self) -> bool:
        return bool(self._readings)

    @property
    def words(self) -> list[list[str]]:
        """Of each reading its words: what fits has all of one reading's (but for letters in order, and misspellings)."""
        return [[word.text for word in words] for words in self._readings]

    @property
    def letters(self) -> list[Callable[[str], Iterator[re.Match[str]]]]:
        """Of each reading's longest word: finds its letters in their order, in a text of many lines."""
        found = [max(words, key=lambda word: len(word.text)).letters for words in self._readings]
        return [each.finditer for each in found if each is not None]

    def score(self, title: str, rest: str = "") -> float:
        """0: it doesn't fit. Both folded."""
        best = 0.0
        for number, words in enumerate(self._readings):
            total = 0.0
            for word in words:
                points = word.score(title, rest)
                if not points:
                    break
                total += points
            else:
                mean = total / len(words) - (0.5 if number else 0.0)
                best = max(best, mean)
        return best

    def hits(self, title: str) -> tuple[int, ...]:
        """Positions of the letters that matched in a title (not folded), in the reading that fits it best."""
        folded = fold(title)
        best: set[int] = set()
        points = 0.0
        for words in self._readings:
            scores = [word.score(folded, "") for word in words]
            if sum(scores) > points:
                points = sum(scores)
                best = {at for word in words for at in word.hits(folded)}
        return tuple(sorted(best))

    def typos(self, titles: Sequence[str], limit: int = 20) -> list[tuple[int, float]]:
        """Lines that a misspelling may have meant: index and score. For when too little fits. `titles` folded."""
        found: dict[int, float] = {}
        for words in self._readings:
            asked = " ".join(word.text for word in words)
            if len(asked) < _LEAST_TYPO_LETTERS:
                continue
            from rapidfuzz import fuzz, process

            for _, ratio, place in process.extract(
                asked, titles, scorer=fuzz.partial_ratio, limit=limit, score_cutoff=_TYPO_RATIO
            ):
                found[place] = max(found.get(place, 0.0), TYPO * ratio / 100.0)
        return sorted(found.items(), key=lambda each: (-each[1], each[0]))[:limit]
