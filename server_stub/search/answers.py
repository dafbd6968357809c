"""The team's answers, each once: by how many people and how often it was said, and after which questions.

Two answers are the same when their words are. What a colleague said to one visitor alone may hold what is that visitor's; so it
is kept of each answer whether it was said to two visitors at least (`shared`). Counts are added up as answers come; when words are
changed or erased, the answers that are concerned are counted anew, once for the batch.
"""

import sqlite3
from hashlib import blake2b
from typing import Final

from server_stub.search.words import Stems, key_words

LEAST_WORDS: Final = 3
MOST_CHARS: Final = 700
"""What is shorter, or longer, is no answer worth a hint."""
QUESTIONS: Final = 3
"""Of an answer's first so many times it is kept after which words of the visitor it came."""
QUESTION_WORDS: Final = 40

_BY_KEY: Final = "SELECT id, text, said, visitor, shared FROM answer WHERE key = ?"
_NEW: Final = "INSERT INTO answer (key, text, said, visitor, shared) VALUES (?, ?, 1, ?, 0)"
_AGAIN: Final = "UPDATE answer SET text = ?, said = said + 1, shared = ? WHERE id = ?"
_VOICE: Final = (
    "INSERT INTO voice (answer, by, said, last) VALUES (?1, ?2, 1, ?3) "
    "ON CONFLICT (answer, by) DO UPDATE SET said = said + 1, last = max(last, ?3)"
)
_JOIN: Final = "UPDATE entry SET answer = ?, asked = ? WHERE id = ?"
_ANSWER_OF: Final = "SELECT answer FROM entry WHERE id = ?"
_VISITOR: Final = "SELECT visitor FROM chat WHERE chat = ?"
_QUESTION: Final = (
    "SELECT id FROM entry WHERE chat = ? AND by = 'visitor' AND note = 0 AND id < ? ORDER BY n DESC LIMIT 1"
)
_ASKED_BY: Final = "SELECT answer FROM entry WHERE asked = ?"
_TIMES: Final = (
    "SELECT e.id, e.chat, e.by, e.text, coalesce(c.visitor, '') FROM entry e LEFT JOIN chat c ON c.chat = e.chat "
    "WHERE e.answer = ? ORDER BY e.id"
)
_RECOUNT: Final = "UPDATE answer SET text = ?, said = ?, visitor = ?, shared = ? WHERE id = ?"
_QUESTIONS: Final = (
    "SELECT q.text FROM entry e JOIN entry q ON q.id = e.asked WHERE e.answer = ? AND e.asked IS NOT NULL ORDER BY e.id"
)
_VOICES: Final = "SELECT by FROM voice WHERE answer = ? ORDER BY by"
_SHARED: Final = "SELECT text, shared FROM answer WHERE id = ?"
_ROW: Final = "SELECT stems, asked, who FROM answer WHERE id = ?"
_KEEP: Final = "UPDATE answer SET stems = ?, asked = ?, who = ? WHERE id = ?"
_OUT: Final = "INSERT INTO answers (answers, rowid, text, asked, who) VALUES ('delete', ?, ?, ?, ?)"
_IN: Final = "INSERT INTO answers (rowid, text, asked, who) VALUES (?, ?, ?, ?)"
_IS_VOICE: Final = "SELECT 1 FROM voice WHERE answer = ? AND by = ?"

SHARED: Final = "0shared"


