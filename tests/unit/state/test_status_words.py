"""Statuses as they are typed: in English and Russian, and by the names that the console shows."""

import pytest

from opconsole.locale import set_language
from opconsole.state.status_words import STATUS_WORDS, status_of
from opconsole.ui.words import status_name
from opconsole.wire.cards import Status


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("status", list(Status))
def test_what_the_console_calls_it_can_be_typed(lang: str, status: Status) -> None:
    set_language(lang)
    try:
        shown = status_name(status).split()
    finally:
        set_language("en")
    assert status_of([*shown, "lunch"]) == (status, len(shown))


def test_words_beyond_the_status_are_the_reason() -> None:
    assert status_of(["Отошёл", "на", "обед"]) == (Status.away, 1)
    assert status_of(["на", "обед"]) is None
    assert status_of([]) is None


def test_the_words_are_as_they_are_compared() -> None:
    assert all(word == word.casefold().replace("ё", "е") for word in STATUS_WORDS)
