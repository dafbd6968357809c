from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from opconsole.locale import ago, clock, clock_in, countdown, date, date_time, day, day_number, set_language, span


def ms(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc, arg-type]


NOW = ms(2026, 11, 22, 12, 0)


@pytest.fixture
def russian() -> Iterator[None]:
    assert set_language("ru") == "ru"
    yield
    set_language("en")


@pytest.mark.parametrize(
    ("span_s", "text"),
    [
        (0, "0:00"),
        (5, "0:05"),
        (65, "1:05"),
        (3599, "59:59"),
        (3600, "1h00"),
        (3900, "1h05"),
        (400_000, "4d"),
        (-5, "-0:05"),
    ],
)
def test_a_countdown_is_short(span_s: int, text: str) -> None:
    assert countdown(span_s * 1000) == text


def test_less_than_a_second_before_zero_has_no_minus() -> None:
    assert countdown(-400) == "0:00"


@pytest.mark.parametrize(("span_s", "text"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7300, "2 h"), (200_000, "2 d")])
def test_a_span_is_said_in_its_largest_unit(span_s: int, text: str) -> None:
    assert span(span_s * 1000) == text


def test_a_clock_is_in_the_zone_asked_for() -> None:
    assert clock(NOW, UTC) == "12:00"
    assert clock(NOW, ZoneInfo("Europe/Moscow")) == "15:00"
    assert clock_in(NOW, "Asia/Kolkata") == "17:30"


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../../etc/passwd", "/etc/passwd", "a\x00b", "x" * 5000])
def test_a_zone_that_a_stranger_made_up_is_no_clock(zone: str) -> None:
    assert clock_in(NOW, zone) == ""


def test_days_and_dates_in_english() -> None:
    assert day(NOW, NOW, UTC) == "Sunday, 22 November"
    assert day(ms(2025, 3, 1), NOW, UTC) == "Saturday, 1 March 2025"
    assert date(ms(2025, 3, 1), NOW, UTC) == "1 Mar 2025"
    assert date_time(NOW, NOW, UTC) == "12:00"
    assert date_time(ms(2026, 11, 21, 23, 59), NOW, UTC) == "21 Nov 23:59"
    assert ago(NOW - 180_000, NOW) == "3 min ago"
    assert ago(NOW + 5000, NOW) == "just now"


@pytest.mark.usefixtures("russian")
def test_days_and_dates_in_russian() -> None:
    assert day(NOW, NOW, UTC) == "воскресенье, 22 ноября"
    assert date(ms(2025, 5, 1), NOW, UTC) == "1 мая 2025"
    assert ago(NOW - 180_000, NOW) == "3 мин назад"
    assert countdown(3_900_000) == "1ч05"


@pytest.mark.parametrize("at_ms", [2**63, -(2**63), 10**40])
def test_a_time_beyond_all_calendars_is_shown_all_the_same(at_ms: int) -> None:
    """From a relay that means ill, or has a fault: it must not end a screen."""
    assert clock(at_ms, UTC)
    assert day(at_ms, NOW, UTC)
    assert date_time(at_ms, NOW, UTC)
    assert clock_in(at_ms, "Asia/Omsk")
    assert day_number(at_ms)
