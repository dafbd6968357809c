"""The console's log: a file in the state folder, since the screen is taken. No message texts, no names of visitors, no secrets."""

import logging
import os
import traceback
from pathlib import Path
from typing import Final

from opconsole.settings import state_dir

BYTES: Final = 1_000_000
"""A log that has grown to this is put aside (`.1`) at the next start; one such is kept."""


def log_path() -> Path:
    return state_dir() / "opconsole.log"


def start_log() -> None:
    """Log to the file from now on (`OPCONSOLE_LOG=debug|info|warning` says how much). A folder that can't be written: no log."""
    level = os.environ.get("OPCONSOLE_LOG", "info").upper()
    try:
        handler = _open()
    except OSError:
        logging.getLogger().addHandler(logging.NullHandler())
        return
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level if level in ("DEBUG", "INFO", "WARNING", "ERROR") else "INFO")
    for library in ("websockets", "httpx", "httpcore", "keyring", "asyncio", "textual"):
        logging.getLogger(library).setLevel(logging.WARNING)  # their debug output carries headers and payloads


def write_fault(fault: BaseException) -> Path | None:
    """The traceback into the log. None: it could not be written."""
    try:
        handler = _open()
    except OSError:
        return None
    text = "".join(traceback.format_exception(fault))
    handler.emit(logging.LogRecord("opconsole", logging.ERROR, __file__, 0, "a fault: %s", (text,), None))
    handler.close()
    return log_path()


def _open() -> logging.FileHandler:
    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and path.stat().st_size > BYTES:
        path.replace(path.with_suffix(".log.1"))
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(_Clean("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler


class _Clean(logging.Formatter):
    """A log is read in a terminal too."""

    def format(self, record: logging.LogRecord) -> str:
        from opconsole.wire.text import clean_text

        return clean_text(super().format(record))
