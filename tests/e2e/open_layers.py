"""The console with layers of its cleaning taken out: `python -m tests.e2e.open_layers door,gate [arguments]`. For tests that show that
the detector can fail, and that each layer holds by itself.

`door`: nothing is cleaned where it comes in (frames, files, settings, prompts). `gate`: nothing is sealed where it is painted.
"""

import re
import sys

NOTHING = re.compile("(?!)")


def open_door() -> None:
    from opconsole.wire import text

    text._HOSTILE = text._LONE_ZWJ = text._RUN = NOTHING  # type: ignore[misc]


def open_gate() -> None:
    from opconsole.terminal import gate

    gate._HOSTILE = NOTHING  # type: ignore[misc]


def main() -> int:
    layers = sys.argv.pop(1).split(",")
    if "door" in layers:
        open_door()
    if "gate" in layers:
        open_gate()
    from opconsole.cli import main as run

    return int(run())


if __name__ == "__main__":
    sys.exit(main())
