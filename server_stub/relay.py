"""The relay as a program: puts journal, desk, line and edge together, starts and stops them, and listens to signals.

    server_stub.relay.run(data, Entrance(host="127.0.0.1", port=8765))      returns the exit code

What a relay *does* is in `line.py` (the order of the steps), `desk` (decisions) and `edge` (sockets); here is only its life.
"""

import asyncio
import contextlib
import gc
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any

from aiohttp import web

from opconsole.wire.text import clean_line
from server_stub import deskfile
from server_stub.desk.cards import file_rules
from server_stub.desk.errors import InvariantBroken
from server_stub.desk.model import State
from server_stub.deskfile import DeskFile, DeskFileWrong
from server_stub.edge import bounds
from server_stub.edge.clients import Crowd
from server_stub.edge.device_tokens import DeviceTokens
from server_stub.edge.front import Front
from server_stub.edge.http import make_app
from server_stub.edge.lobby import Lobby
from server_stub.edge.metrics import Metrics
from server_stub.edge.open_files import room_for_sessions
from server_stub.edge.own_sessions import renew_sessions
from server_stub.edge.serving import listen
from server_stub.edge.sessions import Session
from server_stub.edge.throttle import Throttle
from server_stub.edge.tls import Certificates, TlsUnusable
from server_stub.edge.visitor_tokens import VisitorTokens
from server_stub.entrance import CannotStart, Entrance
from server_stub.erasing import Erasing
from server_stub.filing import make_files
from server_stub.journal.accounts import Accounts
from server_stub.journal.api import JournalError
from server_stub.journal.folder import DataFolder, FolderUnusable, open_folder
from server_stub.journal.lock import AlreadyRunning, RelayLock
from server_stub.journal.people import User
from server_stub.journal.secret import KeyUnusable, signing_keys
from server_stub.journal.sqlite import SqliteJournal
from server_stub.line import Line
from server_stub.logs import start_log
from server_stub.reloading import BLOCKED, Reloading, identities_of
from server_stub.search.index import Index
from server_stub.search.source import JournalSource
from server_stub.seeding import starter_templates
from server_stub.starting import StartRefused, begin, is_known, operator_set, restore

log = logging.getLogger(__name__)


def run(data: Path | None, entrance: Entrance) -> int:
    """Run a relay until a signal stops it. 0: stopped cleanly; 1: it could not start, or could not go on (said on stderr).

    `data`: its folder (None: the user's own). The line on stdout says where it listens.
    """
    start_log()
    _leave_no_core()
    try:
        return _run_loop(_main(data, entrance))
    except (
        CannotStart,
        FolderUnusable,
        AlreadyRunning,
        DeskFileWrong,
        KeyUnusable,
        TlsUnusable,
        JournalError,
    ) as problem:
        sys.stderr.write(clean_line(f"relay: {problem}") + "\n")
        return 1
    except OSError as problem:  # a file of the data folder, for what the sockets do is caught where they are
        said = f"relay: {problem.filename or data} can't be used: {problem.strerror or problem}"
        sys.stderr.write(clean_line(said) + "\n")
        return 1


def _run_loop(main: Coroutine[Any, Any, int]) -> int:
    """With uvloop where there is one (not on Windows)."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    return uvloop.run(main)


def _leave_no_core() -> None:
    """A crash of the interpreter writes no memory to the disk: passwords and tokens pass through it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


async def _main(data: Path | None, entrance: Entrance) -> int:
    certificates = entrance.certificates()
    folder = open_folder(data)
    with RelayLock.acquire(folder.lock):
        relay = await Relay.open(folder)
        try:
            return await relay.serve(entrance, certificates)
        finally:
            await relay.close()


