import subprocess
import sys

import pytest

from opconsole.state.template_search import search
from opconsole.wire.cards import TemplateCard


def card(code: str, title: str, text: str = "", group: str = "", hotkey: int = 0) -> TemplateCard:
    return TemplateCard(rev=1, template=code, code=code, title=title, text=text, group=group, hotkey=hotkey)


CARDS = [
    card("hello", "Greeting", "Hello! How can I help?"),
    card("refund", "Refund", "The money will be back within five days.", "Money"),
    card("pay", "How to pay", "You can pay by card or on delivery.", "Money", hotkey=3),
    card("delivery", "Delivery time", "We deliver in two days.", "Delivery"),
    card("dostavka", "Срок доставки", "Привезём за два дня.", "Доставка"),
]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("refund", "refund"),
        ("/ref", "refund"),
        ("refnud", "refund"),
        ("greting", "hello"),
        ("money back", "refund"),
        ("доставка", "dostavka"),
        ("достваки", "dostavka"),
        ("привезем", "dostavka"),
        ("pay", "pay"),
        ("DELIVERY time", "delivery"),
    ],
)
def test_the_template_that_was_meant_is_first(query: str, code: str) -> None:
    assert search(CARDS, [query])[0].code == code


def test_every_word_counts() -> None:
    assert search(CARDS, ["delivery card"])[0].code == "pay"


def test_what_resembles_nothing_finds_nothing() -> None:
    assert search(CARDS, ["xyzzyx"]) == []
    assert search(CARDS, ["qq"]) == []


def test_an_empty_query_finds_all_in_order() -> None:
    assert search(CARDS, ["", "  "], limit=3) == CARDS[:3]


def test_of_several_readings_the_best_counts() -> None:
    assert search(CARDS, ["ljcnfdrf", "доставка"])[0].code == "dostavka"


def test_nothing_is_imported_before_the_first_search_needs_it() -> None:
    code = "import sys, opconsole.state.template_search; print('rapidfuzz' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
