from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.sent_words import SentWords


def test_this_chats_words_come_first_and_then_all_others_newest_first() -> None:
    sent = SentWords()
    for chat, text in [(1, "a"), (2, "b"), (1, "c"), (3, "d")]:
        sent.add(chat, text)
    assert sent.walk(1) == ["c", "a", "d", "b"]
    assert sent.walk(1, ["from the relay"]) == ["c", "a", "from the relay", "d", "b"]


def test_the_same_words_stand_once_where_they_were_used_last() -> None:
    sent = SentWords()
    for text in ("a", "b", "a"):
        sent.add(1, text)
    assert sent.walk(1, ["b"]) == ["a", "b"]


def test_an_erased_chat_is_forgotten() -> None:
    sent = SentWords()
    sent.add(1, "personal")
    sent.add(2, "other")
    sent.forget(1)
    assert sent.walk(1) == ["other"]


@given(st.lists(st.tuples(st.integers(1, 3), st.text(max_size=3)), max_size=40))
def test_it_is_bounded_and_holds_nothing_empty(added: list[tuple[int, str]]) -> None:
    sent = SentWords(kept=5)
    for chat, text in added:
        sent.add(chat, text)
    walk = sent.walk(1)
    assert len(walk) <= 5
    assert all(text.strip() for text in walk)
    assert len(set(walk)) == len(walk)
