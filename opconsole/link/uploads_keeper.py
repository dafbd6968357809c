"""Keeps the uploads' list on disk, beside the outbox: at once when it changes, in a thread, one write at a time. The files stay where they are.

A file that was brought leaves this list for the outbox. The outbox is on the disk first: whatever a crash leaves, the file stands in one of
them. In both it is known by its id (`join`).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from opconsole.link.outbox_file import OutboxFile
from opconsole.locale import trn
from opconsole.state.store import Store
from opconsole.state.uploads import UploadsDamaged

log = logging.getLogger(__name__)


class UploadsKeeper:
    """Before `open`, or without a folder that could be used, nothing is kept; the console works all the same."""

    def __init__(self, store: Store, outbox_is_kept: Callable[[], Awaitable[bool]]) -> None:
        """`outbox_is_kept`: write the outbox as it is now; whether it is on the disk."""
        self._store = store
        self._outbox_is_kept = outbox_is_kept
        self._file: OutboxFile | None = None
        self._kept = -1
        """Revision that is on the disk."""
        self._writing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, file: OutboxFile, kept: bytes | None) -> list[str]:
        """The folder is there, and gave this. Returns sentences about what was not finished."""
        self._file = file
        if kept is None:
            self._kept = self._store.uploads.revision
            return []
        return self.join(kept)

    def join(self, kept: bytes) -> list[str]:
        """What a console that has ended left. What its outbox names already was brought: its message is on its way."""
        store = self._store
        with suppress(UploadsDamaged):  # looked at when it was read
            store.uploads.load(kept)
        for upload in [each for each in store.uploads if each.id in store.outbox]:
            store.uploads.drop(upload.id)
        count = len(store.uploads)
        if not count:
            return []
        text = trn(
            "{n} file was not sent when the console ended: it stands in its chat, to be sent again or thrown away.",
            "{n} files were not sent when the console ended: they stand in their chats, to be sent again or thrown away.",
            count,
        )
        return [text]

    def changed(self) -> None:
        """Write it, if it has changed."""
        if self._file is None or self._kept == self._store.uploads.revision:
            return
        task = asyncio.get_running_loop().create_task(self._write(), name="uploads")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Write what isn't written. The folder is let go by whoever opened it."""
        await self._write()
        self._file = None

    async def _write(self) -> None:
        async with self._writing:
            revision = self._store.uploads.revision
            if self._file is None or self._kept == revision:
                return
            blob = self._store.uploads.dump() if len(self._store.uploads) else b""
            if not await self._outbox_is_kept():
                return  # the older list is the truer one; the next change or the end tries again
            try:
                await asyncio.to_thread(self._file.write_uploads, blob)
            except OSError as error:
                log.warning("the list of uploads can't be written: %s", error)
            else:
                self._kept = revision
