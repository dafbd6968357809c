"""Text hygiene: what a terminal acts on never comes through; what people write does."""

import re
import sys
from unicodedata import category

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.wire.text import clean_data, clean_line, clean_text, cut_long, fits_bytes, may_be_hostile
from tests.e2e.terminal_bytes import harm
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


@pytest.mark.parametrize("mark", ["\u1161", "\ud7b0"], ids=ascii)
def test_of_hanguls_letters_without_a_width_four_stay(mark: str) -> None:
    assert clean_text("\u1100" + mark * 2000) == "\u1100" + mark * 4
    assert may_be_hostile(f'{{"text":"\u1100{mark * 5}"}}')


def test_one_skin_tone_stays() -> None:
    assert clean_text("👍" + "\U0001f3fd" * 500) == "👍🏽"
    assert may_be_hostile('{"text":"👍🏽🏽"}')


def test_of_spacing_marks_eight_stay() -> None:
    assert clean_text("क" + "\u0903" * 300) == "क" + "\u0903" * 8
    assert clean_text("က" + "\u1031\u0301" * 300) == "က" + "\u1031\u0301" * 4


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
        "ကျွန်ုပ်တို့ ကြွှော့်",
        "안녕하세요 한글 옛한글 ᄒᆞᆫ글",
        "བཀྲ་ཤིས་བདེ་ལེགས།",
        "សួស្តី ខ្ញុំ",
        "မြန်မာ ਪੰਜਾਬੀ ಕನ್ನಡ മലയാളം తెలుగు සිංහල",
        "👩🏽\u200d🚒 👨\u200d👩\u200d👧\u200d👦 ❤️\u200d🔥 🏳️\u200d🌈 🇺🇦",
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


SCRIPTS = [
    (0x20, 0x7E), (0xA1, 0xAC), (0xC0, 0x2FF), (0x370, 0x3FF), (0x400, 0x482), (0x531, 0x556), (0x5D0, 0x5EA), (0x621, 0x64A),
    (0x905, 0x939), (0xE01, 0xE30), (0x10A0, 0x10C5), (0x1E00, 0x1EFF), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3), (0x1F600, 0x1F64F), (0x1F300, 0x1F3FA),
]  # fmt: skip
ordinary = st.text(st.one_of([st.characters(min_codepoint=first, max_codepoint=last) for first, last in SCRIPTS]))


@given(ordinary)
def test_letters_and_pictures_of_all_scripts_stay_as_they_are(text: str) -> None:
    assert clean_text(text) == text
    assert clean_line(text) == text


@given(st.lists(st.sampled_from("👩👨👧👦❤🚒💻🏳🌈⚕"), min_size=1, max_size=6), st.sampled_from(["", "\ufe0f", "🏽"]))
def test_joined_pictographs_stay_joined(people: list[str], after: str) -> None:
    sequence = "\u200d".join(person + after for person in people)
    assert clean_text(sequence) == sequence


@given(st.text(st.characters()) | hostile_text)
def test_no_text_comes_through_that_the_detector_of_the_terminal_tests_would_not_let_pass(text: str) -> None:
    """The same question asked of another's definition: `unicodedata`, not our classes."""
    assert not harm(clean_text(text).replace("\n", " ")), ascii(clean_text(text))


def test_data_of_a_file_is_clean_in_keys_and_values() -> None:
    data = {"a\x1b": ["b\x9b", {"c\n": "\u202e"}], "n": 1}
    assert clean_data(data) == {"a␛": ["b\ufffd", {"c ": "\ufffd"}], "n": 1}


def test_a_long_text_is_cut_with_a_mark_and_only_then() -> None:
    assert cut_long("abcd", 4) == "abcd"
    assert cut_long("abcde", 4) == "abc…"
    assert cut_long(cut_long("abcde", 4), 4) == "abc…"


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
