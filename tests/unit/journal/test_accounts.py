import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from argon2 import PasswordHasher

from opconsole.wire.cards import Role
from server_stub.journal.accounts import Accounts
from server_stub.journal.api import JournalUnusable
from server_stub.journal.passwords import Passwords
from server_stub.journal.people import AccountRefused, LoginPolicy, SignedIn, SignInRefused

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse"
IDLE_MS = LoginPolicy().idle_ms
Opened = Callable[..., Accounts]


class Clock:
    now = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Iterator[Opened]:
    """Opens the accounts, as often as it is called: each is another program's view of the same file."""
    all_of_them: list[Accounts] = []

    def open_them(hasher: PasswordHasher = CHEAP) -> Accounts:
        all_of_them.append(Accounts(tmp_path / "desk.db", clock=clock, passwords=Passwords(hasher)))
        return all_of_them[-1]

    yield open_them
    for each in all_of_them:
        each.close()


@pytest.fixture
def accounts(opened: Opened) -> Accounts:
    accounts = opened()
    accounts.add("Anna", PASSWORD, name="Анна", role=Role.supervisor, limit=6, departments=("sales", "general"))
    accounts.add("bob", PASSWORD)
    return accounts


def token_of(accounts: Accounts, login: str = "anna", agent: str = "") -> str:
    signed_in = accounts.sign_in(login, PASSWORD, agent=agent)
    assert isinstance(signed_in, SignedIn)
    return signed_in.token


# ---------------------------------------------------------------- people


def test_people_are_kept_as_they_were_added(accounts: Accounts, opened: Opened, clock: Clock) -> None:
    anna, bob = opened().users()
    assert (anna.login, anna.name, anna.role, anna.limit) == ("anna", "Анна", Role.supervisor, 6)
    assert (anna.departments, anna.blocked, anna.created_at) == (("general", "sales"), False, clock.now)
    assert (bob.name, bob.role, bob.limit, bob.departments) == ("bob", Role.operator, None, ("general",))


def test_a_person_is_found_however_the_login_is_typed(accounts: Accounts) -> None:
    assert accounts.user(" ANNA ") == accounts.user("anna") is not None
    assert accounts.user("carl") is None
    assert accounts.user("no login at all") is None


def test_a_login_is_given_once(accounts: Accounts) -> None:
    with pytest.raises(AccountRefused, match="already a user anna"):
        accounts.add("ANNA", PASSWORD)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"login": "visitor"}, "somebody else"),
        ({"password": "short"}, "at least 12"),
        ({"limit": -1}, "0 to 100"),
        ({"name": "x" * 100}, "at most 80"),
        ({"departments": ()}, "at least one department"),
    ],
)
def test_nobody_is_added_who_breaks_a_rule(accounts: Accounts, wrong: dict[str, object], words: str) -> None:
    person: dict[str, object] = {"login": "carl", "password": PASSWORD, **wrong}
    with pytest.raises(AccountRefused, match=words):
        accounts.add(**person)  # type: ignore[arg-type]
    assert [user.login for user in accounts.users()] == ["anna", "bob"]


def test_a_change_touches_what_it_names_and_nothing_else(accounts: Accounts) -> None:
    before = accounts.user("anna")
    assert before is not None
    after = accounts.change("Anna", limit=None)
    assert (after.limit, after.name, after.role) == (None, before.name, before.role)
    assert (after.departments, after.blocked, after.created_at) == (before.departments, False, before.created_at)
    after = accounts.change("anna", name="Аня", role=Role.admin, departments=("vip",))
    assert (after.limit, after.name, after.role, after.departments) == (None, "Аня", Role.admin, ("vip",))
    assert accounts.change("anna", limit=0).limit == 0
    with pytest.raises(AccountRefused, match="no user carl"):
        accounts.change("carl", limit=1)


