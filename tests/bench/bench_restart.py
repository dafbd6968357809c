"""From `kill -9` of the relay to everybody live again: `python -m tests.bench.bench_restart [--rounds 5]`.

20 consoles (the console's own session and its own pauses between attempts) and 180 visitors' pages (the widget's pauses), all in
one process on one core; the relay has the other, and is started again at once, as a supervisor would. A client is live when its
sync has come. Reported is the time from the kill, and what of it is the process's own start (until it says that it listens).
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import uvloop

from opconsole.link.backoff import Backoff
from opconsole.link.session import Ready, Session
from opconsole.state.store import Store
from tests.bench.bench_relay import tokens
from tests.bench.relay_load import Peer
from tests.e2e.relay_process import RelayProcess

OPERATORS: Final = 20
VISITORS: Final = 180
GOAL_S: Final = 2.0
PAUSES: Final = (500, 30_000, 5_000)
"""The widget's: `BACKOFF_MS`, `BACKOFF_MOST_MS`, `STEADY_MS` in `script/link.js`."""
DESK: Final = """
[rates]
new_visitors_burst = 10000
sockets_burst = 100000
"""


def now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Page:
    """A visitor's page: connects, greets by its token, and comes back as the widget does."""

    def __init__(self, port: int) -> None:
        self.live = False
        self._port = port
        self._token = ""
        self._backoff = Backoff(*PAUSES)

    async def run(self) -> None:
        while True:
            lost = asyncio.Event()
            peer: Peer | None = None
            with suppress(OSError):
                peer = await Peer.connect(self._port, "/v1/visitor", self._heard, lost=lost.set)
                peer.send(b'{"t":"hello","token":"%s"}' % self._token.encode())
                await lost.wait()
            self.live = False
            self._backoff.lost(now_ms())
            await asyncio.sleep(self._backoff.delay_ms(random.random()) / 1000)

    def _heard(self, payload: bytes) -> None:
        for line in payload.split(b"\n"):
            if line.startswith(b'{"t":"welcome"'):
                self._token = line.split(b'"token":"', 1)[1].split(b'"', 1)[0].decode()
            elif line.startswith(b'{"t":"sync"'):
                self.live = True
                self._backoff.live(now_ms())


async def measure(folder: Path, rounds: int, cores: list[int]) -> list[tuple[float, float]]:
    relay = RelayProcess(folder, DESK)
    logins = tokens(folder)[:OPERATORS]
    os.sched_setaffinity(0, cores[:1])
    relay.start()
    os.sched_setaffinity(0, cores[1:2] or cores)
    sessions = [
        Session(Ready(relay.url(""), f"op{number}", token), Store(), on_changes=lambda changes: None)
        for number, token in enumerate(logins)
    ]
    for session in sessions:
        await session.start()
    pages = [Page(relay.port) for _ in range(VISITORS)]
    tasks = [asyncio.create_task(page.run()) for page in pages]

    def everybody() -> bool:
        return all(page.live for page in pages) and all(session.store.link.is_live for session in sessions)

    found = []
    try:
        for _ in range(rounds):
            async with asyncio.timeout(60):
                while not everybody():
                    await asyncio.sleep(0.005)
            assert relay.process is not None
            relay.process.kill()
            began = time.perf_counter()
            relay.wait()
            os.sched_setaffinity(0, cores[:1])  # what is started now inherits it
            starting = asyncio.create_task(asyncio.to_thread(relay.start, relay.port))
            while relay.process is None:
                await asyncio.sleep(0)
            os.sched_setaffinity(0, cores[1:2] or cores)
            await starting
            started = time.perf_counter()
            async with asyncio.timeout(60):
                while not everybody():
                    await asyncio.sleep(0.005)
            found.append((time.perf_counter() - began, started - began))
            await asyncio.sleep(11)  # the links must have been good ones for a while
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for session in sessions:
            await session.close()
        relay.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="measures how long a killed relay's clients take to be live again")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        try:
            found = uvloop.run(measure(Path(name) / "data", given.rounds, cores))
        finally:
            os.sched_setaffinity(0, cores)
    print("from the kill to all live, s      " + "  ".join(f"{whole:5.2f}" for whole, _ in found))
    print("of it the process's own start, s  " + "  ".join(f"{start:5.2f}" for _, start in found))
    rest = [whole - start for whole, start in found]
    print(f"the rest: median {statistics.median(rest):.2f} s, worst {max(rest):.2f} s   goal {GOAL_S:g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
