"""The second factor: six digits of the moment (TOTP, RFC 6238), and recovery codes for when the telephone is lost. No database.

The secret must be readable, for the relay computes the same codes; it never leaves the database but once, to its owner, before
it counts. A code is taken once: the step of time of the last one is kept, and only a later one is taken.
"""

import hashlib
import hmac
import secrets
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import pyotp
from msgspec import Struct

STEP_S: Final = 30
DIGITS: Final = 6
WINDOW: Final = 1
"""Steps before and after the present one whose codes are taken: clocks differ, and people type."""
RECOVERY_CODES: Final = 8
RECOVERY_CHARS: Final = 12
"""Of 32 letters and digits: 60 bits, which nobody guesses through the throttle."""
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are mistaken for each other."""


def new_secret() -> str:
    """160 random bits in base32: as long as RFC 4226 recommends."""
    return pyotp.random_base32(32)


def uri_of(secret: str, login: str, desk: str) -> str:
    """What an authenticator app reads (as a QR code): `otpauth://…`."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=desk)


def step_of(secret: str, code: str, now_ms: int, last_step: int) -> int:
    """The step of time whose code this is; 0: it is none, or it (or a later one) was taken before.

    Every step of the window is computed and compared in constant time, whichever it is."""
    typed = plain_code(code)
    if len(typed) != DIGITS or not typed.isdecimal():
        return 0
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_S)
    present, found = now_ms // 1000 // STEP_S, 0
    for step in range(present - WINDOW, present + WINDOW + 1):
        same = hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode())
        if same and step > last_step:
            found = step
    return found


def new_recovery_codes() -> tuple[str, ...]:
    """As they are shown, once: `ABCD-EFGH-JKLM`."""
    return tuple(
        _grouped("".join(secrets.choice(_ALPHABET) for _ in range(RECOVERY_CHARS))) for _ in range(RECOVERY_CODES)
    )


def recovery_hash(login: str, code: str) -> str:
    """What is kept of a recovery code. It is random and long, so a quick hash will do; the login makes it the person's own."""
    return hashlib.sha256(f"{login}\n{plain_code(code)}".encode()).hexdigest()


def plain_code(code: str) -> str:
    """However it is typed: ASCII, upper case, without spaces and hyphens. What can't be a code becomes empty."""
    typed = unicodedata.normalize("NFKC", code[:64]).upper()
    typed = "".join(character for character in typed if not character.isspace() and character != "-")
    return typed if typed.isascii() and typed.isalnum() else ""


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


class Enrolment(Struct, frozen=True):
    """A secret that was shown to its owner and doesn't count yet: the first code from it makes it count."""

    login: str
    secret: str
    until_ms: int

    def __repr__(self) -> str:
        return f"Enrolment(login={self.login!r}, secret=…)"


class Enrolments:
    """Those under way, by their tickets, in memory only: after a restart a person begins again. The oldest go beyond a bound.

    Each login with the right password gets a secret of its own: if two are at it (one with a stolen password), only one secret
    will count, and the other has never seen it."""

    def __init__(
        self, *, last_ms: int, most: int, new_secret: Callable[[], str] = new_secret, new_ticket: Callable[[], str]
    ) -> None:
        self._last_ms = last_ms
        self._most = most
        self._new_secret = new_secret
        self._new_ticket = new_ticket
        self._open: OrderedDict[str, Enrolment] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, login: str, now_ms: int) -> tuple[str, Enrolment]:
        """A ticket, and the secret that it stands for."""
        ticket, begun = self._new_ticket(), Enrolment(login, self._new_secret(), now_ms + self._last_ms)
        self._open[ticket] = begun
        while len(self._open) > self._most:
            self._open.popitem(last=False)
        return ticket, begun

    def secret_of(self, ticket: str, login: str, now_ms: int) -> str:
        """The secret of a ticket that was given to this login; empty: there is none, or its time is over."""
        begun = self._open.get(ticket)
        return begun.secret if begun is not None and begun.login == login and now_ms < begun.until_ms else ""

    def end(self, ticket: str) -> None:
        self._open.pop(ticket, None)
