"""Reads the arguments and calls one subcommand. Light at import: no subcommand's needs are imported before it is chosen."""

import argparse
import importlib
import sys
from typing import Final, NoReturn

from opconsole import __version__
from opconsole.cli import say
from opconsole.cli.commands import BY_NAME, SUBCOMMANDS, WORKSPACE
from opconsole.cli.errors import Exit, Failed
from opconsole.cli.skeleton import command_at
from opconsole.locale import choose_language, set_language, tr
from opconsole.terminal import skeleton

LANGUAGES: Final = ("auto", "en", "ru")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and helps in the language in use."""

    def format_help(self) -> str:
        from opconsole.cli.usage import help_words

        return help_words(super().format_help())

    def error(self, message: str) -> NoReturn:
        skeleton.erase()
        from opconsole.cli.usage import usage_words

        see = tr("See: {command} --help", command=self.prog)
        say.err(f"opconsole: {usage_words(message)}. {see}")
        self.exit(Exit.usage)


def run(arguments: list[str] | None = None) -> int:
    """One run of the program; returns its exit code. Nothing of what goes wrong leaves as an exception."""
    argv = sys.argv[1:] if arguments is None else arguments
    try:
        return _run(argv)
    except Failed as failed:
        skeleton.erase()
        return _say(failed.text, failed.code)
    except KeyboardInterrupt:
        skeleton.erase()
        return Exit.interrupted
    except BrokenPipeError:
        # whoever read our output has enough; nothing more must be flushed into the closed pipe at exit
        say.nobody_reads()
        return Exit.failed
    except Exception as fault:
        skeleton.erase()
        return _fault(fault)
    finally:
        skeleton.erase()


def _run(argv: list[str]) -> int:
    set_language(choose_language(_lang_of(argv)))
    at = command_at(argv)
    name = argv[at] if at is not None and at < len(argv) else ""
    subcommand = BY_NAME.get(name)
    if subcommand is not None and not subcommand.module:
        from opconsole.cli.programs import become

        return become(name, argv[(at or 0) + 1 :])
    module = importlib.import_module(subcommand.module if subcommand is not None else WORKSPACE)
    parser = build_parser(name, module)
    given = parser.parse_args(argv)
    if given.ca:
        _trust(given.ca)
    return int(module.run(given))


def _trust(file: str) -> None:
    from pathlib import Path

    from opconsole.link.tls import trust

    try:
        trust(Path(file))
    except ValueError as wrong:
        raise Failed(str(wrong), Exit.usage) from None


def build_parser(chosen: str = "", module: object = None) -> Parser:
    """The whole parser; only the chosen subcommand has its own arguments in it."""
    parser = Parser(
        prog="opconsole",
        description=tr("The terminal from which support operators work their live chats."),
        epilog=tr(
            "Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 the relay does not answer, 4 the relay refused, "
            "5 nobody is logged in, 70 a fault of opconsole (see its log), 130 interrupted."
        ),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"opconsole {__version__}")
    parser.add_argument("--relay", metavar="URL", help=tr("address of the relay; asked for if it isn't known"))
    parser.add_argument("--login", metavar="NAME", help=tr("who logs in; asked for if it isn't known"))
    parser.add_argument("--ca", metavar="FILE", help=tr("trust relays whose certificate is signed by this one (PEM)"))
    parser.add_argument("--lang", choices=LANGUAGES, help=tr("language of the console"))
    parser.add_argument("--theme", metavar="NAME", help=tr("colours: the name of a theme"))
    if not chosen and module is not None:
        add = getattr(module, "add_arguments", None)
        if add is not None:
            add(parser)
    subparsers = parser.add_subparsers(
        title=tr("subcommands"), dest="command", metavar=tr("COMMAND"), parser_class=Parser
    )
    for subcommand in SUBCOMMANDS:
        text = tr(subcommand.help)
        subparser = subparsers.add_parser(subcommand.name, help=text, description=_sentence(text), allow_abbrev=False)
        if subcommand.name == chosen and module is not None:
            module.add_arguments(subparser)  # type: ignore[attr-defined]
    return parser


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _lang_of(argv: list[str]) -> str:
    """The language asked for, before the arguments are parsed: errors in them are told in it too."""
    for at, argument in enumerate(argv):
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and at + 1 < len(argv):
            return argv[at + 1]
    return "auto"


def _say(text: str, code: Exit) -> int:
    say.err(f"opconsole: {text}")
    return code


def _fault(fault: Exception) -> int:
    """Not expected: the traceback goes to the log, one line to the operator."""
    from opconsole.cli.log_file import write_fault

    where = write_fault(fault)
    what = f"{type(fault).__name__}: {fault}".splitlines()[0][:200]
    if where is None:
        return _say(tr("a fault in opconsole itself ({what}); its log can't be written", what=what), Exit.fault)
    return _say(tr("a fault in opconsole itself ({what}). More in {file}", what=what, file=where), Exit.fault)
