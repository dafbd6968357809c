"""One line being typed: editing keys, and that the cursor is always within the text."""

from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.line_edit import _EDITS, LONGEST, LineEdit


def typed(text: str, *keys: str) -> LineEdit:
    edit = LineEdit(text)
    for key in keys:
        assert edit.take(key, key if len(key) == 1 else None)
    return edit


def test_letters_go_in_at_the_cursor() -> None:
    edit = typed("ab", "left", "X", "ж")
    assert (edit.text, edit.cursor) == ("aXжb", 3)


def test_words_and_the_rest_are_deleted() -> None:
    assert typed("set theme dusk", "ctrl+w").text == "set theme "
    assert typed("set theme dusk", "ctrl+w", "ctrl+w").text == "set "
    assert typed("set theme", "ctrl+u").text == ""
    assert typed("set theme", "home", "ctrl+right", "ctrl+k").text == "set"
    assert typed("abc", "home", "delete").text == "bc"


def test_other_keys_are_none_of_editing() -> None:
    assert not LineEdit("a").take("f2")
    assert not LineEdit("a").take("enter", "\r")
    assert not LineEdit("a").take("tab", "\t")


def test_several_lines_and_controls_become_one_line() -> None:
    edit = LineEdit()
    edit.insert("a\nb\x1b[31m")
    assert "\n" not in edit.text
    assert "\x1b" not in edit.text


@given(st.text(max_size=30), st.lists(st.one_of(st.sampled_from(sorted(_EDITS)), st.characters()), max_size=40))
def test_whatever_is_pressed_the_cursor_is_within_the_text(text: str, keys: list[str]) -> None:
    edit = LineEdit(text)
    for key in keys:
        edit.take(key, key if len(key) == 1 else None)
        assert 0 <= edit.cursor <= len(edit.text) <= max(LONGEST, len(text))
