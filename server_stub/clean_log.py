"""The relay's log on standard error: read in a terminal, so what a stranger sent (a path, a header) is only text in it."""

import logging
import sys

from opconsole.wire.text import clean_text


class CleanFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return clean_text(super().format(record))


def start_log() -> None:
    """Warnings and worse go to standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(CleanFormatter("relay: %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
