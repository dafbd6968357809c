"""Text by cells: no line wider than its column, nothing lost in wrapping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.ui.cells import cut, fit, fit_right, whole_parts, width, wrap
from opconsole.wire.text import clean_text

TEXTS = st.text(alphabet="ab жЯ界🙂👩‍🚀é́ ", max_size=60).map(clean_text)


@given(TEXTS, st.integers(2, 30))
def test_no_wrapped_line_is_wider_than_its_column(text: str, cells: int) -> None:
    assert all(width(line) <= cells for line in wrap(text, cells))


@given(st.text(alphabet="ab жЯ界🙂 \n", max_size=80), st.integers(2, 30))
def test_wrapping_loses_nothing_but_spaces(text: str, cells: int) -> None:
    kept = "".join(wrap(text, cells)).replace(" ", "")
    assert kept == text.replace(" ", "").replace("\n", "")


@given(TEXTS, st.integers(1, 30))
def test_a_fitted_line_takes_its_column_exactly(text: str, cells: int) -> None:
    assert width(fit(text, cells)) == cells
    assert width(fit_right(text, cells)) == cells
    assert width(cut(text, cells)) <= cells


@pytest.mark.parametrize(
    ("text", "cells", "lines"),
    [
        ("", 10, [""]),
        ("where is my order", 8, ["where is", "my order"]),
        ("a\n\nb", 8, ["a", "", "b"]),
        ("donaudampfschiff", 6, ["donaud", "ampfsc", "hiff"]),
        ("где мой заказ", 7, ["где мой", "заказ"]),
        ("注文はどこですか", 6, ["注文は", "どこで", "すか"]),
        ("ok 🙂🙂🙂", 6, ["ok", "🙂🙂🙂"]),
    ],
)
def test_lines_break_at_spaces_and_long_words_inside(text: str, cells: int, lines: list[str]) -> None:
    assert wrap(text, cells) == lines


def test_a_cut_line_says_so() -> None:
    assert fit("заказ номер 5", 8) == "заказ н…"
    assert fit("界界界", 5) == "界界…"
    assert fit("界界界", 4) == "界… "


def test_where_half_a_wide_character_has_no_room_the_ellipsis_follows_the_text_at_once() -> None:
    assert fit("株式会社", 6) == "株式… "
    assert fit("株 式会社", 5) == "株 … "
    assert fit("ab cd", 4) == "ab …"


def test_of_a_hint_only_whole_parts_are_shown() -> None:
    assert whole_parts("Enter picks · Esc closes", 24) == "Enter picks · Esc closes"
    assert whole_parts("Enter picks · Esc closes", 23) == "Enter picks"
    assert whole_parts("Enter picks", 5) == ""
    assert whole_parts("Enter picks", -3) == ""
