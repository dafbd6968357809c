"""Filters of the lists: what they let through, what is wrong with them, and that nothing typed breaks them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.locale import set_language
from opconsole.state.chat_filter import HELP, RUSSIAN, Field, Filter, parse, pressing
from opconsole.terminal.layouts import readings
from opconsole.wire.cards import ChatCard, Place, Priority
from tests.unit.state.make import chat, held

NOW = 10_000_000
MINUTE = 60_000

ANNA = chat(
    11, name="Anna Smith", words="Where is my order?", lang="en", owes_since=NOW - MINUTE, waiting_since=NOW - MINUTE
)
IVAN = chat(
    25, name="Иван Пётров", words="верните деньги", channel="telegram", department="sales", lang="ru",
    waiting_since=NOW - 3 * MINUTE, owes_since=NOW - 3 * MINUTE, rescues=2, priority=Priority.high, online=True,
)  # fmt: skip
TEST = held(120, name="test", words="hello", owner_name="Olga", channel="email", lang="en-GB")
ALL = (ANNA, IVAN, TEST)
UNREAD = {11: 3, 25: 1, 120: 0}


def fitting(text: str) -> set[int]:
    wanted = parse(text, readings)
    assert wanted.faults == (), wanted.faults
    return {card.chat for card in ALL if wanted.fits(card, UNREAD[card.chat], NOW)}


@pytest.mark.parametrize(
    ("text", "chats"),
    [
        ("", {11, 25, 120}),
        ("anna", {11}),
        ("ORDER", {11}),
        ("120", {120}),
        ("!test", {11, 25}),
        ("!anna !test", {25}),
        ("петров", {25}),
        ("фттф", {11}),  # "anna" with the Russian layout on
        ("gtnhjd", {25}),  # "петров" with the Latin one
        ("anna order", {11}),
        ("anna money", set()),
        ("-f ann smi", {11}),
        ("-f anasmith", {11}),
        ("-f smithanna", set()),
        ("channel:web", {11}),
        ("channel:site", {11}),
        ("channel:tele", {25}),
        ("channel=tg", {25}),
        ("!channel:web", {25, 120}),
        ("канал:tg", {25}),
        ("name:smi", {11}),
        ("имя:пет", {25}),
        ("lang:en", {11, 120}),
        ("lang=en", {11}),
        ("department:sales", {25}),
        ("owner:olg", {120}),
        ("chat:12", {120}),
        ("owes:yes", {11, 25}),
        ("owes:no", {120}),
        ("!owes:yes", {120}),
        ("долг:да", {11, 25}),
        ("unread:yes", {11, 25}),
        ("unread>1", {11}),
        ("unread:0", {120}),
        ("rescued:yes", {25}),
        ("rescued>1", {25}),
        ("online:yes", {25}),
        ("waiting>2m", {25}),
        ("waiting>90s", {25}),
        ("waiting<2m", {11}),
        ("ждёт>2м", {25}),
        ("waiting:1", {25}),
        ("priority:high", {25}),
        ("priority>normal", {25}),
        ("важность:высокая", {25}),
        ("prio:hi", {25}),
        ("owes:yes channel:tg !anna", {25}),
        ("щцуы:нуы", {11, 25}),  # "owes:yes"
        ("https://shop.example/a:b", set()),
    ],
)
def test_what_a_filter_lets_through(text: str, chats: set[int]) -> None:
    assert fitting(text) == chats


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("chanel:web", "Did you mean channel?"),
        ("zzzz:1", "Fields: name, channel"),
        ("owes:maybe", "owes can't be maybe"),
        ("waiting>soon", "waiting>2m"),
        ("waiting=2m", "waiting>2m"),
        ("waiting>2y", "waiting>2m"),
        ("priority:highest", "priority can't be highest"),
        ("name>x", "name:x"),
        ("unread:many", "unread can't be many"),
        ("owes:", "yes or no"),
    ],
)
def test_a_mistaken_term_is_told_and_hides_nothing(text: str, says: str) -> None:
    wanted = parse(text, readings)
    assert says in wanted.faults[0].text
    assert not wanted
    assert all(wanted.fits(card, 0, NOW) for card in ALL)


def test_the_good_terms_beside_a_mistaken_one_hold() -> None:
    wanted = parse("anna chanel:web", readings)
    assert [fault.term for fault in wanted.faults] == ["chanel:web"]
    assert [card.chat for card in ALL if wanted.fits(card, 0, NOW)] == [11]


def test_every_field_has_help_and_a_russian_name() -> None:
    assert set(HELP) == set(Field) == set(RUSSIAN.values())


def test_only_time_makes_an_answer_change_while_the_card_does_not() -> None:
    assert parse("waiting>2m", readings).by_time
    assert not parse("owes:yes anna unread>2", readings).by_time


def test_what_must_not_be_lost_sight_of() -> None:
    assert pressing(chat(1, rescues=1), NOW, 0)
    assert pressing(chat(1, alarm=True), NOW, 0)
    assert pressing(chat(1, priority=Priority.urgent), NOW, 0)
    assert pressing(chat(1, answer_by=NOW), NOW, 0)
    assert pressing(held(1, rescue_at=NOW + 20_000), NOW, 30_000)
    assert not pressing(held(1, rescue_at=NOW + 40_000, rescues=1), NOW, 30_000)
    assert not pressing(chat(1, answer_by=NOW + 1), NOW, 0)


# ---------------------------------------------------------------- laws

TERMS = st.sampled_from(
    ["anna", "owes:yes", "unread:no", "channel:web", "waiting>1m", "priority:high", "lang:ru", "rescued>0", "name:а", "-f", "chat:1"]
)  # fmt: skip
CARDS = st.builds(
    ChatCard,
    rev=st.just(1),
    chat=st.integers(1, 30),
    place=st.sampled_from(Place),
    visitor=st.just("v"),
    name=st.sampled_from(["", "Anna", "Иван", "anna b"]),
    channel=st.sampled_from(["site", "telegram", "email"]),
    lang=st.sampled_from(["", "ru", "en"]),
    priority=st.sampled_from(Priority),
    owes_since=st.sampled_from([0, NOW - 1, NOW - 2 * MINUTE]),
    waiting_since=st.sampled_from([0, NOW - 1, NOW - 2 * MINUTE]),
    rescues=st.integers(0, 2),
    words=st.text(max_size=10),
)


def fits(wanted: Filter, card: ChatCard, unread: int) -> bool:
    return wanted.fits(card, unread, NOW)


@given(st.text(max_size=60), CARDS, st.integers(0, 5))
def test_any_text_is_a_filter(text: str, card: ChatCard, unread: int) -> None:
    wanted = parse(text, readings)
    assert wanted.fits(card, unread, NOW) in (True, False)
    assert all(fault.text for fault in wanted.faults)


@given(st.lists(TERMS, max_size=4), TERMS, CARDS, st.integers(0, 3))
def test_one_term_more_never_lets_more_through(terms: list[str], more: str, card: ChatCard, unread: int) -> None:
    if more == "-f":  # the one term that loosens
        return
    less = parse(" ".join(terms), readings)
    longer = parse(" ".join([*terms, more]), readings)
    assert fits(longer, card, unread) <= fits(less, card, unread)


@given(TERMS, CARDS, st.integers(0, 3))
def test_a_term_and_its_opposite_part_the_list(term: str, card: ChatCard, unread: int) -> None:
    if term == "-f":
        return
    assert fits(parse(term, readings), card, unread) is not fits(parse(f"!{term}", readings), card, unread)


@given(st.permutations(["anna", "owes:yes", "!lang:ru", "unread>1"]), CARDS, st.integers(0, 3))
def test_the_order_of_terms_says_nothing(terms: list[str], card: ChatCard, unread: int) -> None:
    assert fits(parse(" ".join(terms), readings), card, unread) == fits(
        parse("anna owes:yes !lang:ru unread>1", readings), card, unread
    )


@pytest.mark.parametrize(("lang", "typed"), [("en", "visitor"), ("ru", "посет"), ("ru", "имя:посет")])
def test_a_chat_without_a_name_is_found_by_what_the_list_calls_it(lang: str, typed: str) -> None:
    set_language(lang)
    try:
        assert fits(parse(typed, readings), chat(4), 0)
        assert not fits(parse(typed, readings), chat(5, name="Anna"), 0)
    finally:
        set_language("en")
