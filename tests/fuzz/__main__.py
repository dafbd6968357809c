"""`python -m tests.fuzz [--seconds 60] [TARGET…]`: atheris (libFuzzer) on each target in a process of its own.

What it found is in `.fuzz/TARGET/`, and is the beginning of the next run. A failure prints its traceback, and the bytes that
make it again: `python -m tests.fuzz --again FILE TARGET`.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
CORPUS: Final = ROOT / ".fuzz"
INPUT_BYTES: Final = {"whole_way_in": 600}
MEMORY_MB: Final = 2048


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--again", type=Path, metavar="FILE", help="run a target once, on these bytes")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        return fuzz(args.targets[0], args.seconds)
    from tests.fuzz.targets import TARGETS

    if args.again:
        for name in args.targets:
            TARGETS[name](args.again.read_bytes())
        return 0
    failed = []
    for name in args.targets or TARGETS:
        print(f"== {name}: {args.seconds} s", flush=True)
        run = [sys.executable, "-m", "tests.fuzz", "--one", "--seconds", str(args.seconds), name]
        if subprocess.run(run, cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"fuzz: {'failed: ' + ', '.join(failed) if failed else 'no target failed'}")
    return bool(failed)


def fuzz(name: str, seconds: int) -> int:
    import atheris

    with atheris.instrument_imports(include=["opconsole", "server_stub"]):
        from tests.fuzz.lines import seeds
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        for number, seed in enumerate(seeds()):
            (folder / f"seed{number}").write_bytes(seed)
    atheris.Setup(
        [
            sys.argv[0],
            str(folder),
            f"-max_total_time={seconds}",
            f"-max_len={INPUT_BYTES.get(name, 4096)}",
            f"-artifact_prefix={folder}-failure-",
            f"-rss_limit_mb={MEMORY_MB}",
            "-timeout=20",
            "-print_final_stats=1",
            "-verbosity=0",
        ],
        target,
    )
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
