"""The switcher's list: prefixes in both layouts, what comes first, and that the quick way finds what the slow one does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.matching import Needle, fold
from opconsole.state.switching import ALL, SHOWN, Asked, Kind, Switchboard, Thing, asked
from opconsole.terminal.layouts import readings


def board(*rows: tuple[Kind, int | str, str, str], weights: dict[str, float] | None = None) -> Switchboard:
    made = Switchboard()
    for kind, value, title, rest in rows:
        made.add(kind, value, title, rest)
    made.close(weights or {})
    return made


def find(made: Switchboard, typed: str) -> list[Thing]:
    return [thing for each in asked(typed) for thing, _ in made.find(each, Needle(readings(each.text)))]


DESK = (
    (Kind.chat, 11, "Иван Петров 11", "где заказ"),
    (Kind.chat, 12, "Anna Smith 12", "thanks"),
    (Kind.visitor, 11, "Иван Петров", "petrov@example.com +7 900"),
    (Kind.visitor, 12, "Anna Smith", ""),
    (Kind.colleague, "anna", "Anna anna", ""),
    (Kind.command, "close", "Close the chat close", "Закрыть чат закрыть"),
    (Kind.template, "t1", "Refund refund", "Деньги вернутся"),
    (Kind.setting, "theme", "Theme theme", ""),
)


@pytest.mark.parametrize(
    ("typed", "kinds", "text"),
    [
        ("anna", ALL, "anna"),
        ("@anna", {Kind.visitor, Kind.colleague}, "anna"),
        ('"anna', {Kind.visitor, Kind.colleague}, "anna"),
        ("#12", {Kind.chat}, "12"),
        ("№12", {Kind.chat}, "12"),
        (">close", {Kind.command}, "close"),
        (":close", {Kind.command}, "close"),
        ("/ref", {Kind.template}, "ref"),
        ("=theme", {Kind.setting}, "theme"),
    ],
)
def test_prefixes_narrow_to_a_kind_in_both_layouts(typed: str, kinds: set[Kind], text: str) -> None:
    assert asked(typed) == (Asked(frozenset(kinds), text),)


@pytest.mark.parametrize("typed", ["Юля", ".com", "Жанна"])
def test_a_letter_that_is_a_prefix_in_the_other_layout_is_both(typed: str) -> None:
    narrowed, plain = asked(typed)
    assert narrowed.text == typed[1:]
    assert plain == Asked(ALL, typed)


def test_things_of_all_kinds_are_found() -> None:
    made = board(*DESK)
    assert find(made, "иван")[0] == Thing(Kind.chat, 11)
    assert find(made, "bdfy")[0] == Thing(Kind.chat, 11)
    assert {thing.kind for thing in find(made, "anna")} == {Kind.chat, Kind.colleague}
    assert find(made, "petrov@") == [Thing(Kind.visitor, 11)]
    assert find(made, "@иван") == [Thing(Kind.visitor, 11)]
    assert find(made, ">закрыть") == [Thing(Kind.command, "close")]
    assert find(made, "сдщыу")[0] == Thing(Kind.command, "close")
    assert find(made, "вернутся") == [Thing(Kind.template, "t1")]
    assert find(made, "=them") == [Thing(Kind.setting, "theme")]
    assert find(made, "anna smiht")[0] == Thing(Kind.chat, 12)
    assert find(made, "зззззз") == []


def test_of_equals_what_is_used_comes_first() -> None:
    rows = [(Kind.chat, number, "Anna", "") for number in range(1, 6)]
    assert find(board(*rows), "anna")[0].value == 1
    assert find(board(*rows, weights={"chat:4": 2.0}), "anna")[0].value == 4
    assert find(board(*rows, weights={"visitor:4": 2.0, "chat:99": 3.0}), "anna")[0].value == 1


def test_much_use_does_not_bring_up_what_fits_badly() -> None:
    rows = [(Kind.chat, 1, "Anna", ""), (Kind.chat, 2, "Ivan", "said anna")]
    assert find(board(*rows, weights={"chat:2": 1000.0}), "anna")[0].value == 1


def test_of_ten_thousand_the_best_are_found_though_not_all_are_looked_at() -> None:
    rows = [(Kind.chat, number, f"Susanna {number}", "hanna") for number in range(1, 10_001)]
    rows[9_990] = (Kind.chat, 9_991, "Anna", "")
    found = find(board(*rows), "anna")
    assert len(found) == SHOWN
    assert found[0].value == 9_991
    assert find(board(*rows), "susanna 7777")[0].value == 7777


TITLES = st.lists(st.text(alphabet="ab cабв1", max_size=12), max_size=12)


@given(TITLES, TITLES, st.text(alphabet="ab cабв1", max_size=5))
def test_whatever_fits_well_is_found(titles: list[str], rests: list[str], typed: str) -> None:
    """The quick search over whole texts loses nothing that has the words, of the lines themselves."""
    size = min(len(titles), len(rests))
    made = board(*[(Kind.chat, place, titles[place], rests[place]) for place in range(size)])
    needle = Needle(readings(typed))
    if not needle:
        return
    found = {thing.value for thing, _ in made.find(Asked(ALL, typed), needle)}
    words = fold(typed).split()
    for place in range(size):
        line = f"{fold(titles[place])}\n{fold(rests[place])}"
        if all(word in line for word in words):
            assert place in found
