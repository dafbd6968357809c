"""A console that is told to end (a closed laptop's session, a reboot, `kill`) leaves a usable terminal behind."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.e2e.pty_terminal import PtyTerminal
from tests.e2e.relay_process import ROOT

pytestmark = pytest.mark.slow
PATIENCE_S = 40

NOTHING_WRITTEN = 120
"""How the interpreter ends when its last words can't be written, as to a terminal that is gone."""
LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
@pytest.mark.parametrize("subcommand", [[], ["monitor"]], ids=["workspace", "monitor"])
def test_a_console_that_is_told_to_end_gives_the_terminal_back(
    number: signal.Signals, subcommand: list[str], tmp_path: Path
) -> None:
    env = {**os.environ, "OPCONSOLE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "opconsole", "--relay", "http://127.0.0.1:9", "--login", "anna", *subcommand]
    with PtyTerminal(command, columns=100, lines=30, env=env, cwd=ROOT) as terminal:
        terminal.wait_for("Password")
        os.kill(terminal.process.pid, number)
        assert terminal.wait_end() == 128 + number
        while terminal.pump(0.2) and LEAVES_ALTERNATE_SCREEN not in terminal.raw:
            pass
        assert LEAVES_ALTERNATE_SCREEN in terminal.raw


@pytest.mark.parametrize("subcommand", [[], ["monitor"]], ids=["workspace", "monitor"])
def test_a_console_whose_terminal_is_gone_ends(subcommand: list[str], tmp_path: Path) -> None:
    """Otherwise it would stay, and its operator would look present for ever."""
    env = {**os.environ, "OPCONSOLE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "opconsole", "--relay", "http://127.0.0.1:9", "--login", "anna", *subcommand]
    with PtyTerminal(command, columns=100, lines=30, env=env, cwd=ROOT) as terminal:
        terminal.wait_for("Password")
        terminal.hang_up()
        assert terminal.process.wait(PATIENCE_S) in (128 + signal.SIGHUP, NOTHING_WRITTEN)


LEADER = 'trap : HUP; "$@"; echo $? >"$0"'
"""As `make demo` does, it leads the session, is told that the terminal is gone, and waits for what it has started."""


def test_a_console_whose_terminal_is_gone_ends_though_another_program_leads_the_session(tmp_path: Path) -> None:
    """Only the leader is told by a signal; the console sees that nothing can be read any more."""
    env = {**os.environ, "OPCONSOLE_HOME": str(tmp_path)}
    console = [sys.executable, "-m", "opconsole", "--relay", "http://127.0.0.1:9", "--login", "anna"]
    code = tmp_path / "code"
    with PtyTerminal(["sh", "-c", LEADER, str(code), *console], columns=100, lines=30, env=env, cwd=ROOT) as terminal:
        terminal.wait_for("Password")
        terminal.hang_up()
        terminal.process.wait(PATIENCE_S)
    assert int(code.read_text()) in (128 + signal.SIGHUP, NOTHING_WRITTEN)
