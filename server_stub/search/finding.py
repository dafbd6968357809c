"""A search: newest first, a page at a time, by who asks, and for a bounded time.

The full-text table gives what fits in the journal's order, in slices of growing size; each slice is joined with its chats and
sifted by rights and filters. When the time is over, what was found so far is the answer, and where it stopped is where the next page
goes on: so a search for the rarest of things never holds anybody up, and never says *nothing* of what it has not looked at.
"""

import sqlite3
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from server_stub.desk.audience import Reach
from server_stub.search import tables
from server_stub.search.words import Query, Stems, understand

FIRST_SLICE: Final = 256
MOST_SLICE: Final = 16_384
SNIPPET_CHARS: Final = 160
BEFORE_CHARS: Final = 40
_ENDLESS: Final = 2**62

Clock = Callable[[], float]


class Filters(Struct, frozen=True):
    visitor: str = ""
    """A part of a name, an e-mail address or a phone number."""
    operators: tuple[str, ...] | None = None
    """Logins: who wrote it, or had the chat last. None: whoever."""
    channel: str = ""
    since: int = 0
    until: int = 0
    """Milliseconds; 0: no bound. `until` is not included."""
    least: int = 0
    most: int = 0
    """The chat's rating; 0: any."""
    mine: bool = False

    @property
    def are_there(self) -> bool:
        return self != Filters()


class Hit(Struct, frozen=True):
    """One entry that fits, or (when no words were asked for) a chat's last one."""

    id: int
    chat: int
    n: int
    at: int
    note: bool
    by: str
    name: str
    visitor: str
    """The visitor's name."""
    rating: int
    snippet: str
    marks: tuple[int, ...]
    """In the snippet: where what was asked for begins and how long it is, in turns, in characters."""


class Findings(Struct, frozen=True):
    hits: list[Hit]
    next: int = 0
    """Where the next page goes on; 0: there is no more."""


class _Sieve:
    """The conditions of rights and filters on `e` (an entry), `c` (its chat) and `v` (its visitor), with their values."""

    def __init__(self, db: sqlite3.Connection, reach: Reach, filters: Filters) -> None:
        self.conditions: list[str] = []
        self.values: dict[str, Any] = {"me": reach.login}
        self.chats = "chat"
        """What the chats are taken from."""
        if not reach.everything:
            self._and(_REACH, visitors=json_of(reach.visitors))
        if filters.visitor:
            wanted = filters.visitor.casefold().replace("ё", "е").strip()
            digits = "".join(each for each in wanted if each.isdigit())
            number = len(digits) >= _LEAST_DIGITS and not any(each.isalpha() for each in wanted)
            # Looked for once: the slices would look for them each anew.
            chats = db.execute(_CHATS_OF, (wanted, digits if number else wanted)).fetchall()
            self._and(f"c.chat IN {_THESE}", chats=msgspec.json.encode([chat for (chat,) in chats]).decode())
            self.chats = "(SELECT value AS chat FROM json_each(:chats))"
        if filters.operators is not None:
            operators = "(SELECT value FROM json_each(:operators))"
            self._and(f"(e.by IN {operators} OR c.owner IN {operators})", operators=json_of(filters.operators))
        if filters.mine:
            self._and("(e.by = :me OR c.owner = :me)")
        if filters.channel:
            self._and("c.channel = :channel", channel=filters.channel.casefold())
        if filters.least:
            self._and("c.rating >= :least", least=filters.least)
        if filters.most:
            self._and("c.rating BETWEEN 1 AND :most", most=filters.most)

    def _and(self, condition: str, **values: Any) -> None:
        self.conditions.append(condition)
        self.values |= values

    @property
    def where(self) -> str:
        return " AND ".join(self.conditions) or "1"


_LEAST_DIGITS: Final = 4
_CHATS_OF: Final = "SELECT c.chat FROM visitor v JOIN chat c ON c.visitor = v.visitor WHERE instr(v.known, ?) > 0 OR instr(v.known, ?) > 0"
_THESE: Final = "(SELECT value FROM json_each(:chats))"
_REACH: Final = "(c.visitor IN (SELECT value FROM json_each(:visitors)) OR (c.owner = :me AND c.closed = 1))"
_COLUMNS: Final = "e.id, e.chat, e.n, e.at, e.note, e.by, e.name, coalesce(v.name, ''), c.rating, " + tables.SHOWN
_ENTRIES: Final = (
    "WITH slice AS MATERIALIZED (SELECT rowid AS id FROM words WHERE words MATCH :match AND rowid < :before AND rowid >= :from "
    "ORDER BY rowid DESC LIMIT :slice) "
    "SELECT * FROM (SELECT {columns} FROM slice JOIN entry e ON e.id = slice.id JOIN chat c ON c.chat = e.chat "
    "LEFT JOIN visitor v ON v.visitor = c.visitor WHERE {where} ORDER BY e.id DESC LIMIT :limit) "
    "UNION ALL SELECT coalesce(min(id), 0), 0, count(*), 0, 0, '', '', '', 0, '' FROM slice"
)
_CHATS: Final = (
    "WITH slice AS MATERIALIZED (SELECT chat AS number FROM {chats} WHERE chat < :before ORDER BY chat DESC LIMIT :slice) "
    "SELECT * FROM (SELECT {columns} FROM slice JOIN chat c ON c.chat = slice.number "
    "LEFT JOIN visitor v ON v.visitor = c.visitor "
    "JOIN entry e ON e.id = (SELECT id FROM entry WHERE chat = c.chat AND at >= :since AND at < :until ORDER BY n DESC LIMIT 1) "
    "WHERE {where} ORDER BY c.chat DESC LIMIT :limit) "
    "UNION ALL SELECT coalesce(min(number), 0), 0, count(*), 0, 0, '', '', '', 0, '' FROM slice"
)
_NEXT: Final = "SELECT id, at FROM entry WHERE id >= ? ORDER BY id LIMIT 1"


