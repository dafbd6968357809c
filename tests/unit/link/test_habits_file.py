"""Habits on disk: private, whole or not at all, and damage never stops the console."""

import stat
from pathlib import Path

from opconsole.link.habits_file import LARGEST_BYTES, habits_file, read_habits, write_habits
from opconsole.state.habits import Habits


def kept(tmp_path: Path) -> Path:
    path = habits_file(tmp_path, "https://desk.example", "olga")
    habits = Habits()
    habits.use("chat:1", 5)
    habits.typed("close")
    write_habits(path, habits.dump())
    return path


def test_what_is_written_is_read_and_is_this_users_alone(tmp_path: Path) -> None:
    path = kept(tmp_path)
    assert read_habits(path).commands == ["close"]
    assert read_habits(path).weight("chat:1", 5) == 1.0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_people_have_files_of_their_own(tmp_path: Path) -> None:
    kept(tmp_path)
    assert read_habits(habits_file(tmp_path, "https://desk.example", "anna")).commands == []


def test_a_torn_file_is_kept_aside_and_all_begins_anew(tmp_path: Path) -> None:
    path = kept(tmp_path)
    path.write_bytes(path.read_bytes()[:-7])
    assert read_habits(path).commands == []
    assert not path.exists()
    assert path.with_name("habits.json.damaged").exists()


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    path = kept(tmp_path)
    path.write_bytes(b" " * (LARGEST_BYTES + 1))
    assert read_habits(path).commands == []


def test_a_folder_in_its_place_stops_nothing(tmp_path: Path) -> None:
    path = habits_file(tmp_path, "https://desk.example", "olga")
    path.mkdir(parents=True)
    assert read_habits(path).commands == []
    write_habits(path, b"{}")
