"""Passwords: which are taken, and how they are kept (argon2id). A check costs about 0.1 s of two cores: never on the event loop."""

import secrets
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 12
LONGEST: Final = 256
"""Characters; beyond, hashing would be somebody's way to keep the relay busy."""
MOST_COMMON_WORDS: Final = 3
"""So many common words in a row, with any digits and signs around them, are no password; four of one's own choice are a phrase."""
SHORTEST_WORD: Final = 3

_LATIN: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_LATIN: Final = str.maketrans(_CYRILLIC, _LATIN)
_TO_CYRILLIC: Final = str.maketrans(_LATIN, _CYRILLIC)
_SIGNS_FOR_LETTERS: Final = str.maketrans("04135$@!7", "oalessait")


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """Words of which people make their passwords: lower case, one a line in the file beside this one, sorted."""
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())


def objection(password: str, *about: str) -> str:
    """Why this password is not taken, as a sentence; empty: it is. `about`: the login, the person's name, the desk's."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        return f"a password has at least {SHORTEST} characters"
    if len(plain) > LONGEST:
        return f"a password has at most {LONGEST} characters"
    if not plain.isprintable():
        return "a password has no control characters"
    folded = plain.casefold()
    readings = _readings(folded)
    if _is_a_repeat(folded) or _is_common(readings):
        return "that password is among the first that anybody would try; take another"
    words = {word for text in about for word in _words_of(text)}
    if any(word in reading for word in words for reading in readings):
        return "a password is not made of the login, the name or the desk's name; take another"
    return ""


def _readings(folded: str) -> tuple[str, ...]:
    """What it may have been before somebody made it look like a password: with signs for letters, or in the other keyboard layout."""
    swapped = (_SIGNS_FOR_LETTERS, _TO_LATIN, _TO_CYRILLIC)
    return folded, *(folded.translate(letters) for letters in swapped)


def _is_a_repeat(folded: str) -> bool:
    """One character, three in any order, or a short piece again and again; or no letters at all (numbers are dates and telephones)."""
    if len(set(folded)) < 4 or not any(character.isalpha() for character in folded):
        return True
    return any(folded == (folded[:length] * len(folded))[: len(folded)] for length in range(1, SHORTEST // 2 + 1))


def _is_common(readings: tuple[str, ...]) -> bool:
    """Whether it is nothing but a few common words, each in any reading, and digits and signs around and between them."""
    words, folded = common(), readings[0]
    fewest = [0]
    """How few words make the first n characters; LONGEST: it can't be done."""
    for end in range(1, len(folded) + 1):
        least = fewest[end - 1] if not folded[end - 1].isalpha() else LONGEST
        for start in range(end - SHORTEST_WORD + 1):
            if fewest[start] < least - 1 and any(reading[start:end] in words for reading in readings):
                least = fewest[start] + 1
        fewest.append(least)
    return fewest[-1] <= MOST_COMMON_WORDS


def _words_of(text: str) -> list[str]:
    """A login's or a name's parts that are long enough to make a password weak."""
    parts = "".join(character if character.isalnum() else " " for character in _normal(text).casefold()).split()
    return [part for part in parts if len(part) > SHORTEST_WORD]


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
