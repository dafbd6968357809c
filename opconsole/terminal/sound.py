"""A sound by a command of the user's own. Without a shell, in a thread, never two at once, and ended when it takes too long.

The command is what the settings say, word for word: nothing that a stranger wrote ever becomes a part of it. What happened is told
to it in `OPCONSOLE_EVENT`, by the names of the settings (`rescue`, `new_chat`, …).
"""

import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

MOST_S: Final = 10.0


class Sound:
    def __init__(self, most_s: float = MOST_S) -> None:
        self._most_s = most_s
        self._playing = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False
        self.problem = ""
        """Why the last one could not be started; empty: it could."""

    def play(self, command: Sequence[str], event: str) -> bool:
        """Start it beside. False: there is none, or one is playing still."""
        if not command or self._closed or not self._playing.acquire(blocking=False):
            return False
        environment = {**os.environ, "OPCONSOLE_EVENT": event}  # here, for it may change while another thread reads it
        threading.Thread(target=self._run, args=(list(command), environment), name="sound", daemon=True).start()
        return True

    def close(self) -> None:
        """The console ends, and the sound with it."""
        self._closed = True
        self._kill()

    def _run(self, command: list[str], environment: dict[str, str]) -> None:
        try:
            self._child = subprocess.Popen(  # the user's own words, and no shell  # noqa: S603  # nosec B603
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            self.problem = (error.strerror if isinstance(error, OSError) else "") or str(error)
            self._playing.release()
            return
        self.problem = ""
        try:
            if self._closed:
                self._kill()
            self._child.wait(self._most_s)
        except subprocess.TimeoutExpired:
            self._kill()
            self._child.wait()
        finally:
            self._child = None
            self._playing.release()

    def _kill(self) -> None:
        """With all that it has started: it leads a process group of its own."""
        child = self._child
        if child is None or child.poll() is not None:
            return
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):  # not on Windows
                os.killpg(child.pid, signal.SIGKILL)
            else:
                child.kill()
