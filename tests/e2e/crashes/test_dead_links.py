"""Links that are dead without saying so: a line that swallows what is sent, a peer that stops reading, a program that stands still.

The console notices by its heartbeat, says so, and catches up when the line is good; the relay cuts off who doesn't read, within
bounded memory. The heartbeat here is half a second; `make crash` also waits for the real one, on the real console's screen.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from opconsole.state.model import Phase
from opconsole.wire import staff
from opconsole.wire.staff import Done
from opconsole.wire.visitor import VisitorMessage, VisitorSay
from tests.e2e.crashes.bad_line import Line, bad_line
from tests.e2e.crashes.console import Home, say
from tests.e2e.crashes.operator import Operator
from tests.e2e.crashes.size import ALL
from tests.e2e.crashes.test_console_killed import a_chat_in_hand, said_in, there
from tests.e2e.relay_process import PATIENCE_S, ROOT, RelayProcess, relay_process
from tests.e2e.test_relay_bounds import deaf_console

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MANY = 60
MIB = 1024 * 1024


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProcess]:
    settings = "[rates]\nvisitor_frames_per_s = 100\nvisitor_frames_burst = 1000\n"
    with relay_process(tmp_path / "data", settings) as relay:
        relay.add("anna")
        yield relay.start()


@pytest.mark.parametrize("how", [Line.swallows, Line.swallows_answers, Line.jammed], ids=lambda how: how.name)
async def test_a_link_that_is_dead_in_silence_is_noticed_and_caught_up(
    relay: RelayProcess, tmp_path: Path, how: Line
) -> None:
    page, token = await relay.visitor(), relay.log_in("anna")
    await page.send(VisitorSay(id="v1", text="hello?"))
    await page.until(Done)
    with bad_line(relay.port) as line:
        anna = Operator(f"http://127.0.0.1:{line.port}", token, tmp_path / "state")
        await anna.live()
        chat = await anna.take()
        line.line = how
        for number in range(5):
            anna.say(chat, f"said into the void {number}")
            await page.send(VisitorSay(id=f"d{number}", text=f"are you there? {number}"))
            await page.until(Done, lambda done, number=number: done.id == f"d{number}")  # type: ignore[misc]
        await anna.until(lambda: Phase.offline in anna.phases, "the console to notice")
        anna.say(chat, "said offline")
        line.line = Line.good
        line.cut()
        await anna.caught_up()
        mine = [text for text in anna.texts(chat) if text.startswith("said")]
        assert mine == [*(f"said into the void {number}" for number in range(5)), "said offline"]
        theirs = [text for text in anna.texts(chat) if not text.startswith("said")]
        assert theirs == ["hello?", *(f"are you there? {number}" for number in range(5))]
        await anna.equals_a_fresh_sync(relay.url(""), token)
        await anna.session.close()
    assert said_in(tmp_path / "data" / "desk.db") == mine
    await relay.close_peers()


async def test_consoles_that_stop_reading_are_cut_off_within_bounded_memory_and_slow_nobody(
    relay: RelayProcess, tmp_path: Path
) -> None:
    """A console whose line is jammed, and six that never read, while the chat's owner says some dozens of megabytes."""
    token, page = relay.log_in("anna"), await relay.visitor()
    await page.send(VisitorSay(id="v1", text="hello?"))
    await page.until(Done)
    assert relay.process is not None
    process = psutil.Process(relay.process.pid)
    with bad_line(relay.port) as line:
        jammed = Operator(f"http://127.0.0.1:{line.port}", token)
        await jammed.live()
        chat = await jammed.take()
        talker = await relay.operator(token)
        deaf = [deaf_console(relay.port, token) for _ in range(6)]
        line.line = Line.jammed
        before = process.memory_info().rss
        most = said = 0
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client, asyncio.timeout(120):
            while "opconsole_cut_off_total 7.0" not in (await client.get(relay.url("/metrics"))).text:
                said += 20
                await talker.send(*(staff.Say(id=f"s{said}-{n}", chat=chat, text="x" * 8000) for n in range(20)))
                await talker.until(Done, lambda done, last=f"s{said}-19": done.id == last)  # type: ignore[misc]
                most = max(most, process.memory_info().rss - before)
        assert most < 7 * 4 * MIB, f"the relay grew by {most / MIB:.0f} MiB"
        for console in deaf:
            console.close()
        line.line = Line.good
        await jammed.until(lambda: jammed.store.link.phase is Phase.live and len(jammed.phases) > 3, "the jammed one")
        await jammed.equals_a_fresh_sync(relay.url(""), token)
        await jammed.session.close()
    await relay.close_peers()


