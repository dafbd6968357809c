"""The index's file: its tables and its version. Nothing in it is the truth: a file that doesn't fit is thrown away.

`entry.id` is the journal's number of the record that made the entry, so newest first is the order of the index itself. The two full-text
tables hold no text, only stems: what is to be taken out of them is told them again, and what to tell stands in `entry` and `answer`.
"""

import sqlite3
from pathlib import Path
from typing import Final

from server_stub.journal.folder import make_private
from server_stub.search import words

VERSION: Final = f"3, {words.VERSION}"

_TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE chat (
  chat INTEGER PRIMARY KEY, visitor TEXT NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL,
  owner TEXT NOT NULL DEFAULT '', closed INTEGER NOT NULL DEFAULT 0, rating INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX chat_visitor ON chat (visitor);
CREATE INDEX chat_owner ON chat (owner);
CREATE TABLE visitor (visitor TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, known TEXT NOT NULL)
  WITHOUT ROWID;
CREATE TABLE entry (
  id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, note INTEGER NOT NULL,
  by TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, file TEXT NOT NULL DEFAULT '',
  answer INTEGER, asked INTEGER
);
CREATE UNIQUE INDEX entry_place ON entry (chat, n);
CREATE INDEX entry_answer ON entry (answer) WHERE answer IS NOT NULL;
CREATE INDEX entry_asked ON entry (asked) WHERE asked IS NOT NULL;
CREATE TABLE answer (
  id INTEGER PRIMARY KEY, key INTEGER NOT NULL UNIQUE, text TEXT NOT NULL, said INTEGER NOT NULL, visitor TEXT NOT NULL,
  shared INTEGER NOT NULL, stems TEXT NOT NULL DEFAULT '', asked TEXT NOT NULL DEFAULT '', who TEXT NOT NULL DEFAULT ''
);
CREATE TABLE voice (
  answer INTEGER NOT NULL, by TEXT NOT NULL, said INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (answer, by)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (text, content='', columnsize=0, prefix='2 3', tokenize="unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE answers USING fts5 (text, asked, who, content='', columnsize=0, prefix='2 3', tokenize="unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE terms USING fts5vocab ('answers', 'row');
"""
SHOWN: Final = "CASE e.file WHEN '' THEN e.text ELSE ltrim(e.text || char(10), char(10)) || '[' || e.file || ']' END"
"""What is found of an entry `e`, and shown: its words, and the name of the file that it carries (`following.shown`)."""
CACHE_KIB: Final = 64 * 1024


class OtherIndex(Exception):
    """The file is of another version, or of another journal; or it is none at all yet."""


def make(db: sqlite3.Connection) -> None:
    """The tables in an empty database."""
    db.executescript(_TABLES)
    db.execute("INSERT INTO meta (key, value) VALUES ('version', ?)", (VERSION,))
    mark(db, 0, b"")


def check(db: sqlite3.Connection) -> tuple[int, bytes]:
    """Up to which record of the journal it goes, and that record's hash. Raises OtherIndex."""
    try:
        known = dict(db.execute("SELECT key, value FROM meta"))
    except sqlite3.OperationalError:
        raise OtherIndex("there is no index yet") from None
    if known.get("version") != VERSION:
        raise OtherIndex(f"the index is of version {known.get('version')}, this is {VERSION}")
    try:
        return int(known["seq"]), bytes(known["hash"])
    except (KeyError, TypeError, ValueError):
        raise OtherIndex("the index does not say how far it goes") from None


def mark(db: sqlite3.Connection, seq: int, hash_: bytes, *, unclean: bool = False) -> None:
    """Within a transaction: it goes up to this record now. `unclean`: something was erased, and `clean` must still be called."""
    known = [("seq", seq), ("hash", hash_), *([("unclean", 1)] if unclean else [])]
    db.executemany("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", known)


def is_unclean(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM meta WHERE key = 'unclean'").fetchone() is not None


def open_writer(path: Path | None) -> sqlite3.Connection:
    """`path` None: in memory. A commit that the machine's fall undoes is followed again, so there is no need to wait for the disk."""
    if path is not None:
        make_private(path)
    db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "secure_delete = ON",
        f"cache_size = {-CACHE_KIB}",
    ):
        db.execute(f"PRAGMA {pragma}")
    return db


def open_reader(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
    db.execute("PRAGMA query_only = 1")
    return db


def remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def clean(db: sqlite3.Connection) -> bool:
    """Outside a transaction: nothing of what was taken out stays in the file. Takes seconds for a million messages. False: somebody
    reads an old state right now, and it must be tried again.

    FTS5 only notes that a word is gone, until its segments are merged: `optimize` merges them all. (Its own `secure-delete` came with
    SQLite 3.42.) The freed pages are zeroed by SQLite's `secure_delete`, and the log is emptied into the file."""
    for table in ("words", "answers"):
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # one of two names  # noqa: S608  # nosec B608
    if not forget_log(db):
        return False
    db.execute("DELETE FROM meta WHERE key = 'unclean'")
    return True


def forget_log(db: sqlite3.Connection) -> bool:
    try:
        busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy
