"""The journal in memory: for tests and simulations, with the same behaviour as the durable ones, but for the durability.

Bodies are kept encoded, so whatever would not survive the disk doesn't survive here either, and nobody shares a record with
the journal.
"""

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from copy import copy
from typing import NamedTuple

from opconsole.wire.messages import Kind, Message
from server_stub.desk.erasing import belongs_to, without_content
from server_stub.desk.events import (
    ContentErased,
    MessageDeleted,
    Record,
    chat_of,
    decode_event,
    encode_event,
    entry_of,
    kind_of,
    public_of,
)
from server_stub.desk.transcript import as_of_now, message_of
from server_stub.journal import chain
from server_stub.journal.api import DESK, READ_BATCH, SNAPSHOTS_KEPT, HeadMoved, JournalFailed, check_numbers
from server_stub.journal.chain import SALT_BYTES, Mark, Random, Sealed


class Row(NamedTuple):
    at: int
    actor: str
    body: bytes
    salt: bytes | None
    seal: bytes | None
    hash: bytes
    erased: int | None


class MemoryStore:
    """What would be on the disk: outlives the journal that is opened on it."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        """Row of record `seq` at index `seq - 1`."""
        self.entries: dict[int, list[Message]] = {}
        """Per chat, its transcript in order."""
        self.snapshots: list[tuple[int, bytes]] = []
        self.gone: dict[str, None] = {}
        """Ids of files that no message carries any more."""

    def sealed(self) -> Iterator[Sealed]:
        """The records with what the chain needs, for a `chain.Checker`."""
        for seq, row in enumerate(self.rows, 1):
            event = decode_event(row.body)
            numbers = (chat_of(event), entry_of(event), public_of(event))
            yield Sealed(
                seq, row.at, kind_of(event), *numbers, row.actor, row.body, row.salt, row.seal, row.hash, row.erased
            )


class MemoryJournal:
    """A `Journal` over a `MemoryStore`. Two journals over one store are two writers, as two processes would be."""

    def __init__(self, store: MemoryStore | None = None, *, random: Random = os.urandom) -> None:
        self._store = store if store is not None else MemoryStore()
        self._random = random
        self._closed = False

    @property
    def head(self) -> int:
        return len(self._store.rows)

    @property
    def mark(self) -> Mark:
        return Mark(self.head, self._store.rows[-1].hash) if self._store.rows else chain.genesis(DESK)

    async def append(self, records: Sequence[Record], expected_head: int) -> None:
        self._check_open()
        check_numbers(records, expected_head)
        if expected_head != self.head:
            raise HeadMoved(expected_head, self.head)
        rows = []
        last = self.mark.hash
        for record in records:
            event, body, salt = record.event, encode_event(record.event), self._random(SALT_BYTES)
            numbers = (chat_of(event), entry_of(event), public_of(event))
            known = chain.facts((record.seq, record.at, kind_of(event), *numbers, record.actor))
            last = chain.link(last, known + chain.seal(salt, body))
            rows.append(Row(record.at, record.actor, body, salt, None, last, None))
        for record in records:
            message = message_of(record)
            if message is not None:
                self._store.entries.setdefault(message.chat, []).append(message)
        self._store.rows += rows
        for record in records:
            event = record.event
            if isinstance(event, ContentErased):
                self._overwrite(record.seq, event)
            elif isinstance(event, MessageDeleted):
                file = self._store.entries[event.chat][event.of - 1].file
                if file is not None:
                    self._store.gone[file.id] = None

    def _overwrite(self, seq: int, erased: ContentErased) -> None:
        """What stands before record `seq` and is about these chats, or this contact, loses its content."""
        for at, row in enumerate(self._store.rows[: seq - 1]):
            record = Record(at + 1, row.at, row.actor, decode_event(row.body))
            blank = without_content(record.event, contact=erased.visitor != "") if belongs_to(record, erased) else None
            if blank is None:
                continue
            assert row.salt is not None  # a record loses its content once
            kept = chain.seal(row.salt, row.body)
            self._store.rows[at] = row._replace(body=encode_event(blank), salt=None, seal=kept, erased=seq)
            message = message_of(Record(record.seq, record.at, record.actor, blank))
            if message is not None:
                entries = self._store.entries[message.chat]
                if (file := entries[message.n - 1].file) is not None:
                    self._store.gone[file.id] = None
                entries[message.n - 1] = message
        self._store.snapshots = []

    async def read(self, after: int = 0) -> AsyncIterator[list[Record]]:
        self._check_open()
        while after < self.head:
            rows = self._store.rows[after : after + READ_BATCH]
            yield [Record(after + i, row.at, row.actor, decode_event(row.body)) for i, row in enumerate(rows, 1)]
            after += len(rows)

    async def transcript(
        self, chat: int, *, after: int = 0, before: int = 0, limit: int, public_only: bool = False
    ) -> list[Message]:
        self._check_open()
        found: list[Message] = []
        for message in reversed(self._store.entries.get(chat, ())):
            number = message.p if public_only else message.n
            if number and number > after and (not before or number < before):
                found.append(copy(message))
                if len(found) >= limit:
                    break
        found.reverse()
        last = found[-1].n if found else 0
        return as_of_now(found, self._changes(chat, last))

    async def versions(self, chat: int, n: int) -> list[Message]:
        self._check_open()
        first = [message for message in self._store.entries.get(chat, ()) if message.n == n]
        return [copy(each) for each in (*first, *self._changes(chat, n)) if each.n == n or each.of == n]

    def _changes(self, chat: int, after: int) -> Iterator[Message]:
        """The chat's changes beyond entry `after`."""
        entries = self._store.entries.get(chat, ())
        return (message for message in entries if message.kind is Kind.change and message.n > after)

    async def records(self, numbers: Sequence[int]) -> list[Record]:
        self._check_open()
        rows = ((seq, self._store.rows[seq - 1]) for seq in numbers if 0 < seq <= self.head)
        return [Record(seq, row.at, row.actor, decode_event(row.body)) for seq, row in rows]

    async def gone_files(self) -> list[str]:
        self._check_open()
        return sorted(self._store.gone)

    async def files_removed(self, files: Sequence[str]) -> None:
        self._check_open()
        for each in files:
            self._store.gone.pop(each, None)

    async def save_snapshot(self, seq: int, blob: bytes) -> None:
        self._check_open()
        if seq > self.head:
            raise ValueError(f"a snapshot of record {seq}, but the journal's head is {self.head}")
        kept = {**dict(self._store.snapshots), seq: bytes(blob)}
        self._store.snapshots = sorted(kept.items())[-SNAPSHOTS_KEPT:]

    async def load_snapshot(self, *, before: int = 0) -> tuple[int, bytes] | None:
        self._check_open()
        for seq, blob in reversed(self._store.snapshots):
            if not before or seq < before:
                return seq, blob
        return None

    async def close(self) -> None:
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise JournalFailed("the journal is closed")
