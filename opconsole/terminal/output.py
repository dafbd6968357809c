"""The way to the terminal for what is not painting: one function, and the words made safe for it.

Private API of Textual: `App._driver` (there is no public way to write); `tests/unit/terminal/test_output.py` guards it.
"""

import os
from collections.abc import Mapping
from typing import Any, Final

from textual.app import App

from opconsole.terminal.outlet import Outlet
from opconsole.wire.text import clean_line

BELL: Final = "\a"


def send(app: App[Any], sequence: str) -> None:
    """Write to the terminal in order with what is painted. Without one (a test, an app that ends) nothing happens."""
    driver = app._driver
    if driver is None or app.is_headless or not sequence:
        return
    try:
        driver.write(sequence)
        driver.flush()
    except AssertionError:
        pass  # Textual's driver outside of application mode: suspended, or not yet started


def outlet_of(app: App[Any]) -> Outlet | None:
    """The way out, where it is ours: it knows whether the terminal is behind."""
    outlet = getattr(app._driver, "outlet", None)
    return outlet if isinstance(outlet, Outlet) else None


def ring(app: App[Any]) -> None:
    """The bell."""
    send(app, BELL)


def one_line(text: str, limit_chars: int) -> str:
    """Text for the inside of a sequence: one line, clean, and short."""
    text = " ".join(clean_line(text).split())
    return text if len(text) <= limit_chars else text[: limit_chars - 1].rstrip() + "…"


def operating_system_command(body: str) -> str:
    """OSC, ended by a bell: an ST would end the envelope of screen too."""
    return f"\x1b]{body}\a"


def through_multiplexer(sequence: str, environment: Mapping[str, str] = os.environ) -> str:
    """The sequence in the envelope that tmux (with `allow-passthrough on`) or screen hands to the terminal outside."""
    if environment.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environment.get("STY"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence
