"""The sound's command: no shell, one at a time, ended in time, and a fault is a sentence."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from opconsole.terminal.sound import Sound

LOOK_S = 0.005
"""So often a condition is looked at."""


def until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(LOOK_S)


@pytest.fixture
def sound() -> Iterator[Sound]:
    sound = Sound()
    yield sound
    sound.close()


def shell(tmp_path: Path, script: str) -> list[str]:
    program = tmp_path / "play"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return [str(program)]


def test_the_command_gets_its_arguments_as_they_are_and_the_events_name(sound: Sound, tmp_path: Path) -> None:
    command = shell(tmp_path, 'printf "%s|%s" "$1" "$OPCONSOLE_EVENT" >"$2.part"; mv "$2.part" "$2"')
    told = tmp_path / "told"
    assert sound.play([*command, "$(id); *", str(told)], "new_chat")
    until(told.exists, "what the command was told")
    assert told.read_text() == "$(id); *|new_chat"


def test_two_are_never_played_at_once(sound: Sound, tmp_path: Path) -> None:
    go = tmp_path / "go"
    os.mkfifo(go)
    command = shell(tmp_path, f'read line <"{go}"; echo >>"{tmp_path}/played"')
    assert sound.play(command, "a")
    assert not sound.play(command, "b")
    go.write_text("\n")
    until(lambda: sound.play(["true"], "c"), "the end of the first")
    assert (tmp_path / "played").read_text() == "\n"


def test_one_that_takes_too_long_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the two take to be there: the time begins when they are."""
    sound = Sound(most_s=60)
    told = tmp_path / "child"
    command = shell(tmp_path, f'sleep 600 & echo $! >"{told}.part"; mv "{told}.part" "{told}"; wait')
    waits: list[float | None] = []
    real = subprocess.Popen.wait

    def wait(process: "subprocess.Popen[bytes]", timeout: float | None = None) -> int:
        if process.args != command:  # another test's
            return real(process, timeout)
        waits.append(timeout)
        if timeout is not None:
            until(told.exists, "the child's id")
            timeout = 0.05
        return real(process, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", wait)
    assert sound.play(command, "a")
    until(lambda: sound.play(["true"], "b"), "the end of the first")
    child = int(told.read_text())
    until(lambda: not alive(child), "the child's end")
    assert waits == [60, None]


def alive(pid: int) -> bool:
    """A zombie (nobody may have taken its end yet) is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("command", [["/nowhere/at all"], ["a\0b"]])
def test_a_command_that_is_none_is_a_sentence(sound: Sound, command: list[str]) -> None:
    assert sound.play(command, "a")
    until(lambda: sound.problem, "why it can't be played")
    until(lambda: sound.play(["true"], "a"), "the next one")
    until(lambda: not sound.problem, "that it is mended")


def test_no_command_is_no_sound_and_after_the_end_there_is_none(sound: Sound) -> None:
    assert not sound.play([], "a")
    sound.close()
    assert not sound.play(["true"], "a")
