"""Records as rows of the journal's table: the statement that writes a batch of them, with what will be hashed and then the hashes. No database here.

One statement and so one commit per batch, prepared from a short ladder of sizes (the rest of the rows is NULL and left out):
the thread needs the interpreter's lock only before and after it. `tests/bench/bench_journal.py` compares it with the other ways.
What goes into a record's hash is put together when it is encoded; the hash itself is the writer's work, who alone knows what
stands before.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from server_stub.desk.events import Record, chat_of, encode_event, entry_of, kind_of, public_of
from server_stub.journal.chain import SALT_BYTES, Random, facts, link, seal

_WRITTEN: Final = "desk, seq, at, kind, chat, n, p, actor, body, salt, hash"
_COLUMNS: Final = 11
_LADDER: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
ROWS: Final = _LADDER[-1]
_NO_ROW: Final = (None,) * _COLUMNS

Statement = tuple[str, list[Any]]


@lru_cache(maxsize=len(_LADDER))
def _insert(rows: int) -> str:
    row = "(" + ", ".join("?" * _COLUMNS) + ")"
    # `column2` is what SQLite calls the second value of VALUES: the record's number.
    values = ", ".join([row] * rows)
    return f"INSERT INTO journal ({_WRITTEN}) SELECT * FROM (VALUES {values}) WHERE column2 IS NOT NULL"  # only names of columns and question marks  # noqa: S608  # nosec B608


def statement(desk: str, records: Sequence[Record], random: Random) -> Statement:
    """The rows of these records; where the hashes belong stands what will be hashed, until `chained` has seen to it."""
    values: list[Any] = []
    salts = random(SALT_BYTES * len(records))
    at = 0
    for record in records:
        event = record.event
        known = (
            record.seq,
            record.at,
            kind_of(event),
            chat_of(event),
            entry_of(event),
            public_of(event),
            record.actor,
        )
        body = encode_event(event)
        salt = salts[at : at + SALT_BYTES]
        at += SALT_BYTES
        values += (desk, *known, body.decode(), salt, facts(known) + seal(salt, body))
    rows = _LADDER[bisect_left(_LADDER, len(records))]
    values += _NO_ROW * (rows - len(records))
    return _insert(rows), values


def chained(before: bytes, values: list[Any], records: int) -> bytes:
    """Put the hashes of so many rows in; the last one."""
    for at in range(_COLUMNS - 1, _COLUMNS * records, _COLUMNS):
        values[at] = before = link(before, values[at])
    return before
