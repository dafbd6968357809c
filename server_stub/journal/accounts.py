"""The team's accounts and their sessions, in the journal's database file. Used by the relay and by `opconsole user`, at once.

Calls are synchronous and may come from any thread. Those that only read take well under a millisecond and never wait for a
writer, so the event loop may call them; `sign_in`, `add` and `set_password` hash (0.1 s), and all that write wait for the disk:
call them in a thread (`asyncio.to_thread`), hashing ones at most two at a time.
"""

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from msgspec import UNSET, UnsetType

from opconsole.wire.cards import Role
from opconsole.wire.text import clean_line
from server_stub.journal import schema
from server_stub.journal.api import JournalUnusable
from server_stub.journal.passwords import Passwords, objection
from server_stub.journal.people import (
    AccountRefused,
    Session,
    SignedIn,
    SignInRefused,
    User,
    checked_limit,
    normal_departments,
    normal_login,
    normal_name,
)

SESSION_MS: Final = 30 * 24 * 3600 * 1000
"""A login counts for 30 days."""
AGENT_CHARS: Final = 120

R = TypeVar("R")

_USER: Final = "SELECT login, name, role, chat_limit, departments, blocked, created_at, revision FROM account"
_SESSION: Final = "SELECT token_hash, login, created_at, expires_at, seen_at, agent FROM session"
_NEXT_REVISION: Final = "SELECT coalesce(max(revision), 0) + 1 FROM account"
_INSERT: Final = (
    "INSERT INTO account (login, name, role, chat_limit, departments, blocked, password, created_at, revision) "
    "VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?)"
)
_UPDATE: Final = (
    "UPDATE account SET name = ?, role = ?, chat_limit = ?, departments = ?, blocked = ?, revision = ? WHERE login = ?"
)
_BEGIN_SESSION: Final = (
    "INSERT INTO session (token_hash, login, created_at, expires_at, seen_at, agent) VALUES (?, ?, ?, ?, ?, ?)"
)
_END_SESSIONS: Final = "DELETE FROM session WHERE login = ?1 AND (?2 = '' OR substr(token_hash, 1, 16) = ?2)"


