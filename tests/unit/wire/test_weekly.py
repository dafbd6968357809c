"""Days and hours of the week, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.wire.weekly import DAY, WEEK, holds, next_change, normal, read

MON, FRI, SAT, SUN = 0, 4 * DAY, 5 * DAY, 6 * DAY
H = 60


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("mon-fri 9-18", "mon-fri 9:00-18:00"),
        ("Mon – Fri  9:00 – 18:00,  sat 10-14:30", "mon-fri 9:00-18:00, sat 10:00-14:30"),
        ("пн-пт 9-18, сб 10-14", "mon-fri 9:00-18:00, sat 10:00-14:00"),
        ("monday, wednesday 9-18", "mon, wed 9:00-18:00"),
        ("sat, sun", "sat-sun"),
        ("9-18", "9:00-18:00"),
        ("22-6", "22:00-6:00"),
        ("fri-mon", "mon, fri-sun"),
        ("mon-sun", "mon-sun"),
        ("18-24", "18:00-24:00"),
    ],
)
def test_it_is_written_as_we_write_it_and_means_the_same(text: str, written: str) -> None:
    assert normal(text) == written
    assert normal(written) == written
    assert all(holds(read(text), minute) == holds(read(written), minute) for minute in range(0, WEEK, 30))


@pytest.mark.parametrize("text", ["soon", "mon-", "25-26", "9-9", "9:60-10", "mon 9", "mon 9-18 fri-xyz", "m", "9-25"])
def test_what_says_nothing_is_a_fault(text: str) -> None:
    with pytest.raises(ValueError):
        read(text)


def test_when_it_holds() -> None:
    work = read("mon-fri 9-18, sat 10-14")
    assert holds(work, MON + 9 * H)
    assert not holds(work, MON + 9 * H - 1)
    assert not holds(work, MON + 18 * H)
    assert holds(work, SAT + 13 * H)
    assert not holds(work, SUN + 12 * H)
    assert holds((), SUN)


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    night = read("fri, sun 22-6")
    assert [holds(night, at) for at in (FRI + 23 * H, SAT + 5 * H, SAT + 23 * H, MON + 5 * H)] == [
        True,
        True,
        False,
        True,
    ]


def test_when_it_changes_next() -> None:
    work = read("mon-fri 9-18")
    assert next_change(work, MON) == 9 * H
    assert next_change(work, MON + 9 * H) == 9 * H
    assert next_change(work, FRI + 18 * H) == 63 * H
    assert next_change((), 5) == 0


@given(st.text(alphabet="monfrisatпнвт 0123456789:-,", max_size=24), st.integers(0, WEEK - 1))
def test_between_two_changes_it_stays_as_it_is(text: str, minute: int) -> None:
    try:
        windows = read(text)
    except ValueError:
        return
    assert read(normal(text)) is not None
    after = next_change(windows, minute)
    now = holds(windows, minute)
    assert all(holds(windows, (minute + step) % WEEK) is now for step in range(1, after, 7))
