import pytest

from opconsole.terminal.layouts import LATIN_OF, alt_character, latin, plain_sequence, twins


def test_every_letter_of_the_russian_layout_has_its_key() -> None:
    assert {letter for letter in "абвгдеёжзийклмнопрстуфхцчшщъыьэюя" if latin(letter) == letter} == set()
    assert len({LATIN_OF[letter] for letter in "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"}) == 33


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("k", ("л",)),
        ("ctrl+k", ("ctrl+л",)),
        ("alt+q", ("alt+й",)),
        ("f5", ()),
        ("enter", ()),
        ("1", ()),
        ("ctrl+enter", ()),
    ],
)
def test_a_letter_has_a_twin_and_a_named_key_none(key: str, other: tuple[str, ...]) -> None:
    assert twins(key) == other


@pytest.mark.parametrize(
    ("sequence", "character"),
    [
        ("\x1b1", "1"),
        ("\x1bk", "k"),
        ("\x1bл", "k"),
        ("\x1bЛ", "K"),
        ("\x1b/", "/"),
        ("\x1bю", "."),
        ("\x1b[", ""),
        ("\x1bO", ""),
    ],
)
def test_a_character_after_an_escape_is_alt_with_its_key(sequence: str, character: str) -> None:
    assert alt_character(sequence) == character


@pytest.mark.parametrize(
    ("sequence", "plain"),
    [
        ("\x1b[107;5u", "\x1b[107;5u"),
        ("\x1b[1083::107;5u", "\x1b[107;5u"),  # kitty, Russian layout: the base key
        ("\x1b[1083;5u", "\x1b[107;5u"),  # a terminal that doesn't tell it
        ("\x1b[1083:1051:107;6u", "\x1b[107;6u"),  # with shift
        ("\x1b[1083::107;133u", "\x1b[107;133u"),  # with num lock
        ("\x1b[1083::107;;1083u", "\x1b[1083;;1083u"),  # a letter of a text stays itself
        ("\x1b[1083::107;2;1051u", "\x1b[1083;2;1051u"),  # its capital too
        ("\x1b[107::118;5u", "\x1b[107;5u"),  # Dvorak: what is printed counts
        ("\x1b[38::49;3u", "\x1b[49;3u"),  # AZERTY: the digit's key is a digit
        ("\x1b[246::59;5u", "\x1b[59;5u"),  # German ö: by place
        ("\x1b[27;5;1083~", "\x1b[107;5u"),  # xterm's modifyOtherKeys
        ("\x1b[27;2;13~", "\x1b[13;2u"),  # Shift+Enter of tmux
        ("\x1b[107;5:3u", None),  # released
        ("\x1b[107;5:2u", "\x1b[107;5u"),  # repeated
        ("\x1b[1;5A", "\x1b[1;5A"),
        ("\x1b[A", "\x1b[A"),
        ("\x1b[15~", "\x1b[15~"),
        ("\x1b[<0;1;1M", "\x1b[<0;1;1M"),
        ("x", "x"),
    ],
)
def test_a_sequence_becomes_what_textual_understands(sequence: str, plain: str | None) -> None:
    assert plain_sequence(sequence) == plain


def test_codes_that_no_character_has_pass_without_an_error() -> None:
    assert plain_sequence("\x1b[9999999::9999999;5u") == "\x1b[9999999;5u"
