"""How soon a relay is ready again: `python -m tests.bench.bench_recovery [--events 1000000] [--rounds 3]`.

A journal of a million records of a desk's life (`journal_maker`), and the real relay process on it, from its start until it
says that it listens: with a snapshot of the last record, with one that is half as old as the relay lets it become in quiet
times, without any, and on a new desk for comparison; in turns within one run. Beside it how long `opconsole journal verify` takes for all of it.
`cpu` is the process's own, which other work on the machine disturbs less.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from server_stub.edge import bounds
from tests.bench.journal_maker import make_journal

ROOT: Final = Path(__file__).resolve().parents[2]
GOALS: Final = {"snapshot": 1.0, "no snapshot": 20.0}

Took = tuple[float, float]
"""Seconds by the clock, and of CPU."""


def ready(folder: Path) -> Took:
    """From the start of a relay on the folder until it listens. It is killed then, so it leaves no new snapshot."""
    command = [sys.executable, "-m", "server_stub", "relay", "--data", str(folder), "--listen", "127.0.0.1:0"]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    line = process.stdout.readline()
    took = time.perf_counter() - began
    assert line.startswith("relay: listening"), line
    cpu = cpu_s(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    return took, cpu


def verified(folder: Path) -> Took:
    before = os.times()
    began = time.perf_counter()
    command = [sys.executable, "-m", "server_stub", "journal", "verify", "--data", str(folder)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, cwd=ROOT)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, cpu


def cpu_s(pid: int) -> float:
    import psutil

    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def lose_snapshots(folder: Path, after: int) -> None:
    """Those of records after this one."""
    connection = sqlite3.connect(folder / "desk.db")
    connection.execute("DELETE FROM snapshot WHERE seq > ?", (after,))
    connection.commit()
    connection.close()


def prepare(folder: Path, events: int) -> dict[str, Path]:
    """The folders by what they are an example of."""
    late = bounds.SNAPSHOT_EVENTS // 2
    kept = {"new desk": 0, "snapshot": events, f"snapshot, {late:,} records later": events - late, "no snapshot": 0}
    made = folder / "made.db"
    asyncio.run(make_journal(made, events, snapshots=(events - late, events)))
    folders = {}
    for number, (name, after) in enumerate(kept.items()):
        each = folders[name] = folder / str(number)
        each.mkdir(mode=0o700)
        if name != "new desk":
            shutil.copy(made, each / "desk.db")
            # A snapshot is made at the end of its batch, so a little after the record that was asked for.
            lose_snapshots(each, 2 * events if after == events else after and after + late // 2)
        ready(each)  # so that the file is in the system's memory, as it is when a relay was just killed
    return folders


def main() -> None:
    parser = argparse.ArgumentParser(description="measures how soon a relay is ready again")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = prepare(Path(name), given.events)
        size = (folders["snapshot"] / "desk.db").stat().st_size / 2**20
        found: dict[str, list[Took]] = {}
        for _ in range(given.rounds):
            for kind, folder in folders.items():
                found.setdefault(kind, []).append(ready(folder))
            found.setdefault("journal verify", []).append(verified(folders["snapshot"]))
    print(f"recovery: {given.events:,} records ({size:,.0f} MiB), seconds until the relay listens; medians")
    print(f"{'':<34}{'clock':>10}{'cpu':>10}")
    for kind, took in found.items():
        clock, cpu = (statistics.median(column) for column in zip(*took, strict=True))
        goal = f"   goal {GOALS[kind]:g}" if kind in GOALS else ""
        print(f"{kind:<34}{clock:>10.2f}{cpu:>10.2f}{goal}")


if __name__ == "__main__":
    main()
