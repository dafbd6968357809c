"""One relay per data folder. The lock is the operating system's (`flock`), so it is gone with its process, however that ended.

The file holds the process's id: for the sentence that refuses a second relay, and so that `opconsole user` can tell the
running relay that something has changed. POSIX only.
"""

import contextlib
import errno
import fcntl
import os
import signal
import time
from pathlib import Path

PATIENCE_S = 0.5
"""How long to try: whoever asks who holds the lock holds it for a moment, and a killed process needs one to be gone."""


class AlreadyRunning(Exception):
    """Another relay holds the lock. `pid` 0: unknown."""

    def __init__(self, folder: Path, pid: int) -> None:
        who = f"another relay (pid {pid})" if pid else "another relay"
        super().__init__(f"{who} already works on {folder}; stop it, or give this one another --data")
        self.pid = pid


class RelayLock:
    """Held from `acquire` until `release` or the end of the process. A context manager."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    @classmethod
    def acquire(cls, path: Path) -> "RelayLock":
        """Raises AlreadyRunning; OSError when the file can't be opened."""
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            give_up = time.monotonic() + PATIENCE_S
            while not _try_lock(fd, fcntl.LOCK_EX):
                if time.monotonic() > give_up:
                    raise AlreadyRunning(path.parent, _pid_in(fd))
                time.sleep(0.02)
            os.ftruncate(fd, 0)
            os.pwrite(fd, b"%d\n" % os.getpid(), 0)
        except BaseException:
            os.close(fd)
            raise
        return cls(fd)

    def release(self) -> None:
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> "RelayLock":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def holder(path: Path) -> int:
    """The process that holds the lock right now; 0: none, or it can't be told for sure."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return 0
    try:
        if _try_lock(fd, fcntl.LOCK_SH):
            return 0
        pid = _pid_in(fd)
        return pid if pid and _has_open(pid, fd) else 0
    finally:
        os.close(fd)


def tell_relay(path: Path) -> bool:
    """Tell the running relay to look at its accounts again (SIGHUP). False: there is none that could be told."""
    pid = holder(path)
    if not pid:
        return False
    try:
        os.kill(pid, signal.SIGHUP)
    except OSError:
        return False
    return True


def _try_lock(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True


def _pid_in(fd: int) -> int:
    text = os.pread(fd, 32, 0).strip()
    return int(text) if text.isdigit() else 0


def _has_open(pid: int, fd: int) -> bool:
    """Whether the process has our file open: a number left by a relay that was killed may be anybody's by now.

    Where the system doesn't tell (no /proc, or another user's process), the lock itself must do.
    """
    ours = os.fstat(fd)
    try:
        names = os.listdir(f"/proc/{pid}/fd")
    except PermissionError:
        return True
    except OSError:
        return not os.path.isdir("/proc/self/fd")
    for name in names:
        with contextlib.suppress(OSError):
            theirs = os.stat(f"/proc/{pid}/fd/{name}")
            if (theirs.st_dev, theirs.st_ino) == (ours.st_dev, ours.st_ino):
                return True
    return False
