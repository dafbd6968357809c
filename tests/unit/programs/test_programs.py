"""A forked program is what a real start makes: what it is given, what it is told, how it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.programs import REAL, ROOT, Program, run

COMMAND = [sys.executable, "-m", "tests.unit.programs.what_i_am"]

pytestmark = pytest.mark.skipif(REAL, reason="no program is forked here")


@pytest.fixture(autouse=True)
def _hang_up() -> Iterator[None]:
    """A relay's start in this process, by a test before, ignores it; and what is ignored is inherited."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def both(*arguments: str, **how: Any) -> list["subprocess.CompletedProcess[str]"]:
    return [run([*COMMAND, *arguments], real=real, **{"cwd": ROOT, **how}) for real in (False, True)]


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [(), ("read", "Ж", "two words", ""), (os.fsdecode(b"\xff\x9b"),)])
def test_it_is_given_the_same(arguments: tuple[str, ...], unbuffered: str) -> None:
    environment = {**os.environ, "A_NAME": "a value", "TZ": "Asia/Tokyo", "PYTHONUNBUFFERED": unbuffered}
    forked, real = both(*arguments, input="a line\r\nanother\n", env=environment)
    assert real.returncode == 0, real.stderr
    assert json.loads(forked.stdout) == json.loads(real.stdout)
    assert forked.stderr == real.stderr == ""


def test_it_stands_in_the_folder_that_was_named_and_leads_a_session_if_it_shall(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    forked, real = both(cwd=tmp_path, env=environment, start_new_session=True)
    assert json.loads(forked.stdout) == json.loads(real.stdout)
    assert json.loads(forked.stdout)["leads its session"]
    assert json.loads(forked.stdout)["folder"] == str(tmp_path)


@pytest.mark.parametrize("how", ["0", "3", "256", "a sentence", "an error", "an interrupt", "a signal", "a thread"])
def test_it_ends_the_same(how: str) -> None:
    forked, real = both(how)
    assert forked.returncode == real.returncode
    assert forked.stderr.splitlines()[-1:] == real.stderr.splitlines()[-1:]
    assert forked.stdout.splitlines()[1:] == real.stdout.splitlines()[1:]


def test_it_is_there_until_it_ends_and_can_be_told_to() -> None:
    with Program([*COMMAND, "read"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as program:
        assert program.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            program.wait(0.01)
        os.kill(program.pid, 0)
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == -signal.SIGTERM
        assert program.poll() == -signal.SIGTERM


def test_what_is_not_known_to_the_zygote_starts_as_ever() -> None:
    done = run([sys.executable, "-c", "import sys; print('tests.zygote' in sys.modules)"])
    assert done.stdout == "False\n"
