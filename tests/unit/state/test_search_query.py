"""What is typed into the search: filters in both languages, dates, ratings, and what is no filter."""

from datetime import date

import pytest

from opconsole.state.search_query import Asked, days, parse, ratings
from opconsole.wire.search import Search

TODAY = date(2026, 11, 26)
DAY = 24 * 3600 * 1000


def midnight(day: date) -> int:
    return day.toordinal() * DAY


def asked(typed: str) -> Asked:
    return parse(typed, TODAY, midnight)


def at(year: int, month: int, day: int) -> int:
    return midnight(date(year, month, day))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Asked()),
        ("   ", Asked()),
        ("kettle ret", Asked("kettle ret")),
        ("kettle ", Asked("kettle ")),
        ("op:anna", Asked(operator="anna")),
        ("оп:анна", Asked(operator="анна")),
        ("Visitor:ivan refund", Asked("refund", visitor="ivan")),
        ('visitor:"Иван Петров" возврат', Asked("возврат", visitor="Иван Петров")),
        ("channel:telegram mine:", Asked(channel="telegram", mine=True)),
        ("мои: заказ", Asked("заказ", mine=True)),
        ("mine:no", Asked()),
        ("op:", Asked()),
        ("rating:>3", Asked(least=4, most=5)),
        ("оценка:2-4", Asked(least=2, most=4)),
        ("from:2026-11-01", Asked(since=at(2026, 11, 1))),
        ("to:2026-11-01", Asked(until=at(2026, 11, 2))),
        ("on:today", Asked(since=at(2026, 11, 26), until=at(2026, 11, 27))),
        ("от:2026-10 до:вчера", Asked(since=at(2026, 10, 1), until=at(2026, 11, 26))),
        ("http://shop.example", Asked("http://shop.example")),
        ("note:a time 12:30", Asked("note:a time 12:30")),
        ("x from:soon", Asked(wrong=("from", "soon"))),
        ("оценка:9", Asked(wrong=("оценка", "9"))),
    ],
)
def test_what_is_meant(typed: str, expected: Asked) -> None:
    assert asked(typed) == expected


def test_a_filter_at_the_end_ends_the_word_before_it() -> None:
    assert asked("заказ op:anna").text == "заказ "


@pytest.mark.parametrize(
    ("value", "first", "after"),
    [
        ("2026-02-28", date(2026, 2, 28), date(2026, 3, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("01.11.2026", date(2026, 11, 1), date(2026, 11, 2)),
        ("1.11.26", date(2026, 11, 1), date(2026, 11, 2)),
        ("1.11", date(2026, 11, 1), date(2026, 11, 2)),
        ("24.12", date(2025, 12, 24), date(2025, 12, 25)),
        ("7d", date(2026, 11, 19), date(2026, 11, 20)),
        ("7д", date(2026, 11, 19), date(2026, 11, 20)),
        ("Yesterday", date(2026, 11, 25), date(2026, 11, 26)),
    ],
)
def test_days(value: str, first: date, after: date) -> None:
    assert days(value, TODAY) == (first, after)


@pytest.mark.parametrize("value", ["2026-02-30", "32.1", "2026-13", "tomorrow", "11", "0000-01-01", "29.2", "9999d"])
def test_what_is_no_day(value: str) -> None:
    if value != "9999d":
        assert days(value, TODAY) is None
    else:
        assert days(value, date(20, 1, 1)) is None


@pytest.mark.parametrize(
    ("value", "found"),
    [("4", (4, 4)), (">3", (4, 5)), (">=3", (3, 5)), ("<2", (1, 1)), ("<=2", (1, 2)), ("=5", (5, 5)), ("2-4", (2, 4))],
)
def test_ratings(value: str, found: tuple[int, int]) -> None:
    assert ratings(value) == found


@pytest.mark.parametrize("value", ["0", "6", ">5", "<1", "4-2", ">2-3", "good"])
def test_what_is_no_rating(value: str) -> None:
    assert ratings(value) is None


def test_the_question_keeps_to_the_wires_bounds() -> None:
    question = Asked("x" * 1000, visitor="y" * 1000, operator="z" * 200, least=2).question("s1", 7)
    assert isinstance(question, Search)
    assert (len(question.text), len(question.visitor), len(question.operator)) == (300, 512, 80)
    assert (question.id, question.before, question.least) == ("s1", 7, 2)
