"""Being told to end from outside: the screen is left as by a key, so the terminal is usable and what was written is kept."""

import asyncio
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App


def end_on_signals(app: "App[int]") -> None:
    """SIGTERM and SIGHUP leave the app with the exit code that shells expect of them. Call it within the running loop."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, app.exit, 128 + number)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # not the main thread (tests), or a loop without signals (Windows)
