"""Whether a journal is what was written, and whole: read from end to end, beside a running relay if there is one. Read only.

For each record: it follows on the one before (number and hash), its body decodes and says what its columns say, and the desk
accepts it on a replay. Where decisions end the invariants hold; where a snapshot was kept it equals the replay. The index by
which transcripts are found agrees with the records. All that needs no more memory than the relay itself, and one reading.

The first record that doesn't fit ends it: what follows on a break can't be judged. At last the files that messages carry are
looked at, each by the hash that its record has; of those that were deleted or erased nothing is expected.
"""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from server_stub.desk import invariants, snapshot
from server_stub.desk.erasing import belongs_to, without_content
from server_stub.desk.errors import InvariantBroken
from server_stub.desk.events import (
    ContentErased,
    EventUnreadable,
    MessageDeleted,
    MessageSaid,
    NoteAdded,
    Record,
    chat_of,
    decode_event,
    entry_of,
    kind_of,
    public_of,
)
from server_stub.desk.evolve import evolve
from server_stub.desk.model import State
from server_stub.journal import schema
from server_stub.journal.api import DESK, JournalUnusable
from server_stub.journal.chain import Checker, Mark, Sealed, genesis

CHECK_EVERY: Final = 1024
"""Invariants are looked at after so many records, where a decision ends."""

LookAt = Callable[[str, str], str]
"""A file's id and the SHA-256 that it must have: what is wrong with it, in a word; empty: nothing."""
Progress = Callable[[int, int], None]
"""So many records of so many are done."""

_ROWS: Final = (
    "SELECT seq, at, kind, chat, n, p, actor, CAST(body AS BLOB), salt, seal, hash, erased FROM journal "
    "WHERE desk = ? ORDER BY seq"
)
"""The fields of `chain.Sealed`."""
_HEAD: Final = "SELECT seq, hash FROM journal WHERE desk = ? ORDER BY seq DESC LIMIT 1"
_ERASER: Final = "SELECT body FROM journal WHERE desk = ? AND seq = ? AND kind = 'content_erased'"
_ERASED: Final = "SELECT erased FROM journal WHERE desk = ? AND chat = ? AND n > 0 AND n = ?"
_DELETED_SINCE: Final = "SELECT body FROM journal WHERE desk = ? AND chat = ? AND seq > ? AND kind = 'message_deleted'"
_SNAPSHOTS: Final = "SELECT seq, CAST(body AS BLOB) FROM snapshot WHERE desk = ? ORDER BY seq"


class JournalBroken(Exception):
    """What doesn't fit, and where: a sentence."""


class Report(Struct):
    """What a journal that holds was found to be."""

    head: Mark
    erased: int = 0
    """Records whose content was erased, each named by the erasure."""
    snapshots: int = 0
    """Those that equal the replay."""
    files: int = 0
    """Those that messages carry, and that are what they were."""
    files_wrong: list[str] = field(default_factory=list)
    """What is wrong with the others; sentences."""
    notes: list[str] = field(default_factory=list)
    """What could not be checked, and why; sentences."""


def head(path: Path, desk: str = DESK) -> Mark:
    """The journal's head, to be kept elsewhere. Raises JournalUnusable."""
    with schema.reading(path) as db:
        return _head(db, desk)


def verify(
    path: Path,
    *,
    desk: str = DESK,
    expect: Iterable[Mark] = (),
    look_at: LookAt | None = None,
    progress: Progress = lambda done, of: None,
) -> Report:
    """Go through all of it. `expect`: marks that were kept elsewhere and must be in the chain. `look_at`: at the files, too.

    Raises JournalBroken with what doesn't fit; JournalUnusable where it can't be read."""
    with schema.reading(path) as db:
        db.execute("BEGIN")  # what is written meanwhile is not seen: one state, from its beginning to its head
        report = Report(_head(db, desk))
        walk = _Walk(db, desk, report, {mark.seq: mark.hash for mark in expect})
        walk.run(progress)
        _check_index(db)
        db.execute("COMMIT")
        if look_at is not None:
            _look_at_files(db, desk, walk.files, look_at, report, progress)
        return report


def _look_at_files(
    db: sqlite3.Connection,
    desk: str,
    files: "dict[tuple[int, int], tuple[str, str]]",
    look_at: LookAt,
    report: Report,
    progress: Progress,
) -> None:
    for done, ((chat, n), (file, sha256)) in enumerate(files.items(), 1):
        if not (wrong := look_at(file, sha256)):
            report.files += 1
        elif not _taken_away(db, desk, chat, n, report.head.seq):
            report.files_wrong.append(f"The file {file} of chat {chat}, entry {n}, is {wrong}.")
        progress(done, len(files))


def _taken_away(db: sqlite3.Connection, desk: str, chat: int, n: int, head: int) -> bool:
    """Whether the running relay has deleted or erased that entry since the records were read."""
    row = db.execute(_ERASED, (desk, chat, n)).fetchone()
    if row is None or row[0] is not None:
        return True
    later = (decode_event(body) for (body,) in db.execute(_DELETED_SINCE, (desk, chat, head)))
    return any(isinstance(event, MessageDeleted) and event.of == n for event in later)


