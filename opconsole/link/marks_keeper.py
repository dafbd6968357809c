"""Keeps my marks on disk, beside the drafts: soon after they change, in a thread, one write at a time."""

import asyncio
import logging
from typing import Final

from opconsole.link.outbox_file import OutboxFile
from opconsole.state.store import Store

MARKS_SECONDS: Final = 1.0
"""Marks that change are written so long after; closing writes them at once."""

log = logging.getLogger(__name__)


class MarksKeeper:
    """Before `open`, or without a folder that could be used, nothing is kept; the console works all the same."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._file: OutboxFile | None = None
        self._dirty = False
        self._wait: asyncio.TimerHandle | None = None
        self._writing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, file: OutboxFile, kept: bytes | None) -> None:
        """The folder is there, and gave this."""
        self._file = file
        self.join(kept)

    def join(self, kept: bytes | None) -> None:
        """Marks that a file had (None: it had none): this console's own, or those of one that is dead. What is here already stays."""
        if kept is not None:
            self._store.marks.load(kept)

    def changed(self) -> None:
        """Write them soon."""
        self._dirty = True
        if self._wait is None and self._file is not None:
            self._wait = asyncio.get_running_loop().call_later(MARKS_SECONDS, self._start)

    async def close(self) -> None:
        """Write what isn't written. The folder is let go by whoever opened it."""
        if self._wait is not None:
            self._wait.cancel()
        await self._write()
        self._file = None

    def _start(self) -> None:
        self._wait = None
        task = asyncio.get_running_loop().create_task(self._write(), name="marks")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self) -> None:
        async with self._writing:
            if self._file is None or not self._dirty:
                return
            self._dirty = False
            try:
                await asyncio.to_thread(self._file.write_marks, self._store.marks.dump())
            except OSError as error:
                self._dirty = True
                log.warning("my marks can't be written: %s", error)
