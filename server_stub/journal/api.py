"""What a journal is: the one truth, append-only, of one desk. Backends differ in where they keep it, never in what they do.

Here live the protocol that every backend fulfils, its errors, and the checks common to all; nothing here knows of SQL. The
contract is `tests/contract/`, run against each backend.

    JournalError            whatever goes wrong here; str(error) is a sentence to show to a person
    ├── HeadMoved           an append named another head than the journal's: somebody else writes too, or the caller is late
    ├── JournalFailed       a commit failed. The journal refuses every later append: memory is ahead of the truth, so stop
    ├── JournalUnusable     it can't be opened or read: not ours, damaged, of a newer version, not permitted
    └── SnapshotLost        a snapshot could not be kept; the journal itself is unharmed and goes on
"""

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from server_stub.journal.chain import Mark

if TYPE_CHECKING:
    from opconsole.wire.messages import Message
    from server_stub.desk.events import Record

DESK: Final = "main"
"""Name of the desk, where there is but one."""

SNAPSHOTS_KEPT: Final = 2
"""The last one, and one before it in case the last is found damaged."""

READ_BATCH: Final = 4096
"""Records in one batch of `read`: large enough that the turn-around doesn't count, small enough for the memory."""


class JournalError(Exception):
    """The root of this room's errors."""


class HeadMoved(JournalError):
    """The append was refused whole, nothing of it is stored: `head` is where the journal stands."""

    def __init__(self, expected: int, head: int) -> None:
        super().__init__(f"the journal's head is {head}, but the append expected {expected}: another writer is at work")
        self.expected = expected
        self.head = head


class JournalFailed(JournalError):
    """A commit failed, and every later append is refused with the same sentence: what, why, and what to do."""


class JournalUnusable(JournalError):
    """The journal can't be opened, or not be read; the sentence says why and what to do."""


class SnapshotLost(JournalError):
    """A snapshot could not be kept. It is a cache: the next start takes longer, and nothing else is wrong."""


class Journal(Protocol):
    """An append-only log of records numbered 1, 2, 3…; durable when `append` returns.

    Methods belong to one event loop. Reads never wait for an append that is under way.
    """

    @property
    def head(self) -> int:
        """Number of the last committed record; 0: none."""
        ...

    @property
    def mark(self) -> Mark:
        """The head with its hash, as it may be kept elsewhere. See `chain.py`."""
        ...

    async def append(self, records: "Sequence[Record]", expected_head: int) -> None:
        """Store the records (numbered from `expected_head + 1` on), all or none, and return when they are safe.

        A `ContentErased` among them overwrites earlier records, in the same commit: `desk.erasing` says what stays of each.
        Snapshots made before it are gone, for they hold what was erased.

        The records are encoded before the first await, so the caller may go on changing its state. A second append may be
        given before the first has returned, expecting the head that the first will make; they commit in that order.

        The ids of files that were carried by what is overwritten, or by a message that a `MessageDeleted` among them takes away,
        are noted in the same commit: see `gone_files`.

        Raises HeadMoved, JournalFailed; ValueError for records that aren't numbered so.
        """
        ...

    def read(self, after: int = 0) -> "AsyncIterator[list[Record]]":
        """The records after number `after`, in order, in batches: for the replay at start."""
        ...

    async def transcript(
        self, chat: int, *, after: int = 0, before: int = 0, limit: int, public_only: bool = False
    ) -> "list[Message]":
        """The `limit` newest entries of a chat with a number between `after` and `before` (neither included), ascending.

        `before` 0: no upper bound. Numbers are the entries' `n`; with `public_only` only public entries are given, and the
        numbers are their public ones, `p`: a visitor's log has a numbering of its own.

        Words that were changed are given as they are now (`desk.transcript.as_of_now`), by the changes committed so far, whether
        or not these are among the entries asked for: deleted words are never given.
        """
        ...

    async def versions(self, chat: int, n: int) -> "list[Message]":
        """The entry `n` as it was first recorded and then, in order, the changes of its words as they were recorded: all that
        these words ever were. Empty: there is no such entry."""
        ...

    async def records(self, numbers: Sequence[int]) -> "list[Record]":
        """The records of these numbers, in the order of the numbers; one that there is not is left out."""
        ...

    async def gone_files(self) -> "list[str]":
        """Ids of files that no message carries any more, and that have not been removed yet (`files_removed`)."""
        ...

    async def files_removed(self, files: "Sequence[str]") -> None:
        """These are gone from the disk. Raises JournalError."""
        ...

    async def save_snapshot(self, seq: int, blob: bytes) -> None:
        """Keep the desk's state as of record `seq` (appended before this call; ValueError otherwise). The last two are kept.

        Raises SnapshotLost."""
        ...

    async def load_snapshot(self, *, before: int = 0) -> tuple[int, bytes] | None:
        """The newest snapshot: its record's number and the blob. `before`: one older than that, when the newest is unusable."""
        ...

    async def close(self) -> None:
        """Finish what was begun, and let go. Closing twice does no harm; anything else afterwards raises JournalFailed."""
        ...


def check_numbers(records: "Sequence[Record]", expected_head: int) -> None:
    """The numbers of a batch must continue the head that it expects: anything else is an error of the program."""
    for seq, record in enumerate(records, expected_head + 1):
        if record.seq != seq:
            raise ValueError(f"record {record.seq} stands where {seq} must")
