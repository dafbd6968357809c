"""The journal's records into the index's tables, a batch at a time, within the caller's transaction.

The outcome depends on nothing but the records' final state: an index that followed every edit and erasure equals one made anew
afterwards (`tests/unit/search/test_following.py`). So what full-text tables need is gathered over the batch and written at its end,
in the order in which FTS5 likes it.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from server_stub.desk import events as ev
from server_stub.desk.events import Record
from server_stub.desk.events.base import tag_of
from server_stub.desk.transcript import VISITOR, author_of
from server_stub.search.answers import Answers
from server_stub.search.words import Stems

_OPEN: Final = "INSERT OR IGNORE INTO chat (chat, visitor, channel, at) VALUES (?, ?, ?, ?)"
_OWNER: Final = "UPDATE chat SET owner = ? WHERE chat = ?"
_CLOSED: Final = "UPDATE chat SET closed = 1 WHERE chat = ?"
_REOPENED: Final = "UPDATE chat SET closed = 0, owner = ? WHERE chat = ?"
_RATED: Final = "UPDATE chat SET rating = ? WHERE chat = ?"
_ENTRY: Final = "INSERT INTO entry (id, chat, n, at, note, by, name, text, file) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PLACE: Final = "SELECT id, text, note, by, file FROM entry WHERE chat = ? AND n = ?"
_TEXT: Final = "UPDATE entry SET text = ? WHERE id = ?"
_DROP: Final = "DELETE FROM entry WHERE id = ?"
_OF_CHAT: Final = "SELECT id, text, note, by, file FROM entry WHERE chat = ?"
_KNOWN: Final = "SELECT name, email, phone FROM visitor WHERE visitor = ?"
_KNOW: Final = "INSERT OR REPLACE INTO visitor (visitor, name, email, phone, known) VALUES (?, ?, ?, ?, ?)"
_FORGET: Final = "DELETE FROM visitor WHERE visitor = ?"
_OUT: Final = "INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)"
_IN: Final = "INSERT INTO words (rowid, text) VALUES (?, ?)"


class Follower:
    """`take` batches in the journal's order. Belongs to the thread of its connection."""

    def __init__(self, db: sqlite3.Connection, stem: Stems) -> None:
        self._db = db
        self._stem = stem
        self._answers = Answers(db, stem)
        self._before: dict[int, str] = {}
        """Of entries that this batch changed, the text that the full-text table has of them."""
        self._after: dict[int, str] = {}
        """And the one that it is to have."""
        self.erased = False
        """Something was erased since the file was last cleaned (`tables.clean`)."""

    def take(self, records: Iterable[Record]) -> None:
        for record in records:
            _TAKE[type(record.event)](self, record, record.event)
        self._write_words()
        self._answers.settle()

    def _write_words(self) -> None:
        before, after, stem = self._before, self._after, self._stem
        self._before, self._after = {}, {}
        self._db.executemany(_OUT, [(id_, stem.of(before[id_])) for id_ in sorted(before)])
        self._db.executemany(_IN, [(id_, stem.of(after[id_])) for id_ in sorted(after)])

    # ------------------------------------------------------------ chats

    def _opened(self, record: Record, event: ev.ChatOpened) -> None:
        self._db.execute(_OPEN, (event.chat, event.visitor, event.channel, record.at))

    def _owned(self, record: Record, event: Any) -> None:
        """Taken, given to somebody, back from aside or in the inbox: who has it now."""
        self._db.execute(_OWNER, (event.by if type(event) is ev.ChatTaken else getattr(event, "to", ""), event.chat))

    def _closed(self, record: Record, event: ev.ChatClosed) -> None:
        self._db.execute(_CLOSED, (event.chat,))

    def _reopened(self, record: Record, event: ev.ChatReopened) -> None:
        self._db.execute(_REOPENED, (event.to, event.chat))

    def _rated(self, record: Record, event: ev.ChatRated) -> None:
        self._db.execute(_RATED, (event.score, event.chat))

    # ------------------------------------------------------------ words

    def _said(self, record: Record, event: ev.MessageSaid) -> None:
        self._put(record, event, event.by, note=False)

    def _noted(self, record: Record, event: ev.NoteAdded) -> None:
        self._put(record, event, author_of(record.actor), note=True)

    def _put(self, record: Record, event: ev.MessageSaid | ev.NoteAdded, by: str, *, note: bool) -> None:
        text, file = event.text, event.file.name if event.file is not None else ""
        if not (text or file):
            return  # it is erased
        values = (record.seq, event.chat, event.n, record.at, int(note), by, event.name, text, file)
        self._db.execute(_ENTRY, values)
        self._after[record.seq] = shown(text, file)
        if by != VISITOR and not note:
            self._answers.said(record.seq, event.chat, by, text)

    def _changed(self, record: Record, event: ev.MessageEdited | ev.MessageDeleted) -> None:
        row = self._db.execute(_PLACE, (event.chat, event.of)).fetchone()
        if row is None:
            return  # it is erased
        text = event.text if isinstance(event, ev.MessageEdited) else ""
        if not text:
            self._drop(*row)
            return
        id_, old, note, by, file = row
        self._before.setdefault(id_, shown(old, file)) if id_ not in self._after else None
        self._after[id_] = shown(text, file)
        self._db.execute(_TEXT, (text, id_))
        if not note:
            if by == VISITOR:
                self._answers.question_changed(id_)
            else:
                self._answers.changed(id_, text)

    def _drop(self, id_: int, text: str, note: int, by: str, file: str) -> None:
        if self._after.pop(id_, None) is None:
            self._before.setdefault(id_, shown(text, file))
        if not note and by != VISITOR:
            self._answers.dropped(id_)
        self._db.execute(_DROP, (id_,))
        if not note and by == VISITOR:
            self._answers.question_changed(id_)

    # ------------------------------------------------------------ visitors

    def _seen(self, record: Record, event: ev.VisitorSeen) -> None:
        """What the browser says fills only what nobody knew (as `evolving.people` has it)."""
        name, email, phone = self._known(event.visitor)
        profile = event.profile
        self._know(event.visitor, name or profile.name, email or profile.email, phone or profile.phone)

    def _edited(self, record: Record, event: ev.VisitorEdited) -> None:
        name, email, phone = self._known(event.visitor)
        self._know(
            event.visitor,
            name if event.name is None else event.name,
            email if event.email is None else event.email,
            phone if event.phone is None else event.phone,
        )

    def _vouched(self, record: Record, event: ev.VisitorVouched) -> None:
        name, email, phone = self._known(event.visitor)
        self._know(event.visitor, event.name or name, event.email or email, event.phone or phone)

    def _known(self, visitor: str) -> tuple[str, str, str]:
        return self._db.execute(_KNOWN, (visitor,)).fetchone() or ("", "", "")

    def _know(self, visitor: str, name: str, email: str, phone: str) -> None:
        if name or email or phone:
            self._db.execute(_KNOW, (visitor, name, email, phone, known_as(name, email, phone)))
        else:
            self._db.execute(_FORGET, (visitor,))

    # ------------------------------------------------------------ erasing

    def _erased(self, record: Record, event: ev.ContentErased) -> None:
        """As `desk.erasing` has it: what was said; with the contact, also the notes and what is known of them."""
        self.erased = True
        for chat in event.chats:
            for row in self._db.execute(_OF_CHAT, (chat,)).fetchall():
                if event.visitor or not row[2]:
                    self._drop(*row)
        if event.visitor:
            self._db.execute(_FORGET, (event.visitor,))


