"""`python -m tests.fuzz [--seconds 60] [TARGET…]`: atheris (libFuzzer) on each target in a process of its own, forked from
this one: instrumenting what is fuzzed takes longer than a short run of it.

What it found is in `.fuzz/TARGET/`, and is the beginning of the next run. A failure prints its traceback, and the bytes that
make it again: `python -m tests.fuzz --again FILE TARGET`.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Callable
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
    args = parser.parse_args()
    if args.again:
        from tests.fuzz.targets import TARGETS

        for name in args.targets:
            TARGETS[name](args.again.read_bytes())
        return 0
    import atheris

    with atheris.instrument_imports(include=["opconsole", "server_stub"]):
        from tests.fuzz.targets import TARGETS
    failed = []
    for name in args.targets or TARGETS:
        print(f"== {name}: {args.seconds} s", flush=True)
        if forked(lambda name=name: fuzz(name, TARGETS[name], args.seconds)):  # type: ignore[misc]
            failed.append(name)
    print(f"fuzz: {'failed: ' + ', '.join(failed) if failed else 'no target failed'}")
    return bool(failed)


def forked(work: Callable[[], None]) -> int:
    """How it ended: 0, if all is well."""
    pid = os.fork()
    if pid == 0:
        try:
            work()  # libFuzzer ends the process itself
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def fuzz(name: str, target: Callable[[bytes], None], seconds: int) -> None:
    import atheris

    from tests.fuzz.lines import seeds

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


if __name__ == "__main__":
    sys.exit(main())
