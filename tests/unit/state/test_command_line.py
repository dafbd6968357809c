"""The command line's words: quotes, the word at the cursor, and completion."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.command_line import completed, joined, quoted, split, spot


def test_words_and_quotes() -> None:
    assert [word.text for word in split("""status away "out for lunch" d'Artagnan 'x y""")] == [
        "status",
        "away",
        "out for lunch",
        "d'Artagnan",
        "x y",
    ]


def test_the_word_at_the_cursor() -> None:
    at = spot("status aw lunch", 9)
    assert (at.before, at.begun, at.start, at.number) == (["status"], "aw", 7, 1)
    at = spot("status ", 7)
    assert (at.before, at.begun, at.number) == (["status"], "", 1)
    at = spot('transfer "An S', 14)
    assert (at.before, at.begun, at.start) == (["transfer"], "An S", 9)


def test_a_completion_replaces_the_word_at_the_cursor() -> None:
    assert completed("stat", 4, "status", more=True) == ("status ", 7)
    assert completed("status aw", 9, "away", more=False) == ("status away", 11)
    assert completed("transfer an", 11, "Anna Smith", more=False) == ('transfer "Anna Smith"', 21)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\"'", exclude_categories=("Cc", "Z")), min_size=1)


@given(st.lists(st.one_of(WORDS, st.just("two words"), st.just(" x")), max_size=6))
def test_what_is_joined_is_split_again(words: list[str]) -> None:
    assert [word.text for word in split(joined(words))] == words


@given(st.text(max_size=40))
def test_any_line_is_taken_apart(line: str) -> None:
    words = split(line)
    assert all(0 <= word.start < word.end <= len(line) for word in words)
    assert all(one.end <= other.start for one, other in pairwise(words))
    for cursor in range(len(line) + 1):
        at = spot(line, cursor)
        assert 0 <= at.start <= cursor
        text, place = completed(line, cursor, "word", more=True)
        assert text[place:] == line[cursor:] or text[place:].startswith(" ") or not line[cursor:]


@given(st.text(st.characters(codec="utf-8", exclude_characters="'"), max_size=20))
def test_a_quoted_word_is_one_word(word: str) -> None:
    assert len(split(quoted(word))) == 1
