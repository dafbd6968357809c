"""The relay's log: lines on standard error. How much: `OPCONSOLE_LOG=debug|info|warning|error`.

A stranger's words may stand in a line (an address that was asked for, an exception's text), so whatever could act on a
terminal, or look like a line of the relay's own, is made visible here: one record is one line, and the lines of a traceback
are set in. What is secret is never given to the log: types that hold a secret hide it in their repr.
"""

import logging
import os
import sys
from typing import Final

from opconsole.wire.text import clean_line, clean_text

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
FORMAT: Final = "relay: %(levelname)s %(name)s: %(message)s"
INDENT: Final = "    "
MESSAGE_CHARS: Final = 2_000
"""A longer message is cut: a stranger's words fill no disk."""


class HarmlessFormatter(logging.Formatter):
    """One record, one line; below it, set in, the traceback."""

    def __init__(self) -> None:
        super().__init__(FORMAT)

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = clean_line(record.message[:MESSAGE_CHARS])
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:
        return _set_in(super().formatException(ei))  # type: ignore[arg-type]

    def formatStack(self, stack_info: str) -> str:
        return _set_in(super().formatStack(stack_info))


def _set_in(text: str) -> str:
    return "\n".join(INDENT + line for line in clean_text(text).split("\n"))


def start_log() -> None:
    """Log to standard error from now on."""
    level = os.environ.get("OPCONSOLE_LOG", "warning").upper()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(HarmlessFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level if level in LEVELS else "WARNING")
