"""The relay as programs: `python -m server_stub relay|user|…`, which `opconsole relay`, `opconsole user` and others run.

Here is only how the arguments are read; each subcommand is imported when it is called. Exit codes: 0 done, 1 refused or failed
(a sentence on standard error says why), 2 misused.
"""

import argparse
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from server_stub.journal.chain import Mark

LISTEN: Final = "127.0.0.1:8765"
LOOPBACK: Final = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
ROLES: Final = ("operator", "supervisor", "admin")


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(argv)
    try:
        if args.command == "relay":
            # A SIGHUP (the accounts have changed) that comes before the relay listens for it must not end it.
            with contextlib.suppress(AttributeError):
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            return _run_relay(args)
        if args.command in ("site-key", "visitor-key"):
            from server_stub import keys

            return keys.run(args)
        if args.command == "journal":
            from server_stub import evidence

            return evidence.run(args)
        if args.command == "backup":
            from server_stub import backup

            return backup.run(args)
        if args.command in ("export", "erase"):
            from server_stub import contacts

            return contacts.run(args)
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
    top = Parser(prog="opconsole", description="The relay, its data, and the accounts of its team.")
    commands = top.add_subparsers(
        dest="command", required=True, metavar="relay|user|site-key|visitor-key|export|erase|journal|backup"
    )
    _relay(commands.add_parser("relay", help="run the relay", description="Run the relay until SIGTERM or Ctrl-C."))
    _user(
        commands.add_parser(
            "user", help="the team's accounts", description="The team's accounts. Works while the relay runs."
        )
    )
    _keys(
        commands.add_parser(
            "site-key",
            help="the key with which sites vouch for their customers",
            description="Print the key with which a site signs for its signed-in customers (docs/widget.md). Made at first.",
        )
    )
    _keys(
        commands.add_parser(
            "visitor-key",
            help="the key that signs visitors' tokens",
            description="How many keys for visitors' tokens count. They are never printed.",
        )
    )
    _contact(
        commands.add_parser(
            "export", help="all that is held about a person", description="All that is held about a person, as JSON."
        ),
        commands.add_parser(
            "erase",
            help="erase a person's content",
            description="Overwrite a person's names, messages, notes and pages in the journal. Counts and times stay.",
        ),
    )
    _journal(
        commands.add_parser(
            "journal",
            help="the journal as evidence",
            description="Whether the journal is whole and unchanged. It only reads; the relay may run meanwhile.",
        )
    )
    _backup(
        commands.add_parser(
            "backup",
            help="copy the relay's data",
            description="Copy the relay's data, as of one moment, into a new folder; the relay may run meanwhile. "
            "To restore it, start a relay on the copy.",
        )
    )
    return top


def _keys(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--new", action="store_true", help="make a new key, which signs from now on; the others still count"
    )
    what.add_argument("--retire", action="store_true", help="only the newest counts from now on")


def _relay(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    parser.add_argument(
        "--listen",
        type=address,
        default=address(LISTEN),
        metavar="HOST:PORT",
        help=f"where to listen (default {LISTEN}; port 0: any free one)",
    )

    parser.add_argument(
        "--tls-cert", type=Path, metavar="FILE", help="the certificate's chain (PEM); SIGHUP reads it again"
    )
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its key (PEM, not encrypted)")
    parser.add_argument(
        "--behind-proxy",
        action="store_true",
        help="a proxy in front does TLS: listen plainly on any address, and take its word for the client's address",
    )
    parser.add_argument(
        "--trusted-proxy",
        type=network,
        action="append",
        metavar="ADDR",
        help="an address or a network (CIDR) whose word is taken; may be given more than once (default: the machine itself)",
    )


def _run_relay(args: argparse.Namespace) -> int:
    if (args.tls_cert is None) != (args.tls_key is None):
        args.misuse("--tls-cert and --tls-key go together")
    if args.trusted_proxy and not args.behind_proxy:
        args.misuse("--trusted-proxy says who may tell the client's address: it needs --behind-proxy")
    gc.disable()  # a collection over what the imports make costs more than it frees; the relay enables it when it has its state
    from server_stub import relay
    from server_stub.edge.clients import Proxies
    from server_stub.entrance import Entrance

    host, port = args.listen
    return relay.run(
        args.data,
        Entrance(
            host=host,
            port=port,
            tls=(args.tls_cert, args.tls_key) if args.tls_cert is not None else None,
            proxies=Proxies(args.trusted_proxy or LOOPBACK) if args.behind_proxy else Proxies(),
        ),
    )


def _user(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="add|list|change|password|block|unblock|sessions|revoke|totp"
    )

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

    sessions = actions.add_parser("sessions", help="show who is logged in: since when, from which program")
    sessions.add_argument("login", metavar="LOGIN", nargs="?", default="", help="of one person (default: of all)")
    _data(sessions)

    revoke = actions.add_parser("revoke", help="end a person's sessions at once")
    revoke.add_argument("login", metavar="LOGIN")
    revoke.add_argument("session", metavar="ID", nargs="?", default="", help="only this one, as `sessions` shows it")
    _data(revoke)

    totp = actions.add_parser("totp", help="a person's second factor (TOTP)", epilog=_WHAT_TOTP_DOES)
    totp.add_argument("login", metavar="LOGIN")
    totp.add_argument("wish", choices=("status", "require", "optional", "reset"), nargs="?", default="status")
    _data(totp)


def _contact(export: argparse.ArgumentParser, erase: argparse.ArgumentParser) -> None:
    for parser in (export, erase):
        parser.add_argument(
            "contact",
            metavar="CONTACT",
            help="an id, e-mail, phone, whole name, the site's own id of a customer, or a chat as #12",
        )
        _data(parser)
    export.add_argument("--out", type=Path, metavar="FILE", help="a new file that only you may read (default: stdout)")
    erase.add_argument("--yes", action="store_true", help="don't ask")
    erase.add_argument("--by", metavar="NAME", help="who asks for it, for the record (default: your user name)")


def _journal(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="head|verify")
    _data(actions.add_parser("head", help="the head as SEQ:HASH, to be kept elsewhere"))
    verify = actions.add_parser("verify", help="check all of it: the chain, and a replay")
    verify.add_argument(
        "--expect",
        type=mark,
        action="append",
        metavar="SEQ:HASH",
        help="what `head` once said: it must still be in the chain; may be given more than once",
    )
    _data(verify)


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("to", type=Path, metavar="DIR", help="a folder that isn't there yet, or is empty")
    _data(parser)


_HOW_ASKED: Final = (
    "The password is asked for; without a terminal it is one line of standard input. It is never an argument."
)

_WHAT_TOTP_DOES: Final = (
    "require: at the next login, which is now, the person is asked to set one up. optional: it is not asked for any more, but one "
    "that is set up stays. reset: forget it (a lost telephone), and end the person's sessions. "
    "For everybody: require_totp in desk.toml."
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


def network(text: str) -> IPv4Network | IPv6Network:
    """`192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no address and no network: {error}") from None


def mark(text: str) -> "Mark":
    """`SEQ:HASH`, as `opconsole journal head` says it."""
    from server_stub.journal.chain import parse_mark

    found = parse_mark(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not SEQ:HASH, as `opconsole journal head` says it")
    return found


def limit(text: str) -> int | str:
    """A number of chats, or `desk`."""
    if text == "desk":
        return text
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of chats nor `desk`")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
