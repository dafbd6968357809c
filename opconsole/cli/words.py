"""`opconsole send|note CHAT TEXT`: words from a script, the visitor's to read or the team's alone. `-`: from standard input."""

import argparse
import asyncio
import sys
import uuid
from typing import TYPE_CHECKING

from opconsole.cli.errors import Exit, Failed
from opconsole.cli.scripting import Show, add_common, add_id, chat_number, give
from opconsole.locale import tr, trn

if TYPE_CHECKING:
    from opconsole.wire.staff import StaffCommand


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("chat", type=chat_number, metavar=tr("CHAT"), help=tr("its number"))
    parser.add_argument(
        "text", nargs="+", metavar=tr("TEXT"), help=tr("the words; - reads them from standard input, several lines too")
    )
    add_id(parser)
    add_common(parser)


def run(arguments: argparse.Namespace) -> int:
    note = arguments.command == "note"
    text = words_of(arguments.text, note=note)
    return asyncio.run(give(arguments, [_command(arguments.chat, text, arguments.id or "", note=note)], Show()))


def _command(chat: int, text: str, given_id: str, *, note: bool) -> "StaffCommand":
    from opconsole.wire.staff import AddNote, Say

    return (AddNote if note else Say)(id=given_id or str(uuid.uuid4()), chat=chat, text=text)


def words_of(given: list[str], *, note: bool) -> str:
    """The words to send. Raises `Failed`: there are none, too many, or no text."""
    from opconsole.wire import limits
    from opconsole.wire.text import clean_text, fits_bytes

    limit = limits.NOTE_BYTES if note else limits.TEXT_BYTES
    text = _typed(limit) if given == ["-"] else " ".join(given)
    text = clean_text(text).strip()
    if not text:
        raise Failed(tr("There is no text in it."), Exit.usage)
    if not fits_bytes(text, limit):
        raise Failed(trn("Too long: at most {n} byte.", "Too long: at most {n} bytes.", limit), Exit.usage)
    return text


def _typed(limit: int) -> str:
    """Standard input, as far as it can matter: who pipes a film into it need not wait for its end."""
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        return sys.stdin.read(limit + 1)
    try:
        return bytes(stream.read(4 * limit)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Failed(tr("Standard input is not UTF-8 text."), Exit.usage) from None
