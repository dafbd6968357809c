"""Days as people write them, `2026-12-31` (or with a time, `2026-12-31 18:00`), and as the wire has them: ms. In the desk's time zone.

A template's last day is a day on which it is still offered, so it ends with the beginning of the next one.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_WRITTEN: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2}))?")
_DAY: Final = timedelta(days=1)


def begins(written: str, zone: str) -> int:
    """The day's beginning, or the time, in ms; 0 for nothing. ValueError: it is no day."""
    at = _read(written)
    return _ms(at, zone) if at is not None else 0


def ends(written: str, zone: str) -> int:
    """The end of the day, or the time, in ms; 0 for nothing. ValueError: it is no day."""
    at = _read(written)
    if at is None:
        return 0
    return _ms(at if ":" in written else at + _DAY, zone)


def first_day(at_ms: int, zone: str) -> str:
    """What `begins` reads; empty for 0."""
    return _written(at_ms, zone, timedelta()) if at_ms else ""


def last_day(at_ms: int, zone: str) -> str:
    """What `ends` reads; empty for 0."""
    return _written(at_ms, zone, _DAY) if at_ms else ""


def minute_of_week(at_ms: int, zone: str) -> int:
    """On the desk's clock; 0: Monday's first."""
    try:
        at = datetime.fromtimestamp(at_ms / 1000, _zone(zone))
    except (ValueError, OverflowError, OSError):
        return 0
    return at.weekday() * 1440 + at.hour * 60 + at.minute


def normal(written: str) -> str:
    """As we write it. ValueError: it is no day."""
    at = _read(written)
    if at is None:
        return ""
    return f"{at:%Y-%m-%d %H:%M}" if ":" in written else f"{at:%Y-%m-%d}"


def _read(written: str) -> datetime | None:
    written = written.strip()
    if not written:
        return None
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise ValueError(written)
    at = datetime(*(int(each or 0) for each in match.groups()))  # type: ignore[arg-type]
    if not 1971 <= at.year <= 9000:
        raise ValueError(written)
    return at


def _written(at_ms: int, zone: str, back: timedelta) -> str:
    try:
        at = datetime.fromtimestamp(at_ms / 1000, _zone(zone))
    except (ValueError, OverflowError, OSError):
        return ""
    if at.hour or at.minute:
        return f"{at:%Y-%m-%d %H:%M}"
    return f"{at - back:%Y-%m-%d}"


def _ms(at: datetime, zone: str) -> int:
    return int(at.replace(tzinfo=_zone(zone)).timestamp() * 1000)


def _zone(zone: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # 7 ms that the start needs not

    try:
        return ZoneInfo(zone) if zone not in ("", "UTC") else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