async def test_a_relay_that_stands_still_is_noticed_and_nothing_is_said_twice(
    relay: RelayProcess, tmp_path: Path
) -> None:
    page, token = await relay.visitor(), relay.log_in("anna")
    await page.send(VisitorSay(id="v1", text="hello?"))
    await page.until(Done)
    anna = Operator(relay.url(""), token, tmp_path / "state")
    await anna.live()
    chat = await anna.take()
    relay.signal(signal.SIGSTOP)
    texts = [f"said {number}" for number in range(5)]
    for text in texts:
        anna.say(chat, text)
    await anna.until(lambda: Phase.offline in anna.phases, "the console to notice")
    relay.signal(signal.SIGCONT)
    await anna.caught_up()
    assert anna.texts(chat) == ["hello?", *texts]
    assert said_in(tmp_path / "data" / "desk.db") == texts
    await anna.equals_a_fresh_sync(relay.url(""), token)
    await anna.session.close()
    await relay.close_peers()


async def test_a_console_that_slept_has_missed_nothing(relay: RelayProcess, tmp_path: Path) -> None:
    """A laptop asleep: in `make crash` for more than a minute, so that the relay has cut it off meanwhile."""
    with Home(tmp_path / "home").console(relay.url("")) as console:
        page = await a_chat_in_hand(relay, console)
        await there(say, console, "before I fall asleep")
        await page.until(VisitorMessage, lambda it: it.text == "before I fall asleep")
        os.kill(console.process.pid, signal.SIGSTOP)
        for number in range(MANY):
            await page.send(VisitorSay(id=f"m{number}", text=f"message {number} in the night"))
            await page.until(Done, lambda done, number=number: done.id == f"m{number}")  # type: ignore[misc]
        if ALL:
            await asyncio.sleep(70)
        os.kill(console.process.pid, signal.SIGCONT)
        last = [f"message {number} in the night" for number in range(MANY - 5, MANY)]
        await there(console.wait_for, lambda screen: all(text in screen for text in last), why="the night")
        await there(console.wait_for, "● live")
        assert [console.text.count(text) for text in last[:-1]] == [1] * 4
        await there(say, console, "awake again")
        await page.until(VisitorMessage, lambda it: it.text == "awake again")
    assert said_in(tmp_path / "data" / "desk.db") == ["before I fall asleep", "awake again"]
    await relay.close_peers()


@pytest.mark.skipif(not ALL, reason="takes two minutes: `make crash` runs it")
async def test_the_console_says_on_its_screen_that_the_link_is_dead(relay: RelayProcess, tmp_path: Path) -> None:
    """With the real heartbeat."""
    with bad_line(relay.port) as line, Home(tmp_path / "home").console(f"http://127.0.0.1:{line.port}") as console:
        page = await a_chat_in_hand(relay, console)
        line.line = Line.swallows
        await there(say, console, "said into the void")
        await there(console.wait_for, "offline since", within=50, why="the console to notice")
        line.line = Line.good
        line.cut()
        await there(console.wait_for, "● live", within=40)
        await page.until(VisitorMessage, lambda it: it.text == "said into the void")
    assert said_in(tmp_path / "data" / "desk.db") == ["said into the void"]
    await relay.close_peers()


def test_a_link_whose_packets_vanish_is_noticed_and_caught_up(tmp_path: Path) -> None:
    """In a network namespace of its own, whose loopback drops every packet for a while (`swallowed.py`)."""
    enter = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    allowed = subprocess.run(
        [*enter, "sh", "-c", "ip link set lo up && tc qdisc add dev lo root tbf rate 1kbit burst 1 limit 1"],
        capture_output=True,
        text=True,
        check=False,
    )
    if allowed.returncode:
        pytest.skip(f"no network namespace with a lossy loopback may be made here ({allowed.stderr.strip()[:100]})")
    done = subprocess.run(
        [*enter, sys.executable, "-m", "tests.e2e.crashes.swallowed", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["caught up"]), done.stdout + done.stderr