class Accounts:
    """Open it with the database's path; close it at the end. Raises JournalUnusable where the file fails."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], int],
        passwords: Passwords | None = None,
        new_token: Callable[[], str] = lambda: secrets.token_urlsafe(32),
        session_ms: int = SESSION_MS,
    ) -> None:
        self._path = path
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._new_token = new_token
        self._session_ms = session_ms
        schema.open_database(path)
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        with self._words():
            self._read_db = schema.connect(path, read_only=True, own_thread=False)
            self._write_db = schema.connect(path, own_thread=False)

    def close(self) -> None:
        with self._writing, self._reading:
            self._read_db.close()
            self._write_db.close()

    # ------------------------------------------------------------ people

    def users(self) -> list[User]:
        """Everybody, also who is blocked, by login."""
        return [_user(row) for row in self._rows(f"{_USER} ORDER BY login")]

    def user(self, login: str) -> User | None:
        """As it is written or otherwise (`Anna ` is `anna`); None: there is nobody of that login."""
        try:
            login = normal_login(login)
        except AccountRefused:
            return None
        return next((_user(row) for row in self._rows(f"{_USER} WHERE login = ?", login)), None)

    def changed_since(self, revision: int) -> list[User]:
        """Who was added or changed after that revision (0: everybody), in that order; the last one's is the newest."""
        return [_user(row) for row in self._rows(f"{_USER} WHERE revision > ? ORDER BY revision", revision)]

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
        hashed = self._hashed(login, password)
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
                db.execute(_END_SESSIONS, (user.login, ""))
        return self._known(login)

    def set_password(self, login: str, password: str) -> User:
        """A new password; whoever was logged in with the old one is no more. Raises AccountRefused."""
        user = self._known(login)
        hashed = self._hashed(user.login, password)
        with self._transaction() as db:
            values = (hashed, _next_revision(db), user.login)
            db.execute("UPDATE account SET password = ?, revision = ? WHERE login = ?", values)
            db.execute(_END_SESSIONS, (user.login, ""))
        return self._known(login)

    # ------------------------------------------------------------ sessions

    def sign_in(self, login: str, password: str, *, agent: str = "") -> SignedIn | SignInRefused:
        """Check the password, and begin a session. Takes the same time whether the login exists or not."""
        user = self.user(login)
        row = next(self._rows("SELECT password FROM account WHERE login = ?", user.login if user else ""), None)
        stored = str(row[0]) if row else ""
        if not self._passwords.check(password, stored) or user is None:
            return SignInRefused("wrong")
        if user.blocked:
            return SignInRefused("blocked")
        rehashed = self._passwords.hash(password) if self._passwords.is_outdated(stored) else ""
        token, now = self._new_token(), self._clock()
        hashed = _token_hash(token)
        with self._transaction() as db:
            # Under the write lock: a password changed or a person blocked meanwhile must not get a session after all.
            fresh = db.execute("SELECT password, blocked FROM account WHERE login = ?", (user.login,)).fetchone()
            if fresh != (stored, 0):
                return SignInRefused("wrong")
            if rehashed:
                db.execute("UPDATE account SET password = ? WHERE login = ?", (rehashed, user.login))
            db.execute("DELETE FROM session WHERE expires_at <= ?", (now,))
            row = (hashed, user.login, now, now + self._session_ms, now, clean_line(agent)[:AGENT_CHARS])
            db.execute(_BEGIN_SESSION, row)
        return SignedIn(token, user, _session(row))

    def session(self, token: str) -> tuple[Session, User] | None:
        """Whose token it is; None: nobody's, or it has expired, or its person is blocked."""
        rows = self._rows(f"{_SESSION} WHERE token_hash = ? AND expires_at > ?", _token_hash(token), self._clock())
        session = next((_session(row) for row in rows), None)
        user = self.user(session.login) if session else None
        return (session, user) if session and user and not user.blocked else None

    def sessions(self, login: str = "") -> list[Session]:
        """The sessions of one person (of all) that count, newest first. One that isn't here any more has ended."""
        rows = self._rows(
            f"{_SESSION} WHERE (?1 = '' OR login = ?1) AND expires_at > ?2 ORDER BY created_at DESC, token_hash",
            login,
            self._clock(),
        )
        return [_session(row) for row in rows]

    def saw(self, session_ids: Iterable[str]) -> None:
        """These sessions are in use now (`seen_at`). Now and then will do."""
        with self._transaction() as db:
            now = self._clock()
            db.executemany(
                "UPDATE session SET seen_at = ? WHERE substr(token_hash, 1, 16) = ?",
                [(now, id_) for id_ in session_ids],
            )

    def sign_out(self, token: str) -> bool:
        """End the token's session. False: there was none."""
        with self._transaction() as db:
            return db.execute("DELETE FROM session WHERE token_hash = ?", (_token_hash(token),)).rowcount > 0

    def revoke(self, login: str, session_id: str = "") -> int:
        """End one session of a person, or all; how many there were. The person's revision grows, so the relay notices."""
        user = self._known(login)
        with self._transaction() as db:
            ended = db.execute(_END_SESSIONS, (user.login, session_id)).rowcount
            db.execute("UPDATE account SET revision = ? WHERE login = ?", (_next_revision(db), user.login))
        return ended

    # ------------------------------------------------------------ inside

    def _known(self, login: str) -> User:
        user = self.user(login)
        if user is None:
            raise AccountRefused(f"there is no user {clean_line(login).strip()}")
        return user

    def _hashed(self, login: str, password: str) -> str:
        if sentence := objection(password, login):
            raise AccountRefused(sentence)
        return self._passwords.hash(password)

    def _rows(self, query: str, *values: str | int) -> Iterator[Any]:
        with self._reading, self._words():
            return iter(self._read_db.execute(query, values).fetchall())

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._writing, self._words():
            self._write_db.execute("BEGIN IMMEDIATE")
            try:
                yield self._write_db
                self._write_db.execute("COMMIT")
            finally:
                if self._write_db.in_transaction:
                    self._write_db.execute("ROLLBACK")

    @contextmanager
    def _words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise JournalUnusable(schema.sentence(error, self._path)) from error


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _next_revision(db: sqlite3.Connection) -> int:
    return int(db.execute(_NEXT_REVISION).fetchone()[0])


def _packed(departments: tuple[str, ...]) -> str:
    return json.dumps(normal_departments(departments), ensure_ascii=False)


def _user(row: tuple[Any, ...]) -> User:
    login, name, role, limit, departments, blocked, created_at, revision = row
    return User(
        login=login,
        name=name,
        role=Role(role),
        limit=limit,
        departments=tuple(json.loads(departments)),
        blocked=bool(blocked),
        created_at=created_at,
        revision=revision,
    )


def _session(row: tuple[Any, ...]) -> Session:
    token_hash, login, created_at, expires_at, seen_at, agent = row
    return Session(
        id=token_hash[:16], login=login, created_at=created_at, expires_at=expires_at, seen_at=seen_at, agent=agent
    )
