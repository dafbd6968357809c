"""What an index is made from: a journal's records, read in the index's own thread by a connection of its own."""

import sqlite3
from pathlib import Path
from typing import Final, Protocol

from server_stub.desk.events import EventUnreadable, Record, decode_event, kind_of
from server_stub.journal import chain, schema
from server_stub.journal.api import DESK, JournalUnusable
from server_stub.journal.chain import Mark
from server_stub.journal.memory import MemoryStore
from server_stub.search.following import KINDS

_HEAD: Final = "SELECT seq, hash FROM journal WHERE desk = ? ORDER BY seq DESC LIMIT 1"
_HASH: Final = "SELECT hash FROM journal WHERE desk = ? AND seq = ?"
_RECORDS: Final = (
    "SELECT seq, at, actor, CAST(body AS BLOB) FROM journal WHERE desk = ? AND seq > ? AND seq <= ? "
    "AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?"
)
_KINDS: Final = "[" + ",".join(f'"{kind}"' for kind in sorted(KINDS)) + "]"


class Source(Protocol):
    def head(self) -> Mark:
        """The last record that is committed."""
        ...

    def hash_at(self, seq: int) -> bytes | None:
        """The hash of that record; None: there is none."""
        ...

    def records(self, after: int, upto: int, limit: int) -> list[Record]:
        """Of the records after `after` and up to `upto`, the first `limit` of those that an index has an interest in."""
        ...

    def close(self) -> None: ...


class JournalSource:
    """Of a journal's file. Each read is a short transaction of its own, so that nobody's checkpoint waits for it."""

    def __init__(self, path: Path, desk: str = DESK) -> None:
        self._path = path
        self._desk = desk
        self._db: sqlite3.Connection | None = None

    def head(self) -> Mark:
        row = self._reader().execute(_HEAD, (self._desk,)).fetchone()
        return Mark(int(row[0]), bytes(row[1])) if row else chain.genesis(self._desk)

    def hash_at(self, seq: int) -> bytes | None:
        row = self._reader().execute(_HASH, (self._desk, seq)).fetchone()
        return bytes(row[0]) if row else None

    def records(self, after: int, upto: int, limit: int) -> list[Record]:
        rows = self._reader().execute(_RECORDS, (self._desk, after, upto, _KINDS, limit)).fetchall()
        try:
            return [Record(seq, at, actor, decode_event(body)) for seq, at, actor, body in rows]
        except EventUnreadable as error:
            raise JournalUnusable(f"a record of {self._path} can't be understood: {error}") from error

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _reader(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = schema.connect(self._path, read_only=True, own_thread=False)
        return self._db


class StoreSource:
    """Of a journal in memory."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def head(self) -> Mark:
        rows = self._store.rows
        return Mark(len(rows), rows[-1].hash) if rows else chain.genesis(DESK)

    def hash_at(self, seq: int) -> bytes | None:
        rows = self._store.rows
        return rows[seq - 1].hash if 0 < seq <= len(rows) else None

    def records(self, after: int, upto: int, limit: int) -> list[Record]:
        found: list[Record] = []
        for seq, row in enumerate(self._store.rows[after:upto], after + 1):
            event = decode_event(row.body)
            if kind_of(event) in KINDS:
                found.append(Record(seq, row.at, row.actor, event))
                if len(found) >= limit:
                    break
        return found

    def close(self) -> None:
        pass
