"""Keeps the outbox and the drafts on disk: loads them at the start, writes them in a thread, one write at a time."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from opconsole.link.marks_keeper import MarksKeeper
from opconsole.link.outbox_file import Kept, OutboxFile, folder_of
from opconsole.link.uploads_keeper import UploadsKeeper
from opconsole.locale import tr, trn
from opconsole.state.model import Drafts
from opconsole.state.outbox import Outbox
from opconsole.state.store import Store
from opconsole.wire.staff import AddNote, Say

DRAFTS_SECONDS: Final = 1.0
"""A draft that changes is on the disk for good so long after; closing writes it at once."""
NOW_SECONDS: Final = 0.01
"""So soon after a key the draft is in a file that outlives the program: nobody types faster."""
AGAIN_SECONDS: Final = 5.0
"""What the disk did not take is tried again so long after."""

log = logging.getLogger(__name__)


class Keeper:
    """`file` None: nothing is kept (no folder could be used); the console works all the same."""

    def __init__(
        self, store: Store, state_dir: Path | None, on_note: Callable[[str], None] = lambda note: None
    ) -> None:
        """`on_note`: a sentence for the operator, when drafts can't be kept."""
        self._store = store
        self.marks = MarksKeeper(store)
        self.uploads = UploadsKeeper(store, self._outbox_is_kept)
        self._state_dir = state_dir
        self._on_note = on_note
        self._file: OutboxFile | None = None
        self._outbox_kept = -1
        """Revision of the outbox that is on the disk."""
        self._changed: set[int] = set()
        """Chats whose drafts have changed since the last durable write began."""
        self._being_written: set[int] = set()
        """And those that it writes."""
        self._drafts_wait: asyncio.TimerHandle | None = None
        self._now_wait: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writing = asyncio.Lock()
        self._writing_now = asyncio.Lock()
        self._complained = False

    async def open(self, relay: str, login: str) -> list[str]:
        """Load what is kept for this relay and login. Returns sentences about what went wrong."""
        if self._state_dir is None:
            return []
        folder = folder_of(self._state_dir, relay, login)
        try:
            self._file = await asyncio.to_thread(OutboxFile, folder)
            kept = await asyncio.to_thread(self._file.read)
        except OSError as error:
            self._complained = True
            return [_unkept(error)]
        self.marks.open(self._file, kept.marks)
        given_since = bool(list(self._store.outbox))
        if kept.outbox is not None:
            self._store.outbox.load(kept.outbox)
        self._store.drafts.load(_joined(kept).dump())
        self._outbox_kept = -1 if given_since else self._store.outbox.revision
        if kept.now is not None:
            self.drafts_changed(*_chats(kept.now))
        unfinished = self.uploads.open(self._file, kept.uploads)
        return [*kept.notes, *unfinished, *await self._adopt(self._file), *self._give_back()]

    async def keep_outbox(self) -> list[str]:
        """Make the disk's outbox equal to the store's. Returns a sentence, once, if that can't be done."""
        async with self._writing:
            outbox = self._store.outbox
            if self._file is None or self._outbox_kept == outbox.revision:
                return []
            revision, blob = outbox.revision, outbox.dump()
            try:
                await _in_thread(self._file.write_outbox, blob)
            except OSError as error:
                return self._complain(error)
            self._outbox_kept = revision
            self._complained = False
        return []

    async def _outbox_is_kept(self) -> bool:
        revision = self._store.outbox.revision
        for note in await self.keep_outbox():
            self._on_note(note)
        return self._outbox_kept >= revision

    def drafts_changed(self, *chats: int) -> None:
        """Write these soon: at once in a way that outlives the program, later for good."""
        self._changed |= set(chats)
        if self._file is None or not chats:
            return
        loop = asyncio.get_running_loop()
        if self._now_wait is None:
            self._now_wait = loop.call_later(NOW_SECONDS, self._start_now)
        if self._drafts_wait is None:
            self._drafts_wait = loop.call_later(DRAFTS_SECONDS, self._start_drafts)

    async def close(self) -> None:
        """Write what isn't written, and let the folder go."""
        self._stop_waiting()
        await self.keep_outbox()
        await self._keep_drafts()
        self._stop_waiting()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.marks.close()
        await self.uploads.close()
        if self._file is not None:
            self._file.close()
            self._file = None

    # ------------------------------------------------------------ drafts

    def _stop_waiting(self) -> None:
        for timer in (self._drafts_wait, self._now_wait):
            if timer is not None:
                timer.cancel()
        self._drafts_wait = self._now_wait = None

    def _start_now(self) -> None:
        self._now_wait = None
        self._start(self._keep_now())

    def _start_drafts(self) -> None:
        self._drafts_wait = None
        self._start(self._keep_drafts())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name="drafts")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep_now(self) -> None:
        async with self._writing_now:
            if self._file is None:
                return
            chats = self._changed | self._being_written
            blob = self._store.drafts.dump_some(chats) if chats else b""
            try:
                await _in_thread(self._file.write_now, blob)
            except OSError as error:
                self._tell(error)

    async def _keep_drafts(self) -> None:
        async with self._writing:
            if self._file is None or not self._changed:
                return
            self._being_written, self._changed = self._changed, set()
            blob = self._store.drafts.dump()
            await self._keep_now()  # before the other, and no older than it
            try:
                await _in_thread(self._file.write_drafts, blob)
            except OSError as error:
                self._changed |= self._being_written
                self._tell(error)
                self._drafts_wait = asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._start_drafts)
            else:
                self._complained = False
            finally:
                self._being_written = set()
        if not self._changed:
            await self._keep_now()

    # ------------------------------------------------------------ what dead consoles left

    async def _adopt(self, file: OutboxFile) -> list[str]:
        """Words that a console at another place died with must not wait there until somebody opens as many consoles again."""
        orphans = await asyncio.to_thread(file.orphans)
        notes: list[str] = []
        if not orphans:
            return notes
        drafts = words = 0
        for orphan in orphans:
            kept = await asyncio.to_thread(orphan.read)
            notes += kept.notes
            if kept.outbox is not None:
                self._store.outbox.load(kept.outbox)
                other = Outbox()
                other.load(kept.outbox)
                words += len(other)
            if kept.uploads is not None:
                notes += self.uploads.join(kept.uploads)
            self.marks.join(kept.marks)
            theirs = _joined(kept)
            drafts += self._store.drafts.join(theirs.dump())
            self._changed |= theirs.chats()
        try:
            await _in_thread(file.write_outbox, self._store.outbox.dump())
            await _in_thread(file.write_drafts, self._store.drafts.dump())
            await _in_thread(file.write_uploads, self._store.uploads.dump() if len(self._store.uploads) else b"")
            await _in_thread(file.write_marks, self._store.marks.dump())
        except OSError as error:
            notes += self._complain(error)
        else:
            for orphan in orphans:
                with suppress(OSError):  # found again next time, and known by its ids and words
                    await asyncio.to_thread(orphan.discard)
        for orphan in orphans:
            orphan.close()
        if drafts:
            notes.append(
                trn("{n} draft of another console is here now.", "{n} drafts of another console are here now.", drafts)
            )
        if words:
            text = trn(
                "{n} message that another console could not send goes out from here.",
                "{n} messages that another console could not send go out from here.",
                words,
            )
            notes.append(text)
        return notes

    def _give_back(self) -> list[str]:
        chats = {item.command.chat for item in self._store.outbox.held() if isinstance(item.command, Say | AddNote)}
        count = self._store.give_back_held()
        if not count:
            return []
        self.drafts_changed(*chats)
        text = trn(
            "{n} message was held back when the console ended: it was not sent, and is in its chat's draft again.",
            "{n} messages were held back when the console ended: they were not sent, and are in their chats' drafts again.",
            count,
        )
        return [text]

    def _complain(self, error: OSError) -> list[str]:
        log.warning("outbox or drafts can't be written: %s", error)
        told, self._complained = self._complained, True
        return [] if told else [_unkept(error)]

    def _tell(self, error: OSError) -> None:
        for note in self._complain(error):
            self._on_note(note)


def _joined(kept: Kept) -> Drafts:
    """The drafts as they were at the last key."""
    drafts = Drafts()
    if kept.drafts is not None:
        drafts.load(kept.drafts)
    if kept.now is not None:
        drafts.load_over(kept.now)
    return drafts


def _chats(blob: bytes) -> frozenset[int]:
    drafts = Drafts()
    drafts.load(blob)
    return drafts.chats()


async def _in_thread(write: Callable[[bytes], None], blob: bytes) -> None:
    """Whoever is cancelled meanwhile still waits for its end: a second write at the same time would tear the file."""
    writing = asyncio.ensure_future(asyncio.to_thread(write, blob))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait([writing])
        if not writing.cancelled():
            writing.exception()  # seen, though nobody is left to be told
        raise


def _unkept(error: OSError) -> str:
    why = error.strerror or str(error)
    return tr("Drafts and unsent messages can't be kept on disk ({why}); they are sent all the same.", why=why)
