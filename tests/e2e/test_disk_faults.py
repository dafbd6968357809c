"""Disks that fail under a real relay process: it says what, stops with exit code 1, and has acknowledged nothing that it lost."""

import contextlib
import re
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from opconsole.wire import staff, visitor
from server_stub.journal.verifying import verify
from tests.e2e import faulty_relay
from tests.e2e.relay_process import PATIENCE_S, ROOT, Peer, RelayProcess
from tests.programs import Program

RATES = "[rates]\nvisitor_frames_per_s = 100000\nvisitor_frames_burst = 100000\n"


class FaultyRelay(RelayProcess):
    """`calls` fail with `error` from SIGUSR1 on."""

    calls, error = "-", "-"

    def spawn(self, port: int = 0) -> "subprocess.Popen[str]":
        fault = [sys.executable, "-m", "tests.e2e.faulty_relay", self.calls, self.error]
        return Program(
            [
                *fault,
                "relay",
                "--data",
                str(self.folder),
                "--listen",
                f"127.0.0.1:{port or self._held.getsockname()[1]}",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )


@contextmanager
def faulty(folder: Path) -> Iterator[FaultyRelay]:
    relay = FaultyRelay(folder, RATES)
    try:
        yield relay
    finally:
        relay.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


class Writer:
    """One visitor's page. `acknowledged`: the texts that it was told are stored."""

    def __init__(self, page: Peer) -> None:
        self.page = page
        self.token: str = page.all(visitor.VisitorWelcome)[0].token
        self._texts: dict[str, str] = {}

    async def say(self, *numbers: int, size: int = 0) -> None:
        for number in numbers:
            self._texts[f"m{number}"] = f"words {number}" + "." * size
        with contextlib.suppress(ConnectionClosed):  # by a relay that has stopped; the test sees how
            for number in numbers:
                await self.page.send(visitor.VisitorSay(id=f"m{number}", text=self._texts[f"m{number}"]))

    async def stored(self, number: int) -> None:
        await self.page.until(staff.Done, lambda done: done.id == f"m{number}")

    @property
    def acknowledged(self) -> list[str]:
        return [self._texts[done.id] for done in self.page.all(staff.Done)]


@asynccontextmanager
async def failing(relay: RelayProcess, sentence: str) -> AsyncIterator[Writer]:
    """Within, ten messages are stored and the disk is made to fail while the visitor writes on; then the relay has stopped
    with this sentence and nothing else, and after a restart all that was acknowledged is there."""
    relay.start()
    witness = await relay.visitor()
    writer = Writer(await relay.visitor())
    await writer.say(*range(10))
    await writer.stored(9)
    yield writer
    # Who writes on meets a socket that is closed already, and may lose the farewell by it; who is silent is told.
    assert await writer.page.closed() in (1012, 1006)
    assert await witness.closed() == 1012
    assert [bye.code for bye in witness.all(staff.Bye)] == ["stopping"]
    code, said = relay.wait()
    said = re.sub(r"relay: ERROR server_stub\.search\.index: the search index can't be kept up: [^\n]*\n", "", said)
    assert re.fullmatch(rf"relay: stopped: {sentence}[^\n]*, then start again\n", said), said
    assert code == 1
    await relay.close_peers()


async def check_restart(relay: RelayProcess, writer: Writer) -> None:
    """On a disk that is well again: the journal holds, and begins with all that was acknowledged, in its order."""
    verify(relay.folder / "desk.db")
    relay.start()
    page = await relay.visitor(writer.token)
    texts = [message.text for message in page.all(visitor.VisitorSync)[0].messages]
    acknowledged = writer.acknowledged
    assert len(acknowledged) >= 10
    assert texts[: len(acknowledged)] == acknowledged
    await page.send(visitor.VisitorSay(id="after", text="it goes on"))
    await page.until(staff.Done, lambda done: done.id == "after")
    await relay.close_peers()
    relay.stop()


# ---------------------------------------------------------------- the disk fails at work


@pytest.mark.skipif(not faulty_relay.CALLS, reason="makes system calls fail: on Linux on x86-64 or ARM64 only")
@pytest.mark.parametrize(
    ("calls", "error", "sentence"),
    [
        ("pwrite64", "ENOSPC", r"the disk is full: .*desk\.db could not be written"),
        ("pwrite64", "EIO", r"the disk failed while .*desk\.db was read or written \(SQLITE_IOERR_WRITE\)"),
        ("fsync,fdatasync", "EIO", r"the disk failed while .*desk\.db was read or written \(SQLITE_IOERR_FSYNC\)"),
    ],
)
async def test_a_disk_that_fails_in_a_commit_stops_the_relay_and_nothing_acknowledged_is_lost(
    folder: Path, calls: str, error: str, sentence: str
) -> None:
    with faulty(folder) as relay:
        relay.calls, relay.error = calls, error
        async with failing(relay, sentence) as writer:
            relay.signal(signal.SIGUSR1)
            await writer.say(*range(10, 60))
        relay.calls = "-"
        await check_restart(relay, writer)


async def test_a_file_that_may_grow_no_further_stops_the_relay_in_the_middle_of_a_commit(folder: Path) -> None:
    """The log takes some pages of the batch and no more: a bound on the size of files, which binds root too."""
    with faulty(folder) as relay:
        async with failing(relay, "the disk failed while") as writer:
            assert relay.process is not None
            size = (folder / "desk.db-wal").stat().st_size
            resource.prlimit(relay.process.pid, resource.RLIMIT_FSIZE, (size + 20_000, resource.RLIM_INFINITY))
            await writer.say(*range(10, 60), size=4000)
        await check_restart(relay, writer)


async def test_a_full_disk_stops_the_relay_and_with_more_space_it_goes_on(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("a small disk can't be mounted here: that needs root and its privileges")
    try:
        with faulty(disk / "data") as relay:
            relay.configure("[rates]\nvisitor_frames_per_s = 1000\nvisitor_frames_burst = 1000")  # to fill it at once
            async with failing(relay, r"the disk is full: .*desk\.db could not be written") as writer:
                await writer.say(*range(10, 400), size=4000)
            subprocess.run(["mount", "-o", "remount,size=16m", disk], check=True)
            await check_restart(relay, writer)
    finally:
        subprocess.run(["umount", disk], check=True)


# ---------------------------------------------------------------- nothing may be written from the start


def refused(relay: FaultyRelay) -> str:
    process = relay.spawn()
    out, said = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out) == (1, "")
    assert said.count("\n") == 1
    assert "Traceback" not in said
    return said


READ_ONLY = r"desk\.db can't be written: it, its folder or its disk is read-only"


def test_what_may_not_be_written_is_said_at_the_start(folder: Path) -> None:
    with faulty(folder) as relay:
        relay.start()
        relay.stop()
        for name, mode, sentence in (
            (".", 0o500, "this user may not write in"),
            ("desk.db", 0o400, READ_ONLY),
            ("desk.db", 0o000, READ_ONLY),
            ("relay.lock", 0o000, r"relay\.lock can't be used: Permission denied"),
            ("visitor.key", 0o000, r"visitor\.key can't be used: Permission denied"),
        ):
            (folder / name).chmod(mode)
            try:
                said = refused(relay)
            finally:
                (folder / name).chmod(0o700)
            assert re.match(f"relay: .*{sentence}", said), said
        relay.start()
        relay.stop()


def test_a_journal_that_was_changed_is_not_started_from(folder: Path) -> None:
    with faulty(folder) as relay:
        relay.start()
        relay.stop()
        connection = sqlite3.connect(folder / "desk.db")
        connection.executescript(
            "DELETE FROM snapshot; INSERT INTO meta VALUES ('erasing', '');"
            "UPDATE journal SET body = body || ' ' WHERE seq = 3; DELETE FROM meta"
        )
        connection.close()
        said = refused(relay)
        assert "record 3 is not what was written: its hash doesn't fit" in said
        assert "opconsole journal verify" in said
