"""Text hygiene: what a terminal acts on never comes through; what people write does."""

import re
import sys
from unicodedata import category

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.wire.text import clean_line, clean_text, fits_bytes, may_be_hostile
from tests.unit.wire.strategies import hostile_text

SEQUENCES = {
    "OSC 52 writes the clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "OSC 8 hides an address behind words": "\x1b]8;;https://evil.example\x1b\\shop\x1b]8;;\x1b\\",
    "OSC 0 changes the window's title": "\x1b]0;root@host\x07",
    "CSI moves the cursor and clears": "\x1b[2J\x1b[H",
    "CSI 6n makes the terminal type": "\x1b[6n",
    "DCS asks for settings": "\x1bP$q\x22p\x1b\\",
    "APC draws a picture": "\x1b_Gf=100;AAAA\x1b\\",
    "C1 CSI in one character": "\x9b31m",
    "C1 OSC and ST": "\x9d52;c;eA==\x9c",
    "charset switch": "\x0e\x0f",
    "backspaces over a name": "admin\x08\x08\x08\x08\x08",
    "NUL and DEL": "a\x00b\x7f",
}
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]")


@pytest.mark.parametrize("text", SEQUENCES.values(), ids=SEQUENCES)
def test_no_control_character_survives_and_something_is_shown_in_its_place(text: str) -> None:
    cleaned = clean_text(f"before{text}after")

    assert not ACTS.search(cleaned)
    assert cleaned.startswith("before")
    assert cleaned.endswith("after")
    assert len(cleaned) == len(f"before{text}after")


def test_every_control_character_is_shown_by_its_own_picture() -> None:
    assert clean_text("\x1b[0m\x07\x7f\x85") == "␛[0m␇␡\ufffd"


@pytest.mark.parametrize("character", ["\u202a", "\u202e", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"])
def test_bidirectional_controls_are_replaced(character: str) -> None:
    assert clean_text(f"invoice{character}fdp.exe") == "invoice\ufffdfdp.exe"


@pytest.mark.parametrize("character", ["\ud800", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u3164", "\U000e0041"])
def test_surrogates_and_invisible_characters_are_replaced(character: str) -> None:
    assert clean_text(f"a{character}b") == "a\ufffdb"


def test_no_format_control_or_separator_survives_but_the_visible_ones_of_scripts() -> None:
    visible_ranges = [(0x600, 0x605), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2)]
    visible_ranges += [(0x110BD, 0x110CD), (0x13430, 0x1345F)]
    survivors = [
        point
        for point in range(sys.maxunicode + 1)
        if category(chr(point)) in ("Cc", "Cf", "Cs", "Zl", "Zp") and clean_line(f"a{chr(point)}b") == f"a{chr(point)}b"
    ]

    assert [p for p in survivors if not any(first <= p <= last for first, last in visible_ranges)] == []


def test_a_joiner_stays_between_pictographs_only() -> None:
    family = "👩\u200d👩\u200d👧"
    heart = "❤\ufe0f\u200d🔥"

    assert clean_text(family) == family
    assert clean_text(heart) == heart
    assert clean_text("a\u200db \u200d👩 👩\u200d 👩\u200d\u200d👩") == "ab 👩 👩 👩👩"


@pytest.mark.parametrize("mark", ["\u0301", "\u0e49", "\u20dd", "\ufe0f", "\u0489", "\U0001e8d0"], ids=ascii)
def test_of_a_heap_of_marks_four_stay(mark: str) -> None:
    assert clean_text("a" + mark * 4 + "b") == "a" + mark * 4 + "b"
    assert clean_text("a" + mark * 5000 + "b") == "a" + mark * 4 + "b"
    assert may_be_hostile(f'{{"text":"a{mark * 5}"}}')


def test_every_combining_mark_there_is_is_counted() -> None:
    marks = [chr(point) for point in range(sys.maxunicode + 1) if category(chr(point)) in ("Mn", "Me")]
    assert len(marks) > 1800

    heaps = [mark for mark in marks if clean_text(f"a{mark * 9}b") not in (f"a{mark * 4}b", "a" + "\ufffd" * 9 + "b")]

    assert heaps == []


@pytest.mark.parametrize(
    "text",
    [
        "Здравствуйте! Где мой заказ №45 — «Ёжик»?",
        "naïve café, Ångström, e\u0301",
        "สวัสดีค่ะ ต้องการคืนสินค้า",
        "שָׁלוֹם",
        "क्षत्रिय नमस्ते",
        "注文はいつ届きますか。",
        "👍🏽 🙏 ☎️ 1️⃣ 🇷🇺 😀😀😀😀😀😀😀😀",
        "[/] [@click=app.quit]x[/] {visitor} =1+1",
        "first\nsecond\n\nthird",
    ],
)
def test_what_people_write_comes_through_untouched(text: str) -> None:
    assert clean_text(text) == text


def test_newlines_of_all_systems_become_one_and_tabs_become_spaces() -> None:
    assert clean_text("a\r\nb\rc\nd\te") == "a\nb\nc\nd   e"


def test_a_line_is_one_line() -> None:
    assert clean_line("Anna\r\nfrom\na\tshop") == "Anna from a   shop"
    assert clean_line("a\u2028b\x0bc\x85d") == "a\ufffdb␋c\ufffdd"


@given(hostile_text)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(hostile_text)
def test_clean_text_can_be_encoded_and_holds_nothing_that_acts(text: str) -> None:
    cleaned = clean_text(text)

    assert not ACTS.search(cleaned)
    assert "\n" not in clean_line(text)
    cleaned.encode("utf-8")


@given(hostile_text.map(lambda text: text.encode("utf-8", "replace").decode()), st.booleans())
def test_the_shortcut_never_spares_a_text_that_cleaning_would_change(text: str, escaped: bool) -> None:
    json_text = msgspec.json.encode({"text": text}).decode() if not escaped else ascii_json(text)

    if clean_text(text) != text or clean_line(text) != text:
        assert may_be_hostile(json_text)


def ascii_json(text: str) -> str:
    """The text as JSON with every character that isn't ASCII escaped, as some clients write."""
    units = text.encode("utf-16-be")
    points = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return '{"text":"' + "".join(f"\\u{point:04x}" for point in points) + '"}'


@pytest.mark.parametrize(
    "frame",
    [
        '{"t":"say","id":"a1","text":"Hello, where is my order?"}',
        '{"t":"message","chat":7,"n":3,"by":"visitor","text":"Здравствуйте — «когда» приедет заказ №45?"}',
        '{"t":"say","id":"a1","text":"спасибо 👍🏽😀😀😀😀😀"}',
    ],
)
def test_ordinary_frames_are_spared_the_walk(frame: str) -> None:
    assert not may_be_hostile(frame)


@given(st.text(max_size=40), st.integers(0, 170))
def test_bytes_are_counted_as_utf8(text: str, limit_bytes: int) -> None:
    assert fits_bytes(text, limit_bytes) == (len(text.encode("utf-8", "surrogatepass")) <= limit_bytes)
