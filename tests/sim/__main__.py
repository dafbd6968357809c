"""`make sim SEEDS=1000`: many seeds on all cores, with what happened in them; `make sim SEED=123`: one, with its trace.

python -m tests.sim [--seeds 1000] [--first 0] [--jobs 2]     many; a failing seed is named, and the exit code is 1
python -m tests.sim --seed 123                                one, told line by line
python -m tests.sim --mutants                                 known bugs are planted, and each must be caught
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.sim.disks import Shelf
from tests.sim.mutants import MUTANTS, Caught, hunt
from tests.sim.running import FAILURES, shelf_folder, try_seeds
from tests.sim.tally import Tally
from tests.sim.world import run

CHUNK = 10
SHOWN = 5
"""So many failing seeds are told of; then the runner stops."""


def _chunks(first: int, seeds: int) -> Iterator[range]:
    for start in range(first, first + seeds, CHUNK):
        yield range(start, min(start + CHUNK, first + seeds))


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
        console=console,
    )


def many(console: Console, first: int, seeds: int, jobs: int) -> int:
    tally = Tally()
    failures: dict[int, str] = {}
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(jobs) as pool, _bar(console) as bar:
        task = bar.add_task("seeds", total=seeds, speed="")
        for outcome in pool.imap_unordered(try_seeds, _chunks(first, seeds)):
            tally += outcome.tally
            failures |= outcome.failures
            done = tally["seeds"] + len(failures)
            bar.update(task, completed=done, speed=f"{done / (time.perf_counter() - began):.1f} a second")
            if len(failures) >= SHOWN:
                break
    seconds = time.perf_counter() - began
    _tell_tally(console, tally)
    done = tally["seeds"] + len(failures)
    console.print(
        f"{done} seeds in {seconds:.0f} s: {done / seconds:.1f} a second, {done / seconds / jobs:.1f} a second and core"
    )
    for seed in sorted(failures):
        console.print(f"\nseed {seed} FAILED: make sim SEED={seed}\n{failures[seed]}", markup=False, highlight=False)
    return 1 if failures else 0


def _tell_tally(console: Console, tally: Tally) -> None:
    table = Table("what happened", "times", show_edge=False)
    for name, count in sorted(tally.items()):
        table.add_row(name, f"{count:,}")
    console.print(table)


def one(seed: int) -> int:
    with shelf_folder() as folder:
        try:
            tally = run(seed, Shelf(folder), tell=print)
        except FAILURES as error:
            print(f"\nseed {seed} FAILED: {error}")
            for note in getattr(error, "__notes__", ()):
                print(note)
            return 1
    print(f"\nseed {seed} passed: " + ", ".join(f"{name} {count}" for name, count in sorted(tally.items())))
    return 0


def mutants(console: Console, seeds: int) -> int:
    missed = 0
    table = Table("planted bug", "caught by", "saying", show_edge=False)
    with tempfile.TemporaryDirectory() as folder, _bar(console) as bar:
        task = bar.add_task("mutants", total=len(MUTANTS), speed="")
        shelf = Shelf(Path(folder))
        for mutant in MUTANTS:
            found = hunt(mutant, shelf, seeds)
            match found:
                case Caught(seed=seed, saying=saying):
                    table.add_row(mutant.name, f"seed {seed}", saying.splitlines()[0][:100])
                case None:
                    missed += 1
                    table.add_row(mutant.name, f"NONE of {seeds} seeds", "")
            bar.advance(task)
    console.print(table)
    return 1 if missed else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--seed", type=int)
    parser.add_argument("--mutants", action="store_true")
    given = parser.parse_args()
    console = Console()
    if given.seed is not None:
        return one(given.seed)
    if given.mutants:
        return mutants(console, given.seeds)
    return many(console, given.first, given.seeds, given.jobs)


if __name__ == "__main__":
    sys.exit(main())
