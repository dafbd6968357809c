"""Simulated people: the same from the same seed, and as various as people are."""

from collections import Counter

import pytest

from opconsole.simulation.people import Person, person
from opconsole.wire import limits

SHOP = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return [person(7, number, SHOP) for number in range(300)]


def test_the_same_seed_gives_the_same_person() -> None:
    assert person(7, 3, SHOP) == person(7, 3, SHOP)
    assert person(7, 3, SHOP) != person(8, 3, SHOP)
    assert person(7, 3, SHOP) != person(7, 4, SHOP)


def test_people_come_in_both_languages_and_from_everywhere(crowd: list[Person]) -> None:
    languages = Counter(each.lang for each in crowd)

    assert min(languages["en"], languages["ru"]) > 100
    assert {each.profile.lang[:2] for each in crowd if each.lang == "ru"} == {"ru"}
    assert len({each.profile.tz for each in crowd}) > 8
    assert len({each.profile.agent for each in crowd}) > 4
    assert len({each.lines[0] for each in crowd}) > 40
    assert any(each.profile.query for each in crowd)
    assert any(each.profile.utm for each in crowd)
    assert any(not each.profile.referrer for each in crowd)


def test_people_differ_in_temper_and_habits(crowd: list[Person]) -> None:
    for habit in ("ends", "splits", "more", "score", "name", "thanks", "flaky"):
        having = sum(bool(getattr(each, habit)) for each in crowd)
        assert 10 < having < 295, habit
    assert min(each.patience_ms for each in crowd) < 60_000 < 180_000 < max(each.patience_ms for each in crowd)
    assert all(each.nudge_ms > each.think_ms for each in crowd)


def test_a_phone_has_a_phones_screen(crowd: list[Person]) -> None:
    for each in crowd:
        width = int(each.profile.screen.split("x")[0])
        assert ("Mobile" in each.profile.agent) == (width < 800)


def test_they_begin_on_the_page_of_their_errand(crowd: list[Person]) -> None:
    for each in crowd:
        assert each.pages[0] == each.profile.page
        assert each.profile.landing.startswith(each.profile.page.url)
        assert each.profile.page.url.startswith(SHOP)


def test_a_quicker_pace_makes_everything_quicker_and_changes_nothing_else() -> None:
    slow, quick = person(7, 1, SHOP), person(7, 1, SHOP, pace=10.0)

    assert quick.lines == slow.lines
    assert quick.profile == slow.profile
    assert 8 < slow.patience_ms / quick.patience_ms < 12
    assert quick.char_ms >= 1


def test_who_comes_back_says_so_and_asks_something_else(crowd: list[Person]) -> None:
    back = [each for each in crowd if each.more]

    assert back
    assert all("\n" in each.more[0] for each in back)
    assert all(each.more[0].split("\n")[1] not in each.lines for each in back)


def test_what_they_send_fits_the_protocol(crowd: list[Person]) -> None:
    for each in crowd:
        assert len(each.profile.page.url) < limits.URL_CHARS
        assert len(each.name) < limits.NAME_CHARS
        assert all(len(line.encode()) < limits.TEXT_BYTES for line in each.lines)
