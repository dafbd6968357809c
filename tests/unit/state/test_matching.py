"""Fitting typed letters to lines: order of the ways to fit, layouts, misspellings, and which letters are lit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.matching import Needle, fold
from opconsole.terminal.layouts import readings


def score(typed: str, title: str, rest: str = "") -> float:
    return Needle(readings(typed)).score(fold(title), fold(rest))


def test_the_ways_to_fit_are_in_their_order() -> None:
    ways = [
        score("anna", "Anna"),
        score("anna", "Anna Smith"),
        score("anna", "Susanna"),
        score("anna", "Alina Nna"),
        score("anna", "Petrov", "anna wrote"),
        score("anna", "Petrov", "susanna wrote"),
    ]
    assert ways == sorted(ways, reverse=True)
    assert ways[-1] > 0


def test_every_word_must_be_found() -> None:
    assert score("ivan petrov", "Petrov, Ivan")
    assert not score("ivan smith", "Petrov, Ivan")


@pytest.mark.parametrize("typed", ["сдщыу", "СДЩЫУ", "close", "CLOSE"])
def test_the_wrong_layout_is_forgiven(typed: str) -> None:
    assert score(typed, "Close the chat")


def test_russian_typed_in_the_latin_layout_is_found() -> None:
    assert score("bdfy", "Иван Петров")


def test_yo_is_ye() -> None:
    assert score("петр", "Пётр")
    assert score("пётр", "Петр")


def test_what_was_typed_counts_a_little_more_than_its_other_reading() -> None:
    assert score("ok", "ok") > score("щл", "ok")


def test_letters_in_order_light_up_one_by_one() -> None:
    assert Needle(("nxt",)).hits("Take next") == (5, 7, 8)
    assert Needle(("next",)).hits("Take next") == (5, 6, 7, 8)


def test_a_misspelling_finds_what_was_meant() -> None:
    titles = [fold(title) for title in ("Anna Smith", "Иван Петров", "Close the chat")]
    assert Needle(("smiht",)).typos(titles)[0][0] == 0
    assert Needle(("смиь",)).typos(titles) == []


def test_an_empty_needle_is_empty() -> None:
    assert not Needle(readings("  "))


@given(st.text(max_size=60))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(max_size=20), st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_scored_and_hits_lie_within_the_title(typed: str, title: str, rest: str) -> None:
    needle = Needle(readings(typed))
    assert needle.score(fold(title), fold(rest)) >= 0
    hits = needle.hits(title)
    assert list(hits) == sorted(set(hits))
    assert all(0 <= at < len(title) for at in hits)


@given(st.text(alphabet="abc xyzабв", min_size=1, max_size=12), st.integers(0, 8), st.integers(1, 6))
def test_a_part_of_a_title_finds_it(title: str, start: int, size: int) -> None:
    part = title[start : start + size]
    if part.strip():
        assert Needle((part,)).score(fold(title), "") > 0
