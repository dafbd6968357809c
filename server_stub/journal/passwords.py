"""Passwords: which are taken, and how they are kept (argon2id). A check costs about 0.1 s of two cores: never on the event loop."""

import secrets
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 10
LONGEST: Final = 256
"""Characters; beyond, hashing would be somebody's way to keep the relay busy."""


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """What anybody would try first, of the length that is taken: lower case, one a line in the file beside this one."""
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())


def objection(password: str, login: str = "") -> str:
    """Why this password is not taken, as a sentence; empty: it is."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        return f"a password has at least {SHORTEST} characters"
    if len(plain) > LONGEST:
        return f"a password has at most {LONGEST} characters"
    if not plain.isprintable():
        return "a password has no control characters"
    folded = plain.casefold()
    if folded in common() or len(set(folded)) < 4:
        return "that password is among the first that anybody would try; take another"
    if login and folded.replace(login, "") in ("", *"0123456789", "123", "1234", "12345", "!"):
        return "a password is not the login again; take another"
    return ""


class Passwords:
    """Hashes and checks. The parameters are argon2-cffi's (RFC 9106, low memory), unless a test wants cheaper ones."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._decoy = ""

    def hash(self, password: str) -> str:
        return self._hasher.hash(_normal(password))

    def check(self, password: str, stored: str) -> bool:
        """Whether it is the password. `stored` empty (nobody has that login): false, after the same time as for anybody."""
        if not self._decoy:
            self._decoy = self._hasher.hash(secrets.token_urlsafe(16))
        if len(password) > LONGEST:
            return False
        try:
            return self._hasher.verify(stored or self._decoy, _normal(password)) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, stored: str) -> bool:
        """Made with other parameters than today's: hash the password anew when it is next seen."""
        return self._hasher.check_needs_rehash(stored)


def _normal(password: str) -> str:
    """One form for what looks the same, however the keyboard composed it."""
    return unicodedata.normalize("NFKC", password)
