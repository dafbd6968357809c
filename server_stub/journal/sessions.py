"""Signing in, and the sessions that come of it: begun by a password and a second factor, renewed by use, ended.

A token is 256 random bits; the file holds its SHA-256, by which it is looked up. It stays the same as long as its session lives:
renewal moves the session's end, and no new token goes out, which a crash or a second console with the same login could lose.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from opconsole.wire.text import clean_line
from server_stub.journal.accounts_file import AccountsFile
from server_stub.journal.passwords import Passwords
from server_stub.journal.people import LoginPolicy, Session, SignedIn, SignInRefused, User
from server_stub.journal.second_factor import new_recovery_codes, recovery_hash, step_of

AGENT_CHARS: Final = 120
SESSION_ID_CHARS: Final = 16
"""Of the hash of a token: enough to name a session, and no way back to the token."""

_SESSION: Final = """
SELECT token_hash, login, created_at, min(expires_at, created_at + ?1, seen_at + ?2), seen_at, agent FROM session
WHERE min(expires_at, created_at + ?1, seen_at + ?2) > ?3"""
"""What has ended stays ended when the desk's settings grow, and ends at once when they shrink."""
_BEGIN: Final = (
    "INSERT INTO session (token_hash, login, created_at, expires_at, seen_at, agent) VALUES (?, ?, ?, ?, ?, ?)"
)
_SAW: Final = (
    "UPDATE session SET seen_at = ?1, expires_at = min(?1 + ?2, created_at + ?3) "
    "WHERE substr(token_hash, 1, 16) = ?4 AND expires_at > ?1"
)
END_SESSIONS: Final = "DELETE FROM session WHERE login = ?1 AND (?2 = '' OR substr(token_hash, 1, 16) = ?2)"
"""Of one person: the session of that id, or all."""


