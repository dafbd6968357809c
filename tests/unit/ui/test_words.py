"""Small phrases: times left, channels, counts."""

import pytest

from opconsole.ui.words import channel_mark, chat_name, left, waited, word_count
from opconsole.wire.cards import ChatCard, Place


@pytest.mark.parametrize(
    ("deadline", "now", "words"),
    [
        (0, 5, ""),
        (60_000, 0, "1:00"),
        (60_000, 1, "1:00"),
        (60_000, 59_001, "0:01"),
        (60_000, 60_000, "0:00"),
        (60_000, 75_000, "-0:15"),
    ],
)
def test_time_left_counts_down_to_its_last_second(deadline: int, now: int, words: str) -> None:
    assert left(deadline, now) == words


def test_waiting_time_never_runs_backwards() -> None:
    assert waited(0, 5) == ""
    assert waited(10_000, 5_000) == "0:00"
    assert waited(1_000, 134_000) == "2:13"


def test_a_visitor_without_a_name_is_called_by_the_chat() -> None:
    card = ChatCard(rev=1, chat=7, place=Place.inbox, visitor="v")
    assert chat_name(card) == "Visitor 7"


def test_channels_have_short_marks() -> None:
    assert channel_mark("site") == "web"
    assert channel_mark("carrier-pigeon") == "carr"


def test_words_are_counted_as_people_do() -> None:
    assert word_count("") == 0
    assert word_count("  one\ntwo  три ") == 3
