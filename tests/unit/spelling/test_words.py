from hypothesis import given
from hypothesis import strategies as st

from opconsole.spelling.words import LONGEST, Script, words_of


def words(text: str) -> list[str]:
    return [word.text for word in words_of(text)]


def test_each_word_has_the_script_of_its_letters() -> None:
    scripts = {word.text: word.script for word in words_of("Hello, мир! naïve Mосква don’t из-за")}
    assert scripts == {
        "Hello": Script.latin, "мир": Script.cyrillic, "naïve": Script.latin, "Mосква": Script.mixed,
        "don't": Script.latin, "из-за": Script.cyrillic,
    }  # fmt: skip


def test_a_hyphen_between_scripts_parts_the_word() -> None:
    assert [(word.start, word.text) for word in words_of("в usb-кабель")] == [(2, "usb"), (6, "кабель")]


def test_what_is_no_word_of_mine_is_left_out() -> None:
    for text in (
        "https://shop.exampl/prodct", "www.exmple.com", "ivn@exmple.com", "/refnd", ":smle", "{vistor}", "> quotd wrds",
        "A4", "x1y2", "snake_cse", "USB", "НДС", "a", "я", "你好", "x" * (LONGEST + 1),
    ):  # fmt: skip
        assert words(text) == [], text
    assert words("see /refnd now\n> quotd\nyes") == ["see", "now", "yes"]


@given(st.text(alphabet="abя'’-.,/:@{}> \n1_", max_size=80))
def test_a_word_stands_where_it_says(text: str) -> None:
    last = 0
    for word in words_of(text):
        assert text[word.start : word.end].replace("’", "'") == word.text
        assert last <= word.start < word.end <= len(text)
        last = word.end


def test_a_hostile_text_costs_time_in_proportion_to_its_length() -> None:
    for piece in ("a", "a-", "a'", "{", ":", "a@", "> ", "я", "aя-", "http://"):
        words_of(piece * 50_000)