@contextlib.contextmanager
def _state_uncollected() -> Iterator[None]:
    """What was imported, and what is read from the journal, lives as long as the relay: the collector is not to look at it, then
    or later.

    Within, it would go through all of it again and again, which takes longer than the reading."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


class Relay:
    """One desk's relay on one data folder: `open`, `serve` until it is told to stop, `close`."""

    def __init__(
        self, folder: DataFolder, journal: SqliteJournal, accounts: Accounts, desk: DeskFile, state: State
    ) -> None:
        self._journal = journal
        self._accounts = accounts
        self._state = state
        self._metrics = Metrics()
        self._lobby = Lobby(self._metrics, room_for_sessions())
        self._index = Index(folder.search, lambda: JournalSource(folder.database))
        self._files = make_files(
            folder.files, desk.files.total_bytes, desk.files.scan, now=wall_ms, head=lambda: self._metrics.head
        )
        self._metrics.files.now = self._files.figures
        self._line = Line(
            state,
            journal,
            clock=wall_ms,
            metrics=self._metrics,
            name=desk.name,
            end_session=self._end_session,
            index=self._index,
            files=self._files,
        )
        self._erasing = Erasing(folder.database, self._line, self._index.caught_up)
        self._front = _front(self, folder, desk)
        self._reloading = Reloading(folder, self._front, self._line, state, self._files, desk.name)
        self._stop = asyncio.Event()
        self._failure = ""

    @classmethod
    async def open(cls, folder: DataFolder) -> "Relay":
        """Read what is stored, and begin. Raises JournalError, DeskFileWrong, KeyUnusable, CannotStart."""
        desk = deskfile.load(folder.path)
        journal = await SqliteJournal.open(folder.database)
        try:
            accounts = Accounts(folder.database, clock=wall_ms, policy=desk.logins)
            with _state_uncollected():
                state = await restore(journal)
            await begin(
                state,
                journal,
                settings=desk.settings,
                users=accounts.users(),
                starters=starter_templates(),
                now=wall_ms(),
            )
            relay = cls(folder, journal, accounts, desk, state)
            await relay._line.filing.start(journal)
            return relay
        except StartRefused as refused:
            await journal.close()
            raise CannotStart(f"{folder.path / deskfile.FILE}: {refused}") from None
        except InvariantBroken as broken:
            await journal.close()
            raise CannotStart(
                f"the journal {folder.database} contradicts itself: {broken}. "
                "Look at it with `opconsole journal verify`, or start on a backup"
            ) from None
        except BaseException:
            await journal.close()
            raise

    async def serve(self, entrance: Entrance, certificates: Certificates | None = None) -> int:
        """Listen, say so in one line on stdout, and work until a signal comes or something fails. The exit code."""
        front = self._front
        front.proxies = entrance.proxies
        self._reloading.certificates = certificates
        runner = web.AppRunner(make_app(front), access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            try:
                listening = await listen(
                    runner,
                    entrance.host,
                    entrance.port,
                    crowd=front.connections,
                    proxies=entrance.proxies,
                    tls=certificates.context if certificates is not None else None,
                )
            except OSError as error:
                where = f"{entrance.host}:{entrance.port}"
                raise CannotStart(f"can't listen on {where}: {error.strerror or error}") from None
            async with self._working():
                sys.stdout.write(f"relay: listening on {entrance.shown}:{listening.sockets[0].getsockname()[1]}\n")
                sys.stdout.flush()
                await self._stop.wait()
                listening.close()
        finally:
            await runner.cleanup()
        if self._failure:
            sys.stderr.write(clean_line(f"relay: stopped: {self._failure}") + "\n")
            return 1
        return 0

    async def close(self) -> None:
        await self._index.close()
        self._files.close()
        await self._journal.close()
        self._accounts.close()

    # ------------------------------------------------------------ working

    @contextlib.asynccontextmanager
    async def _working(self) -> AsyncIterator[None]:
        """The line and the regular chores run within; at the end the commits are finished and the sessions told."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        line = asyncio.create_task(self._line.run(), name="line")
        line.add_done_callback(self._line_ended)
        chores = [
            asyncio.create_task(self._lobby.keep_alive(), name="heartbeat"),
            asyncio.create_task(self._lobby.drop_expired(self._reloading.counts, self._line.now), name="expiry"),
            asyncio.create_task(renew_sessions(self._lobby, self._accounts), name="renewal"),
            asyncio.create_task(self._watch_lag(), name="lag"),
            asyncio.create_task(self._erasing.run(), name="erasing"),
            asyncio.create_task(self._index.run(), name="index"),
            asyncio.create_task(self._line.filing.run(self._journal, self._line.now), name="files"),
        ]
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
            await self._finish(line)

    async def _finish(self, line: "asyncio.Task[None]") -> None:
        """What was put is committed, then the sessions are told, then their leaving is committed too."""
        await self._unless_failed(line, self._line.settled())
        text = "the relay has failed" if self._failure else "the relay is stopping"
        await self._lobby.end_all("stopping", text)
        await self._unless_failed(line, self._line.stop())
        line.cancel()
        await asyncio.wait([line])

    async def _unless_failed(self, line: "asyncio.Task[None]", work: Coroutine[Any, Any, None]) -> None:
        """Do it while the line lives; without the line it would wait for ever."""
        task = asyncio.ensure_future(work)
        await asyncio.wait([task, line], return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
        elif error := task.exception():
            self._failure = self._failure or str(error)

    def _line_ended(self, line: "asyncio.Task[None]") -> None:
        if line.cancelled():
            return
        error = line.exception()
        if not isinstance(error, JournalError):
            log.critical("the core loop failed", exc_info=error)
        self._failure = str(error)
        self._stop.set()

    async def _watch_lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(bounds.LAG_S)
            self._metrics.loop_lag_s.observe(max(0.0, loop.time() - before - bounds.LAG_S))

    # ------------------------------------------------------------ people

    def introduce(self, user: User) -> None:
        """See to it that the desk knows this person as the accounts do."""
        if not is_known(self._state, user):
            self._line.put(None, operator_set(user))

    def is_healthy(self) -> bool:
        return not self._failure and not self._stop.is_set()

    def _end_session(self, session: Session, blocked: bool) -> None:
        if blocked:
            self._lobby.end(session, "blocked", BLOCKED, 1008)
        else:
            self._lobby.end(session, "", "", 1012)

    def _reload(self) -> None:
        """SIGHUP: something was changed beside the relay, or somebody wishes something erased."""
        self._erasing.wake()
        self._reloading.reload()


def _front(relay: Relay, folder: DataFolder, desk: DeskFile) -> Front:
    rates = desk.rates
    keys = signing_keys(folder.visitor_key)
    return Front(
        intake=relay._line,
        lobby=relay._lobby,
        metrics=relay._metrics,
        accounts=relay._accounts,
        introduce=relay.introduce,
        tokens=VisitorTokens(keys),
        devices=DeviceTokens(keys[0]),
        identities=identities_of(folder, desk.name),
        sites=desk.sites,
        metrics_token=desk.metrics_token,
        healthy=relay.is_healthy,
        now=relay._line.now,
        visitor_change_ms=lambda: relay._state.settings.visitor_change_ms,
        visitor_files=lambda: file_rules(relay._state.settings, visitor=True),
        files=relay._files,
        staff_rate=(rates.staff_frames_per_s, rates.staff_frames_burst),
        visitor_rate=(rates.visitor_frames_per_s, rates.visitor_frames_burst),
        sockets=Throttle(rates.sockets_per_minute, rates.sockets_burst),
        new_visitors=Throttle(rates.new_visitors_per_minute, rates.new_visitors_burst),
        connections=Crowd(rates.connections_per_address),
        behind=Crowd(rates.connections_per_address),
    )
