"""The line: everything that comes in goes through one queue, is decided, committed, and only then shown.

    put ──► queue ──► decide, evolve ──► render ──► append ──► send

A batch stays open while the one before it commits: commands are decided into it as they come. When that commit is done its
frames leave, the open batch is rendered, and its own append begins; so one append is in flight at a time, and the more there
is to do, the larger the batches. What shall happen is the desk's to say, who sees it the fan-out's; here is only the order of
the steps.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Final

from msgspec import Struct

from server_stub.batch import Batch
from server_stub.desk import invariants, snapshot
from server_stub.desk.commands import Tick
from server_stub.desk.model import State, Touched
from server_stub.edge import bounds
from server_stub.edge.filestock import Files
from server_stub.edge.metrics import Metrics
from server_stub.edge.sessions import Later, Session, StaffSession, VisitorSession
from server_stub.fanout import Fanout, Outgoing
from server_stub.filing import Filing
from server_stub.handling import Handling
from server_stub.journal.api import Journal, JournalError
from server_stub.roster import Roster
from server_stub.search.index import Index
from server_stub.searching import Searching
from server_stub.syncing import Syncing

log = logging.getLogger(__name__)

Clock = Callable[[], int]
"""Milliseconds since the epoch, UTC."""
EndSession = Callable[[Session, bool], None]
"""Close a session because its person's rights have changed: it may come back, unless (True) the person is blocked."""

TICKS_IN_A_TURN: Final = 4