class Sessions(AccountsFile):
    """`policy` may be set anew at any time."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], int],
        passwords: Passwords | None = None,
        policy: LoginPolicy | None = None,
        new_token: Callable[[], str] = lambda: secrets.token_urlsafe(32),
        new_codes: Callable[[], tuple[str, ...]] = new_recovery_codes,
    ) -> None:
        super().__init__(path)
        self._clock = clock
        self._passwords = passwords or Passwords()
        self.policy = policy or LoginPolicy()
        self._new_token = new_token
        self._new_codes = new_codes

    def user(self, login: str) -> User | None:
        raise NotImplementedError

    # ------------------------------------------------------------ signing in

    def sign_in(
        self, login: str, password: str, *, code: str = "", enrol_secret: str = "", agent: str = ""
    ) -> SignedIn | SignInRefused:
        """Check the password and the second factor, and begin a session. A wrong password takes the same time whether the login
        exists or not.

        `enrol_secret`: a secret that this person was shown just now; if they must set up a second factor, `code` is its first,
        and makes it count."""
        user = self.user(login)
        row = next(self._rows("SELECT password FROM account WHERE login = ?", user.login if user else ""), None)
        stored = str(row[0]) if row else ""
        if not self._passwords.check(password, stored) or user is None:
            return SignInRefused("wrong")
        if user.blocked:
            return SignInRefused("blocked")
        if self.needs_second(user):
            if not user.totp_since and not enrol_secret:
                return SignInRefused("totp_enrol")
            if not code.strip():
                return SignInRefused("totp_needed")
        rehashed = self._passwords.hash(password) if self._passwords.is_outdated(stored) else ""
        token = self._new_token()
        with self._transaction() as db:
            now = self._clock()
            # Under the write lock: a password changed or a person blocked meanwhile must not get a session after all.
            fresh = db.execute("SELECT password, blocked FROM account WHERE login = ?", (user.login,)).fetchone()
            if fresh != (stored, 0):
                return SignInRefused("wrong")
            secret, last_step = _secret(db, user.login)
            codes: tuple[str, ...] = ()
            if secret:
                if not self._take_code(db, user.login, secret, last_step, code, now):
                    return SignInRefused("bad_code")
            elif self.needs_second(user):
                step = step_of(enrol_secret, code, now, 0) if enrol_secret else 0
                if not step:
                    return SignInRefused("bad_code")
                codes = self._enrol(db, user.login, enrol_secret, step, now)
            if rehashed:
                db.execute("UPDATE account SET password = ? WHERE login = ?", (rehashed, user.login))
            db.execute(
                "DELETE FROM session WHERE min(expires_at, created_at + ?, seen_at + ?) <= ?", (*self._life, now)
            )
            expires_at = now + min(self._life)
            begun = (_token_hash(token), user.login, now, expires_at, now, clean_line(agent)[:AGENT_CHARS])
            db.execute(_BEGIN, begun)
        return SignedIn(token, self.user(user.login) or user, _session(begun), codes)

    def needs_second(self, user: User) -> bool:
        """Whether a password alone is not enough for this person."""
        return bool(user.totp_since) or user.totp_required or self.policy.require_totp

    def _take_code(self, db: sqlite3.Connection, login: str, secret: str, last_step: int, code: str, now: int) -> bool:
        """Whether it is a code of the moment, or an unused recovery code. Either counts once."""
        step = step_of(secret, code, now, last_step)
        if step:
            db.execute("UPDATE second_factor SET last_step = ? WHERE login = ?", (step, login))
            return True
        spent = db.execute(
            "DELETE FROM recovery_code WHERE login = ? AND code_hash = ?", (login, recovery_hash(login, code))
        )
        return spent.rowcount > 0

    def _enrol(self, db: sqlite3.Connection, login: str, secret: str, step: int, now: int) -> tuple[str, ...]:
        """From now on the secret counts; sessions without it don't. The new recovery codes."""
        codes = self._new_codes()
        db.execute(
            "INSERT INTO second_factor (login, required, secret, since, last_step) VALUES (?1, 0, ?2, ?3, ?4) "
            "ON CONFLICT (login) DO UPDATE SET secret = ?2, since = ?3, last_step = ?4",
            (login, secret, now, step),
        )
        db.execute("DELETE FROM recovery_code WHERE login = ?", (login,))
        db.executemany(
            "INSERT INTO recovery_code (login, code_hash) VALUES (?, ?)",
            [(login, recovery_hash(login, code)) for code in codes],
        )
        db.execute(END_SESSIONS, (login, ""))
        return codes

    # ------------------------------------------------------------ sessions

    @property
    def _life(self) -> tuple[int, int]:
        return self.policy.most_ms, self.policy.idle_ms

    def session(self, token: str) -> tuple[Session, User] | None:
        """Whose token it is; None: nobody's, or it has expired, or its person is blocked, or lacks the second factor."""
        rows = self._rows(
            f"{_SESSION} AND token_hash = ?4",
            *self._life,
            self._clock(),
            _token_hash(token),
        )
        session = next((_session(row) for row in rows), None)
        user = self.user(session.login) if session else None
        return (session, user) if session and user and self._counts(session, user) else None

    def _counts(self, session: Session, user: User) -> bool:
        if user.blocked:
            return False
        return not self.needs_second(user) or 0 < user.totp_since <= session.created_at

    def sessions(self, login: str = "") -> list[Session]:
        """The sessions of one person (of all) that count, newest first. One that isn't here any more has ended."""
        rows = self._rows(
            f"{_SESSION} AND (?4 = '' OR login = ?4) ORDER BY created_at DESC, token_hash",
            *self._life,
            self._clock(),
            login,
        )
        users: dict[str, User | None] = {}
        found = []
        for session in map(_session, rows):
            if session.login not in users:
                users[session.login] = self.user(session.login)
            user = users[session.login]
            if user is not None and self._counts(session, user):
                found.append(session)
        return found

    def saw(self, session_ids: Iterable[str]) -> None:
        """These sessions are in use now: their time begins again, up to the most that there is. Now and then will do."""
        most_ms, idle_ms = self._life
        with self._transaction() as db:
            now = self._clock()
            db.executemany(_SAW, [(now, idle_ms, most_ms, id_) for id_ in session_ids])

    def sign_out(self, token: str) -> bool:
        """End the token's session. False: there was none."""
        with self._transaction() as db:
            return db.execute("DELETE FROM session WHERE token_hash = ?", (_token_hash(token),)).rowcount > 0

    def end_session(self, login: str, session_id: str) -> bool:
        """A person ends one of their own. False: there is none of that id."""
        if not session_id:
            return False
        with self._transaction() as db:
            return db.execute(END_SESSIONS, (login, session_id)).rowcount > 0


def session_id(token: str) -> str:
    """What the session of this token is called."""
    return _token_hash(token)[:SESSION_ID_CHARS]


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _secret(db: sqlite3.Connection, login: str) -> tuple[str, int]:
    row = db.execute("SELECT secret, last_step FROM second_factor WHERE login = ?", (login,)).fetchone()
    return (str(row[0]), int(row[1])) if row else ("", 0)


def _session(row: tuple[Any, ...]) -> Session:
    token_hash, login, created_at, expires_at, seen_at, agent = row
    return Session(
        id=token_hash[:SESSION_ID_CHARS],
        login=login,
        created_at=created_at,
        expires_at=expires_at,
        seen_at=seen_at,
        agent=agent,
    )
