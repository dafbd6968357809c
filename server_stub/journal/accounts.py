"""The team's accounts, in the journal's database file: people, passwords, roles, second factors. Used by the relay and by
`opconsole user`, at once. Signing in and sessions are in `sessions.py`, which this extends.

Calls are synchronous and may come from any thread. Those that only read take well under a millisecond and never wait for a
writer, so the event loop may call them; `sign_in`, `add` and `set_password` hash (0.1 s), and all that write wait for the disk:
call them in a thread (`asyncio.to_thread`), hashing ones at most two at a time.
"""

import json
import sqlite3
from typing import Any, Final

from msgspec import UNSET, UnsetType

from opconsole.wire.cards import Role
from opconsole.wire.text import clean_line
from server_stub.journal.passwords import objection
from server_stub.journal.people import (
    AccountRefused,
    User,
    checked_limit,
    normal_departments,
    normal_login,
    normal_name,
)
from server_stub.journal.sessions import END_SESSIONS, Sessions

_USER: Final = (
    "SELECT a.login, a.name, a.role, a.chat_limit, a.departments, a.blocked, a.created_at, a.revision, "
    "coalesce(f.required, 0), coalesce(f.since, 0) FROM account a LEFT JOIN second_factor f ON f.login = a.login"
)
_NEXT_REVISION: Final = "SELECT coalesce(max(revision), 0) + 1 FROM account"
_INSERT: Final = (
    "INSERT INTO account (login, name, role, chat_limit, departments, blocked, password, created_at, revision) "
    "VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?)"
)
_UPDATE: Final = (
    "UPDATE account SET name = ?, role = ?, chat_limit = ?, departments = ?, blocked = ?, revision = ? WHERE login = ?"
)
_REQUIRE: Final = (
    "INSERT INTO second_factor (login, required, secret, since, last_step) VALUES (?1, ?2, '', 0, 0) "
    "ON CONFLICT (login) DO UPDATE SET required = ?2"
)


