"""Text into words, words into stems, and a query into what the index is asked. Pure but for a cache.

Words are stemmed before they go into the index, Russian ones as Russian and Latin ones as English (Snowball), so that every form of a word
finds every other; SQLite's own tokenizer then only splits at spaces. A chunk without spaces that holds several words (a phone number,
an e-mail address, a compound) is searched for as a phrase. Chinese and Japanese characters are words each, so a run of them is a phrase.
"""

import re
from typing import Final
from unicodedata import combining, normalize

import Stemmer
from msgspec import Struct

VERSION: Final = f"snowball {Stemmer.version()}"
"""Other stems make another index."""

_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_PIECE: Final = re.compile(r'(-?)"([^"]*)("?)|(\S+)')
_CACHED: Final = 200_000
_LONGEST_CHARS: Final = 64
"""A longer word is a key or a picture, and is cut: nobody types it."""
PREFIX_CHARS: Final = 2
"""The word that is being typed is looked for as the beginning of others from so many letters on."""
MOST_PIECES: Final = 16


class Word(Struct, frozen=True, gc=False):
    """A word of a text: `text[start:end]`."""

    folded: str
    start: int
    end: int


class Stems:
    """Stems with a cache; for one thread (a Snowball stemmer has a buffer of its own)."""

    def __init__(self) -> None:
        self._russian = Stemmer.Stemmer("russian", 0)
        self._english = Stemmer.Stemmer("english", 0)
        self._known: dict[str, str] = {}

    def __call__(self, folded: str) -> str:
        stem = self._known.get(folded)
        if stem is None:
            if len(self._known) >= _CACHED:
                self._known.clear()
            stemmer = self._russian if _CYRILLIC.search(folded) else self._english
            stem = self._known[folded] = str(stemmer.stemWord(folded))
        return stem

    def of(self, text: str, most: int = 100_000) -> str:
        """The stems of a text as the index takes them: one after the other, `most` at most."""
        stem = self
        return " ".join([stem(fold(word)) for word in _WORD.findall(text)[:most]])


def fold(word: str) -> str:
    """Without case, accents, and the dots of ё."""
    if word.isascii():
        return word.lower()[:_LONGEST_CHARS]
    word = word.casefold().replace("ё", "е")[:_LONGEST_CHARS]
    if _CYRILLIC.search(word):
        return word
    return "".join(letter for letter in normalize("NFKD", word) if not combining(letter))


def words_of(text: str) -> list[Word]:
    return [Word(fold(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]


def key_words(text: str) -> str:
    """What makes two answers the same: their words, whatever the case, the spaces and the marks between."""
    return " ".join([fold(word) for word in _WORD.findall(text)])


class Query(Struct, frozen=True):
    match: str = ""
    """FTS5's expression; empty: no words are asked for."""
    stems: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    """What is to be marked in the results."""
    lacks: bool = False
    """Words were typed, but none that could be looked for (only marks, or only words to leave out)."""

    def marks(self, text: str, stem: Stems) -> list[tuple[int, int]]:
        """Where the words that were asked for stand in a text: (start, end) in characters."""
        return [
            (word.start, word.end)
            for word in words_of(text)
            if stem(word.folded) in self.stems or word.folded.startswith(self.prefixes or ("\0",))
        ]


def understand(text: str, stem: Stems) -> Query:
    """All words must be there; `"a phrase"` as it stands; `-word` must not. The last word may be half typed."""
    wanted: list[str] = []
    unwanted: list[str] = []
    stems: set[str] = set()
    prefixes: list[str] = []
    pieces = list(_PIECE.finditer(text))[:MOST_PIECES]
    for piece in pieces:
        minus, phrase, closed, chunk = piece.groups()
        if chunk is not None:
            minus, phrase = ("-", chunk[1:]) if chunk.startswith("-") else ("", chunk)
        folded = [fold(word) for word in _WORD.findall(phrase)]
        if not folded:
            continue
        whole = [stem(word) for word in folded]
        expression = f'"{" ".join(whole)}"'
        if minus:
            unwanted.append(expression)
            continue
        begun = piece is pieces[-1] and not closed and piece.end() == len(text)
        if begun and len(folded[-1]) >= PREFIX_CHARS:
            prefixes.append(folded[-1])
            beginning = f'"{" ".join([*whole[:-1], folded[-1]])}" *'
            expression = beginning if whole[-1] == folded[-1] else f"({expression} OR {beginning})"
        stems.update(whole)
        wanted.append(expression)
    match = " AND ".join(wanted)
    if wanted and unwanted:
        match = f"({match}) NOT ({' OR '.join(unwanted)})"
    return Query(match, frozenset(stems), tuple(prefixes), not wanted and bool(text.strip()))
