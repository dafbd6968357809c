"""A program that tells what it was given, and ends as it is told: for the comparison of forked with real ones."""

import json
import os
import signal
import sys
import threading
from typing import Any


def told() -> dict[str, Any]:
    return {
        "arguments": sys.argv[1:],
        "name": __name__,
        "folder": os.getcwd(),
        "environment": {name: value for name, value in os.environ.items() if name != "LC_CTYPE"},
        "streams": [
            (
                each.encoding,
                each.errors,
                each.newlines,
                each.isatty(),
                each.line_buffering,
                bool(getattr(each, "write_through", None)),
                each.fileno(),
            )
            for each in (sys.stdin, sys.stdout, sys.stderr)
        ],
        "handlers": {each.name: repr(signal.getsignal(each)).partition(" at 0x")[0] for each in signal.Signals},
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "leads its session": os.getsid(0) == os.getpid(),
        "files": sorted(map(int, os.listdir("/proc/self/fd")))[:-1],
        "threads": [thread.name for thread in threading.enumerate()],
        "read": sys.stdin.readline() if sys.argv[1:2] == ["read"] else "",
    }


def end(how: str) -> None:
    if how == "a sentence":
        sys.exit("a sentence")
    if how == "an error":
        raise ValueError("an error")
    if how == "an interrupt":
        os.kill(os.getpid(), signal.SIGINT)
        signal.pause()
    if how == "a signal":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "a thread":
        threading.Timer(0.01, lambda: print("the thread's last word")).start()
    if how.isdigit():
        sys.exit(int(how))


if __name__ == "__main__":
    print(json.dumps(told()))
    end(sys.argv[-1])