class Line:
    """The core loop. `run` until it is cancelled or fails; `put` from the same event loop."""

    def __init__(
        self,
        state: State,
        journal: Journal,
        *,
        clock: Clock,
        metrics: Metrics,
        name: str,
        end_session: EndSession,
        index: Index | None = None,
        files: Files | None = None,
    ) -> None:
        self.state = state
        self.roster = Roster()
        self._loop = asyncio.get_running_loop()
        self._journal = journal
        self._clock = clock
        self._metrics = metrics
        self._end_session = end_session
        self._syncing = Syncing(state, journal, name)
        self._fanout = Fanout(state, self.roster)
        self._searching = Searching(state, index)
        self.filing = Filing(state, files, index)
        self._handling = Handling(state, self.roster, self._syncing, self._searching, self.filing, metrics)
        self._now = clock()
        self._queue: deque[tuple[Session | None, Struct]] = deque()
        self._turn_due = False
        self._work = asyncio.Event()
        self._stopped: list[Callable[[], None]] = []
        self._idle = asyncio.Event()
        self._idle.set()
        self._sealed: Batch | None = None
        self._flush = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._error: Exception | None = None
        metrics.head = state.head
        self._snapshot_head = state.head
        self._snapshot_at = self._now

    # ------------------------------------------------------------ coming in

    def put(self, session: Session | None, item: Struct) -> None:
        """Queue a command, a signal, `Joined` or `Gone`. They are decided in the order in which they were put."""
        self._queue.append((session, item))
        self._call_turn()

    @property
    def full(self) -> bool:
        """Too much waits: put nothing more, and stop reading. `when_room` tells when to go on."""
        return len(self._queue) >= bounds.QUEUE_ITEMS

    def when_room(self, go_on: Callable[[], None]) -> None:
        """Call this once when something more can be put. Of many who wait, each may find it full again."""
        self._stopped.append(go_on)

    async def settled(self, *, flush: bool = False) -> None:
        """Wait until all that was put is decided, committed and sent. `flush`: what may wait a little goes out too."""
        if flush:
            self._flush = True
            self._idle.clear()
            self._work.set()
        while True:
            await self._idle.wait()
            tasks = [task for task in self._tasks if not task.done()]
            if not tasks:
                return
            await asyncio.wait(tasks)

    # ------------------------------------------------------------ deciding

    def now(self) -> int:
        """The clock, which may be set back; this never goes back."""
        self._now = max(self._now, self._clock())
        return self._now

    def _call_turn(self) -> None:
        """Decide when the sockets that are ready have been read."""
        if not self._turn_due:
            self._turn_due = True
            self._idle.clear()
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        """Decide some of what waits, into the open batch."""
        self._turn_due = False
        if self._error is not None:
            return
        queue, handling = self._queue, self._handling
        now = self.now()
        try:
            room = min(bounds.TURN_ITEMS, bounds.BATCH_ITEMS - handling.batch.items, len(queue))
            for _ in range(room):
                session, item = queue.popleft()
                handling.handle(session, item, now)
            self._tick(now)
            handling.tell_due_peeks(now)
        except Exception as error:
            # Half a decision may have been applied: state and truth have parted, and `run` ends with this.
            self._error = error
            self._work.set()
            return
        self._work.set()
        if self._stopped and not self.full:
            stopped, self._stopped = self._stopped, []
            for go_on in stopped:
                go_on()
        if queue and handling.batch.items < bounds.BATCH_ITEMS:
            self._call_turn()

    def _tick(self, now: int) -> None:
        """What is due by the clock. One tick does a bounded part; the rest is due again at once."""
        for _ in range(TICKS_IN_A_TURN):
            due = self.state.next_deadline()
            if due is None or due > now:
                return
            self._handling.handle(None, Tick(), now)

    def _arm(self) -> None:
        """One timer, for the nearest of all that is due without a command."""
        dues = (self.state.next_deadline() or 0, self._fanout.due_at(), self._handling.peeks_due_at())
        at = min((due for due in dues if due), default=0)
        if at == self._timer_at and self._timer is not None:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timer_at = at
        if at:
            delay_s = max(0, at - self.now() + 1) / 1000
            self._timer = self._loop.call_later(min(delay_s, bounds.TIMER_S), self.wake)

    def wake(self) -> None:
        """Look at the clock, and do what is due."""
        self._timer = None
        self._idle.clear()
        if not self._turn_due:
            self._turn()

    # ------------------------------------------------------------ committing and sending

    async def run(self) -> None:
        """Commit batch after batch. Raises what a failed append or a broken invariant raises; then the relay must stop."""
        while True:
            await self._next_work()
            batch, outgoing = self._seal()
            blob = self._snapshot(batch)
            if batch.records:
                await self._append(batch)
            self._send(batch, outgoing)
            if blob:
                self._later(self._keep(self._snapshot_head, blob))
            if self._queue:
                self._call_turn()

    async def _next_work(self) -> None:
        while True:
            if self._error is not None:
                raise self._error
            if self._handling.batch or self._flush or 0 < self._fanout.due_at() <= self._now:
                return
            self._work.clear()
            self._arm()
            if not self._queue:
                self._idle.set()
            await self._work.wait()

    def _seal(self) -> tuple[Batch, Outgoing]:
        """Close the open batch: check it, and render what it looks like to everyone."""
        state, handling = self.state, self._handling
        batch, handling.batch = handling.batch, Batch()
        flush, self._flush = self._flush, False
        touched = state.drain_touched()
        invariants.check_touched(state, touched)
        for visitor in touched.forgotten:
            batch.ends += [(session, False) for session in self.roster.visitors.get(visitor, ())]
        if touched.resync or touched.settings:
            self._renew(batch, touched)
        shown = self._fanout.render(batch.records, touched, batch.replies, self._now, flush=flush)
        batch.laters += [(each.session, self._syncing.given(each.chat, each.last)) for each in shown.given]
        batch.laters += [(session, self._syncing.visitor(session)) for session in shown.strangers]
        if batch.joins:
            batch.laters[:0] = [(session, self._sync(session)) for session in batch.joins]
            for session in batch.joins:
                self.roster.join(state, session)
        return batch, shown.outgoing

    def _sync(self, session: Session) -> Later:
        if isinstance(session, StaffSession):
            return self._syncing.staff(session)
        assert isinstance(session, VisitorSession)
        self._fanout.visitor_joins(session.visitor)
        return self._syncing.visitor(session)

    def _renew(self, batch: Batch, touched: Touched) -> None:
        """Whose rights have changed begins anew; who is blocked is out. New settings go to all the team."""
        for login in sorted(touched.resync):
            operator = self.state.operators.get(login)
            blocked = operator is None or operator.blocked
            batch.ends += [(session, blocked) for session in self.roster.logins.get(login, ())]
            for session in [each for each in batch.joins if isinstance(each, StaffSession) and each.login == login]:
                if operator is None or blocked or session.role is not operator.role:
                    batch.joins.remove(session)
                    batch.ends.append((session, blocked))
        if touched.settings:
            for session in self.roster.team.sessions:
                batch.replies.append((session, self._syncing.welcome(session, self._now)))

    async def _append(self, batch: Batch) -> None:
        began = time.perf_counter()
        await self._journal.append(batch.records, batch.records[0].seq - 1)
        metrics = self._metrics
        metrics.commit_s.observe(time.perf_counter() - began)
        metrics.batch_records.observe(len(batch.records))
        metrics.events += len(batch.records)
        metrics.head = batch.records[-1].seq
        self._searching.nudge()

    def _send(self, batch: Batch, outgoing: Outgoing) -> None:
        """It is stored: let it be known. What must be read first keeps its session's later frames waiting, and no other's."""
        for session, later in batch.laters:
            if session.deliver_later(later):
                self._later(self._catch_up(session))
        for question in batch.questions:
            self._later(question())
        if batch.said:
            self._later(self.filing.settle(batch.said))
        if batch.takes_away:
            self._later(self.filing.remove(self._journal, batch.erased))
        for session, payload in outgoing:
            session.deliver(payload)
        for session, blocked in batch.ends:
            self._end_session(session, blocked)
        state, metrics = self.state, self._metrics
        metrics.waiting, metrics.held, metrics.queue = state.waiting, state.held, len(self._queue)

    async def _catch_up(self, session: Session) -> None:
        try:
            await session.catch_up()
        except JournalError as error:
            log.error("a transcript could not be read: %s", error)
            session.connection.abort()

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ------------------------------------------------------------ snapshots

    def _snapshot(self, batch: Batch) -> bytes:
        """The state as of the batch that was just sealed, if it is time for one; otherwise nothing.

        It stops the line for some milliseconds per thousand chats, so a quiet moment is waited for, though not for ever.
        """
        events = self.state.head - self._snapshot_head
        quiet = not self._queue and batch.items <= bounds.QUIET_ITEMS
        if events < (bounds.SNAPSHOT_EVENTS if quiet else bounds.SNAPSHOT_EVENTS_BUSY):
            return b""
        if self._now - self._snapshot_at < bounds.SNAPSHOT_GAP_MS:
            return b""
        self._snapshot_head, self._snapshot_at = self.state.head, self._now
        return snapshot.dump(self.state)

    async def _keep(self, head: int, blob: bytes) -> None:
        try:
            await self._journal.save_snapshot(head, blob)
        except JournalError as error:
            log.error("no snapshot was kept: %s", error)  # it is a cache: the next start takes longer

    async def stop(self) -> None:
        """Everything that was put is decided, committed and sent; then a last snapshot. `run` may be cancelled afterwards."""
        await self.settled()
        if self._timer is not None:
            self._timer.cancel()
        if self.state.head > self._snapshot_head:
            await self._keep(self.state.head, snapshot.dump(self.state))
