"""A slow line between a program and its terminal: `python -m tests.bench.slow_line --delay-ms 150 --bytes-per-s 20000 -- COMMAND …`.

Runs the command in a pty of its own. Each byte arrives later by the delay, in both directions, and what the program writes goes through
at the rate: as over ssh on a bad day. The line holds at most `BUFFER` bytes, as a socket does; then the program's writes wait.
"""

import argparse
import fcntl
import os
import pty
import select
import sys
import termios
import time
import tty
from collections import deque
from typing import Final

BUFFER: Final = 64 * 1024
CHUNK: Final = 1024


def run(command: list[str], delay_s: float, rate: float) -> int:
    """Pass bytes until the command ends; its exit code."""
    pid, master = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    size = fcntl.ioctl(0, termios.TIOCGWINSZ, b"\0" * 8)
    fcntl.ioctl(master, termios.TIOCSWINSZ, size)
    before = termios.tcgetattr(0)
    tty.setraw(0)
    up: deque[tuple[float, bytes]] = deque()
    down: deque[tuple[float, bytes]] = deque()
    free_at = 0.0  # when the line has passed what was written to it so far
    held = 0
    try:
        while True:
            now = time.monotonic()
            due = [queue[0][0] for queue in (up, down) if queue]
            wait = max(0.0, min(due) - now) if due else None
            ready, _, _ = select.select([0, master] if held < BUFFER else [0], [], [], wait)
            now = time.monotonic()
            if 0 in ready:
                up.append((now + delay_s, os.read(0, 4096)))
            if master in ready:
                try:
                    data = os.read(master, 4096)
                except OSError:
                    break
                for start in range(0, len(data), CHUNK):
                    part = data[start : start + CHUNK]
                    free_at = max(free_at, now) + len(part) / rate
                    down.append((free_at + delay_s, part))
                    held += len(part)
            while up and up[0][0] <= now:
                os.write(master, up.popleft()[1])
            while down and down[0][0] <= now:
                part = down.popleft()[1]
                held -= len(part)
                os.write(1, part)
    finally:
        termios.tcsetattr(0, termios.TCSANOW, before)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> int:
    parser = argparse.ArgumentParser(description="a slow line between a program and its terminal")
    parser.add_argument("--delay-ms", type=float, default=150)
    parser.add_argument("--bytes-per-s", type=float, default=20_000)
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    return run(given.command, given.delay_ms / 1000, given.bytes_per_s)


if __name__ == "__main__":
    sys.exit(main())
