"""Keeps the outbox and the drafts on disk: loads them at the start, writes them in a thread, one write at a time."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from opconsole.link.marks_keeper import MarksKeeper
from opconsole.link.outbox_file import OutboxFile, folder_of
from opconsole.locale import tr
from opconsole.state.store import Store

DRAFTS_SECONDS: Final = 1.0
"""A draft that changes is written so long after; closing writes it at once."""

log = logging.getLogger(__name__)


class Keeper:
    """`file` None: nothing is kept (no folder could be used); the console works all the same."""

    def __init__(self, store: Store, state_dir: Path | None) -> None:
        self._store = store
        self.marks = MarksKeeper(store)
        self._state_dir = state_dir
        self._file: OutboxFile | None = None
        self._outbox_kept = -1
        """Revision of the outbox that is on the disk."""
        self._drafts_wait: asyncio.TimerHandle | None = None
        self._drafts_dirty = False
        self._writing = asyncio.Lock()
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
        if kept.drafts is not None:
            self._store.drafts.load(kept.drafts)
        self._outbox_kept = -1 if given_since else self._store.outbox.revision
        return kept.notes

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

    def drafts_changed(self) -> None:
        """Write them soon."""
        self._drafts_dirty = True
        if self._drafts_wait is None and self._file is not None:
            loop = asyncio.get_running_loop()
            self._drafts_wait = loop.call_later(DRAFTS_SECONDS, self._start_drafts)

    async def close(self) -> None:
        """Write what isn't written, and let the folder go."""
        if self._drafts_wait is not None:
            self._drafts_wait.cancel()
        await self.keep_outbox()
        await self._keep_drafts()
        await self.marks.close()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _start_drafts(self) -> None:
        self._drafts_wait = None
        self._task = asyncio.get_running_loop().create_task(self._keep_drafts(), name="drafts")

    async def _keep_drafts(self) -> None:
        async with self._writing:
            if self._file is None or not self._drafts_dirty:
                return
            self._drafts_dirty = False
            try:
                await _in_thread(self._file.write_drafts, self._store.drafts.dump())
            except OSError as error:
                self._drafts_dirty = True
                self._complain(error)

    def _complain(self, error: OSError) -> list[str]:
        log.warning("outbox or drafts can't be written: %s", error)
        told, self._complained = self._complained, True
        return [] if told else [_unkept(error)]


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
