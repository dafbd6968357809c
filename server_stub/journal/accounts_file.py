"""The accounts' two connections to the database file: one that reads and never waits, one that writes. Knows no table."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server_stub.journal import schema
from server_stub.journal.api import JournalUnusable


class AccountsFile:
    """Usable from any thread. Raises JournalUnusable where the file fails."""

    def __init__(self, path: Path) -> None:
        self._path = path
        schema.open_database(path)
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        with self._words():
            self._read_db = schema.connect(path, read_only=True, own_thread=False)
            self._write_db = schema.connect(path, own_thread=False)

    def close(self) -> None:
        with self._writing, self._reading:
            self._read_db.close()
            self._write_db.close()

    def _rows(self, query: str, *values: str | int) -> Iterator[Any]:
        with self._reading, self._words():
            return iter(self._read_db.execute(query, values).fetchall())

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._writing, self._words():
            self._write_db.execute("BEGIN IMMEDIATE")
            try:
                yield self._write_db
                self._write_db.execute("COMMIT")
            finally:
                if self._write_db.in_transaction:
                    self._write_db.execute("ROLLBACK")

    @contextmanager
    def _words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise JournalUnusable(schema.sentence(error, self._path)) from error
