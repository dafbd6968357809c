"""`opconsole take|close|return`: what a script does with chats. Each answers when the relay has it in its journal."""

import argparse
import asyncio
import uuid
from typing import TYPE_CHECKING, Final

from opconsole.cli.errors import Exit, Failed
from opconsole.cli.scripting import Show, ShowChat, add_common, add_id, chat_number, give
from opconsole.locale import tr

if TYPE_CHECKING:
    from opconsole.wire.staff import StaffCommand

_MOST: Final = 500
"""So many chats at once: as many as an outbox holds, and half of what the relay remembers the ids of."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    if parser.prog.endswith(" take"):
        parser.add_argument(
            "chats", nargs="*", type=chat_number, metavar=tr("CHAT"), help=tr("its number; none: the next of the inbox")
        )
    else:
        parser.add_argument("chats", nargs="+", type=chat_number, metavar=tr("CHAT"), help=tr("its number"))
    add_id(parser)
    add_common(parser)


def run(arguments: argparse.Namespace) -> int:
    chats: list[int] = arguments.chats
    if len(chats) > 1 and arguments.id:
        raise Failed(tr("One id is for one command: give one chat with it."), Exit.usage)
    if len(chats) > _MOST:
        raise Failed(tr("At most {n} chats at once.", n=_MOST), Exit.usage)
    show = ShowChat() if arguments.command == "take" else Show()
    return asyncio.run(give(arguments, commands_of(arguments.command, chats, arguments.id or ""), show))


def commands_of(name: str, chats: list[int], given_id: str) -> "list[StaffCommand]":
    from opconsole.wire.staff import Close, Return, Take, TakeNext

    if name == "take" and not chats:
        return [TakeNext(id=given_id or str(uuid.uuid4()))]
    kinds: dict[str, type[Take | Close | Return]] = {"take": Take, "close": Close, "return": Return}
    kind = kinds[name]
    return [kind(id=given_id or str(uuid.uuid4()), chat=chat) for chat in chats]
