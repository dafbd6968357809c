"""Textual's driver for Unix terminals with our keyboard in it: asks for the base layout's keys, and reads with `Keyboard`.

Private API of Textual: what `run_input_thread` here uses of `LinuxDriver` (`fileno`, `exit_event`, `_debug`, `_file`); that it writes
through `_writer_thread`, which `start_application_mode` makes and `close` stops; and that `start_application_mode` pushes kitty's flags
and `stop_application_mode` pops them. Guarded by `tests/unit/terminal/test_driver.py`.
"""

import asyncio
import os
import re
import selectors
import signal
from codecs import getincrementaldecoder
from collections.abc import Mapping
from typing import Any, Final

from textual import constants
from textual.drivers.linux_driver import LinuxDriver

from opconsole.terminal.keyboard import Keyboard
from opconsole.terminal.outlet import Outlet

READ_BYTES: Final = 4096
IDLE_S: Final = 0.1
"""How long the end of the program may wait for the thread that reads."""
PENDING_S: Final = 0.02

BELL: Final = "\a"

_KITTY_KEYS: Final = "\x1b[=29;1u"
"""Disambiguate (1), alternate keys (4), all keys (8), text (16): replaces the flags that Textual has just pushed."""
_OTHER_KEYS_ON: Final = "\x1b[>4;1m"
_OTHER_KEYS_OFF: Final = "\x1b[>4m"
_ALT_IS_ESCAPE_ON: Final = "\x1b[?1036;1039s\x1b[?1036;1039h"
_ALT_IS_ESCAPE_OFF: Final = "\x1b[?1036;1039r"
"""metaSendsEscape and altSendsEscape, as they were before afterwards."""
_KNOWS_OTHER_KEYS: Final = re.compile(r"(xterm|tmux)")


def asks_for_other_keys(environment: Mapping[str, str]) -> bool:
    """Whether the terminal understands xterm's modifyOtherKeys, by which tmux and xterm tell Shift+Enter from Enter. Others might
    take the request for a colour."""
    return (
        bool(_KNOWS_OTHER_KEYS.match(environment.get("TERM", "")))
        and environment.get("TERM_PROGRAM") != "Apple_Terminal"
    )


def makes_letters_of_alt(environment: Mapping[str, str]) -> bool:
    """Whether Alt+1 types `±` unless it is asked not to: xterm as it comes. Under tmux or ssh that is for them to say."""
    return bool(environment.get("XTERM_VERSION")) and not environment.get("TMUX")


class TerminalDriver(LinuxDriver):
    _lent = False
    """Another program has the terminal (`App.suspend`), while ours runs on."""

    _way_out: Any = None

    @property
    def outlet(self) -> Outlet | None:
        """None: Textual's own thread writes, for the terminal can't be opened a second time."""
        return self._way_out if isinstance(self._way_out, Outlet) else None

    @property
    def _writer_thread(self) -> Any:
        return self._way_out

    @_writer_thread.setter
    def _writer_thread(self, thread: Any) -> None:
        """Where Textual is about to start its thread, our outlet is put."""
        self._way_out = thread
        if thread is not None and self._file is not None:
            try:
                loop = asyncio.get_running_loop()
                self._way_out = Outlet(self._file, loop, asks=self.input_tty)
                if self.input_tty:
                    self._way_out.listen(self.fileno)
            except (OSError, RuntimeError):
                pass

    def write(self, data: str) -> None:
        """What is painted while the terminal is lent goes nowhere: all is painted anew afterwards. The bell is heard."""
        if not self._lent:
            super().write(data)
        elif data == BELL and self._file is not None:
            os.write(self._file.fileno(), BELL.encode())

    def suspend_application_mode(self) -> None:
        super().suspend_application_mode()
        self._lent = True

    def resume_application_mode(self) -> None:
        self._lent = False
        super().resume_application_mode()

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if not constants.DISABLE_KITTY_KEY:
            self.write(_KITTY_KEYS)
            if asks_for_other_keys(os.environ):
                self.write(_OTHER_KEYS_ON)
            if makes_letters_of_alt(os.environ):
                self.write(_ALT_IS_ESCAPE_ON)
            self.flush()

    def stop_application_mode(self) -> None:
        if self.outlet is not None:
            self.outlet.hear_out()
        if not constants.DISABLE_KITTY_KEY and asks_for_other_keys(os.environ):
            self.write(_OTHER_KEYS_OFF)
        if not constants.DISABLE_KITTY_KEY and makes_letters_of_alt(os.environ):
            self.write(_ALT_IS_ESCAPE_OFF)
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        keyboard = Keyboard(self._debug, self._answered)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(PENDING_S if keyboard.waits else IDLE_S):
                    data = os.read(self.fileno, READ_BYTES)
                    if not data and self.input_tty:
                        # The terminal is gone. Only a session's leader is told by SIGHUP, and `make` as the leader waits for us.
                        os.kill(os.getpid(), signal.SIGHUP)
                        return
                    if not data:  # the pipe is empty
                        self.exit_event.wait(IDLE_S)
                        continue
                    if self.outlet is not None:
                        self.outlet.key_read()
                    for message in keyboard.feed(decode(data)):
                        self.process_message(message)
                for message in keyboard.tick():
                    self.process_message(message)

    def _answered(self) -> None:
        """The terminal has said that it is well; told by the thread that reads."""
        if self.outlet is not None:
            self.outlet.heard()
