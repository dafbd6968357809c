import stat
from pathlib import Path

import pytest

from server_stub.journal.secret import KeyUnusable, visitor_key


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "visitor.key"
    key = visitor_key(path)
    assert len(key) == 32
    assert visitor_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["visitor.key"]


def test_two_desks_have_two_keys(tmp_path: Path) -> None:
    assert visitor_key(tmp_path / "one") != visitor_key(tmp_path / "two")


def test_a_key_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "visitor.key"
    key = visitor_key(path)
    path.chmod(0o644)
    assert visitor_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "abcdef", "not hexadecimal at all", "00" * 31])
def test_a_damaged_key_is_never_replaced_behind_the_owners_back(tmp_path: Path, content: str) -> None:
    path = tmp_path / "visitor.key"
    path.write_text(content)
    with pytest.raises(KeyUnusable, match="restore it, or remove it"):
        visitor_key(path)
    assert path.read_text() == content
