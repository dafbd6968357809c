"""What the stage writes and starts, without a relay; with one, see `tests/e2e/test_demo.py`."""

import sys
from pathlib import Path

import pytest

from opconsole.simulation.stage import DeskTimes, RelayProgram, StageFailed, colleague, write_desk
from server_stub import deskfile

TIMES = DeskTimes(first_reply=2.5, reply=3.5, warn=1, visitor_left=1.5, silent=4, operator_gone=3, target=2)


def test_the_demos_desk_is_one_that_the_relay_understands(tmp_path: Path) -> None:
    write_desk(tmp_path / "relay", "Copper Fern", TIMES)

    desk = deskfile.load(tmp_path / "relay")
    assert desk.name == "Copper Fern"
    assert (desk.settings.first_reply_ms, desk.settings.reply_ms, desk.settings.left_ms) == (2_500, 3_500, 1_500)
    assert (desk.settings.gone_ms, desk.settings.silent_ms, desk.settings.warn_ms) == (3_000, 4_000, 1_000)
    assert desk.settings.targets_ms["site"] == 2_000
    assert desk.rates.new_visitors_burst >= 1_000


def test_the_demos_checklist_has_its_last_step_required(tmp_path: Path) -> None:
    write_desk(tmp_path, "Copper Fern", TIMES, (("greet", 'По "имени"', "hello"), ("else", "Else?", "else")))

    checklist = deskfile.load(tmp_path).settings.departments["general"].checklist
    assert [(step.id, step.title, step.template, step.required) for step in checklist] == [
        ("greet", 'По "имени"', "hello", False),
        ("else", "Else?", "else", True),
    ]


def test_a_password_is_never_shown_and_never_the_same() -> None:
    one, other = colleague("ann", "Ann"), colleague("ann", "Ann")

    assert len(one.password) > 16
    assert one.password != other.password
    assert one.password not in repr(one)


def test_a_relay_that_says_nothing_in_time_is_stopped_and_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 600\n")
    silent.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(silent))
    relay = RelayProgram(tmp_path / "relay", tmp_path / "relay.log")

    with pytest.raises(StageFailed, match="was not ready within 0 s"):
        relay.start(timeout=0.0)
    assert not relay.running


def test_stopping_what_was_never_started_does_no_harm(tmp_path: Path) -> None:
    relay = RelayProgram(tmp_path, tmp_path / "relay.log")

    assert relay.stop() == 0
    assert relay.pid == 0
    assert relay.complaints() == []
