"""A `ContentErased` on the disk: earlier records lose their content within the transaction that appends it, and the file forgets it.

The one exception to *append only*; the database's triggers let it pass only while the key `erasing` stands in `meta`, which never
outlives the transaction. Of an overwritten record the chain keeps the seal and drops the salt (`chain.py`).
"""

import sqlite3
from collections.abc import Iterable
from typing import Final

from server_stub.desk.erasing import without_content
from server_stub.desk.events import (
    ContentErased,
    Event,
    MessageDeleted,
    MessageSaid,
    NoteAdded,
    decode_event,
    encode_event,
)
from server_stub.journal.chain import seal

_ABOUT: Final = (
    "SELECT seq, body, salt FROM journal WHERE desk = ?1 AND seq < ?2 AND erased IS NULL "
    "AND (chat IN (SELECT value FROM json_each(?3)) OR actor = ?4)"
)
_OVERWRITE: Final = "UPDATE journal SET body = ?, seal = ?, salt = NULL, erased = ? WHERE desk = ? AND seq = ?"
_GUARD: Final = "INSERT INTO meta (key, value) VALUES ('erasing', '')"
_UNGUARD: Final = "DELETE FROM meta WHERE key = 'erasing'"
_ENTRY: Final = "SELECT body FROM journal WHERE desk = ? AND chat = ? AND n > 0 AND n = ?"
_GONE: Final = "gone:"
"""In `meta`, before the id of a file that no message carries any more."""
_NOTE_GONE: Final = "INSERT OR IGNORE INTO meta (key, value) VALUES (?, '')"
_ALL_GONE: Final = "SELECT substr(key, ?) FROM meta WHERE key GLOB ? ORDER BY key"
_REMOVED: Final = "DELETE FROM meta WHERE key = ?"
_SNAPSHOTS: Final = "DELETE FROM snapshot WHERE desk = ?"


def overwrite(db: sqlite3.Connection, desk: str, seq: int, erased: ContentErased) -> None:
    """Do what record `seq` says, within the open transaction. Deleted content is zeroed in the file, not only unlinked."""
    db.execute("PRAGMA secure_delete = ON")
    db.execute(_GUARD)
    actor = f"v:{erased.visitor}" if erased.visitor else None
    chats = "[" + ",".join(map(str, erased.chats)) + "]"
    for at, body, salt in db.execute(_ABOUT, (desk, seq, chats, actor)).fetchall():
        event = decode_event(body)
        blank = without_content(event, contact=erased.visitor != "")
        if blank is not None:
            _note_gone(db, event)
            db.execute(_OVERWRITE, (encode_event(blank).decode(), seal(salt, body.encode()), seq, desk, at))
    db.execute(_SNAPSHOTS, (desk,))
    db.execute(_UNGUARD)


def take_file_away(db: sqlite3.Connection, desk: str, deleted: MessageDeleted) -> None:
    """Within the open transaction: note that the file of a deleted message is to be removed, if it has one."""
    row = db.execute(_ENTRY, (desk, deleted.chat, deleted.of)).fetchone()
    if row is not None:
        _note_gone(db, decode_event(row[0]))


def _note_gone(db: sqlite3.Connection, event: Event) -> None:
    if isinstance(event, MessageSaid | NoteAdded) and event.file is not None:
        db.execute(_NOTE_GONE, (_GONE + event.file.id,))


def gone_files(db: sqlite3.Connection) -> list[str]:
    return [row[0] for row in db.execute(_ALL_GONE, (len(_GONE) + 1, _GONE + "*"))]


def files_removed(db: sqlite3.Connection, files: Iterable[str]) -> None:
    db.executemany(_REMOVED, [(_GONE + each,) for each in files])


def forget_log(db: sqlite3.Connection) -> bool:
    """After the commit: the write-ahead log still has the old pages, so it goes into the file and is emptied. False: somebody
    reads an old state right now, and it must be tried again."""
    try:
        busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy
