"""Names of keys: as people write them, as Textual calls them, as they are shown."""

import pytest
from textual.keys import KEY_NAME_REPLACEMENTS, _character_to_key

from opconsole.ui.key_names import _SIGNS, normal, sign_name, words


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Ctrl-K", "ctrl+k"), ("C-x b", "ctrl+x b"), ("alt+;", "alt+semicolon"), ("Alt+Ж", "alt+semicolon"), ("PgUp", "pageup"),
        ("M-x", "alt+x"), ("g", "g"), ("G", "G"), ("ctrl++", "ctrl+plus"), ("-", "minus"), ("Shift+Tab", "shift+tab"),
        ("esc", "escape"), ("F5", "f5"), ("ctrl+л", "ctrl+k"), ("ctrl+x Ctrl-C", "ctrl+x ctrl+c"), ("alt+-", "alt+minus"),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(written: str, key: str) -> None:
    assert normal(written) == key


@pytest.mark.parametrize("written", ["", " ", "f99", "hyper+x", "ctrl+nonsense", "ctrl+x nonsense", "foo+bar"])
def test_what_is_no_key_is_told(written: str) -> None:
    assert normal(written) == ""


def test_signs_are_called_as_textual_calls_them() -> None:
    for sign, name in _SIGNS.items():
        textual = _character_to_key(sign)
        assert KEY_NAME_REPLACEMENTS.get(textual, textual) == name, sign


def test_a_sign_of_the_russian_layout_is_the_key_that_it_is_on() -> None:
    assert [sign_name(each) for each in ("ж", "э", "ю", "к", ";", "2")] == [
        "semicolon", "apostrophe", "full_stop", "r", "semicolon", "2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "shown"), [("ctrl+x b", "Ctrl+X B"), ("alt+semicolon", "Alt+;"), ("G", "Shift+G"), ("f10", "F10")]
)
def test_keys_are_shown_as_they_are_printed(key: str, shown: str) -> None:
    assert words(key) == shown
    assert normal(shown) == key
