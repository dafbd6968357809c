"""The ledger: it notices every way in which a relay can break its promise."""

import pytest

from opconsole.simulation.ledger import Ledger, Seen, percentile
from opconsole.wire.staff import Refused


@pytest.fixture
def ledger() -> Ledger:
    """Anna's: she has said two messages in chat 5, which are acknowledged, and was answered between them."""
    ledger = Ledger("anna")
    ledger.said("a", "Hello?", now=1_000)
    ledger.done("a", 5, 1, now=1_004)
    ledger.saw(5, Seen(1, "Hello?", "a", "visitor"))
    ledger.saw(5, Seen(2, "Yes!", "", "operator"))
    ledger.said("b", "Fine", now=2_000)
    ledger.done("b", 5, 3, now=2_002)
    ledger.saw(5, Seen(3, "Fine", "b", "visitor"))
    return ledger


TRUTH = [Seen(1, "Hello?", "a", "visitor"), Seen(2, "Yes!", "", "operator"), Seen(3, "Fine", "b", "visitor")]


def test_a_good_relay_leaves_nothing_to_complain_of(ledger: Ledger) -> None:
    ledger.compare(5, TRUTH)

    assert [ledger.problems, ledger.doubled(), ledger.lost_in(5), ledger.unanswered] == [[], [], [], []]
    assert [(each.chat, each.n) for each in ledger.stored] == [(5, 1), (5, 3)]
    assert ledger.stored_us == [4, 2]
    assert ledger.last_in(5) == 3


def test_an_answer_that_comes_twice_is_the_same_answer(ledger: Ledger) -> None:
    ledger.done("a", 5, 1, now=9_000)
    assert ledger.problems == []
    assert ledger.stored_us == [4, 2]

    ledger.done("a", 5, 4, now=9_000)
    assert ledger.problems == ["anna: message a was acknowledged as 5/1 and 5/4"]


def test_an_acknowledged_message_that_is_not_there_is_lost(ledger: Ledger) -> None:
    ledger.compare(5, TRUTH[:2])

    assert [each.id for each in ledger.lost_in(5)] == ["b"]
    assert len(ledger.problems) == 1


def test_a_message_at_another_number_or_with_other_words_is_lost(ledger: Ledger) -> None:
    ledger.compare(5, [Seen(1, "Hello!", "a", "visitor"), *TRUTH[1:]])

    assert [each.id for each in ledger.lost_in(5)] == ["a"]


def test_a_message_that_stands_twice_is_doubled(ledger: Ledger) -> None:
    ledger.saw(5, Seen(4, "Fine", "b", "visitor"))

    assert ledger.doubled() == ["b"]


def test_seeing_a_message_again_is_no_news_but_a_changed_one_is_a_problem(ledger: Ledger) -> None:
    assert ledger.saw(5, TRUTH[1]) is False
    assert ledger.problems == []

    ledger.saw(5, Seen(2, "No!", "", "operator"))
    assert "was 'Yes!' and is 'No!'" in ledger.problems[0]


def test_a_gap_is_a_problem(ledger: Ledger) -> None:
    assert ledger.saw(5, Seen(5, "…", "", "operator")) is True

    assert ledger.problems == ["anna: chat 5 goes from 3 to 5"]


def test_a_sync_with_a_gap_is_a_problem(ledger: Ledger) -> None:
    ledger.compare(5, [TRUTH[0], TRUTH[2]])

    assert "was synced with numbers [1, 3]" in ledger.problems[0]


def test_what_the_relay_refuses_is_not_lost(ledger: Ledger) -> None:
    ledger.said("c", "More", now=3_000)
    assert [each.id for each in ledger.unanswered] == ["c"]

    ledger.refused(Refused(id="c", code="inbox_full", text="…"))

    assert ledger.unanswered == []
    assert ledger.refusals == {"inbox_full": 1}


def test_an_acknowledged_message_may_not_be_refused_later(ledger: Ledger) -> None:
    ledger.refused(Refused(id="a", code="limit", text="…"))

    assert ledger.problems == ["anna: message a was acknowledged, then refused (limit)"]


def test_an_acknowledgement_of_a_message_has_its_number(ledger: Ledger) -> None:
    ledger.said("c", "More", now=3_000)
    ledger.done("c", 5, 0, now=3_001)
    ledger.done("a-rating", 5, 0, now=3_001)

    assert ledger.problems == ["anna: message c was acknowledged without a number"]


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 50, 0), ([7], 50, 7), ([7], 99, 7), ([1, 2, 3, 4], 50, 2), (list(range(1, 101)), 99, 99), ([1, 9], 99, 9)],
)
def test_percentiles(values: list[int], percent: int, expected: int) -> None:
    assert percentile(values, percent) == expected


def test_words_that_were_changed_are_seen_as_they_are_now_and_are_not_lost() -> None:
    ledger = Ledger("ivan")
    ledger.said("a", "Hello?", 0)
    ledger.done("a", 5, 1, 10)
    ledger.saw(5, Seen(1, "Hello?", "a", "visitor"))
    ledger.changed(5, 1, "", 1)
    ledger.saw(5, Seen(2, "", "", "operator"))
    ledger.changed(5, 9, "of nothing that was seen", 1)
    ledger.compare(5, [Seen(1, "", "a", "visitor", 1), Seen(2, "", "", "operator")])
    assert ledger.problems == []
    assert ledger.lost_in(5) == []
