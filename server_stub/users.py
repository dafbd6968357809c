"""`opconsole user`: the team's accounts, from a shell. Works while the relay runs, which is told of every change.

The rules are those of `journal.people` and `journal.passwords`; here are only the words in and out. A password comes from a
prompt or from standard input, never from the arguments, where every user of the machine could read it.
"""

import argparse
import getpass
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import datetime

from opconsole.wire.cards import Role
from opconsole.wire.text import clean_line
from server_stub import deskfile
from server_stub.deskfile import DeskFileWrong
from server_stub.journal.accounts import Accounts
from server_stub.journal.api import JournalError
from server_stub.journal.folder import DataFolder, FolderUnusable, open_folder
from server_stub.journal.lock import tell_relay
from server_stub.journal.passwords import objection
from server_stub.journal.people import AccountRefused, LoginPolicy, User, normal_login


def run(args: argparse.Namespace) -> int:
    """Do one action of the parsed command line; the exit code."""
    try:
        folder = open_folder(args.data)
        accounts = Accounts(folder.database, clock=lambda: time.time_ns() // 1_000_000, policy=_policy(folder))
        try:
            return _ACTIONS[args.action](accounts, folder, args)
        finally:
            accounts.close()
    except (AccountRefused, FolderUnusable, JournalError) as error:
        sys.stderr.write(clean_line(f"opconsole user: {error}") + "\n")
        return 1


def _policy(folder: DataFolder) -> LoginPolicy:
    """What the desk has set about logins. A file with a mistake must not keep anybody from blocking a person."""
    try:
        return deskfile.load(folder.path).logins
    except DeskFileWrong as error:
        sys.stderr.write(f"opconsole user: {error}; its settings are not looked at\n")
        return LoginPolicy()


def _add(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    login = normal_login(args.login)
    if accounts.user(login) is not None:  # before the password is asked for
        raise AccountRefused(f"there is already a user {login}")
    user = accounts.add(
        login,
        _password(login, args.name or "", accounts.policy.desk),
        name=args.name or "",
        role=Role(args.role),
        limit=None if args.limit == "desk" else args.limit,
        departments=tuple(args.department or ("general",)),
    )
    return _done(folder, f"{user.login} added ({user.role.value})")


def _list(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    users = accounts.users()
    if users:
        sys.stdout.write("\n".join(_table(users)) + "\n")
    else:
        sys.stderr.write("nobody yet; add somebody: opconsole user add LOGIN\n")
    return 0


def _change(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    if args.name is args.role is args.limit is args.department is None:
        raise AccountRefused("nothing to change: give --name, --role, --limit or --department")
    user = _somebody(accounts, args.login)
    limit = user.limit if args.limit is None else None if args.limit == "desk" else args.limit
    accounts.change(
        user.login,
        name=args.name,
        role=Role(args.role) if args.role else None,
        limit=limit,
        departments=tuple(args.department) if args.department else None,
    )
    return _done(folder, f"{user.login} changed")


def _set_password(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    user = _somebody(accounts, args.login)
    accounts.set_password(user.login, _password(user.login, user.name, accounts.policy.desk))
    return _done(folder, f"{user.login} has a new password, and must log in again")


def _block(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    user = accounts.change(args.login, blocked=True)
    return _done(folder, f"{user.login} is blocked; sessions have ended")


def _unblock(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    user = accounts.change(args.login, blocked=False)
    return _done(folder, f"{user.login} may log in again")


def _sessions(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    login = _somebody(accounts, args.login).login if args.login else ""
    sessions = accounts.sessions(login)
    if not sessions:
        sys.stderr.write(f"{login or 'nobody'} is {'not ' if login else ''}logged in\n")
        return 0
    rows = [("ID", "LOGIN", "SINCE", "LAST SEEN", "ENDS UNLESS USED", "PROGRAM")]
    rows += [
        (each.id, each.login, _time(each.created_at), _time(each.seen_at), _time(each.expires_at), each.agent)
        for each in sessions
    ]
    sys.stdout.write("\n".join(_columns(rows)) + "\n")
    return 0


def _revoke(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    user = _somebody(accounts, args.login)
    ended = accounts.revoke(user.login, args.session)
    if args.session and not ended:
        raise AccountRefused(f"{user.login} has no session {args.session}; see: opconsole user sessions {user.login}")
    return _done(folder, f"{ended} session{'' if ended == 1 else 's'} of {user.login} ended")


def _totp(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    user = _somebody(accounts, args.login)
    match args.wish:
        case "require":
            user = accounts.require_totp(user.login, True)
            what = "keeps it" if user.totp_since else "is asked to set one up at the next login; sessions have ended"
            return _done(folder, f"{user.login} must have a second factor, and {what}")
        case "optional":
            accounts.require_totp(user.login, False)
            return _done(folder, f"{user.login} need not have a second factor{_but(accounts)}")
        case "reset":
            accounts.reset_totp(user.login)
            return _done(folder, f"{user.login}'s second factor is forgotten; sessions have ended")
    left = accounts.recovery_codes_left(user.login)
    state = f"set up {_time(user.totp_since)}, {left} recovery codes left" if user.totp_since else "not set up"
    wanted = "required" if accounts.policy.require_totp or user.totp_required else "not required"
    sys.stdout.write(f"{user.login}: {state}; {wanted}\n")
    return 0


def _but(accounts: Accounts) -> str:
    return ", but the desk requires it of everybody (desk.toml)" if accounts.policy.require_totp else ""


_ACTIONS = {
    "add": _add,
    "list": _list,
    "change": _change,
    "password": _set_password,
    "block": _block,
    "unblock": _unblock,
    "sessions": _sessions,
    "revoke": _revoke,
    "totp": _totp,
}


def _somebody(accounts: Accounts, login: str) -> User:
    user = accounts.user(login)
    if user is None:
        raise AccountRefused(f"there is no user {normal_login(login)}")
    return user


def _done(folder: DataFolder, sentence: str) -> int:
    told = tell_relay(folder.lock)
    sys.stdout.write(sentence + (" (the running relay has been told)\n" if told else "\n"))
    return 0


def _password(login: str, *about: str) -> str:
    """Asked for twice, unseen; or one line of standard input, where that is no terminal."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise AccountRefused("no password: give it as one line of standard input")
        return password
    password = getpass.getpass(f"Password for {login}: ")
    if sentence := objection(password, login, *about):  # before it is typed again
        raise AccountRefused(sentence)
    if getpass.getpass("The same again: ") != password:
        raise AccountRefused("the two were not the same; nothing has changed")
    return password


def _table(users: Iterable[User]) -> list[str]:
    rows = [("LOGIN", "ROLE", "LIMIT", "STATE", "2FA", "DEPARTMENTS", "NAME")]
    rows += [
        (
            user.login,
            user.role.value,
            "desk" if user.limit is None else str(user.limit),
            "blocked" if user.blocked else "active",
            "on" if user.totp_since else "awaited" if user.totp_required else "-",
            clean_line(",".join(user.departments)),
            clean_line(user.name),
        )
        for user in users
    ]
    return _columns(rows)


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Cells under each other; the last one as long as it is."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return [
        "  ".join([*(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    ]


def _time(at_ms: int) -> str:
    """In this machine's own time."""
    return f"{datetime.fromtimestamp(at_ms / 1000).astimezone():%Y-%m-%d %H:%M}"
