"""Keys as bytes: `pilot.press` skips the parser, so it says nothing of what a terminal sends."""

import inspect

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import _character_to_key
from textual.message import Message

from opconsole.terminal.keyboard import PASTE_CHARS, Keyboard


def messages(*chunks: str) -> list[Message]:
    keyboard = Keyboard()
    return [message for chunk in chunks for message in keyboard.feed(chunk)]


def keys(*chunks: str) -> list[str]:
    return [message.key for message in messages(*chunks) if isinstance(message, events.Key)]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("k", "k"),
        ("л", "л"),
        ("\x0b", "ctrl+k"),
        ("\x00", "ctrl+space"),
        ("\x1b[32;5u", "ctrl+space"),
        ("\r", "enter"),
        ("\n", "ctrl+j"),
        ("\x1b\r", "alt+enter"),
        ("\x1b1", "alt+1"),
        ("\x1b9", "alt+9"),
        ("\x1bk", "alt+k"),
        ("\x1bл", "alt+k"),
        ("\x1bK", "alt+shift+k"),
        ("\x1bЛ", "alt+shift+k"),
        ("\x1b/", "alt+slash"),
        ("\x1b.", "alt+full_stop"),
        ("\x1bю", "alt+full_stop"),
        ("\x1b'", "alt+apostrophe"),
        ("\x1bэ", "alt+apostrophe"),
        ("\x1b]", "alt+right_square_bracket"),
        ("\x1b[15~", "f5"),
        ("\x1b[23~", "f11"),
        ("\x1b[15;2~", "shift+f5"),
        ("\x1b[18;2~", "shift+f7"),
        ("\x1b[23;2~", "shift+f11"),
        ("\x1b\\", "alt+backslash"),
        ("\x1b[92;3u", "alt+backslash"),
        ("\x1bOP", "f1"),
        ("\x1b[A", "up"),
        ("\x1b[1;3A", "alt+up"),
        ("\x1b[Z", "shift+tab"),
        # kitty
        ("\x1b[107;5u", "ctrl+k"),
        ("\x1b[1083::107;5u", "ctrl+k"),
        ("\x1b[1083;5u", "ctrl+k"),
        ("\x1b[1072;5u", "ctrl+f"),
        ("\x1b[1072::102;5u", "ctrl+f"),
        ("\x1b[1083::107;3u", "alt+k"),
        ("\x1b[49;3u", "alt+1"),
        ("\x1b[33:33:49;4u", "alt+shift+1"),
        ("\x1b[13;3u", "alt+enter"),
        ("\x1b[13;2u", "shift+enter"),
        ("\x1b[13u", "enter"),
        ("\x1b[27u", "escape"),
        ("\x1b[9;2u", "shift+tab"),
        ("\x1b[P", "f1"),
        ("\x1b[1083::107;;1083u", "л"),
        # xterm's modifyOtherKeys
        ("\x1b[27;2;13~", "shift+enter"),
        ("\x1b[27;5;49~", "ctrl+1"),
        ("\x1b[27;5;1083~", "ctrl+k"),
    ],
)
def test_one_key_press_is_one_key(typed: str, key: str) -> None:
    assert keys(typed) == [key]


def test_an_alt_key_writes_no_letter() -> None:
    (key,) = messages("\x1b1")
    assert isinstance(key, events.Key)
    assert key.character is None


def test_a_letter_keeps_its_character() -> None:
    (key,) = messages("\x1b[1083:1051:107;2;1051u")
    assert isinstance(key, events.Key)
    assert (key.key, key.character) == ("Л", "Л")


def test_a_released_key_is_no_key() -> None:
    assert keys("\x1b[107;5:3u") == []


def test_a_key_may_come_in_parts() -> None:
    assert keys("\x1b", "[10", "83::107", ";5u") == ["ctrl+k"]


def test_a_lone_escape_is_known_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard = Keyboard()
    assert list(keyboard.feed("\x1b")) == []
    assert keyboard.waits
    monkeypatch.setattr("textual._parser.get_time", lambda: float("inf"))
    (key,) = keyboard.tick()
    assert isinstance(key, events.Key)
    assert key.key == "escape"
    assert not keyboard.waits


