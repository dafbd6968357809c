from opconsole.state.changes import RescueSoon
from opconsole.state.due import due_warnings
from opconsole.state.store import Store
from opconsole.wire.cards import ChatCard, Place
from opconsole.wire.staff import Gone
from tests.unit.state.make import ME, chat, held, store, welcome


def owing(number: int, rescue_at: int, rev: int = 1) -> ChatCard:
    return held(number, rev, owes_since=1, rescue_at=rescue_at)


def told(picture: Store, now: int) -> list[int]:
    return [warning.chat for warning in due_warnings(picture, now)]


def test_a_rescue_is_warned_of_once_when_it_is_near() -> None:
    picture = store(owing(1, 100_000))
    assert told(picture, 69_999) == []
    assert due_warnings(picture, 70_000) == [RescueSoon(1, 100_000)]
    assert told(picture, 71_000) == []


def test_the_relays_clock_counts() -> None:
    picture = store(owing(1, 100_000))
    picture.apply([welcome(now=70_000)], 5_000)
    assert told(picture, 5_000) == [1]


def test_a_deadline_that_is_over_is_not_warned_of() -> None:
    assert told(store(owing(1, 100_000)), 100_000) == []


def test_a_little_push_is_the_same_deadline_and_a_new_debt_another() -> None:
    picture = store(owing(1, 100_000))
    assert told(picture, 80_000) == [1]
    picture.apply([owing(1, 105_000, 2)], 1)
    assert told(picture, 90_000) == []
    picture.apply([held(1, 3)], 1)
    assert told(picture, 91_000) == []
    picture.apply([owing(1, 110_000, 4)], 1)
    assert told(picture, 92_000) == [1]


def test_a_deadline_that_moved_far_away_is_warned_of_anew() -> None:
    picture = store(owing(1, 100_000))
    assert told(picture, 80_000) == [1]
    picture.apply([owing(1, 200_000, 2)], 1)
    assert told(picture, 90_000) == []
    assert told(picture, 180_000) == [1]


def test_the_nearest_is_told_first_and_only_what_i_hold() -> None:
    picture = store(
        owing(1, 100_000), owing(2, 90_000), held(3, owner="boris", rescue_at=90_000), chat(4, Place.snoozed, owner=ME)
    )
    assert told(picture, 85_000) == [2, 1]


def test_a_chat_that_came_back_is_warned_of_again() -> None:
    picture = store(owing(1, 100_000))
    assert told(picture, 80_000) == [1]
    picture.apply([Gone(chat=1, rev=2), owing(1, 100_000, 3)], 1)
    assert told(picture, 81_000) == [1]
