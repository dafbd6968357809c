import pytest

from opconsole.state.days import begins, ends, first_day, last_day, normal

DAY = 24 * 3_600_000


def test_a_last_day_is_a_whole_day() -> None:
    assert ends("2026-12-31", "UTC") - begins("2026-12-31", "UTC") == DAY
    assert ends("2026-12-31 18:00", "UTC") - begins("2026-12-31", "UTC") == DAY * 3 // 4
    assert begins("", "UTC") == ends("", "UTC") == 0


def test_a_day_is_the_desks() -> None:
    assert begins("2026-12-31", "UTC") - begins("2026-12-31", "Europe/Moscow") == 3 * 3_600_000
    assert begins("2026-12-31", "no such zone") == begins("2026-12-31", "UTC")


@pytest.mark.parametrize("zone", ["UTC", "Europe/Moscow", "America/New_York"])
@pytest.mark.parametrize("written", ["", "2026-12-31", "2026-03-29", "2026-12-31 18:05"])
def test_what_was_written_comes_back(written: str, zone: str) -> None:
    assert first_day(begins(written, zone), zone) == written
    assert last_day(ends(written, zone), zone) == written


@pytest.mark.parametrize(
    "written", ["31.12.2026", "2026-13-01", "2026-02-30", "soon", "2026-12-31 25:00", "1812-01-01"]
)
def test_what_is_no_day_is_refused(written: str) -> None:
    for read in (normal, lambda text: begins(text, "UTC"), lambda text: ends(text, "UTC")):
        with pytest.raises(ValueError):
            read(written)


def test_a_day_is_written_in_one_way() -> None:
    assert normal(" 2026-1-5 ") == "2026-01-05"
    assert normal("2026-01-05T8:30") == "2026-01-05 08:30"


def test_times_beyond_the_calendar_are_no_day() -> None:
    assert first_day(2**53, "UTC") == ""
