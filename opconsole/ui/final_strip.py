"""A line that is drawn once and kept: Textual's strip without its caches.

Each of Textual's strips makes seven caches for what may be cut from it (two thirds of its memory and most of the time to make it), and one
that is painted whole keeps *itself* in one of them: a ring that only the garbage collector finds, tens of thousands of objects an hour.
A line of ours is final, and whoever draws it keeps it (`widgets/line.py`); what is cut from it is painted once.

Private API of Textual: the caches of `Strip.__init__`. Guarded by `tests/unit/ui/test_final_strip.py`.
"""

from collections.abc import Iterable
from typing import Any, Final

from rich.segment import Segment
from textual.cache import FIFOCache
from textual.strip import Strip


class _Nothing(FIFOCache[Any, Any]):
    """A cache that stays empty: one for all."""

    def set(self, key: Any, value: Any) -> None:
        pass

    __setitem__ = set


_NOTHING: Final = _Nothing(0)


class FinalStrip(Strip):
    __slots__ = ()

    def __init__(self, segments: Iterable[Segment], cell_length: int | None = None) -> None:
        self._segments = list(segments)
        self._cell_length = cell_length
        self._divide_cache = _NOTHING
        self._crop_cache = _NOTHING
        self._style_cache = _NOTHING
        self._filter_cache = _NOTHING
        self._line_length_cache = _NOTHING
        self._crop_extend_cache = _NOTHING
        self._offsets_cache = _NOTHING
        self._render_cache = None
        self._link_ids = None
        self._cell_count = None

    def crop(self, start: int, end: int | None = None) -> Strip:
        return self._final(super().crop(start, end))

    def adjust_cell_length(self, cell_length: int, style: Any = None) -> Strip:
        return self._final(super().adjust_cell_length(cell_length, style))

    def _final(self, strip: Strip) -> "Strip":
        return strip if isinstance(strip, FinalStrip) else FinalStrip(strip._segments, strip.cell_length)
