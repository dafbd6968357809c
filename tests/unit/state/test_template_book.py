import pytest

from opconsole.state.template_book import TemplateBook, code_being_typed, dormant
from opconsole.wire.cards import TemplateCard


def card(code: str, lang: str = "", owner: str = "", **more: object) -> TemplateCard:
    return TemplateCard(rev=1, template=f"{owner}.{lang}.{code}", code=code, lang=lang, owner=owner, text="x", **more)  # type: ignore[arg-type]


BOOK = TemplateBook(
    [
        card("hello", "en", title="Greeting", group="Start", hotkey=1),
        card("hello", "ru", title="Приветствие", group="Начало", hotkey=1),
        card("hello", "ru", "anna", title="Моё приветствие", group="Начало", hotkey=1),
        card("help", "en", title="How to help", group="Start"),
        card("bye", "", title="Closing", group="End", hotkey=2),
        card("only-de", "de", title="Nur deutsch", group="End", hotkey=2),
    ],
    own_lang="ru",
)


@pytest.mark.parametrize(
    ("code", "lang", "template"),
    [
        ("hello", "en", ".en.hello"),
        ("hello", "en-US", ".en.hello"),
        ("hello", "EN_us", ".en.hello"),
        ("hello", "ru", "anna.ru.hello"),
        ("hello", "fr", "anna.ru.hello"),  # the operator's own language
        ("hello", "", "anna.ru.hello"),
        ("HELLO", "en", ".en.hello"),
        ("/hello", "en", ".en.hello"),
        ("bye", "fr", "..bye"),
        ("only-de", "ru", ".de.only-de"),
    ],
)
def test_the_visitors_language_comes_first_then_the_operators_own_template(code: str, lang: str, template: str) -> None:
    found = BOOK.by_code(code, lang)
    assert found is not None
    assert found.template == template


def test_an_unknown_code_is_nothing() -> None:
    assert BOOK.by_code("nothing", "en") is None


def test_all_has_one_variant_of_each_code_in_the_order_of_the_groups() -> None:
    assert [found.code for found in BOOK.all("en")] == ["bye", "only-de", "hello", "help"]
    assert len(BOOK) == 4
    assert list(BOOK.groups("en")) == ["End", "Start"]


def test_a_hotkey_claimed_twice_goes_to_the_better_language() -> None:
    found = BOOK.favourites("en")
    assert {number: card.template for number, card in found.items()} == {1: ".en.hello", 2: "..bye"}
    german = BOOK.by_hotkey(2, "de")
    assert german is not None
    assert german.template == ".de.only-de"
    assert BOOK.by_hotkey(9, "en") is None


def test_completion_begins_with_codes_then_words_of_titles() -> None:
    assert [found.code for found in BOOK.completions("he", "en")] == ["help", "hello"]
    assert [found.code for found in BOOK.completions("/hel", "en", limit=1)] == ["help"]
    assert [found.code for found in BOOK.completions("clo", "en")] == ["bye"]
    assert [found.code for found in BOOK.completions("", "en")] == ["hello", "bye", "only-de", "help"]
    assert BOOK.completions("zzz", "en") == []


# ---------------------------------------------------------------- channels, scopes, days, uses


def chosen(cards: list[TemplateCard], lang: str, channel: str, now: int = 0) -> str:
    found = TemplateBook(cards, "en", now).by_code("a", lang, channel)
    return found.text if found is not None else ""


def variant(text: str, **more: object) -> TemplateCard:
    return TemplateCard(rev=1, template=text, code="a", text=text, **more)  # type: ignore[arg-type]


def test_the_language_comes_before_the_channel_and_the_channel_before_the_scope() -> None:
    cards = [
        variant("ru", lang="ru"),
        variant("any, telegram", channel="telegram"),
        variant("any, mine", owner="anna"),
        variant("any"),
        variant("any, sales", department="sales"),
    ]
    assert chosen(cards, "ru", "telegram") == "ru"
    assert chosen(cards, "fr", "Telegram") == "any, telegram"
    assert chosen(cards, "fr", "site") == "any, mine"
    assert chosen([cards[3], cards[4]], "fr", "site") == "any, sales"
    assert chosen([cards[1]], "fr", "site") == "any, telegram", "else whatever there is"


def test_what_is_not_offered_today_is_listed_and_not_chosen() -> None:
    early, over, always = variant("early", active_from=10), variant("over", active_until=5), variant("b", owner="x")
    assert chosen([early, over], "", "", now=7) == ""
    assert chosen([early], "", "", now=10) == "early"
    assert chosen([over], "", "", now=4) == "over"
    assert chosen([early, always], "", "", now=7) == "b", "another variant of it is"
    assert [dormant(each, 7) for each in (early, over, always)] == ["early", "over", ""]
    book = TemplateBook([early, over], "", 3)
    assert (len(book.all("")), len(book.offered(""))) == (1, 1)
    assert book.good_until == 5
    assert TemplateBook([early, over], "", 10).good_until == 0


def test_days_and_hours_are_the_desks_and_the_book_is_made_anew_when_they_change() -> None:
    friday = 1_795_168_800_000  # 20 November 2026, 10:00 in UTC
    hour = 3_600_000
    day, always = variant("day", hours="mon-fri 9-18", department="sales"), variant("closed")
    assert chosen([day, always], "", "", now=friday) == "day"
    assert chosen([day, always], "", "", now=friday + 8 * hour) == "closed"
    assert dormant(day, friday + 8 * hour) == "hours"
    assert dormant(day, friday - hour, "America/New_York") == "hours"
    assert dormant(variant("odd", hours="of another relay"), friday) == ""
    assert TemplateBook([day], "", friday + 7 * hour + 1).good_until == friday + 8 * hour
    assert TemplateBook([day], "", friday).good_until == friday + hour, "looked at anew at least once an hour"


def test_what_is_put_in_is_the_fitting_variant() -> None:
    book = TemplateBook([card("hello", "en"), card("hello", "ru", channel="telegram")], "en")
    assert book.parts("ru", "telegram")("HELLO") == "x"
    assert book.parts("ru")("none") is None


def test_completion_offers_the_very_code_then_what_is_used_most() -> None:
    book = TemplateBook([card("pay", used=1), card("payment", used=5), card("payfail", used=9)], "")
    assert [found.code for found in book.completions("pay", "")] == ["pay", "payfail", "payment"]
    assert [found.code for found in book.completions("", "")] == ["payfail", "payment", "pay"]
    assert TemplateBook([card("a", "en", used=2), card("a", "ru", used=3)], "").used("A") == 5


@pytest.mark.parametrize(
    ("text", "cursor", "code"),
    [
        ("/", 1, ""),
        ("/he", 3, "he"),
        ("/hello", 3, "he"),
        ("well /he", 8, "he"),
        ("two\n/he", 7, "he"),
        ("hello", 5, None),
        ("", 0, None),
        ("and/or", 6, None),
        ("https://x.example", 17, None),
        ("24/7", 4, None),
        ("/he llo", 7, None),
    ],
)
def test_a_code_is_being_typed_where_a_slash_begins_a_word(text: str, cursor: int, code: str | None) -> None:
    assert code_being_typed(text, cursor) == code
