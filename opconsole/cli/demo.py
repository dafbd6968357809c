"""`opconsole demo`: a relay in a temporary folder, simulated visitors, a colleague, and the console in this terminal.

With `--headless` a whole shift is worked by scripted operators instead, and judged: JSON on standard output, exit code 0 only
if nothing was lost or doubled. Everything that is started here is stopped here, and its folder removed.
"""

import argparse
import asyncio
import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

from opconsole.cli import say
from opconsole.cli.errors import Exit, Failed
from opconsole.cli.programs import missing
from opconsole.locale import tr

if TYPE_CHECKING:
    from opconsole.simulation.stage import Colleague, RelayProgram

LOGIN: Final = "demo"
FIRST_REPLY_S: Final = 45
REPLY_S: Final = 75
VISITORS: Final = 12
NEXT_MS: Final = 18_000
"""A new visitor comes so often on average: enough to do, and no flood."""
HEADLESS_SECONDS: Final = 20.0
HEADLESS_PACE: Final = 12.0
"""In the headless shift everybody, and every deadline, is so much quicker than in life."""
EXTRAS_SECONDS: Final = 5.0


class _Ended(BaseException):
    """A signal ends the demo; what was started is still stopped."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--visitors", metavar="N", type=int, default=VISITORS, help=tr("so many at once (12)"))
    parser.add_argument(
        "--seed", metavar="SEED", default="", help=tr("the same seed brings the same people; default: any")
    )
    parser.add_argument(
        "--headless",
        action="store_true",
        help=tr("scripted operators in place of the screen; a JSON report at the end"),
    )
    parser.add_argument(
        "--seconds", metavar="S", type=float, default=HEADLESS_SECONDS, help=tr("of the headless shift (20)")
    )


def run(arguments: argparse.Namespace) -> int:
    if lacking := missing():
        raise Failed(
            tr(
                "The demo runs a relay, for which packages are missing ({packages}). Install them: pip install 'opconsole[relay]'",
                packages=", ".join(lacking),
            )
        )
    if not arguments.headless and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Failed(tr("The demo's console needs a terminal. Without one: opconsole demo --headless"))
    from opconsole.simulation.stage import StageFailed

    gc.enable()
    seed = arguments.seed or str(time.time_ns() % 1_000_000)
    try:
        with _signals(), ExitStack() as started:
            folder = Path(started.enter_context(tempfile.TemporaryDirectory(prefix="opconsole-demo-")))
            if arguments.headless:
                return _headless(folder, seed, arguments.seconds)
            return _on_screen(folder, seed, arguments, started)
    except StageFailed as failed:
        raise Failed(str(failed)) from None
    except _Ended:
        return Exit.interrupted


@contextmanager
def _signals() -> Iterator[None]:
    """SIGTERM, SIGHUP and Ctrl-C end the demo in order."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise _Ended

    signals = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {each: signal.signal(each, end) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


# ---------------------------------------------------------------- with the console


def _on_screen(folder: Path, seed: str, arguments: argparse.Namespace, started: ExitStack) -> int:
    from opconsole.simulation.crowd import Arrivals
    from opconsole.simulation.operator_mind import Manner
    from opconsole.simulation.stage import DeskTimes, add_people, colleague, write_desk

    say.out(tr("Starting a relay and its visitors…"), flush=True)
    write_desk(
        folder / "relay",
        "Copper Fern",
        DeskTimes(
            first_reply=FIRST_REPLY_S,
            reply=REPLY_S,
            warn=15,
            visitor_left=30,
            silent=90,
            operator_gone=30,
            target=30,
        ),
        (
            ("greet", tr("Greet by name"), "hello"),
            ("need", tr("Find out what they need"), "more"),
            ("answer", tr("Answer, or say when"), "wait"),
            ("else", tr("Ask if there is anything else"), "else"),
        ),
    )
    relay = _start_relay(folder, started)
    extras = _Extras(folder, started)
    arrivals = Arrivals(seed=seed, at_most=arguments.visitors, every_ms=NEXT_MS, at_start=min(3, arguments.visitors))
    extras.order("visitors", relay=relay.url, arrivals=arrivals)
    me, robin = colleague(LOGIN, "Alex"), colleague("robin", "Robin", limit=3)
    add_people(relay.data, [me, robin])
    extras.order("colleague", relay=relay.url, who=robin, manner=Manner(take_ms=20_000, holds=3))
    home = folder / "home"
    asyncio.run(_sign_in(home, relay.url, me))
    say.out(tr("The sample shop, where you can write as a visitor: {address}", address=relay.url), flush=True)
    say.out(
        tr(
            "Deadlines are shorter here than in life: a chat that waits {first} s for a first reply, or {next} s for a later "
            "one, goes back to the inbox.",
            first=FIRST_REPLY_S,
            next=REPLY_S,
        ),
        flush=True,
    )
    code = _open_console(home, relay.url, arguments)
    say.out(tr("The demo is over; its relay is stopped and its data removed."))
    return code


def _start_relay(folder: Path, started: ExitStack) -> "RelayProgram":
    from opconsole.simulation.stage import RelayProgram

    relay = RelayProgram(folder / "relay", folder / "relay.log")
    started.callback(relay.stop)
    relay.start()
    return relay


class _Extras:
    """The process of the visitors and the colleague. It takes orders on its standard input, and ends with that."""

    def __init__(self, folder: Path, started: ExitStack) -> None:
        with (folder / "visitors.log").open("ab") as log:
            self._process = subprocess.Popen(  # our own program  # nosec B603
                [sys.executable, "-m", "opconsole.simulation"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        started.callback(self.stop)

    def order(self, kind: str, **fields: object) -> None:
        import msgspec

        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has stumbled; the console works without it
            self._process.stdin.write(msgspec.json.encode({"t": kind, **fields}) + b"\n")
            self._process.stdin.flush()

    def stop(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(EXTRAS_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


async def _sign_in(home: Path, relay: str, me: "Colleague") -> None:
    """Log in for the operator of the demo, and leave settings and token where the console looks for them."""
    from opconsole.link.login import LoggedIn, log_in
    from opconsole.link.tokens import Tokens

    got = await log_in(relay, me.login, me.password)
    if not isinstance(got, LoggedIn):
        raise Failed(got.text)
    config = home / "config"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(f'relay = "{relay}"\nlogin = "{got.login}"\nkeyring = "file"\n', "utf-8")
    Tokens(home / "data", "file").put(relay, got.login, got.token)


def _open_console(home: Path, shop: str, arguments: argparse.Namespace) -> int:
    """The console as it is always started, with a home of its own. Ctrl-C belongs to it, as does the terminal."""
    from opconsole.ui.demo import SHOP_VARIABLE

    given = {"--lang": arguments.lang, "--theme": arguments.theme}
    options = [part for option, value in given.items() if value for part in (option, value)]
    environment = os.environ | {"OPCONSOLE_HOME": str(home), SHOP_VARIABLE: shop}
    console = subprocess.Popen([sys.executable, "-m", "opconsole", *options], env=environment)  # our own program  # noqa: S603  # nosec B603
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        return console.wait()
    finally:
        signal.signal(signal.SIGINT, before)
        if console.poll() is None:
            console.terminate()
            console.wait()


# ---------------------------------------------------------------- without it


def _headless(folder: Path, seed: str, seconds: float) -> int:
    """A shift at twelve times the pace of life: a few seconds hold answers, rescues, refusals and people who leave."""
    import msgspec

    from opconsole.simulation.crowd import Arrivals
    from opconsole.simulation.operator_mind import Manner
    from opconsole.simulation.shift import Plan, ShiftFailed, work_shift
    from opconsole.simulation.stage import DeskTimes, add_people, colleague, write_desk

    times = DeskTimes(first_reply=2.5, reply=3.5, warn=1, visitor_left=1.5, silent=4, operator_gone=3, target=2)
    write_desk(folder / "relay", "Copper Fern", times)
    team = [colleague("maria", "Maria"), colleague("ivan", "Ivan"), colleague("zoe", "Zoe"), colleague("ben", "Ben")]
    auditor = colleague("audit", "Auditor", "supervisor")
    plan = Plan(
        seconds=seconds,
        seed=seed,
        arrivals=Arrivals(seed=seed, at_most=60, every_ms=250, at_start=12, pace=HEADLESS_PACE),
        manner=Manner(greed=0.1, silence=0.12).quicker(HEADLESS_PACE),
    )
    with ExitStack() as started:
        relay = _start_relay(folder, started)
        add_people(relay.data, [*team, auditor])
        try:
            report = asyncio.run(work_shift(relay.url, team, auditor, plan))
        except ShiftFailed as failed:
            said = [f"relay: {line}" for line in relay.complaints()[-3:]]
            raise Failed("\n".join([str(failed), *said])) from None
        _judge_relay(relay, report.problems)
    report.ok = report.ok and not report.problems
    say.out(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    return Exit.ok if report.ok else Exit.failed


def _judge_relay(relay: "RelayProgram", problems: list[str]) -> None:
    """A relay whose invariants break ends by itself; a good one lives, stops when it is asked, and has nothing to complain of."""
    if not relay.running:
        problems.append("the relay ended during the shift")
    if code := relay.stop():
        problems.append(f"the relay ended with exit code {code}")
    problems += [f"the relay wrote: {line}" for line in relay.complaints()[-10:]]