def test_alt_with_a_bracket_is_known_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard = Keyboard()
    assert list(keyboard.feed("\x1b[")) == []
    monkeypatch.setattr("textual._parser.get_time", lambda: float("inf"))
    assert [key.key for key in keyboard.tick() if isinstance(key, events.Key)] == ["alt+left_square_bracket"]


@pytest.mark.parametrize(
    "answer",
    ["\x1b]52;c;cm0gLXJm\x07", "\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1bP>|XTerm(380)\x1b\\", "\x1b_Gi=1;OK\x1b\\"],
)
def test_a_terminals_answer_is_not_typed_into_the_program(answer: str) -> None:
    assert keys("a" + answer + "b") == ["a", "b"]


def pastes(*chunks: str) -> list[str]:
    return [message.text for message in messages(*chunks) if isinstance(message, events.Paste)]


def test_a_paste_is_one_text_and_what_follows_are_keys() -> None:
    assert [
        message.text if isinstance(message, events.Paste) else getattr(message, "key", "")
        for message in messages("x\x1b[200~two\r\nlines\x1b[201~y")
    ] == ["x", "two\nlines", "y"]


def test_a_paste_may_come_in_any_parts() -> None:
    text = "Здравствуйте, чем помочь?" * 20
    whole = f"\x1b[200~{text}\x1b[201~"
    for size in (1, 2, 3, 5, 7, 100):
        chunks = [whole[at : at + size] for at in range(0, len(whole), size)] if size >= 6 else [whole[:6], *whole[6:]]
        assert pastes(*chunks) == [text]


def test_a_pasted_escape_or_enter_is_text_never_a_key() -> None:
    hostile = "\x1b]52;c;eA==\x07\x1b\r\x1b[1083;5u\r" + "A" * 100 + "\r\x1b"
    assert keys(f"\x1b[200~{hostile}\x1b[201~") == []
    (text,) = pastes(f"\x1b[200~{hostile}\x1b[201~")
    assert "\x1b" not in text
    assert "\u241b" in text


def test_a_paste_is_cut_not_typed() -> None:
    chunks = ["\x1b[200~", *(["word " * 1000] * 30), "\x1b[20", "1~k"]
    assert [len(text) for text in pastes(*chunks)] == [PASTE_CHARS]
    assert keys(*chunks) == ["k"]


FRAGMENT = st.sampled_from(
    ["\x1b", "[", "]", "O", "P", "<", ";", ":", "?", "$", "u", "~", "M", "m", "R", "t", "y", "l", "0", "1", "48", "200", "9" * 30,
     "1083", "107", "\x07", "\\", "\r", "k", "л", "\x1b[", "\x1b[48;", "\x1b[<", "\ud800", "\x9b", "\U0010ffff"]
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(FRAGMENT, max_size=25))
@example(["\x1b[48;10;20;0;0t", "\x1b[<0;5;5M"])
@example(["\x1b[1083::107;5u"])
@example(["\x1b[9999999999999u"])
def test_after_any_input_the_next_key_is_still_a_key(fragments: list[str]) -> None:
    keyboard = Keyboard()
    for fragment in fragments:
        list(keyboard.feed(fragment))
    list(keyboard.feed("\x1b[201~"))  # should a paste have begun
    list(keyboard.feed("~" * 40))  # should a sequence have begun
    last = list(keyboard.feed("k"))[-1]
    assert isinstance(last, events.Key)
    assert last.key == "k"


def test_textuals_own_parser_still_needs_ours() -> None:
    """When this fails, Textual has learnt it: look whether `keyboard` can go."""
    stock = XTermParser()
    assert [getattr(key, "key", "") for key in stock.feed("\x1b1")] != ["alt+1"]


def test_the_private_api_that_we_use_is_as_we_know_it() -> None:
    assert list(inspect.signature(XTermParser._sequence_to_key_events).parameters) == ["self", "sequence", "alt"]
    assert XTermParser()._timeout_time is None
    assert _character_to_key("/") == "slash"
