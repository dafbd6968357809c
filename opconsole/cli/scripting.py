"""What the commands for scripts share: whose login, one short session, answers as lines or as JSON, and what each ending is called.

They never ask a question: a program can't answer it. By the kept login they do what they are told, or say why not by their exit code.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from opconsole.cli import say
from opconsole.cli.errors import Exit, Failed
from opconsole.locale import refusal_text, tr

if TYPE_CHECKING:
    from opconsole.link.errand import Errand
    from opconsole.link.failures import LinkTrouble
    from opconsole.link.session import Ready
    from opconsole.wire.staff import Done, Refused, StaffCommand

ID_CHARS: Final = 36


def add_common(parser: argparse.ArgumentParser) -> None:
    """What every command for scripts takes. SUPPRESS, or an absent one would hide what was given before the subcommand."""
    parser.add_argument("--json", action="store_true", help=tr("one JSON object a line"))
    parser.add_argument("--relay", metavar="URL", default=argparse.SUPPRESS, help=tr("address of the relay"))
    parser.add_argument("--login", metavar="NAME", default=argparse.SUPPRESS, help=tr("who logs in"))


def add_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--id",
        metavar="ID",
        type=_id,
        default=None,
        help=tr("of the command: given again with the same one it happens once (default: a new one)"),
    )


def _id(text: str) -> str:
    if not 0 < len(text) <= ID_CHARS or not text.isprintable():
        raise argparse.ArgumentTypeError(tr("an id has 1 to {n} characters", n=ID_CHARS))
    return text


def chat_number(text: str) -> int:
    """`5` or `#5`."""
    digits = text.removeprefix("#")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15 or int(digits) < 1:
        raise argparse.ArgumentTypeError(tr("{text} is not the number of a chat", text=text))
    return int(digits)


# ---------------------------------------------------------------- the login


async def kept_login(arguments: argparse.Namespace) -> "Ready":
    """The login of an earlier `opconsole` or `opconsole login`. Raises `Failed` with `Exit.login`: there is none."""
    from opconsole.link.session import Ready
    from opconsole.link.sign_in import SignIn
    from opconsole.settings import load_settings

    loaded = load_settings(speak=arguments.lang is None)
    step = await SignIn.of(loaded.settings, arguments.relay, arguments.login).begin()
    if isinstance(step, Ready):
        return step
    if step.field == "relay" and step.message:
        raise Failed(step.message, Exit.usage)
    raise Failed(tr("Nobody is logged in here. Log in once: opconsole login"), Exit.login)


async def begin(arguments: argparse.Namespace) -> "Errand":
    """A short session by the kept login. Raises `Failed`."""
    return await begin_as(await kept_login(arguments))


async def begin_as(ready: "Ready") -> "Errand":
    """A short session by this login. Raises `Failed`."""
    from opconsole.link.connection import dialer
    from opconsole.link.errand import Errand
    from opconsole.link.failures import LinkTrouble

    try:
        return await Errand.begin(dialer(ready.relay, ready.token))
    except LinkTrouble as trouble:
        raise failed(trouble) from None


def failed(trouble: "LinkTrouble", more: str = "") -> Failed:
    """The trouble as an ending of this program."""
    from opconsole.link.failures import Trouble
    from opconsole.state.model import Stop

    text = f"{trouble.text} {more}".strip()
    if trouble.stop is Stop.login:
        return Failed(tr("The login has expired. Log in again: opconsole login"), Exit.login)
    return Failed(text, Exit.refused if trouble.trouble is Trouble.refused else Exit.unreachable)


# ---------------------------------------------------------------- commands and their answers


class Answer(Struct, frozen=True, kw_only=True):
    """What became of one command, as `--json` tells it. Refused: `code`, `text` and `facts` say why; done: the numbers."""

    ok: bool
    id: str
    command: str
    chat: int = 0
    n: int = 0
    p: int = 0
    at: int = 0
    until: int = 0
    code: str = ""
    text: str = ""
    facts: dict[str, str | int] = {}


async def give(arguments: argparse.Namespace, commands: "Sequence[StaffCommand]", show: "Show") -> int:
    """Give commands, print what became of each, and say by the exit code whether all were done. Raises `Failed`."""
    return await give_by(await begin(arguments), arguments, commands, show)


async def give_by(
    errand: "Errand", arguments: argparse.Namespace, commands: "Sequence[StaffCommand]", show: "Show"
) -> int:
    """As `give`, in a session that has begun; it ends with this."""
    from opconsole.link.failures import LinkTrouble

    try:
        answers = await errand.do(commands)
    except LinkTrouble as trouble:
        ids = ", ".join(command.id for command in commands)
        again = tr("Whether it happened is not known: give it again with --id {id}, and it happens once.", id=ids)
        raise failed(trouble, again) from None
    finally:
        await errand.end()
    refused = 0
    for command, answer in zip(commands, answers, strict=True):
        refused += _tell(arguments, command, answer, show)
    return Exit.refused if refused else Exit.ok


class Show:
    """How a done command is told in plain words: by default not at all, as a program that has nothing to complain of."""

    def done(self, answer: "Done") -> str:
        return ""


class ShowChat(Show):
    """By the number of its chat."""

    def done(self, answer: "Done") -> str:
        return str(answer.chat)


def _tell(arguments: argparse.Namespace, command: "StaffCommand", answer: "Done | Refused", show: Show) -> bool:
    """Print one answer. True: it was a refusal."""
    from opconsole.wire.staff import Refused

    name = arguments.command
    chat = getattr(command, "chat", 0)
    if isinstance(answer, Refused):
        text = refusal_text(answer.code, answer.facts, answer.text)
        say.err(f"opconsole: {text}")
        if arguments.json:
            put_json(
                Answer(ok=False, id=answer.id, command=name, chat=chat, code=answer.code, text=text, facts=answer.facts)
            )
        return True
    if arguments.json:
        put_json(
            Answer(
                ok=True,
                id=answer.id,
                command=name,
                chat=answer.chat or chat,
                n=answer.n,
                p=answer.p,
                at=answer.at,
                until=getattr(command, "until", 0),
            )
        )
    elif words := show.done(answer):
        put(words)
    return False


# ---------------------------------------------------------------- output


def put(line: str) -> None:
    """A line of plain text, at once: who reads a pipe waits for it."""
    stream = sys.stdout
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None and getattr(stream, "errors", "") == "strict":
        reconfigure(errors="backslashreplace")  # a terminal that has no Cyrillic must not end a script
    say.out(line, flush=True)


def put_json(value: Struct) -> None:
    """A JSON object as a line, in UTF-8 whatever the locale says: JSON is that."""
    import msgspec

    line = msgspec.json.encode(value)
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(line.decode() + "\n")
    else:
        sys.stdout.flush()
        buffer.write(line + b"\n")
    sys.stdout.flush()
