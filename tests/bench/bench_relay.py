"""The relay from the outside: `python -m tests.bench.bench_relay [--seconds 5] [--rounds 3]`.

500 visitors and 50 operators in pairs, texts of 120 bytes, every message committed with fsync before it is acknowledged or
delivered. The relay has one core, this load generator the other. Beside it, in turns within one run, a bare echo on the same
websocket library and loop with as many connections. Rates are messages delivered to the other side a second.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
import uvloop
from argon2 import PasswordHasher

from opconsole.wire.cards import Role
from server_stub.journal.accounts import Accounts
from server_stub.journal.folder import open_folder
from server_stub.journal.passwords import Passwords
from server_stub.journal.people import SignedIn
from tests.bench.relay_load import Echo, Floor

ROOT: Final = Path(__file__).resolve().parents[2]
VISITORS: Final = 500
OPERATORS: Final = 50
RATE: Final = 1_000

GOALS: Final = {
    "relay_msgs_per_s": 15_000.0,
    "relay_cpu_s_per_10000": 0.6,
    "relay_p99_ms": 10.0,
    "relay_to_echo": 0.4,
}

DESK: Final = """
name = "bench"
[limits]
chats = 10
[times]
first_reply = 36000
reply = 36000
[rates]
visitor_frames_per_s = 1000000
visitor_frames_burst = 1000000
staff_frames_per_s = 1000000
staff_frames_burst = 1000000
new_visitors_burst = 1000000
sockets_burst = 1000000
"""


def tokens(folder: Path) -> list[str]:
    """The operators' accounts, and a session of each (with a cheap hash: passwords are not what is measured)."""
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts = Accounts(open_folder(folder).database, clock=lambda: time.time_ns() // 1_000_000, passwords=cheap)
    found = []
    for number in range(OPERATORS):
        accounts.add(f"op{number}", "bench-password", role=Role.operator)
        signed = accounts.sign_in(f"op{number}", "bench-password")
        assert isinstance(signed, SignedIn)
        found.append(signed.token)
    accounts.close()
    return found


@contextmanager
def server(arguments: list[str]) -> Iterator[tuple[psutil.Process, int]]:
    """A server on the first core; its process and port."""
    cores = sorted(os.sched_getaffinity(0))
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    os.sched_setaffinity(process.pid, cores[:1])
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"bench_relay: {arguments[1]} did not start")
        yield psutil.Process(process.pid), int(line.rsplit(":", 1)[1])
    finally:
        process.terminate()
        process.wait(20)


def cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def relay_round(process: psutil.Process, floor: Floor, seconds: float) -> dict[str, float]:
    before = cpu_s(process)
    delivered = floor.delivered
    count, took = await floor.saturate(seconds)
    used = cpu_s(process) - before
    return {
        "relay_msgs_per_s": count / took,
        "relay_cpu_s_per_10000": used / (floor.delivered - delivered) * 10_000,
    }


async def echo_round(process: psutil.Process, port: int, seconds: float) -> dict[str, float]:
    before = cpu_s(process)
    echo = Echo()
    count, took = await echo.run(port, VISITORS + OPERATORS, seconds)
    return {
        "echo_msgs_per_s": count / took,
        "echo_cpu_s_per_10000": (cpu_s(process) - before) / echo.count * 10_000,
    }


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def measure(folder: Path, rounds: int, seconds: float) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    relay_arguments = ["-m", "server_stub", "relay", "--data", str(folder), "--listen", "127.0.0.1:0"]
    with server(relay_arguments) as (relay, port), server(["-m", "tests.bench.relay_echo"]) as (echo, echo_port):
        floor = Floor()
        await floor.open(port, VISITORS, tokens_of[folder])
        for _ in range(rounds):
            for figures in (
                await relay_round(relay, floor, seconds),
                await echo_round(echo, echo_port, seconds),
            ):
                for name, value in figures.items():
                    found.setdefault(name, []).append(value)
            latencies = await floor.at_rate(RATE, seconds)
            found.setdefault("relay_p50_ms", []).append(percentile(latencies, 0.5))
            found.setdefault("relay_p99_ms", []).append(percentile(latencies, 0.99))
            found.setdefault("relay_at_rate", []).append(len(latencies) / seconds)
        found["relay_rss_mib"] = [relay.memory_info().rss / 2**20]
        floor.close()
    result = {name: statistics.median(values) for name, values in found.items()}
    ratios = [a / b for a, b in zip(found["relay_msgs_per_s"], found["echo_msgs_per_s"], strict=True)]
    result["relay_to_echo"] = statistics.median(ratios)
    return result


tokens_of: dict[Path, list[str]] = {}


def main() -> int:
    parser = argparse.ArgumentParser(description="measures the relay beside a bare echo")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each part of a round")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    given = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        tokens_of[folder] = tokens(folder)
        (folder / "desk.toml").write_text(DESK)
        os.sched_setaffinity(0, cores[1:2] or cores)
        try:
            found = uvloop.run(measure(folder, given.rounds, given.seconds))
        finally:
            os.sched_setaffinity(0, cores)
    for key, value in sorted(found.items()):
        goal = f"   goal {GOALS[key]:g}" if key in GOALS else ""
        print(f"{key:24} {value:12.2f}{goal}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
