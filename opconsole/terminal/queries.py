"""Asks the terminal what it can do, and takes every answer away again: none may be left for the shell to read as typed.

The answers come as if they were typed. So echo and line mode are off while they are waited for, the last question is one that every
terminal answers, and what has come by then is thrown away before the shell reads on. Where even that is silent, it is waited a little
longer: a slow link's answers must not end on the prompt.
"""

import os
import select
import sys
import time
from collections.abc import Mapping
from typing import Final

from opconsole.terminal.answers import MODES, PROBES, Answers, complete, read

WAIT_S: Final = 1.0
LATE_S: Final = 0.5
"""After the time is over: for answers that are under way."""
SETTLE_S: Final = 0.05
"""After the last answer: some terminals answer out of order."""
_LARGEST: Final = 64 * 1024

_ERASE: Final = "\r\x1b[K"
_PLAIN: Final = (
    "\x1b[>q",  # XTVERSION
    "\x1b[?u",  # kitty: keyboard flags
    "\x1b]11;?\x1b\\",
    *(f"\x1b[?{mode}$p" for mode in MODES),
)
_STRINGS: Final = (
    "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\",  # kitty: may a picture be sent
    "\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[0m",  # DECRQSS: is the colour that we have just set the one that is in use
    "\x1bP+q4d73\x1b\\",  # XTGETTCAP Ms
)
_LAST: Final = "\x1b[c"


def questions(environment: Mapping[str, str]) -> str:
    """All of them, in one line of the screen that is erased again. The Linux console and screen don't swallow what they don't know."""
    strings = () if environment.get("STY") or environment.get("TERM", "").startswith(("linux", "screen")) else _STRINGS
    if environment.get("TMUX"):
        strings = _STRINGS
    widths = "".join(f"\r{characters}\x1b[6n" for characters, _ in PROBES)
    return f"{_ERASE}{''.join(_PLAIN)}{''.join(strings)}{_ERASE}{widths}{_ERASE}{_LAST}"


def ask(
    environment: Mapping[str, str] = os.environ, *, device: str = "/dev/tty", wait_s: float = WAIT_S
) -> Answers | None:
    """The terminal's answers; None: there is no terminal to ask, or one that must not be (`dumb`)."""
    if sys.platform == "win32" or environment.get("TERM", "dumb") in ("", "dumb", "unknown"):
        return None
    try:
        terminal = os.open(device, os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return None
    try:
        if os.tcgetpgrp(terminal) != os.getpgrp():
            return None  # in the background: to touch the terminal would stop us
        return read(_answers(terminal, questions(environment).encode(), wait_s))
    except OSError:
        return None
    finally:
        os.close(terminal)


def _answers(terminal: int, asked: bytes, wait_s: float) -> str:
    import termios

    before = termios.tcgetattr(terminal)
    quiet = termios.tcgetattr(terminal)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 0, 0
    termios.tcsetattr(terminal, termios.TCSAFLUSH, quiet)
    try:
        _write(terminal, asked)
        said = _listen(terminal, wait_s)
        _listen(terminal, SETTLE_S if complete(said) else LATE_S, said)
        return said
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)  # what has come and was not read is dropped


def _write(terminal: int, data: bytes) -> None:
    while data:
        data = data[os.write(terminal, data) :]


def _listen(terminal: int, seconds: float, said: str = "") -> str:
    """What comes until the last question is answered (if it was already: until it is quiet), for so long at most."""
    settling = complete(said)
    until = time.monotonic() + seconds
    heard = b""
    while (left := until - time.monotonic()) > 0 and len(heard) < _LARGEST:
        if not select.select([terminal], [], [], left)[0]:
            break
        heard += os.read(terminal, 4096)
        if not settling and complete(heard.decode("utf-8", "replace")):
            break
    return heard.decode("utf-8", "replace")
