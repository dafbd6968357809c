"""The login's token between two starts: in the system's keyring, or, where there is none, in a file that only the user may read.

Blocking (a keyring may ask the user to unlock it): call it in a thread. No token is ever logged or printed.
"""

import logging
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from opconsole.link.private_file import write_private
from opconsole.wire.text import clean_line

SERVICE: Final = "opconsole"
_FILE: Final = "tokens.json"
_DEVICE: Final = " (this console)"
"""No login has a space in it."""

log = logging.getLogger(__name__)


class Kept(StrEnum):
    """Where a token was put."""

    keyring = "keyring"
    file = "file"
    nowhere = "nowhere"
    """Neither could be written: it is asked for again at the next start."""


class Tokens:
    """`keyring`: `auto` tries the system's keyring first, `file` never does."""

    def __init__(self, folder: Path, keyring: Literal["auto", "file"] = "auto") -> None:
        self._path = folder / _FILE
        self._use_keyring = keyring == "auto"

    @property
    def path(self) -> Path:
        return self._path

    def get(self, relay: str, login: str) -> str | None:
        """The token kept for this login; None: there is none."""
        keyring = self._keyring()
        if keyring is not None:
            try:
                token = keyring.get_password(SERVICE, _name(relay, login))
            except Exception as error:  # every backend has errors of its own
                _keyring_failed(error)
            else:
                if token:
                    return str(token)
        return self._read().get(_name(relay, login))

    def put(self, relay: str, login: str, token: str) -> Kept:
        """Keep it. Says where."""
        keyring = self._keyring()
        if keyring is not None:
            try:
                keyring.set_password(SERVICE, _name(relay, login), token)
            except Exception as error:
                _keyring_failed(error)
            else:
                self._drop_from_file(relay, login)
                return Kept.keyring
        tokens = self._read()
        tokens[_name(relay, login)] = token
        try:
            self._write(tokens)
        except OSError as error:
            log.warning("the token file can't be written: %s", error)
            return Kept.nowhere
        return Kept.file

    def drop(self, relay: str, login: str) -> bool:
        """Forget it, wherever it is. True: there was one."""
        found = False
        keyring = self._keyring()
        if keyring is not None:
            try:
                if keyring.get_password(SERVICE, _name(relay, login)):
                    keyring.delete_password(SERVICE, _name(relay, login))
                    found = True
            except Exception as error:
                _keyring_failed(error)
        return self._drop_from_file(relay, login) or found

    def device(self, relay: str, login: str) -> str:
        """By what the relay knows this console of an earlier login; empty: by nothing. It lets nobody in, and stays after a logout."""
        return self.get(relay, f"{login}{_DEVICE}") or ""

    def keep_device(self, relay: str, login: str, device: str) -> None:
        self.put(relay, f"{login}{_DEVICE}", device)

    def backend(self) -> str:
        """What keeps secrets on this machine, by its own name; empty: nothing does."""
        if self._keyring() is None:
            return ""
        import keyring

        return clean_line(str(keyring.get_keyring().name))[:80]

    def _keyring(self) -> Any:
        """The library, if a backend that really keeps secrets stands behind it."""
        if not self._use_keyring:
            return None
        try:
            import keyring
            from keyring.backends import fail, null

            backend = keyring.get_keyring()
        except Exception as error:
            _keyring_failed(error)
            self._use_keyring = False
            return None
        if isinstance(backend, fail.Keyring | null.Keyring) or backend.priority <= 0:
            self._use_keyring = False
            return None
        return keyring

    def _read(self) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
        except (OSError, msgspec.MsgspecError, UnicodeError):
            return {}

    def _write(self, tokens: dict[str, str]) -> None:
        write_private(self._path, msgspec.json.encode(tokens))

    def _drop_from_file(self, relay: str, login: str) -> bool:
        tokens = self._read()
        if tokens.pop(_name(relay, login), None) is None:
            return False
        try:
            self._write(tokens)
        except OSError as error:
            log.warning("the token file can't be written: %s", error)
        return True


def _name(relay: str, login: str) -> str:
    return f"{login} at {relay}"


def _keyring_failed(error: Exception) -> None:
    log.info("the keyring can't be used: %s", type(error).__name__)
