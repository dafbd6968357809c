import stat
import sys
from pathlib import Path
from types import ModuleType

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from opconsole.link.tokens import Kept, Tokens

RELAY = "https://desk.example"


class MemoryKeyring(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: dict[tuple[str, str], str] = {}
        self.broken = False

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        del self.held[service, username]

    def _check(self) -> None:
        if self.broken:
            raise RuntimeError("the bus is gone")


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    made = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    monkeypatch.setattr(keyring, "get_password", made.get_password)
    monkeypatch.setattr(keyring, "set_password", made.set_password)
    monkeypatch.setattr(keyring, "delete_password", made.delete_password)
    return made


def test_a_keyring_keeps_the_token_and_no_file_is_made(ring: MemoryKeyring, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    assert tokens.get(RELAY, "anna") is None
    assert tokens.put(RELAY, "anna", "secret") is Kept.keyring
    assert Tokens(tmp_path).get(RELAY, "anna") == "secret"
    assert list(tmp_path.iterdir()) == []
    assert tokens.drop(RELAY, "anna")
    assert not tokens.drop(RELAY, "anna")
    assert tokens.get(RELAY, "anna") is None


def test_without_a_keyring_a_file_of_the_users_alone_keeps_it(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path, "file")
    assert tokens.put(RELAY, "anna", "secret") is Kept.file
    assert tokens.put(RELAY, "boris", "other") is Kept.file
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600
    assert (tokens.get(RELAY, "anna"), tokens.get(RELAY, "boris")) == ("secret", "other")
    assert tokens.get("https://other.example", "anna") is None
    assert tokens.drop(RELAY, "anna")
    assert (tokens.get(RELAY, "anna"), tokens.get(RELAY, "boris")) == (None, "other")


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_a_keyring_that_keeps_nothing_is_none(
    backend: type[KeyringBackend], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", backend)
    tokens = Tokens(tmp_path)
    assert tokens.put(RELAY, "anna", "secret") is Kept.file
    assert tokens.get(RELAY, "anna") == "secret"


def test_a_keyring_that_breaks_is_replaced_by_the_file(ring: MemoryKeyring, tmp_path: Path) -> None:
    ring.broken = True
    tokens = Tokens(tmp_path)
    assert tokens.put(RELAY, "anna", "secret") is Kept.file
    assert tokens.get(RELAY, "anna") == "secret"
    assert tokens.drop(RELAY, "anna")


def test_a_keyring_that_works_again_takes_over_from_the_file(ring: MemoryKeyring, tmp_path: Path) -> None:
    Tokens(tmp_path, "file").put(RELAY, "anna", "old")
    tokens = Tokens(tmp_path)
    assert tokens.get(RELAY, "anna") == "old"
    assert tokens.put(RELAY, "anna", "new") is Kept.keyring
    assert Tokens(tmp_path, "file").get(RELAY, "anna") is None


def test_a_keyring_that_cannot_be_imported_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "keyring", ModuleType("keyring"))
    assert Tokens(tmp_path).put(RELAY, "anna", "secret") is Kept.file


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file in its place")
    assert Tokens(tmp_path / "folder", "file").put(RELAY, "anna", "secret") is Kept.nowhere


def test_a_damaged_file_holds_no_token(tmp_path: Path) -> None:
    (tmp_path / "tokens.json").write_bytes(b"\xff{")
    assert Tokens(tmp_path, "file").get(RELAY, "anna") is None


def test_no_token_is_logged(ring: MemoryKeyring, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    ring.broken = True
    Tokens(tmp_path).put(RELAY, "anna", "secret")
    Tokens(tmp_path).get(RELAY, "anna")
    assert caplog.records
    assert "secret" not in caplog.text