def find(
    db: sqlite3.Connection,
    stem: Stems,
    text: str,
    filters: Filters,
    reach: Reach,
    *,
    before: int = 0,
    limit: int = 20,
    budget_s: float = 1.0,
    clock: Clock = time.monotonic,
) -> Findings:
    """`before`: a page's `next`. Raises sqlite3.Error."""
    query = understand(text, stem)
    if query.lacks or not (query.match or filters.are_there):
        return Findings([])
    sieve = _Sieve(db, reach, filters)
    values = {**sieve.values, "match": query.match, "since": filters.since, "until": filters.until or _ENDLESS}
    if query.match:
        values["from"] = first_since(db, filters.since) if filters.since else 0
        before = min(before or _ENDLESS, first_since(db, filters.until) if filters.until else _ENDLESS)
        statement, place = _ENTRIES, 0
    else:
        statement, place = _CHATS, 1
    statement = statement.format(columns=_COLUMNS, where=sieve.where, chats=sieve.chats)
    hits: list[Hit] = []
    at, slice_, give_up = before or _ENDLESS, FIRST_SLICE, clock() + budget_s
    while True:
        *rows, (lowest, _, count, *_) = db.execute(
            statement, {**values, "before": at, "slice": slice_, "limit": limit + 1 - len(hits)}
        ).fetchall()
        hits += [_hit(row, query, stem) for row in rows]
        if len(hits) > limit:
            last = hits[limit - 1]
            return Findings(hits[:limit], last.chat if place else last.id)
        if count < slice_:
            return Findings(hits)
        at = lowest
        if clock() >= give_up:
            return Findings(hits, at)
        slice_ = min(MOST_SLICE, slice_ * 4)


def first_since(db: sqlite3.Connection, at: int) -> int:
    """Number of the first entry of that time (ms), or later; entries are in the order of their times. Beyond all: there is none."""
    low, high = 0, int(db.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()[0]) + 1
    while low < high:
        middle = (low + high) // 2
        id_, time_ = db.execute(_NEXT, (middle,)).fetchone() or (high, at)
        if time_ >= at:
            high = middle
        else:
            low = id_ + 1
    return low


def had(db: sqlite3.Connection, chat: int, reach: Reach) -> bool:
    """Whether this chat, which the desk may have forgotten, is within somebody's reach."""
    if reach.everything:
        return True
    statement = f"SELECT 1 FROM chat c WHERE c.chat = :chat AND {_REACH}"  # a constant of ours  # noqa: S608  # nosec B608
    values = {"chat": chat, "me": reach.login, "visitors": json_of(reach.visitors)}
    return db.execute(statement, values).fetchone() is not None


def _hit(row: tuple[Any, ...], query: Query, stem: Stems) -> Hit:
    id_, chat, n, at, note, by, name, visitor, rating, text = row
    snippet, marks = snippet_of(text, query.marks(text, stem))
    return Hit(id_, chat, n, at, bool(note), by, name, visitor, rating, snippet, marks)


def snippet_of(text: str, marks: list[tuple[int, int]]) -> tuple[str, tuple[int, ...]]:
    """A line of the text around the first mark, and the marks in it."""
    first = marks[0][0] if marks else 0
    start = 0
    if len(text) > SNIPPET_CHARS and first > BEFORE_CHARS:
        start = text.find(" ", first - BEFORE_CHARS, first) + 1 or first - BEFORE_CHARS
        start = max(0, min(start, len(text) - SNIPPET_CHARS))
    end = min(len(text), start + SNIPPET_CHARS)
    head, tail = "… " if start else "", " …" if end < len(text) else ""
    line = head + text[start:end].replace("\n", " ") + tail
    inside = [(begin, stop) for begin, stop in marks if start <= begin and stop <= end]
    flat = [number for begin, stop in inside for number in (begin - start + len(head), stop - begin)]
    return line, tuple(flat)


def json_of(values: tuple[str, ...]) -> str:
    return msgspec.json.encode(values).decode()
