"""A time ahead as people write it: `40m`, `2h30m`, `16:30`, `tomorrow 10:00`, `fri`, `1.12 9:30`, `2026-12-01`; the same in Russian. Pure.

A clock alone is its next time; a day alone is its morning.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from opconsole.state.matching import fold

MORNING: Final = 9
"""The hour of a day that is named without one."""
_MINUTE_MS: Final = 60_000
_UNITS_MS: Final = {
    "m": _MINUTE_MS, "min": _MINUTE_MS, "м": _MINUTE_MS, "мин": _MINUTE_MS,
    "h": 60 * _MINUTE_MS, "ч": 60 * _MINUTE_MS, "час": 60 * _MINUTE_MS, "часа": 60 * _MINUTE_MS, "часов": 60 * _MINUTE_MS,
    "d": 1440 * _MINUTE_MS, "д": 1440 * _MINUTE_MS, "дн": 1440 * _MINUTE_MS, "дня": 1440 * _MINUTE_MS,
    "дней": 1440 * _MINUTE_MS, "day": 1440 * _MINUTE_MS, "days": 1440 * _MINUTE_MS,
    "w": 10_080 * _MINUTE_MS, "нед": 10_080 * _MINUTE_MS,
}  # fmt: skip
_UNTIL_REPLY: Final = frozenset(map(fold, ("reply", "visitor", "ответ", "ответа", "посетитель")))
_MARGIN_MS: Final = 2 * _MINUTE_MS
"""The longest time that the desk allows is asked for without these: a command may be under way for a while."""
_TODAY: Final = tuple(map(fold, ("today", "сегодня")))
_TOMORROW: Final = tuple(map(fold, ("tomorrow", "завтра")))
_WEEKDAYS: Final = tuple(
    tuple(map(fold, names))
    for names in (
        ("monday", "понедельник", "пн"), ("tuesday", "вторник", "вт"), ("wednesday", "среда", "среду", "ср"),
        ("thursday", "четверг", "чт"), ("friday", "пятница", "пятницу", "пт"), ("saturday", "суббота", "субботу", "сб"),
        ("sunday", "воскресенье", "вс"),
    )
)  # fmt: skip
_SPAN: Final = re.compile(r"(?:\d{1,5}\s*[^\W\d_]+\s*)+")
_PART: Final = re.compile(r"(\d{1,5})\s*([^\W\d_]+)")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?")
_SMALL: Final = frozenset(map(fold, ("at", "on", "in", "for", "в", "во", "на", "через")))
"""Words that say nothing here."""


def when(readings: Iterable[str], now: int, here: datetime, stamp: Callable[[datetime], int]) -> int:
    """The time that the words name, in the same ms as `now`; 0: none that is ahead. `readings`: the words in each keyboard layout.
    `here`: the same moment on the local clock (without a zone), and `stamp` what such a time is in ms."""
    for reading in readings:
        words = [word for word in fold(reading).replace(",", " ").split() if word not in _SMALL]
        at = _span(" ".join(words), now) or _moment(words, here, stamp)
        if at > now:
            return at
    return 0


def is_until_reply(readings: Iterable[str]) -> bool:
    """In place of a time: until the visitor writes."""
    return not _UNTIL_REPLY.isdisjoint(map(fold, readings))


def longest(now: int, most_ms: int) -> int:
    """As far ahead as a desk allows."""
    return now + most_ms - _MARGIN_MS


def _span(text: str, now: int) -> int:
    if text.isdecimal() and len(text) < 5:
        return now + int(text) * _MINUTE_MS
    if not _SPAN.fullmatch(text):
        return 0
    parts = [(int(number), _UNITS_MS.get(unit, 0)) for number, unit in _PART.findall(text)]
    return now + sum(number * unit for number, unit in parts) if all(unit for _, unit in parts) else 0


def _moment(words: list[str], here: datetime, stamp: Callable[[datetime], int]) -> int:
    """A day, a clock, or both."""
    if not 1 <= len(words) <= 2:
        return 0
    clock = _clock(words[-1])
    named = words[: len(words) - 1] if clock is not None else words
    if len(named) > 1:
        return 0
    hour, minute = clock or (MORNING, 0)
    try:
        if not named:
            at = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
            return stamp(at if at > here else at + timedelta(days=1))
        day = _day(named[0], here)
        return stamp(day.replace(hour=hour, minute=minute)) if day is not None else 0
    except (ValueError, OverflowError, OSError):
        return 0


def _clock(word: str) -> tuple[int, int] | None:
    match = _CLOCK.fullmatch(word)
    hour, minute = (int(match[1]), int(match[2])) if match is not None else (24, 0)
    if match is None and word.isdecimal() and len(word) < 3:
        hour = int(word)  # `tomorrow 10`
    return (hour, minute) if hour < 24 and minute < 60 else None


def _day(word: str, here: datetime) -> datetime | None:
    """Its midnight. ValueError: there is no such day."""
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    if _is_called(word, _TODAY):
        return midnight
    if _is_called(word, _TOMORROW):
        return midnight + timedelta(days=1)
    meant = [number for number, names in enumerate(_WEEKDAYS) if _is_called(word, names)]
    if len(meant) == 1:
        return midnight + timedelta(days=(meant[0] - here.weekday() - 1) % 7 + 1)
    if match := _ISO.fullmatch(word):
        return datetime(int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED.fullmatch(word):
        day = datetime(int(match[3] or here.year), int(match[2]), int(match[1]))
        return day.replace(year=day.year + 1) if not match[3] and day < midnight else day
    return None


def _is_called(word: str, names: tuple[str, ...]) -> bool:
    return word in names or (len(word) > 2 and any(name.startswith(word) for name in names))
