"""`python -m server_stub user …` as people run it: another process, its output, its exit code."""

import os
import pty
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
import pytest

from opconsole.wire.cards import Role
from server_stub.journal.accounts import Accounts
from server_stub.journal.lock import RelayLock
from server_stub.journal.people import SignedIn, User
from server_stub.journal.schema import open_database
from tests import programs

Run = Callable[..., "subprocess.CompletedProcess[str]"]
PASSWORD = "correct horse"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without anybody: making one in each process would take a second."""
    path = tmp_path_factory.mktemp("empty") / "desk.db"
    open_database(path)
    return path


@pytest.fixture
def run(tmp_path: Path, empty: Path) -> Run:
    (tmp_path / "data").mkdir()
    shutil.copy(empty, tmp_path / "data")

    def run_it(*args: str, typed: str = "", data: bool = True) -> "subprocess.CompletedProcess[str]":
        where = ["--data", str(tmp_path / "data")] if data else []
        command = [sys.executable, "-m", "server_stub", "user", *args, *where]
        environment = {**os.environ, "OPCONSOLE_HOME": str(tmp_path / "home"), "COLUMNS": "200"}
        return programs.run(command, input=typed, env=environment)

    return run_it


@contextmanager
def opened(folder: Path, now_ms: int = 1_700_000_000_000) -> Iterator[Accounts]:
    accounts = Accounts(folder / "desk.db", clock=lambda: now_ms)
    yield accounts
    accounts.close()


def users(folder: Path) -> dict[str, User]:
    with opened(folder) as accounts:
        return {user.login: user for user in accounts.users()}


def may_log_in(folder: Path, login: str, password: str = PASSWORD) -> bool:
    with opened(folder) as accounts:
        return isinstance(accounts.sign_in(login, password), SignedIn)


def test_a_person_is_added_with_a_password_from_standard_input(run: Run, tmp_path: Path) -> None:
    done = run(
        *("add", "Anna", "--name", "Анна П.", "--role", "supervisor", "--limit", "6"),
        *("--department", "sales", "--department", "general"),
        typed=f"{PASSWORD}\nanother line\n",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "anna added (supervisor)\n", "")
    anna = users(tmp_path / "data")["anna"]
    assert (anna.name, anna.role, anna.limit, anna.departments) == ("Анна П.", Role.supervisor, 6, ("general", "sales"))
    assert may_log_in(tmp_path / "data", "anna")


def test_people_are_listed_in_a_table(run: Run) -> None:
    assert run("list").stderr == "nobody yet; add somebody: opconsole user add LOGIN\n"
    run("add", "anna", "--role", "admin", "--limit", "6", "--name", "Анна", typed=PASSWORD)
    run("add", "bob", typed=PASSWORD)
    run("block", "bob")
    done = run("list")
    assert done.returncode == 0
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["LOGIN", "ROLE", "LIMIT", "STATE", "2FA", "DEPARTMENTS", "NAME"],
        ["anna", "admin", "6", "active", "-", "general", "Анна"],
        ["bob", "operator", "desk", "blocked", "-", "general", "bob"],
    ]


def test_a_person_is_blocked_and_let_in_again(run: Run, tmp_path: Path) -> None:
    run("add", "anna", typed=PASSWORD)
    assert run("block", "ANNA").stdout == "anna is blocked; sessions have ended\n"
    assert not may_log_in(tmp_path / "data", "anna")
    assert run("unblock", "anna").stdout == "anna may log in again\n"
    assert may_log_in(tmp_path / "data", "anna")


def test_a_new_password_replaces_the_old_one(run: Run, tmp_path: Path) -> None:
    run("add", "anna", typed=PASSWORD)
    done = run("password", "anna", typed="another horse\r\n")
    assert (done.returncode, done.stdout) == (0, "anna has a new password, and must log in again\n")
    assert may_log_in(tmp_path / "data", "anna", "another horse")
    assert not may_log_in(tmp_path / "data", "anna")


def log_in(folder: Path, login: str, *, now_ms: int = 1_700_000_000_000, **more: str) -> SignedIn:
    with opened(folder, now_ms) as accounts:
        got = accounts.sign_in(login, PASSWORD, **more)
    assert isinstance(got, SignedIn), got
    return got


def test_sessions_are_shown_and_ended_one_or_all(run: Run, tmp_path: Path) -> None:
    run("add", "anna", typed=PASSWORD)
    assert run("sessions", "anna").stderr == "anna is not logged in\n"
    assert run("sessions").stderr == "nobody is logged in\n"
    now_ms = time.time_ns() // 1_000_000
    mine = [
        log_in(tmp_path / "data", "anna", now_ms=now_ms, agent=agent) for agent in ("opconsole/1", "a script\x1b[2J")
    ]
    done = run("sessions", "Anna")
    title, *rows = done.stdout.splitlines()
    assert title.split() == ["ID", "LOGIN", "SINCE", "LAST", "SEEN", "ENDS", "UNLESS", "USED", "PROGRAM"]
    assert {row.split()[0] for row in rows} == {each.session.id for each in mine}
    assert any(row.endswith("opconsole/1") for row in rows)
    assert "\x1b" not in done.stdout
    assert not any(each.token in done.stdout for each in mine)
    refused = run("revoke", "anna", "0123456789abcdef")
    assert (refused.returncode, "no session 0123456789abcdef" in refused.stderr) == (1, True)
    assert run("revoke", "anna", mine[0].session.id).stdout == "1 session of anna ended\n"
    assert run("revoke", "anna").stdout == "1 session of anna ended\n"
    assert run("revoke", "anna").stdout == "0 sessions of anna ended\n"


def test_a_second_factor_is_required_and_reset_by_an_admin(run: Run, tmp_path: Path) -> None:
    run("add", "anna", typed=PASSWORD)
    assert run("totp", "anna").stdout == "anna: not set up; not required\n"
    assert "asked to set one up" in run("totp", "anna", "require").stdout
    assert run("totp", "anna", "status").stdout == "anna: not set up; required\n"
    assert " awaited " in run("list").stdout
    code = pyotp.TOTP(SECRET).at(1_700_000_000)
    codes = log_in(tmp_path / "data", "anna", code=code, enrol_secret=SECRET).recovery_codes
    shown = run("totp", "anna").stdout
    assert "set up 2023-11-1" in shown
    assert "8 recovery codes left; required" in shown
    assert " on " in run("list").stdout
    assert not any(secret in shown for secret in (SECRET, *codes))
    assert "need not have a second factor" in run("totp", "anna", "optional").stdout
    assert "forgotten; sessions have ended" in run("totp", "anna", "reset").stdout
    assert run("totp", "anna").stdout == "anna: not set up; not required\n"
    assert may_log_in(tmp_path / "data", "anna")


def test_what_the_desk_requires_is_said_and_a_broken_file_keeps_nobody_from_blocking(run: Run, tmp_path: Path) -> None:
    run("add", "anna", typed=PASSWORD)
    (tmp_path / "data" / "desk.toml").write_text("[logins]\nrequire_totp = true")
    assert run("totp", "anna").stdout == "anna: not set up; required\n"
    assert "but the desk requires it" in run("totp", "anna", "optional").stdout
    (tmp_path / "data" / "desk.toml").write_text("[logins]\nrequire_totp = 7")
    done = run("block", "anna")
    assert done.returncode == 0
    assert "`logins.require_totp` must be true or false, not 7" in done.stderr


def test_what_is_changed_is_what_is_named(run: Run, tmp_path: Path) -> None:
    run("add", "anna", "--name", "Анна", "--limit", "6", typed=PASSWORD)
    assert run("change", "anna", "--role", "admin").stdout == "anna changed\n"
    anna = users(tmp_path / "data")["anna"]
    assert (anna.role, anna.name, anna.limit) == (Role.admin, "Анна", 6)
    run("change", "anna", "--limit", "desk", "--department", "vip")
    anna = users(tmp_path / "data")["anna"]
    assert (anna.role, anna.limit, anna.departments) == (Role.admin, None, ("vip",))


def test_without_a_folder_it_is_the_users_own_and_is_made(run: Run, tmp_path: Path) -> None:
    assert run("add", "anna", typed=PASSWORD, data=False).returncode == 0
    assert list(users(tmp_path / "home" / "data")) == ["anna"]


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("args", "typed", "words"),
    [
        (["add", "visitor"], PASSWORD, "visitor can't be a login"),
        (["add", "Анна"], PASSWORD, "Latin letters"),
        (["add", "bob"], PASSWORD, "there is already a user bob"),
        (["add", "carl"], "short\n", "at least 12 characters"),
        (["add", "carl"], "", "no password: give it as one line of standard input"),
        (["add", "carl", "--limit", "500"], PASSWORD, "0 to 100"),
        (["block", "carl"], "", "there is no user carl"),
        (["unblock", "carl"], "", "there is no user carl"),
        (["password", "carl"], PASSWORD, "there is no user carl"),
        (["change", "carl", "--limit", "1"], "", "there is no user carl"),
        (["change", "bob"], "", "nothing to change"),
    ],
)
def test_a_refusal_is_one_sentence_on_standard_error_and_exit_code_1(
    run: Run, args: list[str], typed: str, words: str
) -> None:
    if "bob" in args:
        run("add", "bob", typed=PASSWORD)
    done = run(*args, typed=typed)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("opconsole user: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["frobnicate"],
        ["add"],
        ["add", "carl", "--password", "secret words"],
        ["add", "carl", "secret words"],
        ["add", "carl", "--role", "king"],
        ["add", "carl", "--limit", "many"],
    ],
)
def test_misuse_shows_the_usage_and_exits_with_2(run: Run, args: list[str]) -> None:
    done = run(*args, typed=PASSWORD, data=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: opconsole user")
    assert "secret words" not in done.stderr


def test_a_folder_that_can_not_be_used_is_named(run: Run, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "data").write_text("a file")
    done = run("list")
    assert done.returncode == 1
    assert done.stderr == f"opconsole user: {tmp_path / 'data'} is not a folder; give another with --data\n"


# ---------------------------------------------------------------- with a relay, and at a terminal

RELAY = """
import os, signal, sys
from pathlib import Path
from server_stub.journal.lock import RelayLock
signal.signal(signal.SIGHUP, lambda *_: os.write(1, b"told\\n"))
with RelayLock.acquire(Path(sys.argv[1])):
    print("running", flush=True)
    sys.stdin.read()
