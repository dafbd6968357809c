"""The index at work: one thread follows the journal and writes, one answers questions, and what doesn't fit is made anew.

    index = Index(path, lambda: JournalSource(database))
    task = asyncio.create_task(index.run())      # makes it if it must, then follows whenever it is nudged
    index.nudge()                                # after a commit; costs nothing
    await index.find(...); await index.hints(...)
    await index.caught_up()                      # what was erased until now is in no file any more
    await index.close()

The writer makes a batch and lets go: while an index is made it rests as long as it works, so that the relay keeps its processor.
Nothing that fails here ends anything: the index is put aside, said in the log, and made anew.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

from server_stub.desk.audience import Reach
from server_stub.journal.api import JournalError
from server_stub.journal.worker import Worker
from server_stub.search import finding, tables
from server_stub.search.finding import Filters, Findings
from server_stub.search.following import Follower
from server_stub.search.hinting import Hinter, PastAnswer
from server_stub.search.source import Source
from server_stub.search.words import Stems

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

BATCH: Final = 4_000
"""Records in one transaction."""
GAP_S: Final = 0.1
"""So long it waits after a batch for more to come: many commits are followed at once."""
REST_MOST_S: Final = 0.5
RETRY_S: Final = 0.5
RETRY_MOST_S: Final = 600.0
"""After a failure it waits, longer each time."""


class NotReady(Exception):
    """The index can't be asked now."""