def test_what_changed_since_a_revision_is_told_in_its_order(accounts: Accounts, opened: Opened) -> None:
    relay = opened()
    seen = relay.changed_since(0)
    assert [user.login for user in seen] == ["anna", "bob"]
    newest = seen[-1].revision
    assert relay.changed_since(newest) == []
    accounts.add("carl", PASSWORD)
    accounts.change("anna", blocked=True)
    assert [(user.login, user.blocked) for user in relay.changed_since(newest)] == [("carl", False), ("anna", True)]


def test_every_kind_of_change_is_seen_by_its_revision(accounts: Accounts) -> None:
    changes: list[Callable[[], object]] = [
        lambda: accounts.change("bob", limit=2),
        lambda: accounts.set_password("bob", "another horse"),
        lambda: accounts.revoke("bob"),
        lambda: accounts.change("bob", blocked=True),
    ]
    for change in changes:
        before = max(user.revision for user in accounts.users())
        change()
        assert [user.login for user in accounts.changed_since(before)] == ["bob"]


# ---------------------------------------------------------------- signing in


def test_the_right_password_begins_a_session(accounts: Accounts, clock: Clock) -> None:
    signed_in = accounts.sign_in(" Anna", PASSWORD, agent="console\n1.0")
    assert isinstance(signed_in, SignedIn)
    assert len(signed_in.token) >= 43, "32 random bytes"
    known = accounts.session(signed_in.token)
    assert known == (signed_in.session, signed_in.user)
    assert signed_in.user.login == "anna"
    assert signed_in.session.expires_at == clock.now + IDLE_MS
    assert signed_in.session.agent == "console 1.0"


@pytest.mark.parametrize(("login", "password"), [("anna", "wrong horse"), ("carl", PASSWORD), ("", ""), ("anna", "")])
def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(
    accounts: Accounts, login: str, password: str
) -> None:
    assert accounts.sign_in(login, password) == SignInRefused("wrong")
    assert accounts.sessions() == []


def test_a_blocked_person_is_told_so_only_by_the_right_password(accounts: Accounts) -> None:
    accounts.change("anna", blocked=True)
    assert accounts.sign_in("anna", PASSWORD) == SignInRefused("blocked")
    assert accounts.sign_in("anna", "wrong horse") == SignInRefused("wrong")
    accounts.change("anna", blocked=False)
    assert isinstance(accounts.sign_in("anna", PASSWORD), SignedIn)


