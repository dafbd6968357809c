"""Times, spans and dates in words. Times are UTC milliseconds; `tz` None is this machine's zone.

The forms are few and fixed (an operator reads them at a glance), so they are here, not in a library of all the world's forms.
"""

from datetime import datetime, tzinfo
from typing import Final

from opconsole.locale.catalog import language

_SECOND: Final = 1000
_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86_400
_LATEST_MS: Final = 250_000_000_000_000
"""In the year 9892. A relay that sends a later time (or one before 1970) must not end a screen."""

_DAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
}
_MONTHS: Final = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "ru": (
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ),
}  # fmt: skip
_SHORT_MONTHS: Final = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "ru": ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"),
}
_UNITS: Final = {"en": ("s", "min", "h", "d"), "ru": ("с", "мин", "ч", "д")}
_AGO: Final = {"en": ("just now", "{} ago"), "ru": ("только что", "{} назад")}


def countdown(span_ms: int) -> str:
    """A running clock, at most five cells up to 99 hours: `0:05`, `1:05`, `59:59`, `1h05`, `2d`; below zero with a minus."""
    if span_ms < 0:
        return "-" + countdown(-span_ms) if span_ms <= -_SECOND else "0:00"
    seconds = span_ms // _SECOND
    if seconds < _HOUR:
        return f"{seconds // 60}:{seconds % 60:02}"
    units = _UNITS[language()]
    if seconds < 100 * _HOUR:
        return f"{seconds // _HOUR}{units[2]}{seconds % _HOUR // 60:02}"
    return f"{seconds // _DAY}{units[3]}"


def span(span_ms: int) -> str:
    """How long, in its largest unit: `5 s`, `3 min`, `2 h`, `4 d`."""
    seconds = max(0, span_ms // _SECOND)
    units = _UNITS[language()]
    if seconds < _MINUTE:
        return f"{seconds} {units[0]}"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} {units[1]}"
    if seconds < _DAY:
        return f"{seconds // _HOUR} {units[2]}"
    return f"{seconds // _DAY} {units[3]}"


def ago(at_ms: int, now_ms: int) -> str:
    """`just now`, `3 min ago`."""
    just_now, form = _AGO[language()]
    passed = now_ms - at_ms
    return just_now if passed < 10 * _SECOND else form.format(span(passed))


def clock(at_ms: int, tz: tzinfo | None = None) -> str:
    """`14:05`."""
    at = _local(at_ms, tz)
    return f"{at.hour:02}:{at.minute:02}"


def clock_in(at_ms: int, zone: str) -> str:
    """The clock in an IANA zone that a stranger's browser named; empty when there is no such zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return clock(at_ms, ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def day(at_ms: int, now_ms: int, tz: tzinfo | None = None) -> str:
    """A separator between days: `Sunday, 22 November`; of another year: `Sunday, 22 November 2026`."""
    at, lang = _local(at_ms, tz), language()
    text = f"{_DAYS[lang][at.weekday()]}, {at.day} {_MONTHS[lang][at.month - 1]}"
    return text if at.year == _local(now_ms, tz).year else f"{text} {at.year}"


def date(at_ms: int, now_ms: int, tz: tzinfo | None = None) -> str:
    """Short: `22 Nov`; of another year: `22 Nov 2026`."""
    at = _local(at_ms, tz)
    text = f"{at.day} {_SHORT_MONTHS[language()][at.month - 1]}"
    return text if at.year == _local(now_ms, tz).year else f"{text} {at.year}"


def date_time(at_ms: int, now_ms: int, tz: tzinfo | None = None) -> str:
    """`14:05` today, `22 Nov 14:05` before."""
    if _local(at_ms, tz).date() == _local(now_ms, tz).date():
        return clock(at_ms, tz)
    return f"{date(at_ms, now_ms, tz)} {clock(at_ms, tz)}"


def day_number(at_ms: int) -> int:
    """Days of this machine's calendar: two times of one day have the same."""
    return _local(at_ms, None).toordinal()


def _local(at_ms: int, tz: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(max(0, min(at_ms, _LATEST_MS)) / _SECOND, tz)