def shown(text: str, file: str) -> str:
    """What an entry is found by: its words, and what the file is called that it carries (`tables.SHOWN`)."""
    return (f"{text}\n" if text else "") + f"[{file}]" if file else text


def known_as(name: str, email: str, phone: str) -> str:
    """What a visitor is looked for by: without case, and a phone number also by its digits alone."""
    digits = "".join(each for each in phone if each.isdigit())
    return "\n".join(each for each in (name, email, phone, digits) if each).casefold().replace("ё", "е")


_TAKE: Final[dict[type, Any]] = {
    ev.ChatOpened: Follower._opened,
    ev.ChatTaken: Follower._owned,
    ev.ChatTransferred: Follower._owned,
    ev.ChatWoken: Follower._owned,
    ev.ChatReturned: Follower._owned,
    ev.ChatRescued: Follower._owned,
    ev.ChatClosed: Follower._closed,
    ev.ChatReopened: Follower._reopened,
    ev.ChatRated: Follower._rated,
    ev.MessageSaid: Follower._said,
    ev.NoteAdded: Follower._noted,
    ev.MessageEdited: Follower._changed,
    ev.MessageDeleted: Follower._changed,
    ev.VisitorSeen: Follower._seen,
    ev.VisitorEdited: Follower._edited,
    ev.VisitorVouched: Follower._vouched,
    ev.ContentErased: Follower._erased,
}
KINDS: Final = frozenset(tag_of(kind.__name__) for kind in _TAKE)
"""Kinds of the records that an index has an interest in."""
