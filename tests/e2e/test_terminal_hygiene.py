"""Nothing of a stranger's reaches the operator's terminal but text: every byte that the real console writes is looked at.

The relay here is hostile (`dirty_desk.HostileRelay`), the files and the environment are tampered with, and the console is led
through all that it can show. Markers prove that the dirt did arrive on the screen, and the console with its cleaning taken out
proves that the detector sees what it should.
"""

from pathlib import Path

import pytest

from opconsole.wire.cards import Role
from tests.e2e.dirty_desk import NOTIFIERS, dirty_desk
from tests.e2e.dirty_walk import walk_monitor, walk_workspace
from tests.e2e.terminal_bytes import copies, foreign, harm, notifications

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("size", "notifier"), [((200, 50), "osc9"), ((80, 24), "osc99")], ids=["200x50", "80x24"]
)
def test_the_workspace_writes_nothing_but_its_own(size: tuple[int, int], notifier: str, tmp_path: Path) -> None:
    assert notifier in NOTIFIERS
    with dirty_desk(tmp_path, size=size, notifier=notifier) as desk:
        walk_workspace(desk, size[0])
        written = bytes(desk.terminal.raw)
    assert foreign(written, copied=True) == []
    print(sorted(desk.unseen))
    assert notifications(written)
    assert copies(written)
    assert not harm("".join(copies(written)).replace("\n", ""))


def test_the_monitor_writes_nothing_but_its_own(tmp_path: Path) -> None:
    with dirty_desk(tmp_path, role=Role.supervisor, arguments=("monitor",)) as desk:
        walk_monitor(desk)
        written = bytes(desk.terminal.raw)
    assert foreign(written) == []
    print(sorted(desk.unseen))
