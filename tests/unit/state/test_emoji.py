from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.emoji import completions, emoji, name_being_typed, name_just_closed, named
from opconsole.wire.text import clean_text


def test_every_name_is_one_emojis_and_survives_the_hygiene() -> None:
    names = [name for each in emoji() for name in each.names]
    assert sorted({name for name in names if names.count(name) > 1}) == []
    assert len(emoji()) > 200
    for each in emoji():
        assert clean_text(each.text) == each.text
        assert all(named(name) == each.text for name in each.names)
        assert any("а" <= name[0] <= "я" for name in each.names), each


def test_names_are_completed_in_both_languages() -> None:
    assert completions("thumb")[0] == ("👍", "thumbs_up")
    assert completions("улыб")[0] == ("🙂", "улыбка")
    assert completions("посыл")[0][0] == "📦"
    assert completions("жёлт")[0][0] == completions("желт")[0][0]
    assert completions("qqq") == []


def test_what_is_no_name_is_left_alone() -> None:
    for text in (":)", ":-)", "10:30", "http://a", "a:smile", ":", ":s", "::", "заказ:номер"):
        assert name_being_typed(text, len(text)) is None, text
    assert name_being_typed("ok :smi", 7) == "smi"
    assert name_just_closed("ok :smile:", 10) == "smile"
    assert name_just_closed("10:30:", 6) == ""


@given(st.text(alphabet=": smile_+1я\n", max_size=30), st.integers(0, 30))
def test_the_name_ends_at_the_cursor_and_begins_after_a_colon(text: str, cursor: int) -> None:
    cursor = min(cursor, len(text))
    begun = name_being_typed(text, cursor)
    if begun is not None:
        assert text[:cursor].endswith(f":{begun}")
