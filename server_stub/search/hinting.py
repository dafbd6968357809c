"""Past answers that fit what an operator is typing: looked up by its words and by the visitor's last ones, then ranked.

Looked up are, newest first and a bounded number of each: the answers that hold all that is typed; those that hold its rarest words; and
those that came after such a question as the visitor's. Each of them is then ranked by how rare the words are that it shares with what
is typed (three times as much as those that its questions share with the visitor's), in how few words of its own; and by five things
more: that it begins as what is typed does, how often it was said and when last, how the chat was rated, and that it is one's own.
Nothing is weighed by SQLite's bm25: that reads every answer with a word, however frequent the word is.

Who may see which: overseers all; an operator their own, those of chats that they may read, and a colleague's only if it was said to two
visitors at least in the same words. What was said to one visitor alone may hold a name, a number, an illness: that is not passed on.
"""

import math
import sqlite3
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from server_stub.desk.audience import Reach
from server_stub.search.answers import SHARED, voice_token
from server_stub.search.finding import json_of
from server_stub.search.words import PREFIX_CHARS, Stems, key_words, words_of

HINTS: Final = 3
TYPED_WORDS: Final = 12
"""Of what is typed, and of the visitor's words, the last so many count."""
ALL_WORDS: Final = 6
"""Of all that is typed the rarest so many must be in an answer."""
RAREST: Final = 3
TAKEN: Final = 120
"""Of each way to look up so many are ranked."""
LOOKED_AT: Final = 240
"""Of those that were said once, so many are looked at, whether they may be seen or not."""
ENOUGH: Final = 12
"""So many answers with all words: then those with some of them are not looked for."""
FINALISTS: Final = 15
_DAY_MS: Final = 24 * 3600 * 1000
FADES_DAYS: Final = 180.0
"""Of the weight of recency half is left after so long."""
_LENGTH: Final = 12.0
"""Words of a usual answer."""

_COUNT: Final = "SELECT doc FROM terms WHERE term = ?"
_FIND: Final = (
    "SELECT a.id, a.text, a.said, a.stems, a.asked FROM "
    "(SELECT rowid AS id FROM answers WHERE answers MATCH :match ORDER BY rowid DESC LIMIT :looked) m "
    "JOIN answer a ON a.id = m.id WHERE {mine} LIMIT :limit"
)
_MAY_SEE: Final = (
    "(a.shared = 1 OR a.visitor IN (SELECT value FROM json_each(:visitors)) "
    "OR EXISTS (SELECT 1 FROM voice WHERE answer = a.id AND by = :me) "
    "OR EXISTS (SELECT 1 FROM entry e JOIN chat c ON c.chat = e.chat WHERE e.answer = a.id AND c.owner = :me AND c.closed = 1))"
)
_VOICE: Final = (
    "SELECT v.by, e.at, e.name, coalesce(c.rating, 0) FROM "
    "(SELECT by, last FROM voice WHERE answer = ? ORDER BY by = ? DESC, last DESC LIMIT 1) v "
    "JOIN entry e ON e.id = v.last LEFT JOIN chat c ON c.chat = e.chat"
)
"""Mine, if I ever said it; else who said it last."""
_LAST_WORDS: Final = "SELECT text FROM entry WHERE chat = ? AND by = 'visitor' AND note = 0 ORDER BY n DESC LIMIT 1"
_MOST: Final = "SELECT coalesce(max(id), 0) FROM answer"


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


class _Wanted(Struct):
    """What is typed and what was asked, as stems with what each is worth."""

    typed: dict[str, float]
    half: str
    """The word that is being typed; empty: none is."""
    asked: dict[str, float]

    @property
    def rarest(self) -> list[str]:
        return sorted(self.typed, key=self.typed.__getitem__, reverse=True)

    def term(self, stem: str) -> str:
        """FTS5's expression for one word of what is typed."""
        if self.half and stem == next(reversed(self.typed)):
            return f'(text:"{stem}" OR text:"{self.half}" *)'
        return f'text:"{stem}"'


