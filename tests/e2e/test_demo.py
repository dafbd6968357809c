"""The demo, the simulation and the stage as programs: everything that a shift needs is started, judged and stopped."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from opconsole.simulation.stage import RelayProgram, StageFailed, add_people, colleague
from tests.e2e.pty_terminal import PtyTerminal

pytestmark = pytest.mark.slow


def opconsole(*arguments: str, timeout: float = 90) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "opconsole", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
    )


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProgram]:
    relay = RelayProgram(tmp_path / "relay", tmp_path / "relay.log")
    relay.start()
    yield relay
    assert relay.stop() == 0
    assert relay.complaints() == []


def test_a_headless_shift_loses_and_doubles_nothing() -> None:
    done = opconsole("demo", "--headless", "--seconds", "6", "--seed", "7")

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["ok"] is True
    assert report["problems"] == []
    assert report["seed"] == "7"
    assert report["chats"]["opened"] > 5
    assert report["chats"]["answered"] > 0
    messages = report["messages"]
    assert messages["lost"] == messages["doubled"] == 0
    assert messages["sent"] >= messages["stored"] >= messages["delivered"] > 10
    assert set(report["latency_ms"]["stored"]) == {"p50", "p99"}


def test_simulated_visitors_work_against_any_relay(relay: RelayProgram) -> None:
    done = opconsole(
        "simulate", "--relay", relay.url, "--visitors", "6", "--seed", "3", "--seconds", "5", "--pace", "10"
    )

    assert done.returncode == 0, done.stderr
    rows = {name: int(value) for name, value in (line.rsplit(None, 1) for line in done.stdout.splitlines())}
    assert rows["visitors"] >= 6
    assert rows["stored"] == rows["messages sent"] > 0
    assert rows["lost"] == rows["doubled"] == rows["problems"] == 0
    assert "6 visitors to http://127.0.0.1" in done.stderr


def test_a_simulation_is_ended_by_ctrl_c_and_still_judged(relay: RelayProgram) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "opconsole", "--lang", "en", "simulate", "--relay", relay.url, "--pace", "20"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stderr is not None
        assert "visitors to" in program.stderr.readline()
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=30)

    assert program.returncode in (0, 130)
    assert "lost" in out or program.returncode == 130


def test_simulating_without_a_relay_says_so() -> None:
    done = opconsole("--lang", "en", "simulate", "--relay", "http://127.0.0.1:9", "--seconds", "1")

    assert done.returncode == 3
    assert done.stderr.splitlines()[-1] == ("opconsole: Nothing answers at http://127.0.0.1:9. Is the relay running?")


def test_the_demo_without_a_terminal_says_what_to_do() -> None:
    done = opconsole("--lang", "en", "demo")

    assert done.returncode == 1
    assert "opconsole demo --headless" in done.stderr
    assert done.stdout == ""


def wait_until(true: Callable[[], object], program: "subprocess.Popen[str]", what: str, seconds: float = 30) -> None:
    """Wait until something is true, while the program runs."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"in vain waited for {what}"
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"the program ended with {program.wait(0.05)} before {what}")


def test_the_demo_opens_the_console_and_cleans_up_after_it(tmp_path: Path) -> None:
    """The console comes up with visitors in its inbox, at a shop that answers; F2 takes a chat; nothing is left behind."""
    command = [sys.executable, "-m", "opconsole", "--lang", "en", "demo", "--seed", "5", "--visitors", "6"]
    env = {**os.environ, "TMPDIR": str(tmp_path), "LC_ALL": "C.UTF-8"}
    with PtyTerminal(command, columns=160, lines=48, env=env, real=True) as terminal:
        terminal.wait_for("Inbox", within=60)
        (folder,) = tmp_path.glob("opconsole-demo-*")
        shown = terminal.wait_for("write as a visitor: http://127.0.0.1:")
        terminal.wait_for("● live")
        terminal.wait_for("New chat:", why="somebody writes")
        shop = shown.split("write as a visitor: ")[1].split()[0]
        with urllib.request.urlopen(shop, timeout=30) as page:
            assert b"/widget.js" in page.read()
        terminal.press("f2")
        terminal.wait_for("Alex took the chat")
        terminal.press("ctrl+q")
        terminal.wait_for("Leave all the same?")
        terminal.type("y")
        assert terminal.wait_end() == 0

    assert not folder.exists()
    assert _processes_of(folder) == []


def test_a_demo_that_is_told_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "opconsole", "demo", "--headless", "--seconds", "60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as program:
        wait_until(lambda: list(tmp_path.glob("opconsole-demo-*/relay/*")), program, "the demo's relay")
        (folder,) = tmp_path.glob("opconsole-demo-*")
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=30)

    assert program.returncode == 130
    assert not folder.exists()
    assert _processes_of(folder) == []


def _processes_of(folder: Path) -> list[str]:
    """Command lines of living processes that name the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


def test_a_relay_that_cannot_start_is_told_in_its_own_words(relay: RelayProgram, tmp_path: Path) -> None:
    second = RelayProgram(relay.data, tmp_path / "second.log")

    with pytest.raises(StageFailed, match="the relay did not start: relay: "):
        second.start()
    assert not second.running


def test_an_account_that_cannot_be_made_is_told_in_the_relays_words(relay: RelayProgram) -> None:
    with pytest.raises(StageFailed, match="a login has 1 to 64 characters"):
        add_people(relay.data, [colleague("no name", "Nobody")])
