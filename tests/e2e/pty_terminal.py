"""A terminal for tests: runs a program in a pty, keeps its screen with pyte, types bytes, waits for what should be seen.

It answers nothing that the program asks of the terminal (as a plain `TERM=xterm-256color` would not), and keeps every byte
that was written, so that tests can look for what must never come out.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyte

from tests.programs import Program

AT_ONCE_BYTES = 1 << 17
PATIENCE_S = 40.0
"""It bounds what hangs; nothing waits so long otherwise."""

KEYS: Mapping[str, bytes] = {
    "enter": b"\r",
    "tab": b"\t",
    "esc": b"\x1b",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f5": b"\x1b[15~",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "f10": b"\x1b[21~",
    "ctrl+q": b"\x11",
}


def _of_a_terminal(env: Mapping[str, str]) -> dict[str, str]:
    """COLUMNS and LINES (which pytest-xdist sets) would be believed before the terminal's own size."""
    rest = {name: value for name, value in env.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    return {**rest, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


class PtyTerminal:
    """One program in one terminal. Use it as a context manager: the program is ended at the end."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int,
        lines: int,
        env: Mapping[str, str],
        cwd: Path | None = None,
        real: bool = False,
    ) -> None:
        """`real`: started as people start it; otherwise forked, if it is one of our programs (`tests.programs`)."""
        self.raw = bytearray()
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._text = ""
        """What the screen shows; empty: it is to be looked at again."""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process = Program(
            command,
            real=real,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env=_of_a_terminal(env),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def __enter__(self) -> "PtyTerminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(PATIENCE_S)
            with suppress(ProcessLookupError):  # what it has started
                os.killpg(self.process.pid, signal.SIGKILL)
        self.hang_up()

    def hang_up(self) -> None:
        """Close the terminal, as its window's cross does: the program gets SIGHUP, and can write no more."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    # ------------------------------------------------------------ typing

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def press(self, *names: str) -> None:
        """Keys by name, as a legacy terminal sends them; `alt+x` is ESC and the letter."""
        for name in names:
            self.send(KEYS[name] if name in KEYS else b"\x1b" + name.removeprefix("alt+").encode())

    def send(self, data: bytes) -> None:
        os.write(self._master, data)

    # ------------------------------------------------------------ looking

    def pump(self, seconds: float) -> bool:
        """Take what the program writes, for at most so long. False: it has ended and all is read."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return True
        got = bytearray()
        alive = True
        while ready and len(got) < AT_ONCE_BYTES:  # looking at the screen costs more than reading
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                data = b""
            if not data:
                alive = False
                break
            got += data
            ready, _, _ = select.select([self._master], [], [], 0)
        self.raw += got
        self._stream.feed(bytes(got))
        self._text = ""
        return alive

    @property
    def text(self) -> str:
        if not self._text:  # not pyte's `display`, which measures each character again
            lines, columns = self._screen.buffer, range(self._screen.columns)
            self._text = "\n".join(
                "".join(lines[row][column].data for column in columns).rstrip() for row in range(self._screen.lines)
            )
        return self._text

    def wait_for(self, what: str | Callable[[str], bool], *, within: float = PATIENCE_S, why: str = "") -> str:
        """Wait until the screen holds a text (or a condition on it is true), and return the screen."""
        seen: Callable[[str], bool] = what if callable(what) else lambda screen: what in screen
        end = time.monotonic() + within
        while not seen(self.text):
            alive = self.pump(0.05)
            if time.monotonic() > end or (not alive and not seen(self.text)):
                reason = "the program ended" if not alive else f"not within {within:.0f} s"
                raise AssertionError(f"{why or what!r}: {reason}. The screen:\n{self.text}")
        return self.text

    def wait_end(self, within: float = PATIENCE_S) -> int:
        """Wait until the program has ended, and return its exit code."""
        end = time.monotonic() + within
        while self.process.poll() is None:
            self.pump(0.05)
            if time.monotonic() > end:
                raise AssertionError(f"still running after {within:.0f} s. The screen:\n{self.text}")
        return self.process.returncode
