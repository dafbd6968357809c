import random

from opconsole.state.order import InboxOrder, MyNumbers
from tests.unit.state.make import chat, held


def test_the_earliest_deadline_stands_first_and_ties_go_by_number() -> None:
    inbox = InboxOrder()
    for number, answer_by in ((3, 50), (1, 90), (2, 50)):
        inbox.put(chat(number, answer_by=answer_by))
    assert [card.chat for card in inbox.cards] == [2, 3, 1]
    assert [inbox.index(number) for number in (2, 3, 1, 9)] == [0, 1, 2, -1]


def test_a_newer_card_takes_the_place_of_the_older() -> None:
    inbox = InboxOrder()
    inbox.put(chat(1, answer_by=5))
    inbox.put(chat(2, answer_by=6))
    newer = chat(1, answer_by=5, words="more")
    inbox.put(newer)
    assert inbox.cards[0] is newer
    moved = chat(1, answer_by=7)
    inbox.put(moved)
    assert [card.chat for card in inbox.cards] == [2, 1]
    assert inbox.cards[1] is moved


def test_a_dropped_chat_is_gone_and_dropping_it_again_is_no_news() -> None:
    inbox = InboxOrder()
    inbox.put(chat(1))
    assert inbox.drop(1)
    assert not inbox.drop(1)
    assert list(inbox.cards) == []
    assert 1 not in inbox


def test_the_oldest_is_right_after_any_changes() -> None:
    dice = random.Random(5)
    inbox = InboxOrder()
    for _ in range(2_000):
        number = dice.randint(1, 30)
        if dice.random() < 0.3:
            inbox.drop(number)
        else:
            inbox.put(chat(number, answer_by=dice.randint(1, 50), waiting_since=dice.randint(1, 50)))
        expected = min(inbox.cards, key=lambda card: (card.waiting_since, card.chat), default=None)
        assert inbox.oldest() is expected
        assert list(inbox.cards) == sorted(inbox.cards, key=lambda card: (card.answer_by, card.chat))


def test_my_chats_keep_their_numbers_and_free_ones_are_used_again() -> None:
    mine = MyNumbers()
    for number in (10, 20, 30):
        mine.add(held(number))
    mine.drop(20)
    assert (mine.number(10), mine.number(30)) == (1, 3)
    mine.add(held(40))
    assert mine.number(40) == 2
    assert mine.chats() == [10, 40, 30]
    assert mine.chat(3) == 30
    assert mine.chat(7) == mine.chat(0) == 0


def test_a_tenth_chat_waits_for_a_number_the_longest_held_first() -> None:
    mine = MyNumbers()
    for number in range(1, 10):
        mine.add(held(number))
    mine.add(held(60, taken_at=6))
    mine.add(held(50, taken_at=5))
    assert mine.number(50) == mine.number(60) == 0
    assert mine.chats()[-2:] == [50, 60]
    mine.drop(4)
    assert mine.number(50) == 4
    mine.drop(60)
    assert 60 not in mine
    assert len(mine) == 9


def test_a_sync_keeps_the_numbers_of_what_is_still_mine() -> None:
    mine = MyNumbers()
    for number in (10, 20, 30):
        mine.add(held(number))
    mine.replace([held(50, taken_at=2), held(30), held(40, taken_at=1)])
    assert {number: mine.number(number) for number in (30, 40, 50)} == {30: 3, 40: 1, 50: 2}
    assert 10 not in mine
