"""Nothing of a stranger's reaches the operator's terminal but text: every byte that the real console writes is looked at.

The relay here is hostile (`dirty_desk.HostileRelay`), the files and the environment are tampered with, and the console is led
through all that it can show. Markers prove that the dirt did arrive on the screen, and the console with its cleaning taken out
proves that the detector sees what it should.
"""

from pathlib import Path

import pytest

from opconsole.cli.errors import Exit
from opconsole.wire.cards import Role
from tests.e2e.dirty_desk import dirty_desk
from tests.e2e.dirty_walk import glance, walk_monitor, walk_workspace
from tests.e2e.terminal_bytes import copies, foreign, notifications

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NO_PLACE = {
    "sync.chats.comment", "sync.chats.department", "sync.chats.lang", "sync.templates.lang", "sync.messages.to",
    "sync.operators.reason", "sync.visitors.profile.name", "sync.visitors.profile.email", "sync.visitors.profile.phone",
    "sync.messages.deleted_by",
    "sync.visitors.profile.tz", "sync.visitors.profile.lang",
}  # fmt: skip
"""Strings that the workspace does not show: there is no place for them (the last: not behind so long others), or something else is
known and shown instead."""


def test_the_workspace_writes_nothing_but_its_own(tmp_path: Path) -> None:
    with dirty_desk(tmp_path, notifier="osc9") as desk:
        walk_workspace(desk, 150)
        written = bytes(desk.terminal.raw)
        unseen = {place for place in desk.unseen if place.startswith(("sync.", "config", "outbox", "draft", "theme"))}
    assert foreign(written, copied=True) == []
    assert unseen <= NO_PLACE, "what was not seen was not tried"
    assert "Ж" in "".join(notifications(written))
    assert "Ж" in "".join(copies(written))


@pytest.mark.whole
def test_the_small_workspace_writes_nothing_but_its_own(tmp_path: Path) -> None:
    with dirty_desk(tmp_path, size=(80, 24), notifier="osc99") as desk:
        walk_workspace(desk, 80)
        written = bytes(desk.terminal.raw)
    assert foreign(written, copied=True) == []
    assert "Ж" in "".join(notifications(written))


def test_the_monitor_writes_nothing_but_its_own(tmp_path: Path) -> None:
    with dirty_desk(tmp_path, role=Role.supervisor, arguments=("monitor",)) as desk:
        walk_monitor(desk)
        written = bytes(desk.terminal.raw)
    assert foreign(written) == []


@pytest.mark.whole
@pytest.mark.parametrize("layer", ["door", "gate"])
def test_each_layer_of_cleaning_holds_by_itself(layer: str, tmp_path: Path) -> None:
    with dirty_desk(tmp_path, open_layers=layer) as desk:
        glance(desk)
        written = bytes(desk.terminal.raw)
    # A joiner between letters does no harm but to columns, and at the gate the columns are set already.
    assert [fault for fault in foreign(written) if "joiner" not in fault] == []


def test_without_cleaning_the_detector_sees_everything_that_came_out(tmp_path: Path) -> None:
    with dirty_desk(tmp_path, open_layers="door,gate") as desk:
        glance(desk)
        found = "\n".join(foreign(bytes(desk.terminal.raw)))
    for kind in ("clipboard", "csi", "osc", "dcs", "c1", "control", "esc", "marks", "invisible"):
        assert kind in found, kind


def test_a_fault_of_the_console_ends_with_one_clean_line(tmp_path: Path) -> None:
    with dirty_desk(tmp_path, open_layers="fault") as desk:
        assert desk.terminal.wait_end() == Exit.fault
        while desk.terminal.pump(0.2) and b"fault" not in desk.terminal.raw:
            pass
        written = bytes(desk.terminal.raw)
    assert foreign(written) == []
    after = written.rpartition(b"\x1b[?1049l")[2].decode()
    assert "A fault in opconsole itself (ValueError: a stranger's" in " ".join(after.split())
    assert "Traceback" not in after
    log = (tmp_path / "state" / "opconsole.log").read_text("utf-8")
    assert "Traceback" in log
    assert foreign(log.encode()) == []
