"""`opconsole tail`: what happens at the desk, one line an event, for as long as somebody reads it.

It looks on as a script: nobody is shown as present by it, nothing is marked as read. A lost link is made again, and what happened
meanwhile is told then, each thing once. Where there is none at the start it ends at once: then the address is probably wrong.
"""

import argparse
import asyncio
import random
import select
import sys
from typing import TYPE_CHECKING, Final

from opconsole.cli import say
from opconsole.cli.errors import Exit, Failed
from opconsole.cli.scripting import add_common, chat_number, failed, kept_login, put, put_json
from opconsole.locale import refusal_text, tr

if TYPE_CHECKING:
    from opconsole.link.connection import Dial
    from opconsole.state.following import Told
    from opconsole.state.model import LinkState
    from opconsole.wire.staff import Hello, Refused, StaffDown

KINDS: Final = ("message", "chat", "gone", "gap", "link")
LOOK: Final = "look"
"""Id of the question whether a chat that isn't mine may be read at all."""
READER_S: Final = 1.0
"""So often it is looked whether somebody still reads, though nothing happens."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--chat", type=chat_number, default=0, metavar=tr("CHAT"), help=tr("of this chat alone, mine or not")
    )
    parser.add_argument("-n", "--last", type=_count, default=0, metavar="N", help=tr("begin with the last N entries"))
    parser.add_argument("-c", "--count", type=_count, default=0, metavar="N", help=tr("end after N lines"))
    parser.add_argument(
        "--only",
        type=_kinds,
        default=frozenset(KINDS),
        metavar="KINDS",
        help=tr("only these kinds, with commas: {kinds}", kinds=",".join(KINDS)),
    )
    add_common(parser)


def _count(text: str) -> int:
    if not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(tr("{text} is not a number", text=text))
    return int(text)


def _kinds(text: str) -> frozenset[str]:
    wanted = frozenset(part.strip() for part in text.split(","))
    if unknown := sorted(wanted - set(KINDS)):
        raise argparse.ArgumentTypeError(
            tr("there is no kind {kind}; there are {kinds}", kind=unknown[0], kinds=", ".join(KINDS))
        )
    return wanted


def run(arguments: argparse.Namespace) -> int:
    return asyncio.run(_follow(arguments))


async def _follow(arguments: argparse.Namespace) -> int:
    from opconsole.link.connection import dialer

    ready = await kept_login(arguments)
    tail = Tail(arguments, dialer(ready.relay, ready.token))
    reader = asyncio.create_task(_until_unread(), name="reader")
    try:
        ended = asyncio.create_task(tail.run(), name="tail")
        await asyncio.wait((ended, reader), return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            ended.cancel()
            await asyncio.gather(ended, return_exceptions=True)
            return Exit.ok
        return ended.result()
    except BrokenPipeError:
        say.nobody_reads()
        return Exit.ok  # who reads has enough: that is how a tail ends
    finally:
        reader.cancel()


async def _until_unread() -> None:
    """Returns when the other end of the pipe that we write to is closed. (Of a file or a terminal it never is.)"""
    if not hasattr(select, "poll"):
        await asyncio.Event().wait()
    poll = select.poll()
    try:
        poll.register(sys.stdout.fileno(), 0)
    except (OSError, ValueError, AttributeError):
        await asyncio.Event().wait()  # no file at all: a test's
    while not any(events & (select.POLLERR | select.POLLHUP) for _, events in poll.poll(0)):
        await asyncio.sleep(READER_S)


class Tail:
    """The link's listener (`link.Listener`). `run` returns the exit code."""

    def __init__(self, arguments: argparse.Namespace, dial: "Dial") -> None:
        from opconsole.link.backoff import Backoff
        from opconsole.link.link import Link
        from opconsole.link.session import wall_ms
        from opconsole.state.following import Follower

        self._json: bool = arguments.json
        self._chat: int = arguments.chat
        self._only: frozenset[str] = arguments.only
        self._left: int = arguments.count
        self._counts = bool(arguments.count)
        self._clock = wall_ms
        self._skew_ms = 0
        self._names: dict[int, str] = {}
        self._follower = Follower(arguments.chat, arguments.last)
        self._link = Link(dial, self, wall_ms, random.random, Backoff())
        self._was_live = False
        self._ended: asyncio.Future[int] | None = None

    async def run(self) -> int:
        """Until it is over: enough was told, the relay won't have us, or the reader has gone. Raises `Failed`, `BrokenPipeError`."""
        self._ended = asyncio.get_running_loop().create_future()
        self._link.start()
        try:
            return await self._ended
        finally:
            self._ended = None
            await self._link.close()

    # ------------------------------------------------------------ the link's doing (`Listener`)

    def hello(self) -> "Hello":
        from opconsole import __version__
        from opconsole.wire.staff import Hello

        return Hello(mode="script", have=self._follower.have(), agent=f"opconsole/{__version__}")

    def link_frames(self, frames: "list[StaffDown]") -> None:
        from opconsole.wire.cards import ChatCard
        from opconsole.wire.staff import PageOf, Refused, Sync, Welcome

        for frame in frames:
            if isinstance(frame, Welcome):
                self._skew_ms = frame.now - self._clock()
            elif isinstance(frame, Sync):
                self._names |= {card.chat: card.name for card in frame.chats}
            elif isinstance(frame, ChatCard):
                self._names[frame.chat] = frame.name
            elif isinstance(frame, Refused):
                self._refused(frame)
            elif isinstance(frame, PageOf) and frame.id == LOOK:
                continue
            for told in self._follower.take(frame, self._now()):
                self._tell(told)

    def link_synced(self) -> None:
        from opconsole.wire.staff import Fetch, Watch

        if self._chat:
            self._link.send(Fetch(id=LOOK, chat=self._chat, limit=1))
            self._link.send(Watch(chat=self._chat, have=self._follower.told_of(self._chat)))
        self._link.caught_up(0, 0)

    def link_changed(self, state: "LinkState") -> None:
        from opconsole.link.failures import LinkTrouble, Trouble
        from opconsole.state.following import LinkTold
        from opconsole.state.model import Phase, Stop

        if state.phase is Phase.live:
            self._was_live = True
            self._tell(LinkTold(at=self._now(), state="live"))
        elif state.phase is Phase.offline or (state.phase is Phase.stopped and state.stop is not Stop.closed):
            ends = state.phase is Phase.stopped or not self._was_live
            self._tell(LinkTold(at=self._now(), state="stopped" if ends else "offline", why=state.why))
            if ends:
                trouble = Trouble.refused if state.phase is Phase.stopped else Trouble.unreachable
                self._end(failed(LinkTrouble(trouble, state.why, state.stop)))

    # ------------------------------------------------------------ inside

    def _now(self) -> int:
        return self._clock() + self._skew_ms

    def _refused(self, frame: "Refused") -> None:
        if frame.id == LOOK or not frame.id:
            self._end(Failed(refusal_text(frame.code, frame.facts, frame.text), Exit.refused))

    def _tell(self, told: "Told") -> None:
        from opconsole.cli.phrases import link_words, told_line
        from opconsole.state.following import LinkTold

        if self._ended is None or self._ended.done():
            return
        try:
            if isinstance(told, LinkTold) and not self._json:
                if told.state == "offline":
                    say.err(f"opconsole: {link_words(told)}")
                return
            if type(told).__struct_config__.tag not in self._only:
                return
            if self._json:
                put_json(told)
            else:
                put(told_line(told, self._names, self._now()))
        except BrokenPipeError as gone:
            self._end(gone)
            return
        self._left -= 1
        if self._counts and not self._left:
            self._ended.set_result(Exit.ok)

    def _end(self, why: Exception) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_exception(why)
