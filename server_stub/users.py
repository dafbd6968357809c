"""`opconsole user`: the team's accounts, from a shell. Works while the relay runs, which is told of every change.

The rules are those of `journal.people` and `journal.passwords`; here are only the words in and out. A password comes from a
prompt or from standard input, never from the arguments, where every user of the machine could read it.
"""

import argparse
import getpass
import sys
import time
from collections.abc import Iterable

from opconsole.wire.cards import Role
from opconsole.wire.text import clean_line
from server_stub.journal.accounts import Accounts
from server_stub.journal.api import JournalError
from server_stub.journal.folder import DataFolder, FolderUnusable, open_folder
from server_stub.journal.lock import tell_relay
from server_stub.journal.passwords import objection
from server_stub.journal.people import AccountRefused, User, normal_login


def run(args: argparse.Namespace) -> int:
    """Do one action of the parsed command line; the exit code."""
    try:
        folder = open_folder(args.data)
        accounts = Accounts(folder.database, clock=lambda: time.time_ns() // 1_000_000)
        try:
            return _ACTIONS[args.action](accounts, folder, args)
        finally:
            accounts.close()
    except (AccountRefused, FolderUnusable, JournalError) as error:
        sys.stderr.write(clean_line(f"opconsole user: {error}") + "\n")
        return 1


def _add(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    login = normal_login(args.login)
    if accounts.user(login) is not None:  # before the password is asked for
        raise AccountRefused(f"there is already a user {login}")
    user = accounts.add(
        login,
        _password(login),
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
    accounts.set_password(user.login, _password(user.login))
    return _done(folder, f"{user.login} has a new password, and must log in again")


def _block(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    user = accounts.change(args.login, blocked=True)
    return _done(folder, f"{user.login} is blocked; sessions have ended")


def _unblock(accounts: Accounts, folder: DataFolder, args: argparse.Namespace) -> int:
    user = accounts.change(args.login, blocked=False)
    return _done(folder, f"{user.login} may log in again")


_ACTIONS = {
    "add": _add,
    "list": _list,
    "change": _change,
    "password": _set_password,
    "block": _block,
    "unblock": _unblock,
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


def _password(login: str) -> str:
    """Asked for twice, unseen; or one line of standard input, where that is no terminal."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise AccountRefused("no password: give it as one line of standard input")
        return password
    password = getpass.getpass(f"Password for {login}: ")
    if sentence := objection(password, login):  # before it is typed again
        raise AccountRefused(sentence)
    if getpass.getpass("The same again: ") != password:
        raise AccountRefused("the two were not the same; nothing has changed")
    return password


def _table(users: Iterable[User]) -> list[str]:
    rows = [("LOGIN", "ROLE", "LIMIT", "STATE", "DEPARTMENTS", "NAME")]
    rows += [
        (
            user.login,
            user.role.value,
            "desk" if user.limit is None else str(user.limit),
            "blocked" if user.blocked else "active",
            clean_line(",".join(user.departments)),
            clean_line(user.name),
        )
        for user in users
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return [
        "  ".join([*(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    ]
