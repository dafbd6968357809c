import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.templates import (
    Filled,
    Hole,
    Include,
    Missing,
    OptionalPart,
    TemplateFault,
    facts_of,
    fill,
    holes,
    included,
    must_be_answered,
    parse,
    unfilled,
)
from opconsole.wire.cards import ChatCard, Page, Place, Profile, VisitorCard

FACTS = {"visitor": "Olga", "operator": "Anna", "chat": "12", "page": "Cart"}


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("{visitor}", (Hole("visitor"),)),
        ("a {order number} b", ("a ", Hole("order number"), " b")),
        ("{ order   number }", (Hole("order number"),)),
        ("{visitor|friend}", (Hole("visitor", "friend"),)),
        ("{visitor|}", (Hole("visitor", ""),)),
        ("{Посетитель}", (Hole("visitor"),)),
        ("{номер заказа}", (Hole("номер заказа"),)),
        ("{?, {visitor}}!", (OptionalPart((", ", Hole("visitor"))), "!")),
        ("{? a}{?, b}", (OptionalPart((" a",)), OptionalPart((", b",)))),
        ("{?delivery day}", (Hole("delivery day", may_be_empty=True),)),
        ("{?day|tomorrow}", (Hole("day", "tomorrow", may_be_empty=True),)),
        ("{order?Which order?|none}", (Hole("order", "none", "Which order?"),)),
        ("{visitor?Who are you?}", (Hole("visitor", None, "Who are you?"),)),
        ("{how long?}", (Hole("how long?"),)),
        ("{how? long}", (Hole("how? long"),)),
        ("{>greeting} {> /bye }", (Include("greeting"), " ", Include("bye"))),
        ("{? Track: {?number}.}", (OptionalPart((" Track: ", Hole("number", may_be_empty=True), ".")),)),
    ],
)
def test_a_text_is_read_as_pieces(text: str, pieces: tuple[object, ...]) -> None:
    assert parse(text) == pieces
    assert parse(text, strict=True) == pieces


@pytest.mark.parametrize(
    ("text", "words"),
    [("{{", "{"), ("}}", "}"), ("{{visitor}}", "{visitor}"), ("a {{b}} c", "a {b} c")],
)
def test_a_brace_written_twice_is_a_brace(text: str, words: str) -> None:
    assert fill(text, FACTS) == Filled(words)
    parse(text, strict=True)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a { b", 2),
        ("a } b", 2),
        ("{}", 0),
        ("{?never", 0),
        ("{a{b}}", 0),
        ("{? a{? b}}", 4),
        ("{two\nlines}", 0),
        ("{>two words}", 0),
    ],
)
def test_a_brace_that_means_nothing_is_named_in_a_file_and_is_a_brace_elsewhere(text: str, at: int) -> None:
    with pytest.raises(TemplateFault) as fault:
        parse(text, strict=True)
    assert fault.value.at == at
    parse(text)


@given(st.text(st.sampled_from("{}|?> ab\n"), max_size=40))
def test_no_text_is_refused_and_none_of_its_letters_is_lost(text: str) -> None:
    written = [letter for letter in text if letter in "ab"]
    read = [
        letter
        for piece in parse(text)
        for each in (piece.pieces if isinstance(piece, OptionalPart) else (piece,))
        for letter in letters_of(each)
        if letter in "ab"
    ]
    assert read == written


def letters_of(piece: object) -> str:
    match piece:
        case Hole(name, default, question):
            return name + question + (default or "")
        case Include(code):
            return code
    assert isinstance(piece, str)
    return piece


def test_a_question_is_asked_though_there_is_a_default() -> None:
    text = "Order {order?Which order?|none}. Again: {order}."
    assert fill(text, {}) == Missing(("order",))
    assert [hole.question for hole in holes("{order} {order?Which order?}")] == ["Which order?"]
    assert fill(text, {}, {"order": "7"}) == Filled("Order 7. Again: 7.")
    assert fill("{order?Which order?|none}", {}, {"order": ""}) == Filled("none")
    assert fill("Hello, {visitor?Their name}!", FACTS) == Filled("Hello, Olga!"), "what is known isn't asked for"


