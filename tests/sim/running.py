"""Running one seed after the other: where their files lie, and what counts as a failure."""

import contextlib
import gc
import os
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tests.sim.disks import Shelf
from tests.sim.tally import Tally
from tests.sim.world import run

FAILURES: Final = (Exception,)
"""Whatever goes wrong in a seed is a failure of that seed, not of the runner."""
MEMORY_DISK: Final = Path("/dev/shm")


class Run(NamedTuple):
    tally: Tally
    failures: dict[int, str]
    """By seed: what to show of it."""


@contextlib.contextmanager
def shelf_folder() -> Iterator[Path]:
    """A temporary folder; in memory where there is such a disk, for a simulated crash needs no real one."""
    place = MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="opconsole-sim-", dir=place) as folder:
        yield Path(folder)


def try_seed(seed: int, shelf: Shelf, tally: Tally) -> str:
    """Live through a seed, and add up what happened. Returns what to show of its failure; empty: it passed."""
    try:
        tally += run(seed, shelf)
    except FAILURES as error:
        last = traceback.format_exception(error, limit=-3)
        return "".join(last).strip()
    return ""


def try_seeds(seeds: range) -> Run:
    """Some seeds, in a process of their own: the collector runs only between them, and looks at what they made only."""
    gc.disable()
    tally, failures = Tally(), {}
    try:
        with shelf_folder() as folder:
            shelf = Shelf(folder)
            for number, seed in enumerate(seeds):
                failure = try_seed(seed, shelf, tally)
                if failure:
                    failures[seed] = failure
                gc.collect()
                if not number:
                    gc.freeze()  # the program itself: to look at all of it again costs as much as half a seed
    finally:
        gc.unfreeze()
        gc.enable()
    return Run(tally, failures)
