"""From the link to the screen: frames are gathered, and applied to the store at most once a screen frame.

Between two flushes the store stands still, so what is drawn fits together. When it is quiet a frame is applied at once;
under load one one-shot timer is armed, so an idle console costs nothing.
"""

import logging
from collections.abc import Callable
from typing import Final

from opconsole.state.changes import Changes
from opconsole.state.store import Store
from opconsole.wire.staff import StaffDown

FRAME_MS: Final = 66
"""Fifteen flushes a second: more make keys late, fewer look slow (STYLE.md)."""

log = logging.getLogger(__name__)

Later = Callable[[float, Callable[[], None]], object]
"""Call a function after so many seconds, once, in the same thread: `loop.call_later`."""


class Feed:
    """`on_fault`: a batch could not be applied (a fault of ours); the picture needs a fresh sync."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], int],
        later: Later,
        on_changes: Callable[[Changes], None],
        on_fault: Callable[[], None],
        frame_ms: int = FRAME_MS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._later = later
        self._on_changes = on_changes
        self._on_fault = on_fault
        self._frame_ms = frame_ms
        self._frames: list[StaffDown] = []
        self._armed = False
        self._flushed_at = -frame_ms

    def push(self, frames: list[StaffDown]) -> None:
        """Frames in the order in which they came."""
        self._frames.extend(frames)
        if not self._armed and self._frames:
            self._armed = True
            wait_ms = min(self._frame_ms, max(0, self._flushed_at + self._frame_ms - self._clock()))
            self._later(wait_ms / 1000, self._timed)

    def flush(self) -> None:
        """Apply what is gathered now."""
        if self._frames:
            frames, self._frames = self._frames, []
            self._flushed_at = self._clock()
            try:
                changes = self._store.apply(frames, self._flushed_at)
            except Exception:
                log.exception("frames could not be applied")
                self._on_fault()
                return
            self._on_changes(changes)

    def _timed(self) -> None:
        self._armed = False
        self.flush()