class Accounts(Sessions):
    """Open it with the database's path; close it at the end. Raises JournalUnusable where the file fails."""

    # ------------------------------------------------------------ people

    def users(self) -> list[User]:
        """Everybody, also who is blocked, by login."""
        return [_user(row) for row in self._rows(f"{_USER} ORDER BY a.login")]

    def user(self, login: str) -> User | None:
        """As it is written or otherwise (`Anna ` is `anna`); None: there is nobody of that login."""
        try:
            login = normal_login(login)
        except AccountRefused:
            return None
        return next((_user(row) for row in self._rows(f"{_USER} WHERE a.login = ?", login)), None)

    def changed_since(self, revision: int) -> list[User]:
        """Who was added or changed after that revision (0: everybody), in that order; the last one's is the newest."""
        return [_user(row) for row in self._rows(f"{_USER} WHERE a.revision > ? ORDER BY a.revision", revision)]

    def add(
        self,
        login: str,
        password: str,
        *,
        name: str = "",
        role: Role = Role.operator,
        limit: int | None = None,
        departments: tuple[str, ...] = ("general",),
    ) -> User:
        """Raises AccountRefused: the login is taken or badly written, the password too weak…"""
        login = normal_login(login)
        name = normal_name(name, login)
        values = (role.value, checked_limit(limit), _packed(departments))
        if self.user(login) is not None:
            raise AccountRefused(f"there is already a user {login}")
        hashed = self._hashed(password, login, name)
        try:
            with self._transaction() as db:
                db.execute(_INSERT, (login, name, *values, hashed, self._clock(), _next_revision(db)))
        except sqlite3.IntegrityError:
            raise AccountRefused(f"there is already a user {login}") from None
        return self._known(login)

    def change(
        self,
        login: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        limit: int | UnsetType | None = UNSET,
        departments: tuple[str, ...] | None = None,
        blocked: bool | None = None,
    ) -> User:
        """Change what is given. Blocking ends the person's sessions. Raises AccountRefused."""
        user = self._known(login)
        with self._transaction() as db:
            db.execute(
                _UPDATE,
                (
                    user.name if name is None else normal_name(name, user.login),
                    (role or user.role).value,
                    user.limit if isinstance(limit, UnsetType) else checked_limit(limit),
                    _packed(user.departments if departments is None else departments),
                    int(user.blocked if blocked is None else blocked),
                    _next_revision(db),
                    user.login,
                ),
            )
            if blocked:
                db.execute(END_SESSIONS, (user.login, ""))
        return self._known(login)

    def set_password(self, login: str, password: str) -> User:
        """A new password; whoever was logged in with the old one is no more. Raises AccountRefused."""
        user = self._known(login)
        hashed = self._hashed(password, user.login, user.name)
        with self._transaction() as db:
            db.execute("UPDATE account SET password = ? WHERE login = ?", (hashed, user.login))
            _touch(db, user.login)
            db.execute(END_SESSIONS, (user.login, ""))
        return self._known(login)

    def revoke(self, login: str, session_id: str = "") -> int:
        """End one session of a person, or all; how many there were. The person's revision grows, so the relay notices."""
        user = self._known(login)
        with self._transaction() as db:
            ended = db.execute(END_SESSIONS, (user.login, session_id)).rowcount
            _touch(db, user.login)
        return ended

    # ------------------------------------------------------------ second factor

    def require_totp(self, login: str, required: bool) -> User:
        """Whether this person must have a second factor. Who must and has none is asked to set one up at the next login, which is
        now: sessions without one count no more."""
        user = self._known(login)
        with self._transaction() as db:
            db.execute(_REQUIRE, (user.login, int(required)))
            _touch(db, user.login)
        return self._known(login)

    def reset_totp(self, login: str) -> User:
        """Forget the secret and the recovery codes (the telephone is lost or stolen), and end the person's sessions. Who must have
        a second factor sets up a new one at the next login."""
        user = self._known(login)
        with self._transaction() as db:
            db.execute("UPDATE second_factor SET secret = '', since = 0, last_step = 0 WHERE login = ?", (user.login,))
            db.execute("DELETE FROM recovery_code WHERE login = ?", (user.login,))
            db.execute(END_SESSIONS, (user.login, ""))
            _touch(db, user.login)
        return self._known(login)

    def recovery_codes_left(self, login: str) -> int:
        """How many recovery codes this person has not used yet."""
        query = "SELECT count(*) FROM recovery_code WHERE login = ?"
        return int(next(self._rows(query, self._known(login).login))[0])

    # ------------------------------------------------------------ inside

    def _known(self, login: str) -> User:
        user = self.user(login)
        if user is None:
            raise AccountRefused(f"there is no user {clean_line(login).strip()}")
        return user

    def _hashed(self, password: str, *about: str) -> str:
        if sentence := objection(password, *about, self.policy.desk):
            raise AccountRefused(sentence)
        return self._passwords.hash(password)


def _next_revision(db: sqlite3.Connection) -> int:
    return int(db.execute(_NEXT_REVISION).fetchone()[0])


def _touch(db: sqlite3.Connection, login: str) -> None:
    """The person has changed: the relay looks at who has a new revision."""
    db.execute("UPDATE account SET revision = ? WHERE login = ?", (_next_revision(db), login))


def _packed(departments: tuple[str, ...]) -> str:
    return json.dumps(normal_departments(departments), ensure_ascii=False)


def _user(row: tuple[Any, ...]) -> User:
    login, name, role, limit, departments, blocked, created_at, revision, totp_required, totp_since = row
    return User(
        login=login,
        name=name,
        role=Role(role),
        limit=limit,
        departments=tuple(json.loads(departments)),
        blocked=bool(blocked),
        created_at=created_at,
        revision=revision,
        totp_required=bool(totp_required),
        totp_since=totp_since,
    )