class _Walk:
    """Along the records, once."""

    def __init__(self, db: sqlite3.Connection, desk: str, report: Report, expect: dict[int, bytes]) -> None:
        self._db = db
        self._desk = desk
        self._report = report
        self._expect = expect
        self._checker = Checker(genesis(desk), self._is_named)
        self._state = State()
        self._snapshots = {int(seq): bytes(body) for seq, body in db.execute(_SNAPSHOTS, (desk,))}
        self._erasures: dict[int, ContentErased | None] = {}
        self.files: dict[tuple[int, int], tuple[str, str]] = {}
        """By chat and entry: what it carries still, and the hash of that."""

    def run(self, progress: Progress) -> None:
        end = self._report.head.seq
        if self._expect.get(0, self._checker.mark.hash) != self._checker.mark.hash:
            raise JournalBroken(_another(0, self._expect[0]))
        last_at, unchecked = 0, 0
        cursor = self._db.execute(_ROWS, (self._desk,))
        while rows := cursor.fetchmany(CHECK_EVERY):
            fitting, sentence = self._checker.check_all(rows)
            for row in rows[:fitting]:
                at = row[1]
                if at != last_at and unchecked >= CHECK_EVERY:
                    self._check_touched()  # the events of one decision have one time, so here ends one
                    unchecked = 0
                last_at = at
                unchecked += 1
                self._check(*row)
            if sentence:
                raise JournalBroken(sentence)
            progress(self._state.head, end)
        self._check_all()
        if ahead := [seq for seq in self._expect if seq > end]:
            raise JournalBroken(f"record {min(ahead)} was expected, and the journal ends with record {end}")
        self._report.notes += [
            f"The snapshot of record {seq} is of no record of this journal: it is never used."
            for seq in self._snapshots
        ]

    def _check(
        self,
        seq: int,
        at: int,
        kind: str,
        chat: int,
        n: int,
        p: int,
        actor: str,
        body: bytes,
        *sealed: bytes | int | None,
    ) -> None:
        """One record that fits into the chain: what it says."""
        try:
            event = decode_event(body)
        except EventUnreadable as error:
            raise JournalBroken(f"record {seq} can't be understood ({error})") from None
        if (kind_of(event), chat_of(event), entry_of(event), public_of(event)) != (kind, chat, n, p):
            raise JournalBroken(f"record {seq}: its columns and its body contradict each other")
        try:
            evolve(self._state, Record(seq, at, actor, event))
        except InvariantBroken as error:
            raise JournalBroken(f"the desk does not accept the journal: {error}") from None
        if isinstance(event, MessageSaid | NoteAdded):
            if event.file is not None:
                self.files[event.chat, event.n] = (event.file.id, event.sha256)
        elif isinstance(event, MessageDeleted):
            self.files.pop((event.chat, event.of), None)
        *_, hashed, erased = sealed
        self._report.erased += erased is not None
        if self._expect.get(seq, hashed) != hashed:
            raise JournalBroken(_another(seq, self._expect[seq]))
        if seq in self._snapshots:
            self._check_snapshot(seq)

    def _is_named(self, row: Sealed) -> bool:
        """Whether the erasure that a record names as its own is one that is about it, and has left no content in it."""
        try:
            erasure, event = self._erasure(row.erased or 0), decode_event(row.body)
        except EventUnreadable:
            return False
        if erasure is None or not belongs_to(Record(row.seq, row.at, row.actor, event), erasure):
            return False
        return without_content(event, contact=erasure.visitor != "") is None

    def _erasure(self, seq: int) -> ContentErased | None:
        if seq not in self._erasures:
            found = self._db.execute(_ERASER, (self._desk, seq)).fetchone()
            event = decode_event(found[0]) if found else None
            self._erasures[seq] = event if isinstance(event, ContentErased) else None
        return self._erasures[seq]

    # ------------------------------------------------------------ the replay

    def _check_touched(self) -> None:
        try:
            invariants.check_touched(self._state, self._state.drain_touched())
        except InvariantBroken as error:
            raise JournalBroken(f"after record {self._state.head} an invariant is broken: {error}") from None

    def _check_all(self) -> None:
        self._state.drain_touched()
        try:
            invariants.check(self._state)
        except InvariantBroken as error:
            raise JournalBroken(f"after record {self._state.head} an invariant is broken: {error}") from None

    def _check_snapshot(self, seq: int) -> None:
        blob = self._snapshots.pop(seq)
        if not blob.startswith(snapshot.MAGIC):
            self._report.notes.append(
                f"The snapshot of record {seq} is another version's, and could not be checked: it is never used."
            )
            return
        self._check_all()
        if snapshot.dump(self._state) != blob:
            raise JournalBroken(f"the snapshot of record {seq} is not the state that the records up to there make")
        self._report.snapshots += 1


def _another(seq: int, expected: bytes) -> str:
    return f"record {seq} is another than the one that was expected: its hash was {expected.hex()}"


def _check_index(db: sqlite3.Connection) -> None:
    (found,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise JournalBroken(f"the file contradicts itself ({found})")


def _head(db: sqlite3.Connection, desk: str) -> Mark:
    row = db.execute(_HEAD, (desk,)).fetchone()
    return Mark(int(row[0]), bytes(row[1])) if row else genesis(desk)


__all__ = ["JournalBroken", "JournalUnusable", "Report", "head", "verify"]
