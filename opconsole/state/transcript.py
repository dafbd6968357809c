"""The entries of one chat that this console holds: a run without gaps, ending at the newest, and what is known to be missing.

Words that were changed are held as they are now: a change is applied to the entry that it is of as soon as it joins the run, and
then is spent (`wire.messages`). So a run needs no correction by whoever reads it.

A transcript knows nothing of other chats, of commands on their way (`outbox.py`), or of drawing.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from opconsole.state.packed import PackedRun
from opconsole.wire import limits
from opconsole.wire.messages import Kind, Message, changed, spent

_EMPTY: Final[tuple[Message, ...]] = ()


class Transcript:
    """Entries `first`…`last` of a chat, in order and without a gap.

    Entries that came after a gap are put aside (`ahead`) until the missing ones have been fetched, so what is drawn never
    has a hole in it. What comes before `first` is fetched when somebody wants to see it.
    """

    __slots__ = ("_ahead", "_entries", "changes", "edits", "revision")

    def __init__(self) -> None:
        self._entries = PackedRun()
        self._ahead: list[Message] = []
        self.revision = 0
        """Grows whenever entries that were there before have moved (older ones were put before them, or a reset): a pane
        drops its caches then. An appended entry doesn't change it."""
        self.edits = 0
        """Grows whenever the words of an entry that was there before have changed."""
        self.changes = 0
        """How many of the entries are changes: there is nothing to draw of them."""

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> Sequence[Message]:
        """A live view: read it, don't keep it."""
        return self._entries

    @property
    def first(self) -> int:
        """Number of the oldest entry held; 0: none is held."""
        return self._entries[0].n if self._entries else 0

    @property
    def last(self) -> int:
        """Number of the newest entry held; 0: none is held."""
        return self._entries[-1].n if self._entries else 0

    @property
    def older_exist(self) -> bool:
        """Whether there are entries before `first` that aren't held."""
        return self.first > 1

    @property
    def waits_from(self) -> int:
        """Number of the first entry put aside after a gap; 0: there is no gap."""
        return self._ahead[0].n if self._ahead else 0

    @property
    def newest(self) -> int:
        """Number of the newest entry that has come, be it put aside."""
        return self._ahead[-1].n if self._ahead else self.last

    def at(self, n: int) -> Message | None:
        """The entry of that number, if it is held."""
        index = n - self.first
        return self._entries[index] if self._entries and 0 <= index < len(self._entries) else None

    def add(self, message: Message) -> bool:
        """A live entry. False: it was known. After a gap it is put aside; then `waits_from` says so."""
        n = message.n
        if n <= self.last:
            return False
        if n == self.last + 1:
            self._extend((message,))
            self._join_ahead()
            return True
        if self._ahead and n <= self._ahead[-1].n:
            return False
        if self._ahead and n > self._ahead[-1].n + 1:
            self._ahead = []
        self._ahead.append(message)
        return True

    def page(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Entries in order, as `fetch` or `watch` brings them. Returns those that are newer than all we had.

        Entries that touch or overlap the run make it longer at either end. Newer ones that don't touch it replace it (the
        gap is then before them); older ones that don't touch it are of no use.
        """
        run = _without_gaps(messages)
        if not run:
            return _EMPTY
        if not self._entries or run[0].n > self.last + 1:
            self._clear()
            self._extend(run)
            self.revision += 1
            self._join_ahead()
            return run
        newer = run[max(0, self.last + 1 - run[0].n) :]
        if run[0].n < self.first <= run[-1].n + 1:
            older = [_kept(message) for message in run[: self.first - run[0].n]]
            self.changes += sum(message.kind is Kind.change for message in older)
            self._entries.put_before(older)
            self.revision += 1
        self._extend(newer)
        self._join_ahead()
        return newer

    def synced(self, messages: Sequence[Message], last: int) -> Sequence[Message]:
        """Entries that a sync brought, and the number of the newest that there is. Returns those that are new to us.

        A transcript that is ahead of the relay (it was restored from an older copy) is forgotten: the relay is right.
        """
        self._ahead = []
        if self.last > last:
            self._clear()
            self.revision += 1
        return self.page(messages)

    def give_up_gap(self) -> None:
        """The missing entries can't be had: go on from the ones after the gap."""
        if self._ahead:
            ahead, self._ahead = self._ahead, []
            self._clear()
            self._extend(ahead)
            self.revision += 1

    def lacks(self, last: int) -> tuple[int, int] | None:
        """Given the number of the newest entry that there is: `(before, limit)` of what must be fetched, or None."""
        before = self.waits_from or last + 1
        missing = before - 1 - self.last
        if missing <= 0:
            return None
        # `before` is always named: by the time the question is answered there may be newer entries, which would not join
        return before, min(missing, limits.FETCH_MESSAGES if self._entries else limits.SYNC_MESSAGES)

    def _join_ahead(self) -> None:
        if self._ahead and self._ahead[0].n <= self.last + 1:
            after = self.last
            ahead, self._ahead = self._ahead, []
            self._extend(message for message in ahead if message.n > after)

    def _clear(self) -> None:
        self._entries = PackedRun()
        self.changes = 0

    def _extend(self, messages: Iterable[Message]) -> None:
        """Entries at the end of the run, and what changes among them do to those before."""
        entries = self._entries
        for message in messages:
            entries.append(_kept(message))
            if message.kind is not Kind.change:
                continue
            self.changes += 1
            index = message.of - entries[0].n
            if 0 <= index < len(entries):
                entry = entries[index]
                found = changed(entry, message)
                if found is not entry:
                    entries[index] = found
                    self.edits += 1


def _kept(message: Message) -> Message:
    return spent(message) if message.kind is Kind.change else message


def _without_gaps(messages: Iterable[Message]) -> list[Message]:
    """The newest part of the page that has no gaps (a correct relay sends no page with one)."""
    run: list[Message] = []
    for message in messages:
        if run and message.n <= run[-1].n:
            continue
        if run and message.n != run[-1].n + 1:
            run = []
        run.append(message)
    return run
