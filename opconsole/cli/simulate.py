"""`opconsole simulate`: simulated visitors against any relay, with a line that tells how it goes and a summary at the end."""

import argparse
import asyncio
import contextlib
import gc
import signal
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from opconsole.cli import say
from opconsole.cli.errors import Exit, Failed
from opconsole.locale import tr

if TYPE_CHECKING:
    from opconsole.simulation.crowd import Crowd, Tally

TELL_SECONDS: Final = 1.0
PACE: Final = 1.0
NEXT_MS: Final = 8_000
"""A new visitor comes so often on average, at the pace of life, for every dozen that may be here."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--relay", metavar="URL", default=argparse.SUPPRESS, help=tr("address of the relay"))
    parser.add_argument("--visitors", metavar="N", type=_positive, default=12, help=tr("so many at once (12)"))
    parser.add_argument(
        "--seed", metavar="SEED", default="", help=tr("the same seed brings the same people; default: any")
    )
    parser.add_argument("--seconds", metavar="S", type=_seconds, help=tr("stop after so long; default: at Ctrl-C"))
    parser.add_argument(
        "--pace", metavar="X", type=_seconds, default=PACE, help=tr("everybody is X times quicker than in life (1)")
    )


def run(arguments: argparse.Namespace) -> int:
    from opconsole.link.address import DEFAULT_RELAY, BadAddress, normal

    try:
        relay = normal(arguments.relay or DEFAULT_RELAY)
    except BadAddress as bad:
        raise Failed(str(bad), Exit.usage) from None
    gc.enable()
    seed = arguments.seed or str(time.time_ns() % 1_000_000)
    say.err(tr("{visitors} visitors to {relay}, seed {seed}", visitors=arguments.visitors, relay=relay, seed=seed))
    tally = asyncio.run(_simulate(relay, seed, arguments))
    say.out(summary(tally))
    return Exit.ok if not (tally.lost or tally.doubled or tally.problems) else Exit.failed


async def _simulate(relay: str, seed: str, arguments: argparse.Namespace) -> "Tally":
    from opconsole.simulation.crowd import Arrivals, Crowd

    await _reachable(relay)
    crowd = Crowd(
        relay,
        Arrivals(
            seed=seed,
            at_most=arguments.visitors,
            every_ms=max(1, round(NEXT_MS * 12 / arguments.visitors / arguments.pace)),
            at_start=arguments.visitors,
            pace=arguments.pace,
        ),
        clock_us=lambda: time.monotonic_ns() // 1000,
    )
    telling = asyncio.create_task(_tell(crowd))
    living = asyncio.create_task(crowd.run())
    try:
        with _stopping(living):
            await asyncio.wait([living], timeout=arguments.seconds)
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
        await crowd.finish()
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
    for problem in crowd.all_problems():
        say.err(problem)
    return crowd.tally()


async def _reachable(relay: str) -> None:
    """Ask the relay whether it is there, before anybody knocks in vain."""
    from urllib.parse import urlsplit

    parts = urlsplit(relay)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    try:
        async with asyncio.timeout(5):
            _, writer = await asyncio.open_connection(parts.hostname, port)
        writer.close()
    except (OSError, TimeoutError):
        raise Failed(tr("Nothing answers at {relay}. Is the relay running?", relay=relay), Exit.unreachable) from None


@contextlib.contextmanager
def _stopping(task: "asyncio.Task[None]") -> Iterator[None]:
    """Ctrl-C and SIGTERM end the task, not the program: what was sent is still checked."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    with contextlib.suppress(NotImplementedError):  # Windows has none
        for each in signals:
            loop.add_signal_handler(each, task.cancel)
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError):
            for each in signals:
                loop.remove_signal_handler(each)


async def _tell(crowd: "Crowd") -> None:
    """One line, rewritten every second on a terminal; without one, said every ten seconds."""
    live = sys.stderr.isatty()
    second = 0
    while True:
        await asyncio.sleep(TELL_SECONDS)
        second += 1
        if live:
            print(f"\r{line(crowd.tally())}  ", end="", file=sys.stderr, flush=True)
        elif second % 10 == 0:
            say.err(line(crowd.tally()))


def line(tally: "Tally") -> str:
    """How it goes, in one line."""
    return tr(
        "{here} here, {visitors} in all · {chats} chats, {answered} answered · {sent} sent, {stored} stored, {seen} replies seen"
        " · {reconnects} reconnects, {refused} refused, {problems} problems",
        **{name: getattr(tally, name) for name in tally.__struct_fields__},
    )


def summary(tally: "Tally") -> str:
    rows = (
        (tr("visitors"), tally.visitors),
        (tr("went away unanswered"), tally.unanswered),
        (tr("chats"), tally.chats),
        (tr("answered"), tally.answered),
        (tr("messages sent"), tally.sent),
        (tr("stored"), tally.stored),
        (tr("replies seen"), tally.seen),
        (tr("reconnects"), tally.reconnects),
        (tr("refused"), tally.refused),
        (tr("lost"), tally.lost),
        (tr("doubled"), tally.doubled),
        (tr("problems"), tally.problems),
    )
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value:>6}" for name, value in rows)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < 1e7:
        raise ValueError
    return number
