import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from server_stub.journal import lock
from server_stub.journal.lock import AlreadyRunning, RelayLock, holder, tell_relay

HOLD = """
import os, signal, sys
from pathlib import Path
from server_stub.journal.lock import RelayLock
signal.signal(signal.SIGHUP, lambda *_: os.write(1, b"told\\n"))
with RelayLock.acquire(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "relay.lock"


@pytest.fixture
def other(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert output(process).readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def output(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE_S", 0.05)


def test_a_second_relay_is_refused_in_a_sentence_that_names_the_first(path: Path, other: subprocess.Popen[str]) -> None:
    with pytest.raises(AlreadyRunning) as refused:
        RelayLock.acquire(path)
    assert refused.value.pid == other.pid
    assert str(refused.value) == (
        f"another relay (pid {other.pid}) already works on {path.parent}; stop it, or give this one another --data"
    )


def test_the_lock_is_free_when_its_process_was_killed(path: Path, other: subprocess.Popen[str]) -> None:
    other.kill()
    other.wait()
    with RelayLock.acquire(path):
        assert holder(path) == os.getpid()
    assert holder(path) == 0


def test_a_running_relay_is_told_by_a_signal(path: Path, other: subprocess.Popen[str]) -> None:
    assert holder(path) == other.pid
    assert tell_relay(path)
    assert output(other).readline() == "told\n"


def test_nobody_is_told_where_no_relay_runs(path: Path) -> None:
    assert not tell_relay(path)
    RelayLock.acquire(path).release()
    assert not tell_relay(path)


def test_a_number_left_by_a_killed_relay_is_not_taken_for_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, _: killed.append(pid))
    path.write_text(f"{os.getpid()}\n")
    assert not tell_relay(path), "nobody holds the lock"
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with RelayLock.acquire(path):
        path.write_text(f"{bystander.pid}\n")
        assert not tell_relay(path), "the process of that number has not even opened the file"
    bystander.communicate(b"\n")
    assert killed == []


def test_a_release_leaves_no_number_and_may_be_repeated(path: Path) -> None:
    held = RelayLock.acquire(path)
    assert path.read_text() == f"{os.getpid()}\n"
    held.release()
    held.release()
    assert path.read_text() == ""
    with RelayLock.acquire(path):
        pass


def test_the_signal_is_the_one_that_the_relay_listens_for(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    with RelayLock.acquire(path):
        assert tell_relay(path)
    assert sent == [(os.getpid(), signal.SIGHUP)]
