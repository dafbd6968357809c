"""Whether one who floods slows the others: `python -m tests.bench.bench_fairness [--seconds 4] [--rounds 2]`.

100 visitors and 10 operators talk in pairs, 200 messages a second in all, each committed with fsync; measured is the time from
`say` to the other side. In turns: in quiet, and while one visitor from the same address floods with messages, typing signals,
pings, or fragments of a message that never ends. The relay has one core; the load and the flood share the other.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
import uvloop

from tests.bench.bench_relay import ROOT, cpu_s, percentile, server, tokens
from tests.bench.relay_load import Floor

VISITORS: Final = 100
OPERATORS: Final = 10
RATE: Final = 200
KINDS: Final = ("says", "typings", "pings", "fragments")
GOAL: Final = 2.0
"""The median and the 99th percentile of the others may be this much longer, at most."""

# Rates of one session as they are by default: they are what is measured. The pairs themselves stay well below.
DESK: Final = """
name = "bench"
[limits]
chats = 20
[times]
first_reply = 36000
reply = 36000
[rates]
visitor_frames_burst = 200
new_visitors_burst = 100000
sockets_burst = 100000
"""


@contextmanager
def flood(port: int, kind: str) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.relay_flood", str(port), kind], cwd=ROOT)
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def measure(folder: Path, logins: list[str], rounds: int, seconds: float) -> dict[str, list[tuple[float, ...]]]:
    found: dict[str, list[tuple[float, ...]]] = {}
    arguments = ["-m", "server_stub", "relay", "--data", str(folder), "--listen", "127.0.0.1:0"]
    with server(arguments) as (process, port):
        floor = Floor()
        await floor.open(port, VISITORS, logins)
        await floor.at_rate(RATE, 1.0)
        for _ in range(rounds):
            found.setdefault("quiet", []).append(await part(floor, process, seconds))
            for kind in KINDS:
                with flood(port, kind):
                    found.setdefault(kind, []).append(await part(floor, process, seconds))
        floor.close()
    return found


async def part(floor: Floor, process: psutil.Process, seconds: float) -> tuple[float, ...]:
    before = cpu_s(process)
    latencies = await floor.at_rate(RATE, seconds)
    cpu = (cpu_s(process) - before) / (seconds + 0.5) * 100
    if not latencies:
        return (float("inf"), float("inf"), float("inf"), 0.0, cpu)
    return (percentile(latencies, 0.5), percentile(latencies, 0.99), max(latencies), len(latencies) / seconds, cpu)


def main() -> int:
    parser = argparse.ArgumentParser(description="measures whether one who floods slows the others")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each part of a round")
    given = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        logins = tokens(folder)[:OPERATORS]
        (folder / "desk.toml").write_text(DESK)
        os.sched_setaffinity(0, cores[1:2] or cores)
        try:
            found = uvloop.run(measure(folder, logins, given.rounds, given.seconds))
        finally:
            os.sched_setaffinity(0, cores)
    print(
        f"{'flood':10} {'p50 ms':>8} {'p99 ms':>8} {'worst ms':>9} {'msgs/s':>7} {'relay CPU %':>12} {'p50 ×':>6} {'p99 ×':>6}"
    )
    quiet = [statistics.median(values) for values in zip(*found["quiet"], strict=True)]
    for kind, rows in found.items():
        p50, p99, worst, rate, cpu = (statistics.median(values) for values in zip(*rows, strict=True))
        print(
            f"{kind:10} {p50:8.2f} {p99:8.2f} {worst:9.1f} {rate:7.0f} {cpu:12.0f} {p50 / quiet[0]:6.2f} {p99 / quiet[1]:6.2f}"
        )
    print(f"goal: at most × {GOAL:g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
