"""Simulated shifts in CI: each seed is one; more of them by `make sim SEEDS=1000`.

A failing seed is named; `make sim SEED=…` tells its story line by line.
"""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.sim.disks import Shelf
from tests.sim.mutants import MUTANTS, Mutant, hunt
from tests.sim.relay import APPEND_STEPS
from tests.sim.running import shelf_folder, try_seeds

ROOT = Path(__file__).resolve().parents[2]
BLOCK = 20
BLOCKS = 15
MUTANT_SEEDS = 40
"""Within so many seeds every planted bug is found (most within the first)."""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_whatever_goes_wrong_nothing_that_was_told_is_lost_or_doubled(block: int) -> None:
    outcome = try_seeds(range(block * BLOCK, (block + 1) * BLOCK))
    assert not outcome.failures, "\n\n".join(f"make sim SEED={seed}\n{text}" for seed, text in outcome.failures.items())
    tally = outcome.tally
    assert tally["seeds"] == BLOCK
    assert min(tally[f"crashes: {step}"] for step in APPEND_STEPS) > 0, "the relay must have died at every step"
    meant = ("links cut", "links stalled", "commands resent", "commands sent twice", "chats rescued", "consoles killed")
    assert min(tally[name] for name in meant) > 0, tally


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_bug_is_found(mutant: Mutant) -> None:
    with shelf_folder() as folder:
        assert hunt(mutant, Shelf(folder), MUTANT_SEEDS) is not None, (
            f"{MUTANT_SEEDS} seeds don't notice: {mutant.name}"
        )


def test_a_seed_is_the_same_run_whatever_the_hashes_of_strings_are() -> None:
    told = Counter(_told(seed=7, hashes=hashes) for hashes in ("0", "4242"))
    assert len(told) == 1, "one seed, two stories"
    assert "CRASHES" in next(iter(told))


def _told(seed: int, hashes: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "tests.sim", "--seed", str(seed)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hashes},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr
    return run.stdout
