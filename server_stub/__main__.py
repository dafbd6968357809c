"""The relay as a program: `python -m server_stub relay|user …`, which `opconsole relay` and `opconsole user` run.

Here is only how the arguments are read; each subcommand is imported when it is called. Exit codes: 0 done, 1 refused or failed
(a sentence on standard error says why), 2 misused.
"""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

LISTEN: Final = "127.0.0.1:8765"
ROLES: Final = ("operator", "supervisor", "admin")


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(argv)
    try:
        if args.command == "relay":
            # A SIGHUP (the accounts have changed) that comes before the relay listens for it must not end it.
            with contextlib.suppress(AttributeError):
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            from server_stub import relay

            return relay.run(args.data, *args.listen)
        from server_stub import users

        return users.run(args)
    except KeyboardInterrupt:
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the exit doesn't complain as well
        return 1


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line, understood; otherwise the subcommand's usage, and exit code 2.

    What is too much is not repeated: it may be a password."""
    args, rest = parser().parse_known_args(argv)
    if rest:
        unknown = [word.partition("=")[0] for word in rest if word.startswith("--")]
        args.misuse(f"unknown: {' '.join(unknown)}" if unknown else "too many arguments")
    return args


class Parser(argparse.ArgumentParser):
    """What it repeats of the arguments is only text."""

    def error(self, message: str) -> NoReturn:
        from opconsole.wire.text import clean_line

        super().error(clean_line(message))


def parser() -> argparse.ArgumentParser:
    """Named `opconsole`, as people call it."""
    top = Parser(prog="opconsole", description="The relay, and the accounts of its team.")
    commands = top.add_subparsers(dest="command", required=True, metavar="relay|user")
    _relay(commands.add_parser("relay", help="run the relay", description="Run the relay until SIGTERM or Ctrl-C."))
    _user(
        commands.add_parser(
            "user", help="the team's accounts", description="The team's accounts. Works while the relay runs."
        )
    )
    return top


def _relay(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    parser.add_argument(
        "--listen",
        type=address,
        default=address(LISTEN),
        metavar="HOST:PORT",
        help=f"where to listen (default {LISTEN}; port 0: any free one)",
    )


def _user(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|list|change|password|block|unblock")

    add = actions.add_parser("add", help="add a person", epilog=_HOW_ASKED)
    _login(add)
    _facts(add, role="operator")

    _data(actions.add_parser("list", help="show everybody"))

    change = actions.add_parser("change", help="change a person's name, role, limit or departments")
    _login(change)
    _facts(change, role=None)

    _login(actions.add_parser("password", help="set a new password", epilog=_HOW_ASKED))
    _login(actions.add_parser("block", help="let a person in no more; sessions end at once"))
    _login(actions.add_parser("unblock", help="let a person in again"))


_HOW_ASKED: Final = (
    "The password is asked for; without a terminal it is one line of standard input. It is never an argument."
)


def _login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN")
    _data(parser)


def _facts(parser: argparse.ArgumentParser, *, role: str | None) -> None:
    parser.add_argument("--name", help="as colleagues and visitors see it")
    parser.add_argument("--role", choices=ROLES, default=role)
    parser.add_argument("--limit", type=limit, metavar="N", help="chats held at once; `desk`: the desk's own limit")
    parser.add_argument("--department", action="append", metavar="NAME", help="may be given more than once")


def _data(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(misuse=parser.error)
    parser.add_argument("--data", type=Path, metavar="DIR", help="the relay's data folder (default: the user's own)")


def address(text: str) -> tuple[str, int]:
    """`HOST:PORT`, `[IPv6]:PORT`."""
    host, colon, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise argparse.ArgumentTypeError(f"{text!r}: write an IPv6 address as [ADDRESS]:PORT")
    if not host or not colon or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, such as {LISTEN}")
    return host, int(port)


def limit(text: str) -> int | str:
    """A number of chats, or `desk`."""
    if text == "desk":
        return text
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of chats nor `desk`")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