class Index:
    """Belongs to one event loop. `path` None: in memory, for tests."""

    def __init__(
        self,
        path: Path | None,
        source: Callable[[], Source],
        *,
        worker: Callable[[str], Worker] = Worker,
        rest: bool = True,
    ) -> None:
        self._path = path
        self._make_source = source
        self._rest = rest
        self._writer = worker("index writer")
        self._reader = worker("index reader") if path is not None else self._writer
        self._write_db: sqlite3.Connection | None = None
        self._read_db: sqlite3.Connection | None = None
        self._source: Source | None = None
        self._file = 0
        """Counts the files that there were: the reader opens a new one."""
        self._read_file = 0
        self._follower: Follower
        self._hinter: Hinter
        self._stems: Stems
        self._seq = 0
        """Up to which record it goes."""
        self._head = 0
        """Where the journal stood when it was looked at last."""
        self._building = True
        self._damaged = False
        self._failed = False
        self._trials = 0
        self._waited = 0
        """So many wait for what was erased to be gone from here too."""
        self._closed = False
        self._woken = asyncio.Event()

    # ------------------------------------------------------------ for the relay

    @property
    def progress(self) -> tuple[int, int] | None:
        """While it is made: so many of so many records. None: it is there, and as new as the last commit but for a moment."""
        return (min(self._seq, self._head), self._head) if self._building else None

    @property
    def failed(self) -> bool:
        """It can't be written, or made; it is tried again by and by."""
        return self._failed

    def nudge(self) -> None:
        """There may be something new in the journal."""
        self._woken.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            self._woken.clear()
            began = time.perf_counter()
            more = await self._step()
            if more is None:
                await asyncio.sleep(min(RETRY_MOST_S, RETRY_S * 2.0**self._trials))
            elif not more:
                await self._woken.wait()
                await asyncio.sleep(GAP_S)
            elif self._rest:
                await asyncio.sleep(min(REST_MOST_S, time.perf_counter() - began))

    async def caught_up(self) -> None:
        """Follow up to the journal's head as it is now. What was erased before is gone from the file; if it can't be taken out, the
        file goes."""
        self._waited += 1
        try:
            while (more := await self._step()) is not False:
                if more is None:
                    await self._write(self._drop)
                    return
        finally:
            self._waited -= 1

    async def _step(self) -> bool | None:
        """One batch. True: there is more. None: it failed, and that has been said."""
        if self._closed:
            return False
        try:
            more = await self._write(self._follow)
        except Exception as error:
            if not isinstance(error, sqlite3.Error | OSError | JournalError):
                log.exception("the search index stumbled")
            elif not self._failed:
                log.error("the search index can't be kept up: %s", error)
            self._failed = True
            self._trials += 1
            self._damaged = (
                self._damaged
                or _is_damage(error)
                or not isinstance(error, sqlite3.OperationalError | OSError | JournalError)
            )
            return None
        self._failed = False
        if not more:
            self._trials = 0
        return more

    # ------------------------------------------------------------ questions

    async def find(
        self, text: str, filters: Filters, reach: Reach, *, before: int = 0, limit: int = 20, budget_s: float = 1.0
    ) -> Findings:
        """See `finding.find`. Raises NotReady."""
        return await self._ask(self._find, text, filters, reach, before=before, limit=limit, budget_s=budget_s)

    async def hints(self, chat: int, typed: str, asked: str, reach: Reach, now: int) -> list[PastAnswer]:
        """See `Hinter.hints`. Raises NotReady."""
        return await self._ask(self._hints, chat, typed, asked, reach, now)

    async def had(self, chat: int, reach: Reach) -> bool:
        """Whether a chat that the desk has forgotten may be read. Raises NotReady."""
        return await self._ask(self._had, chat, reach)

    async def _ask(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._closed:
            raise NotReady
        try:
            return await self._reader.submit(work, *args, **kwargs)
        except (sqlite3.Error, OSError) as error:
            if _is_damage(error):
                log.error("the search index is damaged, and will be made anew: %s", error)
                self._damaged = True
                self.nudge()
            raise NotReady from error

    def _find(self, text: str, filters: Filters, reach: Reach, **more: Any) -> Findings:
        return finding.find(self._reading(), self._stems, text, filters, reach, **more)

    def _hints(self, chat: int, typed: str, asked: str, reach: Reach, now: int) -> list[PastAnswer]:
        self._reading()
        return self._hinter.hints(chat, typed, asked, reach, now)

    def _had(self, chat: int, reach: Reach) -> bool:
        return finding.had(self._reading(), chat, reach)

    def _reading(self) -> sqlite3.Connection:
        """In the reader's thread."""
        if self._read_file != self._file:
            self._close_reader()
            self._read_file = self._file
        db = self._read_db
        if db is None:
            if self._path is None:
                db = self._write_db
                if db is None:
                    raise NotReady
            elif self._seq == 0:
                raise NotReady  # there is no file, or an old one
            else:
                db = tables.open_reader(self._path)
            self._stems = Stems()
            self._hinter = Hinter(db, self._stems)
            self._read_db = db
        return db

    # ------------------------------------------------------------ in the writer's thread

    async def _write(self, work: Callable[[], R]) -> R:
        return await self._writer.submit(work)

    def _follow(self) -> bool:
        db, source = self._opened()
        head = source.head()
        self._head = head.seq
        records = source.records(self._seq, head.seq, BATCH)
        full = len(records) >= BATCH
        upto = records[-1].seq if full else head.seq
        if upto == self._seq and not self._follower.erased:
            self._building = False
            return False
        hash_ = (source.hash_at(upto) or b"") if full else head.hash
        db.execute("BEGIN IMMEDIATE")
        try:
            self._follower.take(records)
            tables.mark(db, upto, hash_, unclean=self._follower.erased)
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            self._close_writer()  # what it had gathered is of no use
            raise
        self._seq = upto
        if self._follower.erased and not full:
            self._follower.erased = not tables.clean(db)
        self._building = self._building and full
        return full or self._follower.erased

    def _opened(self) -> tuple[sqlite3.Connection, Source]:
        if self._damaged:
            self._damaged = False
            self._drop()
        if self._source is None:
            self._source = self._make_source()
        if self._write_db is None:
            self._open()
        assert self._write_db is not None
        return self._write_db, self._source

    def _open(self) -> None:
        """The file, if it is an index of this journal; otherwise a new one."""
        assert self._source is not None
        try:
            db = self._open_known()
        except (tables.OtherIndex, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.DatabaseError) and not _is_damage(error):
                raise
            log.info("the search index is made anew: %s", error)
            self._drop()
            db = tables.open_writer(self._path)
            tables.make(db)
        self._write_db = db
        self._follower = Follower(db, Stems())
        self._follower.erased = tables.is_unclean(db)

    def _open_known(self) -> sqlite3.Connection:
        assert self._source is not None
        db = tables.open_writer(self._path)
        try:
            seq, hash_ = tables.check(db)
            if seq and self._source.hash_at(seq) != hash_:
                raise tables.OtherIndex("it is of another journal")
        except BaseException:
            db.close()
            raise
        self._seq = seq
        return db

    def _drop(self) -> None:
        """Away with the file."""
        self._close_writer()
        self._file += 1
        self._seq, self._building = 0, True
        if self._path is not None:
            tables.remove(self._path)

    def _close_writer(self) -> None:
        db, self._write_db = self._write_db, None
        if db is not None:
            db.close()

    def _close_reader(self) -> None:
        db, self._read_db = self._read_db, None
        if db is not None and self._path is not None:
            db.close()

    # ------------------------------------------------------------ the end

    async def close(self) -> None:
        """What was erased is taken out first; the rest is followed at the next start."""
        if self._closed:
            return
        if self._write_db is not None and not self._building:
            await self.caught_up()
        self._closed = True
        if self._waited:
            await self._writer.submit(self._drop)
        await self._reader.submit(self._close_reader)
        await self._writer.submit(self._close_all)
        if self._reader is not self._writer:
            await self._reader.stop()
        await self._writer.stop()

    def _close_all(self) -> None:
        self._close_writer()
        if self._source is not None:
            self._source.close()


def _is_damage(error: BaseException) -> bool:
    """The file itself is at fault."""
    return (getattr(error, "sqlite_errorname", "") or "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def follow_at_once(path: Path, source: Source) -> None:
    """Without a relay, after something was erased in its place: bring an index that is there up to date, or throw it away."""
    if not path.exists():
        return
    db = None
    try:
        db = tables.open_writer(path)
        seq, hash_ = tables.check(db)
        if seq and source.hash_at(seq) != hash_:
            raise tables.OtherIndex("the index is of another journal")
        follower = Follower(db, Stems())
        head = source.head()
        while records := source.records(seq, head.seq, BATCH):
            db.execute("BEGIN IMMEDIATE")
            follower.take(records)
            seq = records[-1].seq
            tables.mark(db, seq, source.hash_at(seq) or b"", unclean=True)
            db.execute("COMMIT")
        tables.clean(db)
    except (sqlite3.Error, tables.OtherIndex) as error:
        log.info("the search index is thrown away, and made anew when a relay starts: %s", error)
        if db is not None:
            db.close()
            db = None
        tables.remove(path)
    finally:
        source.close()
        if db is not None:
            db.close()