def test_a_question_may_be_left_empty_where_it_says_so() -> None:
    assert fill("On {?day}.", {}) == Missing(("day",))
    assert fill("On {?day}.", {}, {"day": ""}) == Filled("On .")
    needed = [must_be_answered(text, "a") for text in ("{a}", "{?a}", "{a?A}", "{a?A|b}", "{? x{a}}")]
    assert needed == [True, False, True, False, False]


def test_what_it_puts_in_is_told_and_stays_as_it_is_written() -> None:
    assert included("{>a} {? {>b}} {{>c}}") == ("a", "b")
    assert fill("{>a}!", {}) == Filled("{>a}!")


def test_a_text_of_braces_alone_is_read_in_one_pass() -> None:
    assert fill("{?" * 4096, {}) == Filled("{?" * 4096)
    assert len(parse("{" * 8192)) == 4096


def test_what_is_known_is_filled() -> None:
    assert fill("Hello, {visitor}! I am {operator}, chat {chat}.", FACTS) == Filled("Hello, Olga! I am Anna, chat 12.")


def test_what_is_not_known_is_asked_for_in_order_and_once() -> None:
    text = "{visitor}: {order number} by {date}, {order number}"
    assert fill(text, {}) == Missing(("visitor", "order number", "date"))
    assert fill(text, FACTS, {"order number": "7"}) == Missing(("date",))
    assert fill(text, FACTS, {"order number": "7", "date": "Monday"}) == Filled("Olga: 7 by Monday, 7")


def test_a_default_stands_for_what_is_not_known() -> None:
    assert fill("Hello, {visitor|friend}!", {"visitor": ""}) == Filled("Hello, friend!")
    assert fill("Hello, {visitor|friend}!", FACTS) == Filled("Hello, Olga!")


def test_an_optional_part_stands_or_falls_whole() -> None:
    text = "Hello{?, {visitor}}!"
    assert fill(text, FACTS) == Filled("Hello, Olga!")
    assert fill(text, {}) == Filled("Hello!")


def test_a_free_name_in_an_optional_part_is_asked_for_and_may_stay_empty() -> None:
    text = "Done.{? Track: {number}.}"
    assert fill(text, {}) == Missing(("number",))
    assert fill(text, {}, {"number": ""}) == Filled("Done.")
    assert fill(text, {}, {"number": "A1"}) == Filled("Done. Track: A1.")


def test_what_a_visitor_is_called_is_never_read_as_a_placeholder() -> None:
    assert fill("Hello, {visitor}!", {"visitor": "{operator}", "operator": "x"}) == Filled("Hello, {operator}!")


def test_a_text_with_a_placeholder_left_is_known() -> None:
    template = "Your order {order number}, {visitor}"
    assert unfilled("Your order {order number}, Olga", template) == ("order number",)
    assert unfilled("Your order 12, Olga. See {this}", template) == ()


def test_each_hole_is_listed_once() -> None:
    assert [hole.name for hole in holes("{a}{?{b}}{a}")] == ["a", "b"]
    assert [hole.free for hole in holes("{visitor}{a}")] == [False, True]


def card(**facts: object) -> ChatCard:
    return ChatCard(rev=1, chat=12, place=Place.held, visitor="v1", **facts)  # type: ignore[arg-type]


def test_facts_come_from_the_cards() -> None:
    visitor = VisitorCard(rev=1, visitor="v1", name="Olga", profile=Profile(page=Page(url="https://x/y", title="Cart")))
    facts = facts_of(card(name="Old name"), visitor, operator="Anna", desk="Shop", lang="en", hour=9)
    assert facts == {
        "visitor": "Olga",
        "operator": "Anna",
        "chat": "12",
        "page": "Cart",
        "desk": "Shop",
        "greeting": "Good morning",
    }
    assert facts_of(None, None, operator="Anna", desk="")["visitor"] == ""


@pytest.mark.parametrize(
    ("lang", "hour", "greeting"),
    [
        ("ru", 9, "Доброе утро"),
        ("ru-RU", 13, "Добрый день"),
        ("ru", 22, "Добрый вечер"),
        ("ru", None, "Здравствуйте"),
        ("en", 2, "Hello"),
        ("fr", 19, "Good evening"),
    ],
)
def test_a_greeting_is_of_the_hour_and_the_language(lang: str, hour: int | None, greeting: str) -> None:
    assert facts_of(card(lang="en"), None, operator="", desk="", lang=lang, hour=hour)["greeting"] == greeting
