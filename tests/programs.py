"""Our programs, started by tests: forked from a process that has imported them already, for their start is most of their cost.

`Program` and `run` are `subprocess.Popen` and `subprocess.run` for text. A command `python -m MODULE …` whose module the zygote
knows is forked from it; all others, and with REAL_PROGRAMS=1 (as in `make whole`) these too, start as they always do. So do the
`real` ones: in tests of the start itself, and of what the machine tells of a process (its command line).
"""

import atexit
import os
import pickle
import select
import socket
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.zygote import PROGRAMS, Order

ROOT: Final = Path(__file__).resolve().parents[1]
REAL: Final = sys.platform != "linux" or os.environ.get("REAL_PROGRAMS") == "1"


class Program(subprocess.Popen[str]):
    """A process whose `pid` may be the zygote's child: wait for it by this object only."""

    _told: socket.socket | None = None

    def __init__(self, command: Sequence[str], *, real: bool = REAL, **how: Any) -> None:
        self._real = real or REAL
        super().__init__(command, text=True, **how)

    def _execute_child(self, args: Sequence[str], *how: Any) -> None:
        command = list(map(os.fspath, args))
        if self._real or command[:2] != [sys.executable, "-m"] or command[2] not in PROGRAMS:
            return super()._execute_child(args, *how)  # type: ignore[misc, no-any-return]
        (folder, environment), pipes, session = how[4:6], how[9:15], how[20]
        order = Order(
            module=command[2],
            arguments=command[3:],
            environment=dict(os.environ if environment is None else environment),
            folder=str(folder or Path.cwd()),
            session=session,
        )
        streams = [given if given != -1 else own for own, given in enumerate((pipes[0], pipes[3], pipes[5]))]
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(zygote(), [pickle.dumps(order)], [*streams, theirs.fileno()])
        pid = ours.recv(32)
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]
        if not pid:
            ours.close()
            raise AssertionError("the zygote is gone; REAL_PROGRAMS=1 does without")
        self.pid = int(pid)
        self._child_created = True
        self._told = ours
        return None

    def poll(self) -> int | None:
        return super().poll() if self._told is None else self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        if self._told is None:
            return super().wait(timeout)
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return code

    def _ended(self, within: float | None) -> int | None:
        """The exit code, if it ends within so many seconds (None: however long that takes)."""
        if self.returncode is None and self._told is not None:
            ready, _, _ = select.select([self._told], [], [], within)
            if not ready:
                return None
            code = self._told.recv(32)
            self._told.close()
            self.returncode = int(code) if code else -9
        return self.returncode


def run(
    command: Sequence[str], *, input: str | None = None, timeout: float | None = 60, check: bool = False, **how: Any
) -> "subprocess.CompletedProcess[str]":
    """Both its outputs, and its exit code. Without `input` it has nothing to read."""
    how.setdefault("stdin", subprocess.DEVNULL if input is None else subprocess.PIPE)
    with Program(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how) as program:
        try:
            out, said = program.communicate(input, timeout)
        except BaseException:
            program.kill()
            raise
    done = subprocess.CompletedProcess(command, program.returncode, out, said)
    if check:
        done.check_returncode()
    return done


@cache
def zygote() -> socket.socket:
    """The socket to this process's own, which is started when it is first needed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.zygote", str(theirs.fileno())],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours
