"""Times ahead, as people write them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.when import when
from opconsole.terminal.layouts import readings

HERE = datetime(2026, 11, 26, 14, 30, 20)
"""A Thursday."""
EPOCH = datetime(1970, 1, 1)


def stamp(at: datetime) -> int:
    return int((at - EPOCH).total_seconds() * 1000)


NOW = stamp(HERE)


def read(text: str) -> datetime | None:
    at = when(readings(text), NOW, HERE, stamp)
    return EPOCH + timedelta(milliseconds=at) if at else None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("40", 40), ("40m", 40), ("40 min", 40), ("2h", 120), ("2h30m", 150), ("1d", 1440), ("in 2h", 120), ("1w", 10_080),
        ("40м", 40), ("40 мин", 40), ("2ч", 120), ("через 2 часа", 120), ("30ь", 30), ("2р", 120),
    ],
)  # fmt: skip
def test_how_long(text: str, minutes: int) -> None:
    assert when(readings(text), NOW, HERE, stamp) - NOW == minutes * 60_000


@pytest.mark.parametrize(
    ("text", "month", "day", "hour", "minute"),
    [
        ("16:30", 11, 26, 16, 30),
        ("9:05", 11, 27, 9, 5),  # it has passed today
        ("tomorrow", 11, 27, 9, 0),
        ("tomorrow 10:15", 11, 27, 10, 15),
        ("tomorrow at 10", 11, 27, 10, 0),
        ("tomo 10", 11, 27, 10, 0),
        ("завтра в 10", 11, 27, 10, 0),
        ("today 18:00", 11, 26, 18, 0),
        ("fri", 11, 27, 9, 0),
        ("thursday", 12, 3, 9, 0),  # today is one: the next
        ("пн 11:00", 11, 30, 11, 0),
        ("в среду", 12, 2, 9, 0),
        ("2026-12-31", 12, 31, 9, 0),
        ("2026-12-31 23:59", 12, 31, 23, 59),
        ("1.12 8:00", 12, 1, 8, 0),
    ],
)
def test_at_what_time(text: str, month: int, day: int, hour: int, minute: int) -> None:
    assert read(text) == datetime(2026, month, day, hour, minute)


def test_a_day_without_a_year_that_has_passed_is_of_the_next() -> None:
    assert read("1.2") == datetime(2027, 2, 1, 9, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "0m",
        "25:00",
        "12:60",
        "2026-13-01",
        "2026-02-30",
        "31.2",
        "2020-01-01",
        "today 9:00",
        "2q",
        "1h 9:00",
        "t",
    ],
)
def test_what_names_no_time_ahead_is_none(text: str) -> None:
    assert read(text) is None


@given(st.text(max_size=30))
def test_whatever_is_typed_it_is_a_time_ahead_or_none(text: str) -> None:
    at = when(readings(text), NOW, HERE, stamp)
    assert at == 0 or at > NOW
