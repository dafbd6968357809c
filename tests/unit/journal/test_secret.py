import stat
from pathlib import Path

import pytest

from server_stub.journal.secret import SITE_KEY_VARIABLE, KeyUnusable, add_key, retire_keys, signing_keys, site_keys


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "visitor.key"
    key = signing_keys(path)
    assert [len(each) for each in key] == [32]
    assert signing_keys(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["visitor.key"]


def test_two_desks_have_two_keys(tmp_path: Path) -> None:
    assert signing_keys(tmp_path / "one") != signing_keys(tmp_path / "two")


def test_a_key_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "visitor.key"
    key = signing_keys(path)
    path.chmod(0o644)
    assert signing_keys(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "abcdef", "not hexadecimal at all", "00" * 31, f"{'00' * 32}\n{'00' * 31}"])
def test_a_damaged_key_is_never_replaced_behind_the_owners_back(tmp_path: Path, content: str) -> None:
    path = tmp_path / "visitor.key"
    path.write_text(content)
    with pytest.raises(KeyUnusable, match="restore it, or remove it"):
        signing_keys(path)
    assert path.read_text() == content


def test_a_new_key_signs_and_the_others_count_until_they_are_retired(tmp_path: Path) -> None:
    path = tmp_path / "visitor.key"
    old = signing_keys(path)
    new = add_key(path)
    assert signing_keys(path) == [bytes.fromhex(new), *old]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert retire_keys(path) == 1
    assert signing_keys(path) == [bytes.fromhex(new)]
    assert retire_keys(path) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["visitor.key"]


def test_there_are_never_more_than_a_few_keys(tmp_path: Path) -> None:
    path = tmp_path / "site.key"
    made = [add_key(path) for _ in range(12)]
    assert [key.hex() for key in signing_keys(path)] == made[:3:-1]


def test_a_sites_key_is_in_its_file_or_in_the_environment_which_goes_first(tmp_path: Path) -> None:
    path = tmp_path / "site.key"
    assert site_keys(path, {}) == [], "no site can vouch before somebody has made a key"
    key = add_key(path)
    assert site_keys(path, {}) == [key]
    assert site_keys(path, {SITE_KEY_VARIABLE: f"{'n' * 32} {'o' * 40}"}) == ["n" * 32, "o" * 40]
    with pytest.raises(KeyUnusable, match="could be guessed"):
        site_keys(path, {SITE_KEY_VARIABLE: "secret"})
