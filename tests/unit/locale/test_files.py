"""Files in words."""

import pytest

from opconsole.locale import set_language
from opconsole.locale.files import file_facts, file_words, size_words, sort_words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (219_000, "214 KB"),
        (1_500_000, "1.4 MB"),
        (25_000_000, "24 MB"),
        (3 * 1024**3, "3.0 GB"),
    ],
)
def test_sizes_are_short(size: int, words: str) -> None:
    set_language("en")
    assert size_words(size) == words


def test_they_are_told_in_russian() -> None:
    set_language("ru")
    try:
        assert size_words(1_500_000) == "1,4 МБ"
        assert file_facts("image/png", 219_000, 12, 34) == "картинка PNG, 214 КБ, 12×34"
    finally:
        set_language("en")


def test_kinds_that_have_no_words_are_told_as_they_are() -> None:
    set_language("en")
    assert [sort_words(each) for each in ("image/png", "video/x-odd", "application/x-odd", "")] == [
        "PNG picture",
        "video",
        "application/x-odd",
        "file",
    ]
    assert file_words("a.png", "image/png", 1024) == "[a.png: PNG picture, 1 KB]"
