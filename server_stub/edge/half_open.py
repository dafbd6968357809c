"""Connections that are not websockets (yet): a stranger can open as many as they like, so they are counted, and bounded.

Each costs some kilobytes and a file descriptor, before anything is known of who opened it. An honest one becomes a websocket
or is answered within milliseconds; so when there are too many, the oldest is the one that nobody misses.
"""

from collections.abc import Hashable
from typing import Protocol

from server_stub.edge import bounds


class Abortable(Hashable, Protocol):
    def cut_off(self) -> None: ...


class HalfOpen:
    def __init__(self, most: int = bounds.HALF_OPEN) -> None:
        self._most = most
        self._open: dict[Abortable, None] = {}
        """In the order in which they came."""

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, connection: Abortable) -> None:
        """Count one; the oldest is cut off if there are too many."""
        self._open[connection] = None
        if len(self._open) > self._most:
            oldest = next(iter(self._open))
            del self._open[oldest]
            oldest.cut_off()

    def leave(self, connection: Abortable) -> None:
        """It has ended, or is a websocket now. Twice does no harm."""
        self._open.pop(connection, None)
