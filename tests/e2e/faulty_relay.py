"""A relay whose disk fails when it is told to: `python -m tests.e2e.faulty_relay CALLS ERROR relay …`.

When SIGUSR1 comes, the kernel answers every one of these system calls of this process with that error (a seccomp filter, which
needs no privilege): SQLite and all above it are the real ones. `-` for CALLS: none fails, ever. All capabilities are dropped
first, so that a file's permissions hold for root too.
"""

import ctypes
import errno
import os
import platform
import signal
import sys
from types import FrameType
from typing import Final

NUMBERS: Final = {
    "x86_64": {"seccomp": 317, "pwrite64": 18, "fsync": 74, "fdatasync": 75},
    "aarch64": {"seccomp": 277, "pwrite64": 68, "fsync": 82, "fdatasync": 83},
}
"""Of the system calls, from the kernel's tables."""
CALLS: Final = NUMBERS.get(platform.machine(), {}) if sys.platform == "linux" else {}

_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF: a word of the call's data; compare; the answer
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_NO_NEW_PRIVILEGES, _SET_FILTER, _ALL_THREADS = 38, 1, 1
_CAPABILITIES_V3 = 0x20080522

libc = ctypes.CDLL(None, use_errno=True)


class Step(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.POINTER(Step))]


def checked(answer: int) -> None:
    if answer:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def fail_from_now_on(names: list[str], error: int) -> None:
    """In all threads. There is no way back."""
    steps = [Step(_LOAD, 0, 0, 0)]
    for name in names:
        steps += [Step(_JUMP_IF_EQUAL, 0, 1, CALLS[name]), Step(_RETURN, 0, 0, _ERROR | error)]
    steps.append(Step(_RETURN, 0, 0, _ALLOW))
    program = Program(len(steps), (Step * len(steps))(*steps))
    checked(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    checked(libc.syscall(CALLS["seccomp"], _SET_FILTER, _ALL_THREADS, ctypes.byref(program)))


def drop_capabilities() -> None:
    checked(libc.capset((ctypes.c_uint * 2)(_CAPABILITIES_V3, 0), (ctypes.c_uint * 6)()))


def main() -> int:
    calls, error, *rest = sys.argv[1:]
    drop_capabilities()
    if calls != "-":

        def fail(number: int, frame: FrameType | None) -> None:
            fail_from_now_on(calls.split(","), getattr(errno, error))

        signal.signal(signal.SIGUSR1, fail)
    from server_stub.__main__ import main as relay

    return relay(rest)


if __name__ == "__main__":
    sys.exit(main())
