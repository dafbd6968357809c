"""Who works here, as values: people, their sessions, and how a login is written. No database."""

import re
from typing import Final

from msgspec import Struct

from opconsole.wire import limits
from opconsole.wire.cards import Role
from opconsole.wire.text import clean_line

LOGIN_CHARS: Final = 64
MOST_CHATS: Final = 100
"""Nobody's limit is more than this."""
RESERVED: Final = frozenset({"visitor", "desk"})
"""Logins that a transcript would show as somebody else."""

_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]*")


DAY_MS: Final = 24 * 3600 * 1000


class LoginPolicy(Struct, frozen=True, kw_only=True):
    """What the desk has set about logins."""

    idle_ms: int = 30 * DAY_MS
    """A session that isn't used for so long ends."""
    most_ms: int = 90 * DAY_MS
    """And one that is used ends after so long: then the person logs in anew."""
    require_totp: bool = False
    """Everybody must have a second factor."""
    desk: str = "opconsole"
    """The desk's name: authenticator apps show it, and no password may be made of it."""


class AccountRefused(Exception):
    """What was asked of the accounts can't be; the sentence says why."""


class User(Struct, frozen=True, kw_only=True):
    """One person of the team. Password and its hash never come out of the accounts."""

    login: str
    name: str
    role: Role = Role.operator
    limit: int | None = None
    """Own limit of chats held; None: the desk's."""
    departments: tuple[str, ...] = ("general",)
    blocked: bool = False
    created_at: int = 0
    revision: int = 0
    """Grows with every change of anybody; see `Accounts.changed_since`."""
    totp_required: bool = False
    """Must have a second factor: is asked to set one up at the next login."""
    totp_since: int = 0
    """When the second factor was set up; sessions that began earlier don't count. 0: there is none."""


class Session(Struct, frozen=True, kw_only=True):
    """A login that counts. `id` names it without being its token."""

    id: str
    login: str
    created_at: int
    expires_at: int
    """If it is not used again; each use moves it, as far as the policy's `most_ms` lets it."""
    seen_at: int
    agent: str = ""
    """The program that logged in, as it calls itself."""


class SignedIn(Struct, frozen=True):
    """A password was right, and the second factor if one was needed. `token` is told once, here: only its hash is kept; so are
    `recovery_codes`, which there are if the second factor was set up just now."""

    token: str
    user: User
    session: Session
    recovery_codes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"SignedIn(login={self.user.login!r}, token=…)"


class SignInRefused(Struct, frozen=True):
    """`code`: `wrong` (name or password; it isn't told which); and where the password was right: `blocked`, `totp_needed` (a
    code is asked for), `bad_code`, or `totp_enrol` (a second factor must be set up first)."""

    code: str


def normal_login(login: str) -> str:
    """The login as it is kept: lower case, of letters, digits and `._@+-`. Raises AccountRefused."""
    normal = login.strip().lower()
    if not _LOGIN.fullmatch(normal) or len(normal) > LOGIN_CHARS:
        raise AccountRefused(
            f"a login has 1 to {LOGIN_CHARS} characters: Latin letters, digits and . _ @ + - (a letter or digit first)"
        )
    if normal in RESERVED:
        raise AccountRefused(f"{normal} can't be a login: it would be taken for somebody else")
    return normal


def normal_name(name: str, login: str) -> str:
    """The name that colleagues and visitors see; without one, the login. Raises AccountRefused."""
    normal = clean_line(name).strip() or login
    if len(normal) > limits.NAME_CHARS:
        raise AccountRefused(f"a name has at most {limits.NAME_CHARS} characters")
    return normal


def checked_limit(limit: int | None) -> int | None:
    if limit is not None and not 0 <= limit <= MOST_CHATS:
        raise AccountRefused(f"a limit is a number of chats from 0 to {MOST_CHATS}")
    return limit


def normal_departments(departments: tuple[str, ...]) -> tuple[str, ...]:
    """Sorted, each once. Raises AccountRefused."""
    normal = sorted({clean_line(name).strip() for name in departments} - {""})
    if not normal:
        raise AccountRefused("everybody belongs to at least one department")
    if any(len(name) > limits.NAME_CHARS for name in normal):
        raise AccountRefused(f"a department's name has at most {limits.NAME_CHARS} characters")
    return tuple(normal)
