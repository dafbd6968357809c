"""`opconsole send|note CHAT TEXT`: words from a script, the visitor's to read or the team's alone. `-`: from standard input; with
`--file` a file goes with them, and there need be none."""

import argparse
import asyncio
import os
import sys
import uuid
from typing import TYPE_CHECKING

from opconsole.cli.errors import Exit, Failed
from opconsole.cli.scripting import Show, add_common, add_id, begin_as, chat_number, failed, give, give_by, kept_login
from opconsole.locale import refusal_text, tr, trn

if TYPE_CHECKING:
    from opconsole.link.errand import Errand
    from opconsole.link.files import Looked
    from opconsole.wire.files import File
    from opconsole.wire.staff import StaffCommand


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("chat", type=chat_number, metavar=tr("CHAT"), help=tr("its number"))
    parser.add_argument(
        "text", nargs="*", metavar=tr("TEXT"), help=tr("the words; - reads them from standard input, several lines too")
    )
    parser.add_argument("--file", metavar="FILE", default="", help=tr("a file that goes with the words"))
    add_id(parser)
    add_common(parser)


def run(arguments: argparse.Namespace) -> int:
    note = arguments.command == "note"
    text = words_of(arguments.text, note=note) if arguments.text or not arguments.file else ""
    if arguments.file:
        return asyncio.run(_give_with_file(arguments, text, note=note))
    return asyncio.run(give(arguments, [_command(arguments.chat, text, arguments.id or "", note=note)], Show()))


def _command(chat: int, text: str, given_id: str, *, note: bool, file: str = "") -> "StaffCommand":
    from opconsole.wire.staff import AddNote, Say

    return (AddNote if note else Say)(id=given_id or str(uuid.uuid4()), chat=chat, text=text, file=file)


async def _give_with_file(arguments: argparse.Namespace, text: str, *, note: bool) -> int:
    """First the file, then the message that names it. Raises `Failed`."""
    from opconsole.link.failures import LinkTrouble
    from opconsole.link.files import look

    try:
        looked = await asyncio.to_thread(lambda: look(os.path.expanduser(arguments.file)))
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise Failed(tr("{file} can't be sent: {why}.", file=arguments.file, why=why), Exit.usage) from None
    ready = await kept_login(arguments)
    errand = await begin_as(ready)
    try:
        file = await _bring(errand, ready.relay, looked, arguments.chat)
    except LinkTrouble as trouble:
        await errand.end()
        raise failed(trouble) from None
    except Failed:
        await errand.end()
        raise
    command = _command(arguments.chat, text, arguments.id or "", note=note, file=file.id)
    return await give_by(errand, arguments, [command], Show())


async def _bring(errand: "Errand", relay: str, looked: "Looked", chat: int) -> "File":
    """Raises `Failed`, `LinkTrouble`."""
    from opconsole.link.files import Undone, bring
    from opconsole.locale.files import size_words
    from opconsole.wire.files import Upload
    from opconsole.wire.staff import Refused
    from opconsole.wire.text import clean_file_name

    name, most = clean_file_name(looked.path), errand.welcome.settings.files.bytes
    if not most:
        raise Failed(tr("This desk takes no files."), Exit.refused)
    if not looked.size:
        raise Failed(tr("{file} is empty.", file=name), Exit.usage)
    if looked.size > most:
        size, limit = size_words(looked.size), size_words(most)
        text = tr(
            "{file} is too large: {size}, and this desk takes {limit} at most.", file=name, size=size, limit=limit
        )
        raise Failed(text, Exit.refused)
    ticket = await errand.ask(Upload(id=str(uuid.uuid4()), name=name, size=looked.size, chat=chat))
    if isinstance(ticket, Refused):
        raise Failed(refusal_text(ticket.code, ticket.facts, ticket.text), Exit.refused)
    outcome = await bring(relay, ticket, looked, lambda sent: None)
    if isinstance(outcome, Undone):
        raise Failed(outcome.text, Exit.unreachable if outcome.code == "broken" else Exit.refused)
    return outcome


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
