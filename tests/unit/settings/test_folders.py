from pathlib import Path

import pytest

from opconsole.settings import config_dir, config_file, data_dir, state_dir, themes_dirs


def test_one_variable_puts_everything_below_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
    assert config_dir() == tmp_path / "config"
    assert config_file() == tmp_path / "config" / "config.toml"
    assert data_dir() == tmp_path / "data"
    assert state_dir() == tmp_path / "state"
    assert themes_dirs()[1] == tmp_path / "config" / "themes"


def test_without_it_the_folders_are_the_systems_and_different(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPCONSOLE_HOME", raising=False)
    folders = [config_dir(), data_dir(), state_dir()]
    assert len(set(folders)) == 3
    assert all("opconsole" in folder.parts for folder in folders)


def test_the_packaged_themes_are_there() -> None:
    assert themes_dirs()[0].is_dir()


def test_asking_for_a_folder_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path / "home"))
    config_dir(), data_dir(), state_dir()
    assert not (tmp_path / "home").exists()
