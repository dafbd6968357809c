"""The console with layers of its cleaning taken out: `python -m tests.e2e.open_layers door,gate [arguments]`. For tests that show that
the detector can fail, and that each layer holds by itself.

`door`: nothing is cleaned where it comes in (frames, files, settings, prompts). `gate`: nothing is sealed where it is painted.
`fault`: a minute hand breaks, with a stranger's words in the error and in the variables.
"""

import re
import sys

from tests.e2e.dirt import PAYLOADS

NOTHING = re.compile("(?!)")


def open_door() -> None:
    from opconsole.wire import text

    text._HOSTILE = text._LONE_ZWJ = NOTHING  # type: ignore[misc]
    vars(text)["few_marks"] = lambda text: text


def open_gate() -> None:
    from opconsole.terminal import gate

    gate._HOSTILE = NOTHING  # type: ignore[misc]
    vars(gate)["few_marks"] = lambda text: text


def break_a_hand() -> None:
    from opconsole.ui.app import Console

    def beat(console: Console) -> None:
        words = "a stranger's " + "".join(PAYLOADS.values())
        raise ValueError(words)

    Console.beat = beat  # type: ignore[method-assign,assignment]


def main() -> int:
    layers = sys.argv.pop(1).split(",")
    if "gate" in layers:
        open_gate()
    if "door" in layers:  # after the gate was imported, which takes some of its means from the door
        import opconsole.terminal.gate  # noqa: F401

        open_door()
    if "fault" in layers:
        break_a_hand()
    from opconsole.cli import main as run

    return int(run())


if __name__ == "__main__":
    sys.exit(main())
