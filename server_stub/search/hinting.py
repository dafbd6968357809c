"""Past answers that fit what an operator is typing: looked up by its words and by the visitor's last ones, then ranked.

Of the words only the rarer ones are looked for: *the* and *заказ* stand in every second answer, say little and cost most. The
full-text table weighs the words (bm25: the answer's own three times as much as those of the questions before it); what it finds best is
then ranked by four things more: that it begins as what is typed does, how often it was said and when last, how the chat was rated, and
that it is one's own.

Who may see which: overseers all; an operator their own, those of chats that they may read, and a colleague's only if it was said to two
visitors at least in the same words. What was said to one visitor alone may hold a name, a number, an illness: that is not passed on.
"""

import math
import sqlite3
from typing import Any, Final

import msgspec
from msgspec import Struct

from server_stub.desk.audience import Reach
from server_stub.search.finding import json_of
from server_stub.search.words import PREFIX_CHARS, Stems, key_words, words_of

HINTS: Final = 3
CANDIDATES: Final = 60
TYPED_WORDS: Final = 12
"""Of what is typed the last so many count."""
MOST_TERMS: Final = 6
MOST_ROWS: Final = 12_000
"""Terms are taken, the rarest first, until so many answers hold them; the two rarest are taken in any case."""
LEAST_TERMS: Final = 2
BEGUN_CHARS: Final = PREFIX_CHARS + 1
_DAY_MS: Final = 24 * 3600 * 1000
FADES_DAYS: Final = 180.0
"""Of the weight of recency half is left after so long."""

_COUNT: Final = "SELECT doc FROM terms WHERE term = ?"
_FIND: Final = (
    "SELECT a.id, a.text, a.said, bm25(answers, 3.0, 1.0) AS score FROM answers JOIN answer a ON a.id = answers.rowid "
    "WHERE answers MATCH :match AND {mine} ORDER BY score LIMIT :limit"
)
_MAY_SEE: Final = (
    "(a.shared = 1 OR a.visitor IN (SELECT value FROM json_each(:visitors)) "
    "OR EXISTS (SELECT 1 FROM voice WHERE answer = a.id AND by = :me) "
    "OR EXISTS (SELECT 1 FROM entry e JOIN chat c ON c.chat = e.chat WHERE e.answer = a.id AND c.owner = :me AND c.closed = 1))"
)
_VOICES: Final = (
    "SELECT v.by, v.last, e.at, e.name, c.rating FROM voice v JOIN entry e ON e.id = v.last LEFT JOIN chat c ON c.chat = e.chat "
    "WHERE v.answer = ? ORDER BY v.last DESC LIMIT 40"
)
_LAST_WORDS: Final = "SELECT text FROM entry WHERE chat = ? AND by = 'visitor' AND note = 0 ORDER BY n DESC LIMIT 1"


class PastAnswer(Struct, frozen=True):
    text: str
    said: int
    """How often."""
    by: str
    """Who said it last; me, if I ever did."""
    name: str
    at: int
    """When they did, ms."""
    rating: int
    """Of the chat in which they did; 0: none."""
    mine: bool
    score: float


class Hinter:
    """For the thread of its connection."""

    def __init__(self, db: sqlite3.Connection, stem: Stems) -> None:
        self._db = db
        self._stem = stem
        self._counts: dict[str, int] = {}
        """In how many answers a stem is, roughly: counted once and then only when there are many more answers."""
        self._counted_at = 0

    def hints(
        self, chat: int, typed: str, asked: str, reach: Reach, now: int, *, most: int = HINTS
    ) -> list[PastAnswer]:
        """`asked`: the visitor's last words; empty: what the index has of them. Raises sqlite3.Error."""
        if not asked and chat:
            row = self._db.execute(_LAST_WORDS, (chat,)).fetchone()
            asked = row[0] if row is not None else ""
        match = self._match(typed, asked)
        if not match:
            return []
        statement = _FIND.format(mine="1" if reach.everything else _MAY_SEE)
        values = {"match": match, "me": reach.login, "limit": CANDIDATES, "visitors": json_of(reach.visitors)}
        rows = self._db.execute(statement, values).fetchall()
        begun, found = key_words(typed), [self._answer(row, reach, now) for row in rows]
        ranked = sorted(
            (_begins(answer, begun) for answer in found if key_words(answer.text) != begun),
            key=lambda answer: (-answer.score, -answer.at),
        )
        return ranked[:most]

    # ------------------------------------------------------------ looking up

    def _match(self, typed: str, asked: str) -> str:
        """FTS5's expression; empty: there is nothing to look for."""
        words = [word.folded for word in words_of(typed)][-TYPED_WORDS:]
        half = words[-1] if words and not typed[-1:].isspace() else ""
        own = self._rarest([self._stem(word) for word in words])
        others = self._rarest([self._stem(word.folded) for word in words_of(asked)][:TYPED_WORDS])
        terms = [f'text:"{term}"' for term in own]
        if len(half) >= BEGUN_CHARS:
            terms.append(f'text:"{half}" *')
        if not terms:
            return ""
        return " OR ".join([*terms, *(f'asked:"{term}"' for term in others)])

    def _rarest(self, stems: list[str]) -> list[str]:
        counted = sorted((self._count(stem), stem) for stem in dict.fromkeys(stems))
        taken: list[str] = []
        rows = 0
        for count, stem in counted:
            if count and len(taken) < MOST_TERMS and (len(taken) < LEAST_TERMS or rows + count <= MOST_ROWS):
                taken.append(stem)
                rows += count
        return taken

    def _count(self, stem: str) -> int:
        known = self._counts.get(stem)
        if known is None:
            if len(self._counts) > 50_000:
                self._counts.clear()
            row = self._db.execute(_COUNT, (stem,)).fetchone()
            known = int(row[0]) if row is not None else 0
            if known:  # a word that nobody has said yet may be said next
                self._counts[stem] = known
        return known

    # ------------------------------------------------------------ ranking

    def _answer(self, row: tuple[Any, ...], reach: Reach, now: int) -> PastAnswer:
        answer, text, said, bm25 = row
        voices = self._db.execute(_VOICES, (answer,)).fetchall()
        own = next((voice for voice in voices if voice[0] == reach.login), None)
        by, _, at, name, rating = own or (voices[0] if voices else ("", 0, 0, "", 0))
        score = -bm25 * weight(said, at, rating or 0, own is not None, now)
        return PastAnswer(text, said, by, name, at, rating or 0, own is not None, score)


def weight(said: int, at: int, rating: int, mine: bool, now: int) -> float:
    """By what the likeness of an answer is multiplied."""
    fresh = 0.5 ** (max(0, now - at) / _DAY_MS / FADES_DAYS)
    often = 1 + 0.15 * math.log2(max(1, said))
    liked = 1 + 0.1 * (rating - 3) if rating else 1.0
    return (0.6 + 0.4 * fresh) * often * liked * (1.5 if mine else 1.0)


def _begins(answer: PastAnswer, begun: str) -> PastAnswer:
    """What goes on as what is typed begins is most likely what is meant."""
    if begun and key_words(answer.text).startswith(begun):
        return msgspec.structs.replace(answer, score=answer.score * 2)
    return answer
