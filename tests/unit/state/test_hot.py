"""The hot list: the order of need, the round through it while things change, and the way back."""

from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.hot import TRAIL, Round, Trail, needing
from opconsole.state.store import Store
from opconsole.wire.cards import Place
from opconsole.wire.staff import Settings
from tests.unit.state.make import ME, chat, held, store, welcome


def go(picture: Store, walk: Round, now: int = 0) -> int:
    """One press of the key: the chat that comes; 0: it is said that there is none."""
    card = walk.step(picture, now)
    if card is None:
        return 0
    walk.left(picture, picture.shown, now)
    picture.show(card.chat)
    return card.chat


def test_who_will_be_lost_first_comes_first_then_owed_unread_and_flagged() -> None:
    picture = store(
        held(1),
        held(2, unread=1, last_at=7, public=1),
        held(3, unread=1, last_at=5, public=1),
        held(4, owes_since=9),
        held(5, owes_since=3, rescue_at=900),
        held(6, owes_since=4, rescue_at=800),
        chat(7),
    )
    picture.flag([7, 1], True, 10)
    assert [card.chat for card in needing(picture)] == [6, 5, 4, 3, 2, 1, 7]


def test_of_flagged_ones_the_oldest_flag_comes_first_and_what_is_out_of_sight_is_not_there() -> None:
    picture = store(held(1), held(2))
    picture.flag([2], True, 1)
    picture.flag([1, 99], True, 2)
    assert [card.chat for card in needing(picture)] == [2, 1]


def test_a_chat_put_aside_needs_nobody() -> None:
    assert needing(store(chat(1, Place.snoozed, owner=ME, rescue_at=5, owes_since=1))) == []


def test_a_round_goes_through_all_and_begins_anew() -> None:
    picture = store(held(1, owes_since=3, rescue_at=900), held(2, owes_since=4, rescue_at=800), held(3, owes_since=9))
    walk = Round()
    assert [go(picture, walk) for _ in range(6)] == [2, 1, 3, 2, 1, 3]


def test_a_chat_where_i_was_comes_again_only_with_something_new() -> None:
    picture = store(*(held(n, owes_since=n, public=1, words_by="visitor") for n in (1, 2, 3)))
    walk = Round()
    assert (go(picture, walk), go(picture, walk)) == (1, 2)
    picture.apply([held(1, 2, owes_since=1, public=2, words_by="visitor")], 1)
    assert go(picture, walk) == 1
    assert go(picture, walk) == 3


def test_my_own_words_are_nothing_new() -> None:
    picture = store(*(held(n, owes_since=n, public=1, words_by="visitor") for n in (1, 2, 3)))
    walk = Round()
    assert (go(picture, walk), go(picture, walk)) == (1, 2)
    picture.flag([1], True, 5)
    picture.apply([held(1, 2, public=2, words_by=ME)], 1)
    assert go(picture, walk) == 3


def test_a_round_that_was_left_begins_with_the_most_urgent() -> None:
    picture = store(held(1, owes_since=1), held(2, owes_since=2), held(3, owes_since=3), held(4))
    walk = Round()
    assert (go(picture, walk), go(picture, walk)) == (1, 2)
    picture.show(4)
    walk.over()
    assert go(picture, walk) == 1


def test_a_rescue_that_has_come_near_is_something_new() -> None:
    picture = store(*(held(n, owes_since=n, rescue_at=100_000 * n) for n in (1, 2, 3)))
    picture.apply([welcome(settings=Settings(warn_ms=30_000))], 0)
    walk = Round()
    assert (go(picture, walk), go(picture, walk, 1_000)) == (1, 2)
    assert go(picture, walk, 80_000) == 1


def test_where_nothing_needs_me_it_says_so_and_then_goes_on_through_the_rest() -> None:
    picture = store(held(1), held(2), held(3))
    picture.show(2)
    walk = Round()
    assert [go(picture, walk) for _ in range(4)] == [0, 3, 1, 2]
    picture.apply([held(3, 2, owes_since=5)], 1)
    assert go(picture, walk) == 3
    assert go(picture, walk) == 0
    assert go(picture, walk) == 1


def test_alone_there_is_nowhere_to_go() -> None:
    picture = store(held(1, owes_since=4))
    picture.show(1)
    walk = Round()
    assert [go(picture, walk) for _ in range(3)] == [0, 0, 0]


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=2, max_size=9), st.integers(1, 9))
def test_while_nothing_changes_each_round_visits_every_chat_that_needs_me_once(
    kinds: list[tuple[bool, bool, bool]], first: int
) -> None:
    cards = [
        held(n, owes_since=n * owes, rescue_at=50 * n * rescue, unread=int(new), public=n)
        for n, (owes, rescue, new) in enumerate(kinds, start=1)
    ]
    picture = store(*cards)
    picture.show(first)
    wanted = [card.chat for card in needing(picture) if card.chat != first]
    walk = Round()
    assert [go(picture, walk) for _ in wanted] == wanted


def test_the_way_back_goes_from_chat_to_chat_and_passes_those_that_are_gone() -> None:
    trail = Trail()
    for chat_number in (1, 0, 2, 2, 3, 1):
        trail.left(chat_number)
    assert [trail.back(lambda chat_number: chat_number != 3) for _ in range(4)] == [1, 2, 1, 0]


def test_the_way_back_is_bounded() -> None:
    trail = Trail()
    for chat_number in range(1, 100):
        trail.left(chat_number)
    found = [trail.back(lambda _: True) for _ in range(TRAIL + 1)]
    assert found == [*range(99, 99 - TRAIL, -1), 0]
