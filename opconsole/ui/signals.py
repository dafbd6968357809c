"""Being told to end from outside: the screen is left as by a key, so the terminal is usable and what was written is kept."""

import asyncio
import os
import signal
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from textual.app import App

PATIENCE_S: Final = 3.0


def end_on_signals(app: "App[int]") -> None:
    """SIGTERM and SIGHUP leave the app with the exit code that shells expect of them. Call it within the running loop."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, _end, app, 128 + number)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # not the main thread (tests), or a loop without signals (Windows)


def _end(app: "App[int]", code: int) -> None:
    """Leave the app. If the terminal is gone, Textual's farewell to it waits for ever for a place in a queue that nobody
    empties, and a console that stays would keep its operator present; the outbox and the drafts are on disk, so it may just end.
    """
    watchdog = threading.Timer(PATIENCE_S, os._exit, (code,))
    watchdog.daemon = True
    watchdog.start()
    app.exit(code)