"""


def test_a_running_relay_is_told_of_a_change(run: Run, tmp_path: Path) -> None:
    run("add", "anna", typed=PASSWORD)
    command = [sys.executable, "-c", RELAY, str(tmp_path / "data" / "relay.lock")]
    relay = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert relay.stdout is not None
    assert relay.stdout.readline() == "running\n"
    done = run("block", "anna")
    assert done.stdout == "anna is blocked; sessions have ended (the running relay has been told)\n"
    assert relay.stdout.readline() == "told\n"
    relay.communicate()


def test_a_lock_file_without_a_relay_is_nothing(run: Run, tmp_path: Path) -> None:
    run("add", "anna", typed=PASSWORD)
    RelayLock.acquire(tmp_path / "data" / "relay.lock").release()
    assert run("block", "anna").stdout == "anna is blocked; sessions have ended\n"


def at_a_terminal(args: list[str], answers: list[tuple[str, str]]) -> tuple[int, str]:
    """Run in a terminal of its own; answer each prompt when it stands there. The exit code, and all that was written."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-m", "server_stub", "user", *args])
    written = ""
    try:
        while True:
            written += os.read(terminal, 4096).decode()
            if answers and answers[0][0] in written:
                os.write(terminal, (answers.pop(0)[1] + "\n").encode())
    except OSError:  # the terminal of a process that has ended
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), written


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path, empty: Path) -> None:
    shutil.copy(empty, tmp_path)
    args = ["add", "anna", "--data", str(tmp_path)]
    code, written = at_a_terminal(args, [("Password for anna: ", PASSWORD), ("The same again: ", "other horse")])
    assert code == 1
    assert "the two were not the same; nothing has changed" in written
    code, written = at_a_terminal(args, [("Password for anna: ", "short")])
    assert code == 1
    assert "at least 12 characters" in written
    code, written = at_a_terminal(args, [("Password for anna: ", PASSWORD), ("The same again: ", PASSWORD)])
    assert code == 0
    assert "anna added (operator)" in written
    assert PASSWORD not in written
    assert may_log_in(tmp_path, "anna")
