"""Copying: to the system's clipboard (pyperclip), and where there is none, through the terminal (OSC 52).

Over SSH the clipboard that the operator means is the one in front of them, so only the terminal can reach it. A terminal
gives no answer to OSC 52: then we know that we asked, not that it worked.
"""

import asyncio
import base64
import os
import threading
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final

from textual.app import App

from opconsole.terminal.output import operating_system_command, send

OSC52_BYTES: Final = 74_000
"""Larger ones are ignored or cut by terminals: xterm and tmux take 100,000 characters of base64 at most."""
SYSTEM_S: Final = 2.0
"""A clipboard program that hangs (a display that is gone) must not keep the answer from the operator."""


class Copied(Enum):
    system = "system"
    """It is in the system's clipboard."""
    terminal = "terminal"
    """The terminal was asked to copy it."""
    too_long = "too_long"
    """Nothing took it: no system clipboard, and too long for a terminal."""


def clipboard_sequence(text: str) -> str:
    """OSC 52 with the text, or empty where it is too long. tmux takes it as it is (`set-clipboard on`)."""
    data = text.encode("utf-8", "replace")
    if len(data) > OSC52_BYTES:
        return ""
    return operating_system_command(f"52;c;{base64.b64encode(data).decode('ascii')}")


async def copy(app: App[Any], text: str, environment: Mapping[str, str] = os.environ) -> Copied:
    """Copy the text, and say how."""
    remote = environment.get("SSH_CONNECTION") or environment.get("SSH_TTY") or environment.get("TEXTUAL_DRIVER")
    if not remote and await _in_thread(lambda: _system_copy(text)):
        return Copied.system
    sequence = clipboard_sequence(text)
    if not sequence:
        return Copied.too_long
    send(app, sequence)
    return Copied.terminal


def _system_copy(text: str) -> bool:
    import pyperclip

    try:
        pyperclip.copy(text)
    except (pyperclip.PyperclipException, OSError):
        return False
    return True


async def _in_thread(work: Callable[[], bool], timeout_s: float = SYSTEM_S) -> bool:
    """The work's answer, or False when it takes too long. A daemon thread, so that a hanging one doesn't hold up the end."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[bool] = loop.create_future()

    def settle(value: bool) -> None:
        if not answer.done():
            answer.set_result(value)

    def run() -> None:
        value = work()
        try:
            loop.call_soon_threadsafe(settle, value)
        except RuntimeError:
            pass  # the app has ended meanwhile

    threading.Thread(target=run, name="clipboard", daemon=True).start()
    try:
        return await asyncio.wait_for(answer, timeout_s)
    except TimeoutError:
        return False
