import stat
from pathlib import Path

import pytest

from server_stub.journal.folder import FolderUnusable, default_path, make_private, open_folder


def test_a_new_folder_is_its_owners_alone(tmp_path: Path) -> None:
    folder = open_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert folder.database == tmp_path / "a" / "b" / "desk.db"


def test_a_folder_that_is_there_is_used_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    assert open_folder(tmp_path).path == tmp_path
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_without_a_folder_it_is_below_the_home_of_the_variable_or_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path / "home"))
    assert default_path() == tmp_path / "home" / "data"
    assert open_folder().path == tmp_path / "home" / "data"
    monkeypatch.delenv("OPCONSOLE_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr("sys.platform", "linux")
    assert default_path() == tmp_path / "xdg" / "opconsole"


def test_a_file_in_the_folders_place_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderUnusable, match="is not a folder; give another with --data"):
        open_folder(tmp_path / "file")
    with pytest.raises(FolderUnusable, match="can't be made"):
        open_folder(tmp_path / "file" / "below")


def test_a_private_file_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    make_private(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("kept")
    make_private(path)
    assert path.read_text() == "kept"
