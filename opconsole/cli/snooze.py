"""`opconsole snooze CHAT WHEN`: puts a chat aside until a time, written as in the console: `30m`, `tomorrow 10:00`, `fri`, `reply`.

Times are of this machine's zone; what came of the words is told, because a script can't see it otherwise. `opconsole take CHAT` wakes it.
"""

import argparse
import asyncio
import time
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from opconsole.cli.errors import Exit, Failed
from opconsole.cli.scripting import Show, add_common, add_id, begin, chat_number, give_by
from opconsole.locale import date_time, tr

if TYPE_CHECKING:
    from opconsole.wire.staff import Done


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("chat", type=chat_number, metavar=tr("CHAT"), help=tr("its number"))
    parser.add_argument(
        "when",
        nargs="+",
        metavar=tr("WHEN"),
        help=tr("30m, 2h, 16:30, tomorrow 10:00, fri, 2026-12-31; reply: until the visitor writes"),
    )
    add_id(parser)
    add_common(parser)


def run(arguments: argparse.Namespace) -> int:
    until_of(arguments.when, _now(), 0)  # what is no time needs no link
    return asyncio.run(_snooze(arguments))


async def _snooze(arguments: argparse.Namespace) -> int:
    from opconsole.wire.staff import Snooze

    errand = await begin(arguments)
    now = _now() + errand.welcome.now - errand.arrived_at
    until = until_of(arguments.when, now, errand.welcome.settings.snooze_most_ms)
    command = Snooze(id=arguments.id or str(uuid.uuid4()), chat=arguments.chat, until=until)
    return await give_by(errand, arguments, [command], _ShowTime(until, now))


def until_of(words: list[str], now: int, most_ms: int) -> int:
    """The time that the words name, by the relay's clock as `now`. Raises `Failed`: they name none that is ahead."""
    from opconsole.state.when import is_until_reply, longest, when
    from opconsole.terminal.layouts import readings

    text = " ".join(words)
    if is_until_reply(readings(text)):
        return longest(now, most_ms)
    at = when(readings(text), now, datetime.fromtimestamp(now / 1000), lambda day: int(day.timestamp() * 1000))
    if not at:
        wrong = tr("When is {text}? For example: 30m, 2h, 16:30, tomorrow 10:00, fri, 2026-12-31.", text=text)
        raise Failed(wrong, Exit.usage)
    return at


class _ShowTime(Show):
    """By the time until which it is aside."""

    def __init__(self, until: int, now: int) -> None:
        self._until = until
        self._now = now

    def done(self, answer: "Done") -> str:
        return date_time(self._until, self._now)


def _now() -> int:
    return time.time_ns() // 1_000_000
