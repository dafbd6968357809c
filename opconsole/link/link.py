"""The link: connects, greets, listens, and connects again. One task; the only owner of the socket.

It knows the states of a link and what `bye` means; of chats and of the outbox it knows nothing (`session.py` does).
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from opconsole.link.backoff import Backoff
from opconsole.link.connection import Connection, Dial
from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.locale import tr
from opconsole.state.model import LinkState, Phase, Stop
from opconsole.wire.staff import Bye, Hello, StaffDown, StaffUp, Sync, Welcome

SYNC_SECONDS: Final = 30
"""Between the greeting and the sync no more than this may pass."""

BY_HAND_SECONDS: Final = 1.0
"""A key that is held down is no flood: attempts that the operator asks for are at least so far apart."""

log = logging.getLogger(__name__)

_STOPS: Final = {
    "blocked": Stop.blocked,
    "expired": Stop.login,
    "replaced": Stop.replaced,
    "version": Stop.version,
    "not_allowed": Stop.refused,
}
"""Farewells after which trying again by ourselves is of no use."""


class Listener(Protocol):
    """Who is told what comes over the link."""

    def hello(self) -> Hello:
        """The greeting of a new connection: what is held now."""
        ...

    def link_frames(self, frames: list[StaffDown]) -> None: ...

    def link_synced(self) -> None:
        """The sync has come (and was given to `link_frames`): commands may go out."""
        ...

    def link_changed(self, state: LinkState) -> None: ...


class Link:
    """Frames out by `send`, frames in to the listener. `clock`: milliseconds; `dice`: even in [0, 1)."""

    def __init__(
        self, dial: Dial, listener: Listener, clock: Callable[[], int], dice: Callable[[], float], backoff: Backoff
    ) -> None:
        self._dial = dial
        self._listener = listener
        self._clock = clock
        self._dice = dice
        self._backoff = backoff
        self._out: asyncio.Queue[StaffUp] | None = None
        self._retry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._connection: Connection | None = None
        self.state = LinkState(since=clock())

    # ------------------------------------------------------------ for the session

    def start(self, dial: Dial | None = None) -> None:
        """Begin to connect (again, after it has stopped); `dial`: with a new token."""
        if dial is not None:
            self._dial = dial
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="link")
        else:
            self.retry_now()

    def retry_now(self) -> None:
        """Don't wait for the next attempt. From `stopped` it begins anew; while one is under way, that is it."""
        self._backoff.forget()
        self._retry.set()
        if self._task is not None and self._task.done():
            self.start()

    def send(self, frame: StaffUp) -> bool:
        """Put a frame on the socket, in order. False: there is no session, and it was not taken."""
        if self._out is None:
            return False
        self._out.put_nowait(frame)
        return True

    def caught_up(self, done: int, total: int) -> None:
        """So many of so many commands that waited are answered; all of them: the link is live."""
        if self.state.phase is not Phase.syncing:
            return
        if done < total:
            self._enter(Phase.syncing, done=done, total=total)
        else:
            self._backoff.live(self._clock())
            self._enter(Phase.live, since=self._clock())

    async def resync(self) -> None:
        """Drop the connection; the next one brings a fresh sync."""
        if self._connection is not None:
            await self._connection.close()

    async def close(self) -> None:
        """End the session politely; the task has ended when this returns."""
        task, self._task = self._task, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._enter(Phase.stopped, stop=Stop.closed)

    # ------------------------------------------------------------ the task

    async def _run(self) -> None:
        while True:
            lost_at = self.state.since if self.state.phase is Phase.offline else self._clock()
            self._retry.clear()
            self._enter(Phase.connecting, since=lost_at, why=self.state.why)
            began = asyncio.get_running_loop().time()
            trouble = await self._attempt()
            now = self._clock()
            was_up = self.state.phase in (Phase.live, Phase.syncing)
            self._backoff.lost(now)
            since = now if was_up else lost_at
            if trouble.stop is not Stop.none:
                self._enter(Phase.stopped, since=since, why=trouble.text, stop=trouble.stop)
                return
            wait_ms = self._backoff.delay_ms(self._dice())
            self._enter(Phase.offline, since=since, why=trouble.text, retry_at=now + wait_ms)
            self._retry.clear()
            try:
                await asyncio.wait_for(self._retry.wait(), wait_ms / 1000)
            except TimeoutError:
                continue
            await asyncio.sleep(began + BY_HAND_SECONDS - asyncio.get_running_loop().time())

    async def _attempt(self) -> LinkTrouble:
        """One connection, from the dial to its end; returns why it ended."""
        try:
            self._connection = await self._dial()
            await self._serve(self._connection)
        except LinkTrouble as trouble:
            return trouble
        except Exception:
            # A fault of ours must not leave the operator without a link: a new one starts from a fresh sync.
            log.exception("the link failed")
            return LinkTrouble(Trouble.dropped, tr("The console stumbled over what the relay sent; the log says how."))
        finally:
            connection, self._connection, self._out = self._connection, None, None
            if connection is not None:
                await asyncio.shield(connection.close())
        return LinkTrouble(Trouble.dropped, tr("The relay closed the link."))

    async def _serve(self, connection: Connection) -> None:
        out: asyncio.Queue[StaffUp] = asyncio.Queue()
        self._out = out
        await connection.send([self._listener.hello()])
        writer = asyncio.create_task(_write(connection, out), name="link writer")
        try:
            try:
                async with asyncio.timeout(SYNC_SECONDS):
                    while not await self._take(connection):
                        pass
            except TimeoutError:
                raise LinkTrouble(Trouble.silent, tr("The relay accepts the link but says nothing.")) from None
            while True:
                await self._take(connection)
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    async def _take(self, connection: Connection) -> bool:
        """Read one message and hand it on. True: it held the sync. A farewell is raised as the trouble that it means."""
        frames = await connection.receive()
        bye = next((frame for frame in frames if isinstance(frame, Bye)), None)
        # A later welcome only tells of new settings or a new name: the sync has come already.
        if self.state.phase is Phase.connecting and any(isinstance(frame, Welcome) for frame in frames):
            self._enter(Phase.syncing, since=self.state.since)
        if frames:
            self._listener.link_frames(frames)
        synced = any(isinstance(frame, Sync) for frame in frames)
        if synced:
            self._listener.link_synced()
        if bye is not None:
            raise trouble_of(bye)
        return synced

    def _enter(
        self,
        phase: Phase,
        *,
        since: int | None = None,
        why: str = "",
        retry_at: int = 0,
        done: int = 0,
        total: int = 0,
        stop: Stop = Stop.none,
    ) -> None:
        if phase is not self.state.phase:
            log.info("the link is %s%s", phase, f": {why}" if why and phase is not Phase.connecting else "")
        since = self.state.since if since is None else since
        self.state = LinkState(phase, since, why, retry_at, done, total, stop)
        self._listener.link_changed(self.state)


async def _write(connection: Connection, out: asyncio.Queue[StaffUp]) -> None:
    """Send what is queued, all that waits at once. A lost link is noticed by the reader."""
    try:
        while True:
            frames = [await out.get()]
            while not out.empty():
                frames.append(out.get_nowait())
            await connection.send(frames)
    except LinkTrouble:
        return


def trouble_of(bye: Bye) -> LinkTrouble:
    """What a farewell means."""
    return LinkTrouble(Trouble.refused, _farewell(bye), _STOPS.get(bye.code, Stop.none))


def _farewell(bye: Bye) -> str:
    sentences = {
        "blocked": tr("This login is blocked. Ask an admin."),
        "expired": tr("The session has expired: log in again."),
        "stopping": tr("The relay is being stopped."),
        "slow": tr("This console read too slowly and was cut off."),
        "replaced": tr("Another console with this login took over."),
        "version": tr("Another version of the protocol: update this console."),
    }
    return sentences.get(bye.code) or bye.text or tr("The relay closed the link.")
