"""Files saved: never over another, never to be run, never half."""

import os
import stat
from pathlib import Path

import pytest

from opconsole.link.saving import LEFT_S, Saving


def saved(folder: Path, name: str, data: bytes = b"data") -> Path:
    saving = Saving(folder)
    try:
        saving.target.write(data)
        return saving.keep(name)
    finally:
        saving.drop()


def test_nothing_that_is_there_is_replaced(tmp_path: Path) -> None:
    paths = [saved(tmp_path, "a.png", bytes([number])) for number in range(3)]
    assert [path.name for path in paths] == ["a.png", "a (1).png", "a (2).png"]
    assert [path.read_bytes() for path in paths] == [b"\0", b"\1", b"\2"]


def test_a_link_that_waits_there_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to(tmp_path / "elsewhere")
    assert saved(tmp_path, "a.png").name == "a (1).png"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        (".bashrc", "bashrc"),
        ("-rf", "_rf"),
        ("a\x1b[31m.png", "a_[31m.png"),
        ("", "file"),
        ("/", "file"),
    ],
)
def test_a_strangers_name_leads_nowhere(tmp_path: Path, name: str, kept: str) -> None:
    path = saved(tmp_path / "in", name)
    assert (path.parent, path.name) == (tmp_path / "in", kept)


def test_it_is_mine_alone_and_cannot_be_run(tmp_path: Path) -> None:
    assert stat.S_IMODE(saved(tmp_path, "a.sh").stat().st_mode) == 0o600


def test_what_did_not_come_whole_is_not_there(tmp_path: Path) -> None:
    saving = Saving(tmp_path)
    saving.target.write(b"half")
    saving.drop()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_beside_it(tmp_path: Path) -> None:
    saved(tmp_path, "a.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_file_system_without_links_does_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*args: object, **kwargs: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_link)
    assert [saved(tmp_path, "a.png").name for _ in range(2)] == ["a.png", "a (1).png"]
    assert len(list(tmp_path.iterdir())) == 2


def test_what_a_console_that_was_killed_has_left_goes_in_time(tmp_path: Path) -> None:
    left, fresh, own = tmp_path / ".opconsole-a.part", tmp_path / ".opconsole-b.part", tmp_path / "notes.part"
    for path, seconds in ((left, LEFT_S + 60), (fresh, 60), (own, LEFT_S + 60)):
        path.write_bytes(b"x")
        at = path.stat().st_mtime - seconds
        os.utime(path, (at, at))
    saved(tmp_path, "a.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".opconsole-b.part", "a.png", "notes.part"]
