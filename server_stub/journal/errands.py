"""What another program asks of the running relay, through the database: it writes the wish down, and wakes the relay (SIGHUP).

Only the relay appends to the journal, so `opconsole erase` can't do it itself while one runs. A wish outlives both programs: the
relay looks for wishes when it starts, too. A refusal is left beside the wish; what was done stands in the journal.
"""

import secrets
import sqlite3
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from server_stub.journal import schema
from server_stub.journal.api import JournalUnusable

_PREFIX: Final = "errand:"


class EraseWish(Struct, omit_defaults=True):
    """Erase this contact. `by`: who asks. `refused`: the relay's answer, if it is a no."""

    visitor: str
    by: str
    refused: str = ""


class Errands:
    """Opens the database for each call: they are rare. Raises JournalUnusable."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def ask(self, wish: EraseWish) -> str:
        """Write it down; its id."""
        errand = secrets.token_hex(8)
        self._write("INSERT INTO meta (key, value) VALUES (?, ?)", _PREFIX + errand, _body(wish))
        return errand

    def open(self) -> dict[str, EraseWish]:
        """Those that have no answer yet, by id."""
        return {errand: wish for errand, wish in self._all().items() if not wish.refused}

    def refuse(self, errand: str, wish: EraseWish, why: str) -> None:
        wish.refused = why
        self._write("UPDATE meta SET value = ? WHERE key = ?", _body(wish), _PREFIX + errand)

    def answer(self, errand: str) -> EraseWish | None:
        """The wish as it stands; None: it was done."""
        return self._all().get(errand)

    def drop(self, errand: str) -> None:
        self._write("DELETE FROM meta WHERE key = ?", _PREFIX + errand)

    def _all(self) -> dict[str, EraseWish]:
        query = "SELECT key, value FROM meta WHERE key GLOB ? ORDER BY key"
        try:
            db = schema.connect(self._path, read_only=True)
            try:
                rows = db.execute(query, (_PREFIX + "*",)).fetchall()
            finally:
                db.close()
            return {key[len(_PREFIX) :]: msgspec.json.decode(value, type=EraseWish) for key, value in rows}
        except sqlite3.Error as error:
            raise JournalUnusable(schema.sentence(error, self._path)) from error
        except msgspec.MsgspecError as error:
            raise JournalUnusable(f"{self._path} holds a wish that can't be understood: {error}") from error

    def _write(self, statement: str, *values: str) -> None:
        try:
            db = schema.connect(self._path)
            try:
                db.execute(statement, values)
            finally:
                db.close()
        except sqlite3.Error as error:
            raise JournalUnusable(schema.sentence(error, self._path)) from error


def _body(wish: EraseWish) -> str:
    return msgspec.json.encode(wish).decode()
