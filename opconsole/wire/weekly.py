"""When in the week something holds, as people write it: `mon-fri 9:00-18:00, sat 10-14`. Pure; both sides read and check it here.

Days before hours share them (`sat, mon-fri 9-18` is 9 to 18 on all six); days alone are whole days, hours alone every day's. Hours that end before
they begin go over midnight (`fri 22-6` ends on Saturday at 6). Days may be written in Russian; `normal` writes them in English.
"""

import re
from typing import Final

from msgspec import Struct

DAY: Final = 1440
"""Minutes."""
WEEK: Final = 7 * DAY
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RUSSIAN: Final = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_HOURS: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?")
_DASHES: Final = str.maketrans("–—", "--")


class Window(Struct, frozen=True):
    """On these days (0: Monday) from one minute of the day to before another; where `end` is not after `start`, of the next day."""

    days: tuple[int, ...]
    start: int = 0
    end: int = DAY

    @property
    def length(self) -> int:
        """Minutes."""
        return (self.end - self.start) % DAY or DAY


def read(text: str) -> tuple[Window, ...]:
    """Empty: always. ValueError: it says nothing of the kind."""
    windows: list[Window] = []
    days: list[int] = []
    words = re.sub(r"\s*-\s*", "-", text.casefold().translate(_DASHES)).replace(",", " ").split()
    for word in words:
        hours = _HOURS.fullmatch(word)
        if hours is None:
            days += _days(word)
        else:
            windows.append(_window(days, hours))
            days = []
    if days:
        windows.append(Window(tuple(sorted(set(days)))))
    return tuple(windows)


def holds(windows: tuple[Window, ...], minute: int) -> bool:
    """At this minute of the week (0: Monday's first)."""
    if not windows:
        return True
    return any((minute - day * DAY - window.start) % WEEK < window.length for window in windows for day in window.days)


def next_change(windows: tuple[Window, ...], minute: int) -> int:
    """So many minutes after this one of the week some window begins or ends; 0: none ever does."""
    edges = {
        (day * DAY + window.start + length) % WEEK
        for window in windows
        for day in window.days
        for length in (0, window.length)
    }
    return min(((edge - minute - 1) % WEEK + 1 for edge in edges), default=0)


def normal(text: str) -> str:
    """As we write it. ValueError: it says nothing of the kind."""
    return ", ".join(filter(None, (_written(window) for window in read(text))))


def _days(word: str) -> list[int]:
    first, dash, last = word.partition("-")
    begin = _day(first)
    if not dash:
        return [begin]
    return [each % 7 for each in range(begin, begin + (_day(last) - begin) % 7 + 1)]


def _day(word: str) -> int:
    for names in (DAYS, _RUSSIAN):
        if word[: len(names[0])] in names and word.isalpha():
            return names.index(word[: len(names[0])])
    raise ValueError(word)


def _window(days: list[int], hours: re.Match[str]) -> Window:
    start, end = (int(hours[at]) * 60 + int(hours[at + 1] or 0) for at in (1, 3))
    minutes = (int(hours[2] or 0), int(hours[4] or 0))
    if start >= DAY or end > DAY or max(minutes) > 59 or start == end:
        raise ValueError(hours[0])
    return Window(tuple(sorted(set(days))) or tuple(range(7)), start, end)


def _written(window: Window) -> str:
    days: list[str] = []
    run: list[int] = []
    for day in (*window.days, 99):
        if run and day != run[-1] + 1:
            days.append(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}")
            run = []
        run.append(day)
    whole = (window.start, window.end) == (0, DAY)
    hours = "" if whole else f"{_clock(window.start)}-{_clock(window.end)}"
    every = len(window.days) == 7
    return (hours or "mon-sun") if every else " ".join(filter(None, (", ".join(days), hours)))


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
