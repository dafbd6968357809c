"""What is copied out of a chat: found where people write it, not found where it is something else, in linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.finds import MOST, Sort, finds


def found(text: str) -> list[tuple[str, str]]:
    return [(find.sort.value, find.text) for find in finds([text])]


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("звоните +7 900 123-45-67!", "+7 900 123-45-67"),
        ("8(900)123-45-67", "8(900)123-45-67"),
        ("89001234567", "89001234567"),
        ("call +49 30 901820 please", "+49 30 901820"),
        ("(495) 123-45-67.", "(495) 123-45-67"),
    ],
)
def test_phones_as_people_write_them(text: str, phone: str) -> None:
    assert ("phone", phone) in found(text)


@pytest.mark.parametrize("text", ["2026-11-26 10:30", "26.11.2026", "12.5", "v1.2.3", "10:30–12:00", "1,000,000"])
def test_dates_times_and_amounts_are_no_phones(text: str) -> None:
    assert [sort for sort, _ in found(text) if sort == "phone"] == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("пишите на ivan.petrov+shop@mail.example.com, спасибо", "ivan.petrov+shop@mail.example.com"),
        ("<a@b.co>", "a@b.co"),
        ("почта@пример.рф", None),
    ],
)
def test_addresses(text: str, address: str | None) -> None:
    addresses = [found_text for sort, found_text in found(text) if sort == "email"]
    assert addresses == ([address] if address else [])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("номер заказа 10482.", "10482"),
        ("Заказ № 10482", "10482"),
        ("заказ №A-2024/17", "A-2024/17"),
        ("my order number is 55-1234, thanks", "55-1234"),
        ("order #AB12345", "AB12345"),
        ("где 1048212?", "1048212"),
    ],
)
def test_order_numbers(text: str, number: str) -> None:
    assert ("order", number) in found(text)


def test_one_number_is_one_find_and_each_is_found_once() -> None:
    assert found("заказ 10482, заказ 10482") == [("order", "10482")]
    assert found("+7 900 123-45-67 и a@b.co и заказ 777") == [
        ("phone", "+7 900 123-45-67"), ("email", "a@b.co"), ("order", "777"),
    ]  # fmt: skip
    assert found("заказ 89001234567") == [("order", "89001234567")]


@pytest.mark.parametrize(
    "piece",
    ["1 ", "1-", "a.", "a@", "a@a.", "a-", "+1", "заказ ", "№ ", "order no ", "(", "12345 ", "A-", "1" * 40, "а" * 99],
)
def test_a_hostile_text_costs_time_in_proportion_to_its_length(piece: str) -> None:
    """A pattern that were only quadratic would take hours for these."""
    assert len(finds([piece * (100_000 // len(piece))])) <= MOST
    assert len(finds(["x@" + piece * (100_000 // len(piece)) + "!"])) <= MOST


@given(st.text(alphabet="01 +-().@aя#№:заказ\n", max_size=80))
def test_every_find_stands_in_the_text_and_is_what_it_says(text: str) -> None:
    for find in finds([text]):
        assert find.text in text
        assert find.text == find.text.strip()
        digits = sum(character.isdigit() for character in find.text)
        match find.sort:
            case Sort.phone:
                assert 7 <= digits <= 15
            case Sort.email:
                assert find.text.count("@") == 1
            case Sort.order:
                assert digits