class Meanwhile(PasswordHasher):
    """While a password is checked, something else happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.happens = happens

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        right = super().verify(hash, password)
        self.happens()
        return right


def test_who_is_blocked_while_the_password_is_checked_gets_no_session(accounts: Accounts, opened: Opened) -> None:
    slow = opened(Meanwhile(lambda: accounts.change("anna", blocked=True)))
    assert slow.sign_in("anna", PASSWORD) == SignInRefused("wrong")
    assert accounts.sessions() == []


def test_no_token_and_no_password_is_in_the_database(accounts: Accounts, tmp_path: Path) -> None:
    token = token_of(accounts)
    accounts.set_password("bob", "bob's own secret")
    connection = sqlite3.connect(tmp_path / "desk.db")
    everything = "\n".join(connection.iterdump())
    connection.close()
    assert "anna" in everything
    for secret in (token, PASSWORD, "bob's own secret"):
        assert secret not in everything


def test_a_password_is_hashed_anew_when_the_parameters_have_changed(
    accounts: Accounts, opened: Opened, tmp_path: Path
) -> None:
    def kept() -> str:
        connection = sqlite3.connect(tmp_path / "desk.db")
        row = connection.execute("SELECT password FROM account WHERE login = 'anna'").fetchone()
        connection.close()
        return str(row[0])

    before = kept()
    token_of(accounts)
    assert kept() == before
    stronger = opened(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert stronger.sign_in("anna", "wrong horse") == SignInRefused("wrong")
    assert kept() == before
    token_of(stronger)
    assert "m=16,t=2" in kept()
    assert stronger.session(token_of(accounts)) is not None


# ---------------------------------------------------------------- sessions


def test_a_token_counts_until_it_expires(accounts: Accounts, clock: Clock) -> None:
    token = token_of(accounts)
    clock.now += IDLE_MS - 1
    assert accounts.session(token) is not None
    clock.now += 1
    assert accounts.session(token) is None
    assert accounts.sessions("anna") == []


def test_expired_sessions_are_swept_out_by_the_next_sign_in(accounts: Accounts, clock: Clock, tmp_path: Path) -> None:
    token_of(accounts)
    clock.now += IDLE_MS
    token_of(accounts, "bob")
    connection = sqlite3.connect(tmp_path / "desk.db")
    assert connection.execute("SELECT login FROM session").fetchall() == [("bob",)]
    connection.close()


@pytest.mark.parametrize("token", ["", "x", "\udcff", "' OR 1=1 --"])
def test_another_token_is_nobodys(accounts: Accounts, token: str) -> None:
    token_of(accounts)
    assert accounts.session(token) is None
    assert not accounts.sign_out(token)


def test_sessions_are_listed_newest_first_and_ended_one_by_one_or_all(accounts: Accounts, clock: Clock) -> None:
    tokens = []
    for agent in ("one", "two", "three"):
        tokens.append(token_of(accounts, agent=agent))
        clock.now += 1
    other = token_of(accounts, "bob")
    listed = accounts.sessions("anna")
    assert [session.agent for session in listed] == ["three", "two", "one"]
    assert len(accounts.sessions()) == 4
    assert accounts.revoke("anna", listed[1].id) == 1
    assert [accounts.session(token) is not None for token in tokens] == [True, False, True]
    assert accounts.sign_out(tokens[0])
    assert accounts.revoke("anna") == 1
    assert accounts.sessions("anna") == []
    assert accounts.session(other) is not None


def test_a_block_and_a_new_password_end_the_persons_sessions_and_nobody_elses(accounts: Accounts) -> None:
    ends: list[Callable[[], object]] = [
        lambda: accounts.set_password("anna", PASSWORD),
        lambda: accounts.change("anna", blocked=True),
    ]
    for end in ends:
        token, other = token_of(accounts), token_of(accounts, "bob")
        end()
        assert accounts.session(token) is None
        assert accounts.session(other) is not None


def test_only_the_new_password_is_right(accounts: Accounts) -> None:
    accounts.set_password("Anna", "another horse")
    assert accounts.sign_in("anna", PASSWORD) == SignInRefused("wrong")
    assert isinstance(accounts.sign_in("anna", "another horse"), SignedIn)
    with pytest.raises(AccountRefused, match="at least 12"):
        accounts.set_password("anna", "short")


def test_a_session_in_use_is_marked_so(accounts: Accounts, clock: Clock) -> None:
    token_of(accounts)
    began = clock.now
    clock.now += 60_000
    accounts.saw([session.id for session in accounts.sessions("anna")])
    (session,) = accounts.sessions("anna")
    assert (session.created_at, session.seen_at) == (began, clock.now)


# ---------------------------------------------------------------- the file


def test_what_another_program_changes_is_seen_at_once(accounts: Accounts, opened: Opened) -> None:
    relay, token = opened(), token_of(accounts)
    assert relay.session(token) is not None
    accounts.change("anna", blocked=True)
    assert relay.session(token) is None


def test_reading_never_waits_for_a_writer(accounts: Accounts, tmp_path: Path) -> None:
    token = token_of(accounts)
    writer = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    assert accounts.session(token) is not None
    writer.execute("ROLLBACK")
    writer.close()


def test_a_file_that_fails_is_told_in_words(accounts: Accounts) -> None:
    accounts._write_db.execute("PRAGMA query_only = 1")
    with pytest.raises(JournalUnusable, match="read-only"):
        accounts.change("anna", limit=1)
    accounts._write_db.execute("PRAGMA query_only = 0")
    assert accounts.change("anna", limit=1).limit == 1
