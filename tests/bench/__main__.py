"""`make bench`: every benchmark, one after the other. `python -m tests.bench desk relay` runs some.

Each prints its own table; figures that are worth keeping go to `docs/benchmarks.md`, with the machine and the command.
"""

import argparse
import importlib
import platform
import sys
from pathlib import Path

import psutil

NAMES = ("desk", "journal", "search", "store", "relay", "recovery", "fairness", "idle", "restart", "console", "hands")


def machine() -> str:
    """What the figures were measured on, in one line."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    gib = psutil.virtual_memory().total / 2**30
    load = ", ".join(f"{each:.1f}" for each in psutil.getloadavg())
    return f"{psutil.cpu_count()} × {model}, {gib:.0f} GiB, {platform.system()}, Python {platform.python_version()}, load {load}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help=f"some of: {', '.join(NAMES)} (all)")
    names = parser.parse_args().names or NAMES
    print(machine())
    for name in names:
        print(f"\n== {name}", flush=True)
        module = importlib.import_module(f"tests.bench.bench_{name}")
        sys.argv = [f"bench_{name}"]
        module.main()


if __name__ == "__main__":
    main()