class Answers:
    def __init__(self, db: sqlite3.Connection, stem: Stems) -> None:
        self._db = db
        self._stem = stem
        self._new: set[int] = set()
        """Not in the full-text table yet."""
        self._touched: set[int] = set()
        """The questions, or who says it, changed."""
        self._stale: set[int] = set()
        """To be counted anew."""

    def said(self, id_: int, chat: int, by: str, text: str) -> None:
        """An operator's public words, as entry `id_`, the newest of all."""
        key = key_of(text)
        if key is None:
            return
        db = self._db
        row = db.execute(_BY_KEY, (key,)).fetchone()
        visitor = self._visitor(chat)
        if row is None:
            answer = db.execute(_NEW, (key, text, visitor)).lastrowid
            assert answer is not None
            self._new.add(answer)
            said = 0
        else:
            answer, _, said, first, shared = row
            db.execute(_AGAIN, (text, int(shared or visitor != first), answer))
            if (not shared and visitor != first) or db.execute(_IS_VOICE, (answer, by)).fetchone() is None:
                self._touched.add(answer)
        asked = self._question(chat, id_) if said < QUESTIONS else None
        if asked is not None:
            self._touched.add(answer)
        db.execute(_JOIN, (answer, asked, id_))
        db.execute(_VOICE, (answer, by, id_))

    def changed(self, id_: int, text: str) -> None:
        """An answer's words are others now: it is another answer."""
        self.dropped(id_)
        key = key_of(text)
        answer: int | None = None
        if key is not None:
            row = self._db.execute(_BY_KEY, (key,)).fetchone()
            if row is None:
                answer = self._db.execute(_NEW, (key, text, "")).lastrowid
                assert answer is not None
                self._new.add(answer)
            else:
                answer = row[0]
            self._stale.add(answer)
        self._db.execute(_JOIN, (answer, None, id_))

    def dropped(self, id_: int) -> None:
        """The entry goes, or has other words."""
        row = self._db.execute(_ANSWER_OF, (id_,)).fetchone()
        if row is not None and row[0] is not None:
            self._stale.add(row[0])

    def question_changed(self, id_: int) -> None:
        """A visitor's words were changed, or are gone: the answers that came after them are found by others now."""
        self._stale.update(answer for (answer,) in self._db.execute(_ASKED_BY, (id_,)) if answer is not None)

    def settle(self) -> None:
        """At the end of a batch: count, and bring the full-text table up to date."""
        gone = [answer for answer in sorted(self._stale) if not self._count(answer)]
        touched = (self._new | self._touched | self._stale).difference(gone)
        before = {each: self._db.execute(_ROW, (each,)).fetchone() for each in (touched | set(gone)) - self._new}
        after = {each: self._row(each) for each in touched}
        changed = sorted(each for each in touched if before.get(each) != after[each])
        out = sorted([*(each for each in changed if each in before), *(each for each in gone if each in before)])
        self._db.executemany(_OUT, [(each, *before[each]) for each in out])
        self._db.executemany(_IN, [(each, *after[each]) for each in changed])
        self._db.executemany(_KEEP, [(*after[each], each) for each in changed])
        self._db.executemany("DELETE FROM answer WHERE id = ?", [(each,) for each in gone])
        self._new, self._touched, self._stale = set(), set(), set()

    def _row(self, answer: int) -> tuple[str, str, str]:
        """What the full-text table is to have of it: its stems, those of the questions, and who may be hinted at it."""
        text, shared = self._db.execute(_SHARED, (answer,)).fetchone()
        voices = [voice_token(by) for (by,) in self._db.execute(_VOICES, (answer,))]
        return self._stem.of(text), self._asked(answer), " ".join([SHARED, *voices] if shared else voices)

    def _count(self, answer: int) -> bool:
        """All of it anew, from the entries. False: nobody says it any more."""
        times = self._db.execute(_TIMES, (answer,)).fetchall()
        self._db.execute("DELETE FROM voice WHERE answer = ?", (answer,))
        if not times:
            return False
        first = times[0][4]
        shared = any(visitor != first for *_, visitor in times)
        self._db.execute(_RECOUNT, (times[-1][3], len(times), first, int(shared), answer))
        self._db.executemany(_VOICE, [(answer, by, id_) for id_, _, by, _, _ in times])
        questions = [(self._question(chat, id_), id_) for id_, chat, *_ in times[:QUESTIONS]]
        self._db.execute("UPDATE entry SET asked = NULL WHERE answer = ?", (answer,))
        self._db.executemany("UPDATE entry SET asked = ? WHERE id = ?", questions)
        return True

    def _asked(self, answer: int) -> str:
        """The stems of the questions that it was an answer to."""
        texts = self._db.execute(_QUESTIONS, (answer,))
        return " ".join(self._stem.of(text, QUESTION_WORDS) for (text,) in texts)

    def _question(self, chat: int, before: int) -> int | None:
        """The visitor's last words before that entry."""
        row = self._db.execute(_QUESTION, (chat, before)).fetchone()
        return None if row is None else int(row[0])

    def _visitor(self, chat: int) -> str:
        row = self._db.execute(_VISITOR, (chat,)).fetchone()
        return "" if row is None else str(row[0])


def key_of(text: str) -> int | None:
    """The same for the same words; None: it is no answer to hint at."""
    if len(text) > MOST_CHARS:
        return None
    words = key_words(text)
    if words.count(" ") < LEAST_WORDS - 1:
        return None
    return int.from_bytes(blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def voice_token(login: str) -> str:
    """A login as one word of the index."""
    return "0" + blake2b(login.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
