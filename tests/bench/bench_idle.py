"""What an idle visitor costs: `python -m tests.bench.bench_idle [--visitors 10000]`.

So many visitors' pages connect to a relay, say hello, and are silent; beside it, in the same run, as many bare connections to an
echo on the same library and loop. Reported: memory for each connection (growth of the process divided by their number), the
relay's CPU while they are idle (heartbeats included), and the time from `say` to the other side for one pair among them.
"""

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvloop

from tests.bench.bench_relay import ROOT, cpu_s, percentile, server, tokens
from tests.bench.relay_load import Floor

IDLE_S: Final = 22.0
"""Longer than a heartbeat (`edge.bounds.HEARTBEAT_S`), so that everybody was pinged once."""
DESK: Final = """
name = "bench"
[times]
first_reply = 36000
reply = 36000
[limits]
chats = 100
[rates]
new_visitors_burst = 1000000
sockets_burst = 1000000
visitor_frames_burst = 1000
"""


@contextmanager
def crowd(port: int, path: str, count: int, *hello: str) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.bench.idle_crowd", str(port), path, str(count), *hello]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "open\n":
            raise SystemExit("bench_idle: the connections could not be opened")
        yield
    finally:
        process.kill()
        process.communicate()


def bare(count: int) -> float:
    """KiB for each bare connection."""
    with server(["-m", "tests.bench.relay_echo"]) as (process, port):
        before = process.memory_info().rss
        with crowd(port, "/", count):
            return (process.memory_info().rss - before) / count / 1024


async def relayed(folder: Path, count: int, logins: list[str]) -> tuple[float, float, list[float], list[float], float]:
    """KiB for each visitor, CPU % while idle, latencies with nobody and with everybody, seconds to take all in."""
    arguments = ["-m", "server_stub", "relay", "--data", str(folder), "--listen", "127.0.0.1:0"]
    with server(arguments) as (process, port):
        floor = Floor()
        await floor.open(port, 20, logins)
        alone = await floor.at_rate(50, 3.0)
        before = process.memory_info().rss
        began = time.perf_counter()
        idle = crowd(port, "/v1/visitor", count, '{"t":"hello"}')
        await asyncio.to_thread(idle.__enter__)
        try:
            took = time.perf_counter() - began
            memory = (process.memory_info().rss - before) / count / 1024
            cpu = cpu_s(process)
            await asyncio.sleep(IDLE_S)
            cpu = (cpu_s(process) - cpu) / IDLE_S * 100
            among = await floor.at_rate(50, 3.0)
        finally:
            idle.__exit__(None, None, None)
        floor.close()
        return memory, cpu, alone, among, took


def main() -> int:
    parser = argparse.ArgumentParser(description="measures what idle visitors cost")
    parser.add_argument("--visitors", type=int, default=10_000)
    count = parser.parse_args().visitors
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < count + 500:
        raise SystemExit(f"bench_idle: only {hard} files may be open; try --visitors {hard - 500}")
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        logins = tokens(folder)[:5]
        (folder / "desk.toml").write_text(DESK)
        os.sched_setaffinity(0, cores[1:2] or cores)
        try:
            without = bare(count)
            memory, cpu, alone, among, took = uvloop.run(relayed(folder, count, logins))
        finally:
            os.sched_setaffinity(0, cores)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    print(f"{count} visitors connected in {took:.1f} s")
    print(f"memory of an idle visitor   {memory:6.1f} KiB")
    print(f"of a bare connection        {without:6.1f} KiB   ratio {memory / without:.2f}")
    print(f"the relay's CPU meanwhile   {cpu:6.1f} %")
    for words, found in (("with nobody else", alone), ("among them", among)):
        print(f"a message, {words:17} p50 {percentile(found, 0.5):.2f} ms, p99 {percentile(found, 0.99):.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