class Hinter:
    """For the thread of its connection."""

    def __init__(self, db: sqlite3.Connection, stem: Stems) -> None:
        self._db = db
        self._stem = stem
        self._counts: dict[str, int] = {}
        """In how many answers a stem is, as it was when it was asked for first: near enough for what a word is worth."""

    def hints(
        self, chat: int, typed: str, asked: str, reach: Reach, now: int, *, most: int = HINTS
    ) -> list[PastAnswer]:
        """`asked`: the visitor's last words; empty: what the index has of them. Raises sqlite3.Error."""
        if not asked and chat:
            row = self._db.execute(_LAST_WORDS, (chat,)).fetchone()
            asked = row[0] if row is not None else ""
        wanted = self._wanted(typed, asked)
        if not wanted.typed:
            return []
        begun = key_words(typed)
        likely = sorted(
            (
                (likeness(wanted, row[3], row[4]) * often(row[2]), row)
                for row in self._candidates(wanted, reach).values()
            ),
            key=lambda each: (-each[0], -each[1][0]),
        )
        found = (self._answer(row, score, reach, now, begun) for score, row in likely[:FINALISTS] if score > 0)
        ranked = sorted(
            (answer for answer in found if answer is not None), key=lambda answer: (-answer.score, -answer.at)
        )
        return ranked[:most]

    # ------------------------------------------------------------ looking up

    def _wanted(self, typed: str, asked: str) -> _Wanted:
        words = [word.folded for word in words_of(typed)][-TYPED_WORDS:]
        half = words[-1] if words and typed[-1:].isalnum() and len(words[-1]) >= PREFIX_CHARS else ""
        questions = [word.folded for word in words_of(asked)][-TYPED_WORDS:]
        everything = int(self._db.execute(_MOST).fetchone()[0]) + 1
        worth = {stem: self._worth(stem, everything) for stem in map(self._stem, words)}
        if half:
            last = self._stem(half)
            value = worth.pop(last)
            worth[last] = value or 1.0  # nobody has said it as it stands: it may be the beginning of what was said
        return _Wanted(
            {stem: value for stem, value in worth.items() if value},
            half,
            {stem: value for stem in map(self._stem, questions) if (value := self._worth(stem, everything))},
        )

    def _worth(self, stem: str, everything: int) -> float:
        """The rarer a word, the more it says; 0: it is in no answer."""
        count = self._counts.get(stem)
        if count is None:
            if len(self._counts) > 50_000:
                self._counts.clear()
            row = self._db.execute(_COUNT, (stem,)).fetchone()
            count = int(row[0]) if row is not None else 0
            if count:  # a word that nobody has said yet may be said next
                self._counts[stem] = count
        return math.log(1 + everything / count) if count else 0.0

    def _candidates(self, wanted: _Wanted, reach: Reach) -> dict[int, tuple[Any, ...]]:
        """The word that is half typed is looked for once or twice only: FTS5 puts together all that begins so before it gives a row."""
        rarest = wanted.rarest
        everything = " AND ".join(wanted.term(stem) for stem in rarest[:ALL_WORDS])
        found = self._look_up(everything, reach, known=True)
        if reach.everything or len(found) < ENOUGH:
            found |= self._look_up(everything, reach)
        questions = sorted(wanted.asked, key=wanted.asked.__getitem__, reverse=True)[:RAREST]
        if questions:
            asked = " OR ".join(f'asked:"{stem}"' for stem in questions)
            some = " OR ".join(f'text:"{stem}"' for stem in rarest[:RAREST])
            found |= self._look_up(f"({asked}) AND ({some})", reach, known=True)
        if len(found) < ENOUGH:
            if len(rarest) > 1:
                found |= self._look_up(f'text:"{rarest[0]}"', reach, known=True)
            if questions:
                found |= self._look_up(" AND ".join(f'asked:"{stem}"' for stem in questions[:2]), reach, known=True)
        return found

    def _look_up(self, match: str, reach: Reach, *, known: bool = False) -> dict[int, tuple[Any, ...]]:
        """The newest answers that fit, by id. `known`: of those that are everybody's, or my own, as the index itself knows."""
        if known:
            whose = [SHARED] if reach.everything else [SHARED, voice_token(reach.login)]
            audience = " OR ".join(f'who:"{token}"' for token in whose)
            match = f"({match}) AND ({audience})"
        statement = _FIND.format(mine="1" if known or reach.everything else _MAY_SEE)
        looked = TAKEN if known or reach.everything else LOOKED_AT
        values = {
            "match": match, "me": reach.login, "visitors": json_of(reach.visitors), "looked": looked, "limit": TAKEN,
        }  # fmt: skip
        return {row[0]: row for row in self._db.execute(statement, values)}

    # ------------------------------------------------------------ ranking

    def _answer(self, row: tuple[Any, ...], likely: float, reach: Reach, now: int, begun: str) -> PastAnswer | None:
        """None: it stands there already."""
        id_, text, said, *_ = row
        words = key_words(text)
        if words == begun:
            return None
        by, at, name, rating = self._db.execute(_VOICE, (id_, reach.login)).fetchone() or ("", 0, "", 0)
        mine = by == reach.login
        found = PastAnswer(text, said, by, name, at, rating, mine, likely * weight(at, rating, mine, now))
        # What goes on as what is typed begins is most likely what is meant.
        return replace(found, score=found.score * 2) if words.startswith(begun) else found


def likeness(wanted: _Wanted, stems: str, asked: str) -> float:
    """How much of what is wanted is in an answer, and how little else."""
    words = stems.split(" ")
    here = set(words)
    score = 0.0
    for stem, worth in wanted.typed.items():
        if stem in here:
            score += 3 * worth
    half = wanted.half
    if half and score < 3 * sum(wanted.typed.values()) and any(word.startswith(half) for word in here):
        score += 2.0
    score /= 0.5 + 0.5 * len(words) / _LENGTH
    if wanted.asked and asked:
        questions = set(asked.split(" "))
        score += sum(worth for stem, worth in wanted.asked.items() if stem in questions)
    return score


def often(said: int) -> float:
    """What was said more often is worth more."""
    return 1 + 0.15 * math.log2(max(1, said))


def weight(at: int, rating: int, mine: bool, now: int) -> float:
    """By what the likeness of an answer is multiplied."""
    fresh: float = 0.5 ** (max(0, now - at) / _DAY_MS / FADES_DAYS)
    liked = 1 + 0.1 * (rating - 3) if rating else 1.0
    return (0.6 + 0.4 * fresh) * liked * (1.5 if mine else 1.0)
