"""Signing in with a second factor, how long a session lives, and what each step costs. Passwords alone are in `test_accounts`."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pyotp
import pytest
from argon2 import PasswordHasher

from server_stub.journal.accounts import Accounts
from server_stub.journal.passwords import Passwords
from server_stub.journal.people import DAY_MS, LoginPolicy, SignedIn, SignInRefused
from server_stub.journal.second_factor import STEP_S
from server_stub.journal.sessions import session_id

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
CODES = ("ABCD-EFGH-JKLM", "NPQR-STUV-WXYZ")
HOUR_MS = 3_600_000


class Clock:
    now = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now

    def next_step(self) -> None:
        self.now += STEP_S * 1000


class CountingHasher(PasswordHasher):
    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.verified += 1
        return super().verify(hash, password)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock, hasher: CountingHasher) -> Iterator[Accounts]:
    accounts = Accounts(
        tmp_path / "desk.db",
        clock=clock,
        passwords=Passwords(hasher),
        policy=LoginPolicy(idle_ms=10 * HOUR_MS, most_ms=24 * HOUR_MS),
        new_codes=lambda: CODES,
    )
    accounts.add("anna", PASSWORD)
    accounts.add("boris", PASSWORD)
    yield accounts
    accounts.close()


def code(clock: Clock, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(clock.now // 1000)


def let_in(accounts: Accounts, login: str = "anna", **more: str) -> SignedIn:
    got = accounts.sign_in(login, PASSWORD, **more)
    assert isinstance(got, SignedIn), got
    return got


def enrolled(accounts: Accounts, clock: Clock) -> SignedIn:
    """Anna must have a second factor, and sets it up. The code of this step is spent then."""
    accounts.require_totp("anna", True)
    return let_in(accounts, code=code(clock), enrol_secret=SECRET)


# ---------------------------------------------------------------- setting it up


def test_who_must_have_a_second_factor_is_asked_to_set_one_up(accounts: Accounts, clock: Clock) -> None:
    accounts.require_totp("anna", True)
    assert accounts.sign_in("anna", PASSWORD) == SignInRefused("totp_enrol")
    assert accounts.sign_in("anna", PASSWORD, code=code(clock)) == SignInRefused("totp_enrol")
    assert accounts.sign_in("anna", PASSWORD, enrol_secret=SECRET) == SignInRefused("totp_needed")
    assert accounts.sign_in("anna", PASSWORD, code=code(clock, OTHER), enrol_secret=SECRET) == SignInRefused("bad_code")
    assert accounts.sessions("anna") == []
    got = let_in(accounts, code=code(clock), enrol_secret=SECRET)
    assert got.recovery_codes == CODES
    assert got.user.totp_since == clock.now
    assert accounts.session(got.token) == (got.session, got.user)
    assert isinstance(accounts.sign_in("boris", PASSWORD), SignedIn), "the others go on as before"


def test_a_desk_may_require_it_of_everybody(accounts: Accounts, clock: Clock) -> None:
    before = let_in(accounts, "boris")
    accounts.policy = LoginPolicy(require_totp=True)
    assert accounts.session(before.token) is None, "a session without it counts no more"
    assert accounts.sessions() == []
    assert accounts.sign_in("boris", PASSWORD) == SignInRefused("totp_enrol")
    assert let_in(accounts, "boris", code=code(clock), enrol_secret=SECRET).recovery_codes == CODES


@pytest.mark.parametrize("password", ["wrong password", ""])
def test_nothing_of_a_second_factor_is_told_without_the_password(
    accounts: Accounts, clock: Clock, password: str
) -> None:
    accounts.require_totp("boris", True)
    enrolled(accounts, clock)
    clock.next_step()
    for login in ("anna", "boris", "nobody"):
        assert accounts.sign_in(login, password, code=code(clock)) == SignInRefused("wrong")


def test_a_secret_that_was_set_up_is_not_replaced_by_another_enrolment(accounts: Accounts, clock: Clock) -> None:
    enrolled(accounts, clock)
    clock.next_step()
    assert accounts.sign_in("anna", PASSWORD, code=code(clock, OTHER), enrol_secret=OTHER) == SignInRefused("bad_code")
    assert let_in(accounts, code=code(clock), enrol_secret=OTHER).recovery_codes == ()


# ---------------------------------------------------------------- signing in with it


def test_a_code_is_needed_then_and_counts_once(accounts: Accounts, clock: Clock) -> None:
    enrolled(accounts, clock)
    assert accounts.sign_in("anna", PASSWORD) == SignInRefused("totp_needed")
    assert accounts.sign_in("anna", PASSWORD, code=code(clock)) == SignInRefused("bad_code"), "it set the factor up"
    clock.next_step()
    assert accounts.sign_in("anna", PASSWORD, code="000000") == SignInRefused("bad_code")
    first = let_in(accounts, code=code(clock))
    assert accounts.sign_in("anna", PASSWORD, code=code(clock)) == SignInRefused("bad_code")
    clock.next_step()
    let_in(accounts, code=code(clock))
    assert accounts.session(first.token) is not None, "another login ends none"


def test_a_recovery_code_stands_in_once(accounts: Accounts, clock: Clock) -> None:
    enrolled(accounts, clock)
    let_in(accounts, code=CODES[0].lower())
    assert accounts.recovery_codes_left("anna") == 1
    assert accounts.sign_in("anna", PASSWORD, code=CODES[0]) == SignInRefused("bad_code")
    let_in(accounts, code=CODES[1].replace("-", " "))
    assert accounts.recovery_codes_left("anna") == 0


def test_a_wrong_password_spends_no_code(accounts: Accounts, clock: Clock) -> None:
    enrolled(accounts, clock)
    clock.next_step()
    assert accounts.sign_in("anna", "wrong password", code=code(clock)) == SignInRefused("wrong")
    assert accounts.sign_in("anna", "wrong password", code=CODES[0]) == SignInRefused("wrong")
    assert accounts.recovery_codes_left("anna") == 2
    let_in(accounts, code=code(clock))


def test_a_reset_forgets_the_secret_and_the_codes_and_ends_the_sessions(accounts: Accounts, clock: Clock) -> None:
    token = enrolled(accounts, clock).token
    user = accounts.reset_totp("anna")
    assert (user.totp_since, user.totp_required) == (0, True)
    assert accounts.session(token) is None
    assert accounts.recovery_codes_left("anna") == 0
    clock.next_step()
    assert accounts.sign_in("anna", PASSWORD, code=code(clock)) == SignInRefused("totp_enrol")
    let_in(accounts, code=code(clock, OTHER), enrol_secret=OTHER)


def test_who_need_not_have_it_any_more_keeps_what_was_set_up_until_it_is_reset(
    accounts: Accounts, clock: Clock
) -> None:
    enrolled(accounts, clock)
    accounts.require_totp("anna", False)
    assert accounts.sign_in("anna", PASSWORD) == SignInRefused("totp_needed")
    accounts.reset_totp("anna")
    let_in(accounts)


def test_to_require_it_ends_the_sessions_without_it_and_is_noticed(accounts: Accounts, clock: Clock) -> None:
    token, before = let_in(accounts).token, max(user.revision for user in accounts.users())
    accounts.require_totp("anna", True)
    assert accounts.session(token) is None
    assert [user.login for user in accounts.changed_since(before)] == ["anna"]
    accounts.reset_totp("anna")
    assert max(user.revision for user in accounts.users()) == before + 2


def test_no_token_password_or_recovery_code_is_in_the_database(
    accounts: Accounts, clock: Clock, tmp_path: Path
) -> None:
    token = enrolled(accounts, clock).token
    connection = sqlite3.connect(tmp_path / "desk.db")
    everything = "\n".join(connection.iterdump())
    connection.close()
    assert SECRET in everything, "it must be readable to be checked"
    for kept_nowhere in (token, PASSWORD, *CODES, *(each.replace("-", "") for each in CODES)):
        assert kept_nowhere not in everything


# ---------------------------------------------------------------- the same work


def work(hasher: CountingHasher, act: Callable[[], object]) -> int:
    before = hasher.verified
    act()
    return hasher.verified - before


@pytest.mark.parametrize("login", ["anna", "nobody", "no login at all", "", "blocked", "x" * 500])
def test_each_attempt_verifies_one_hash_whoever_it_is_for(
    accounts: Accounts, hasher: CountingHasher, login: str
) -> None:
    accounts.add("blocked", PASSWORD)
    accounts.change("blocked", blocked=True)
    accounts.require_totp("anna", True)
    assert work(hasher, lambda: accounts.sign_in(login, "wrong password")) == 1
    assert accounts.sign_in(login, "wrong password") == SignInRefused("wrong")


# ---------------------------------------------------------------- how long a session lives


def test_a_session_that_is_used_lives_on_and_one_that_is_not_ends(accounts: Accounts, clock: Clock) -> None:
    used, unused = let_in(accounts), let_in(accounts)
    clock.now += 9 * HOUR_MS
    accounts.saw([used.session.id])
    found = accounts.session(used.token)
    assert found is not None
    assert (found[0].seen_at, found[0].expires_at) == (clock.now, clock.now + 10 * HOUR_MS)
    clock.now += 2 * HOUR_MS
    assert accounts.session(unused.token) is None
    assert accounts.session(used.token) is not None


def test_use_does_not_keep_a_session_for_ever(accounts: Accounts, clock: Clock) -> None:
    got, began = let_in(accounts), clock.now
    for _ in range(5):
        clock.now += 5 * HOUR_MS - 1
        accounts.saw([got.session.id])
        found = accounts.session(got.token)
        assert (found is not None) == (clock.now < began + 24 * HOUR_MS)
    assert accounts.sessions("anna") == []


def test_what_has_ended_is_not_revived_by_a_late_word_of_its_use(accounts: Accounts, clock: Clock) -> None:
    got = let_in(accounts)
    clock.now += 10 * HOUR_MS
    accounts.saw([got.session.id])
    assert accounts.session(got.token) is None


def test_shorter_settings_hold_for_sessions_that_there_are_and_longer_ones_revive_none(
    accounts: Accounts, clock: Clock
) -> None:
    got = let_in(accounts)
    clock.now += 3 * HOUR_MS
    accounts.policy = LoginPolicy(idle_ms=2 * HOUR_MS)
    assert accounts.session(got.token) is None
    accounts.policy = LoginPolicy(idle_ms=100 * HOUR_MS)
    assert accounts.session(got.token) is not None, "nothing had ended it: it had only not counted"
    clock.now += 8 * HOUR_MS
    assert accounts.session(got.token) is None, "it had been promised ten hours"


def test_the_defaults_are_thirty_days_unused_and_ninety_in_all() -> None:
    assert (LoginPolicy().idle_ms, LoginPolicy().most_ms) == (30 * DAY_MS, 90 * DAY_MS)


def test_a_person_ends_their_own_sessions_and_nobody_elses(accounts: Accounts) -> None:
    mine, other = let_in(accounts), let_in(accounts, "boris")
    assert session_id(mine.token) == mine.session.id
    assert not accounts.end_session("anna", other.session.id)
    assert not accounts.end_session("anna", "")
    assert accounts.end_session("anna", mine.session.id)
    assert not accounts.end_session("anna", mine.session.id)
    assert accounts.session(mine.token) is None
    assert accounts.session(other.token) is not None
