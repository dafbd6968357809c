import os
import stat
from pathlib import Path

import pytest

from opconsole.link.outbox_file import SLOTS, OutboxFile, folder_of
from opconsole.state.model import Draft, Drafts
from opconsole.state.outbox import Outbox
from opconsole.wire.staff import Say


def blobs() -> tuple[bytes, bytes]:
    outbox, drafts = Outbox(), Drafts()
    outbox.add(Say(id="a", chat=1, text="precious"), 5)
    drafts.put(1, Draft("begun"))
    return outbox.dump(), drafts.dump()


def test_what_is_written_is_read_by_the_next_console(tmp_path: Path) -> None:
    outbox, drafts = blobs()
    first = OutboxFile(tmp_path / "desk")
    assert (first.read().outbox, first.read().drafts) == (None, None)
    first.write_outbox(outbox)
    first.write_drafts(drafts)
    first.close()
    second = OutboxFile(tmp_path / "desk")
    kept = second.read()
    assert (kept.outbox, kept.drafts, kept.notes) == (outbox, drafts, [])
    second.close()


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    file = OutboxFile(tmp_path / "desk")
    file.write_outbox(blobs()[0])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.folder.iterdir()}
    assert modes == {"lock": 0o600, "outbox.json": 0o600}
    assert stat.S_IMODE((tmp_path / "desk").stat().st_mode) == 0o700
    file.close()


def test_two_consoles_at_once_do_not_share_a_file(tmp_path: Path) -> None:
    one, two = OutboxFile(tmp_path), OutboxFile(tmp_path)
    assert one.folder != two.folder
    one.write_outbox(blobs()[0])
    assert two.read().outbox is None
    one.close()
    three = OutboxFile(tmp_path)
    assert three.read().outbox == blobs()[0]
    three.close()
    two.close()


def test_the_number_of_consoles_is_bounded(tmp_path: Path) -> None:
    files = [OutboxFile(tmp_path) for _ in range(SLOTS)]
    with pytest.raises(OSError, match=str(SLOTS)):
        OutboxFile(tmp_path)
    for file in files:
        file.close()


@pytest.mark.parametrize("name", ["outbox.json", "drafts.json", "marks.json"])
def test_a_damaged_file_is_moved_aside_and_told_of(tmp_path: Path, name: str) -> None:
    file = OutboxFile(tmp_path)
    for number in (1, 2):
        (file.folder / name).write_bytes(b'{"v":1,"items":[{"comm')
        kept = file.read()
        assert (kept.outbox, kept.drafts, kept.marks) == (None, None, None)
        (note,) = kept.notes
        assert f"{name}.damaged-{number}" in note
        assert (file.folder / f"{name}.damaged-{number}").read_bytes().startswith(b'{"v":1')
    file.close()


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = OutboxFile(tmp_path)
    file.write_outbox(blobs()[0])

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            file.write_outbox(b'{"v":1,"items":[]}')
    assert file.read().outbox == blobs()[0]
    assert sorted(path.name for path in file.folder.iterdir()) == ["lock", "outbox.json"]
    file.close()


def test_folders_are_readable_and_never_the_same_for_two_logins() -> None:
    state = Path("state")
    names = {
        folder_of(state, relay, login)
        for relay in ("https://desk.example", "http://desk.example", "https://desk.example:8765")
        for login in ("anna", "Anna", "an/na", "../anna")
    }
    assert len(names) == 12
    assert all(name.parent == state / "desks" for name in names)
    assert "desk.example-anna-" in str(folder_of(state, "https://desk.example", "anna"))
