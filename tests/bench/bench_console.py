"""The console from the outside, through a pty: `python -m tests.bench.bench_console [--runs 5] [--seconds 60]`.

Start (first paint, interactive), key to screen when idle and under load, memory, idle CPU; 160×48, 500 chats and 10,000 messages in
the open one, fed by `console_feed` over the wire. Beside it, in turns within one run, a bare Textual application with an input.
The probe is the shared `ttyprobe.py`: TTYPROBE names it, otherwise `../shared/tools/ttyprobe.py` beside the checkout.
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from opconsole.link.tokens import Tokens

ROOT: Final = Path(__file__).resolve().parents[2]
SIZE: Final = (160, 48)
PROBE_CHARACTER: Final = "\u01b6"
KEYS: Final = 150
KEY_SECONDS: Final = 0.12
RATE: Final = 200

GOALS: Final = {
    "paint_ms": 50.0,
    "interactive_ratio": 1.7,
    "idle_p50_ms": 6.0,
    "idle_p95_ms": 12.0,
    "load_p50_ms": 8.0,
    "load_p95_ms": 20.0,
    "rss_mib": 70.0,
    "idle_cpu_s_per_min": 1.5,
}

BARE: Final = """
from textual.app import App
from textual.widgets import Input
class Bare(App):
    def compose(self):
        yield Input(placeholder="ready")
Bare().run()
"""


def load_probe() -> ModuleType:
    path = Path(os.environ.get("TTYPROBE", ROOT.parent / "shared" / "tools" / "ttyprobe.py"))
    if not path.is_file():
        raise SystemExit(f"bench_console: no probe at {path}; name it in TTYPROBE")
    spec = importlib.util.spec_from_file_location("ttyprobe", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ttyprobe"] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def feed(folder: Path, *options: str) -> Iterator[tuple[str, Path]]:
    """A running feed: its address, and the pipe into which rates are written."""
    control = folder / "rate"
    os.mkfifo(control)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.console_feed", "--control", str(control), *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield line.removeprefix("feed: ").strip(), control
    finally:
        process.kill()
        process.wait()


def home(folder: Path, address: str) -> dict[str, str]:
    """A console's own folder, logged in at this address; the environment that says so."""
    config = folder / "config"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(f'relay = "{address}"\nlogin = "bench"\nkeyring = "file"\nlang = "en"\n')
    Tokens(folder / "data", "file").put(address, "bench", "token")
    return {"OPCONSOLE_HOME": str(folder), "COLORTERM": "truecolor"}


def start_only(probe: ModuleType, command: list[str], ready: str, env: dict[str, str]) -> tuple[float, float]:
    """(paint, interactive) in milliseconds since exec."""
    with probe.Probe(command, SIZE, env, str(ROOT)) as running:
        paint, interactive = running.startup(ready, PROBE_CHARACTER, 30)
        if paint is None or interactive is None:
            raise SystemExit("bench_console: did not start:\n" + "\n".join(running.screen_lines()))
        return paint * 1000, interactive * 1000


def in_use(probe: ModuleType, command: list[str], env: dict[str, str], control: Path, seconds: float) -> dict[str, Any]:
    """Keys idle and under load, memory, idle CPU, of one console that has synced."""
    found: dict[str, Any] = {}
    with control.open("w", buffering=1) as rate, probe.Probe(command, SIZE, env, str(ROOT)) as running:
        if running.wait_for("● live", 30) is None:
            raise SystemExit("bench_console: never live:\n" + "\n".join(running.screen_lines()))
        running.settle()
        running.find_echo()
        idle = running.echo_latency(KEYS, KEY_SECONDS)
        found["idle_p50_ms"], found["idle_p95_ms"], found["idle_p99_ms"] = idle.p50, idle.p95, idle.p99
        found.update(running.mem())
        quiet = running.idle(seconds)
        found["idle_cpu_s_per_min"] = quiet["cpu_s_per_min"]
        found["idle_bytes_per_s"] = quiet["bytes_per_s"]
        rate.write(f"{RATE}\n")
        running.run(2)
        load = running.echo_latency(KEYS, KEY_SECONDS)
        found["load_p50_ms"], found["load_p95_ms"], found["load_p99_ms"] = load.p50, load.p95, load.p99
        busy = running.idle(min(10.0, seconds))
        found["load_cpu_s_per_min"] = busy["cpu_s_per_min"]
        found["load_bytes_per_s"] = busy["bytes_per_s"]
        rate.write("0\n")
    return found


def measure(runs: int, seconds: float) -> dict[str, float]:
    probe = load_probe()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = folder / "bare.py"
        bare.write_text(BARE)
        with feed(folder) as (address, control):
            env = home(folder / "home", address)
            console = [sys.executable, "-m", "opconsole"]
            starts: dict[str, list[tuple[float, float]]] = {"console": [], "bare": []}
            start_only(probe, console, "opconsole", env)  # compiles what is not compiled yet
            for _ in range(runs):
                starts["bare"].append(start_only(probe, [sys.executable, str(bare)], r"\S", env))
                starts["console"].append(start_only(probe, console, "opconsole", env))
            found = in_use(probe, console, env, control, seconds)
    for kind, times in starts.items():
        found[f"{kind}_paint_ms"] = statistics.median(paint for paint, _ in times)
        found[f"{kind}_interactive_ms"] = statistics.median(interactive for _, interactive in times)
    found["paint_ms"] = found["console_paint_ms"]
    found["interactive_ratio"] = found["console_interactive_ms"] / found["bare_interactive_ms"]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="measures the console through a pty")
    parser.add_argument("--runs", type=int, default=5, help="starts of each program")
    parser.add_argument("--seconds", type=float, default=30, help="how long it is watched idle")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    given = parser.parse_args()
    found = measure(given.runs, given.seconds)
    for name, value in sorted(found.items()):
        if isinstance(value, int | float):
            goal = f"   goal {GOALS[name]:g}" if name in GOALS else ""
            print(f"{name:24} {value:10.2f}{goal}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
