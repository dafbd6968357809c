"""`opconsole chats`: the chats that I see now, one a line: mine first, then the inbox in its order, then the colleagues' (supervisors)."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from opconsole.cli.errors import Exit
from opconsole.cli.scripting import add_common, begin, put, put_json
from opconsole.locale import tr

if TYPE_CHECKING:
    from opconsole.state.following import ChatTold
    from opconsole.wire.staff import Sync


def add_arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--mine", action="store_true", help=tr("only those that I hold or have snoozed"))
    which.add_argument("--inbox", action="store_true", help=tr("only those that wait, the next first"))
    add_common(parser)


def run(arguments: argparse.Namespace) -> int:
    return asyncio.run(_list(arguments))


async def _list(arguments: argparse.Namespace) -> int:
    from opconsole.cli.phrases import chat_line
    from opconsole.link.session import wall_ms

    errand = await begin(arguments)
    await errand.end()
    now = wall_ms() + errand.welcome.now - errand.arrived_at
    for chat in chats_of(errand.sync, errand.welcome.login, mine=arguments.mine, inbox=arguments.inbox):
        if arguments.json:
            put_json(chat)
        else:
            put(chat_line(chat, now))
    return Exit.ok


def chats_of(sync: "Sync", me: str, *, mine: bool = False, inbox: bool = False) -> "list[ChatTold]":
    """In the order in which they are told."""
    from opconsole.state.following import chat_told

    told = [chat_told(card, me) for card in sync.chats]
    wanted = [chat for chat in told if (not mine or chat.mine) and (not inbox or chat.place == "inbox")]
    wanted.sort(key=lambda chat: (not chat.mine, chat.place != "inbox", chat.answer_by, chat.chat))
    return wanted
