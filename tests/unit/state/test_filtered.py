"""A filtered list equals the list filtered anew, whatever changed in between; and what is hidden is counted."""

from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.chat_filter import parse
from opconsole.state.filtered import Filtered
from opconsole.terminal.layouts import readings
from opconsole.wire.cards import ChatCard, Priority
from tests.unit.state.make import chat

NOW = 10_000_000


def look(filtered: Filtered, cards: list[ChatCard], now: int = NOW, unread: int = 0) -> list[int]:
    filtered.look(cards, lambda card: unread, now, 0)
    return [card.chat for card in filtered.cards]


def test_counts_of_what_is_shown_and_hidden() -> None:
    filtered = Filtered()
    filtered.use(parse("anna", readings))
    cards = [
        chat(1, name="Anna"),
        chat(2, name="Ivan", rescues=1),
        chat(3, name="Kim"),
        chat(4, priority=Priority.urgent),
    ]
    assert look(filtered, cards) == [1]
    assert (filtered.total, filtered.hidden, filtered.pressing_hidden) == (4, 3, 2)
    assert filtered.index(1) == 0
    assert filtered.index(2) == -1


def test_a_card_that_changed_is_looked_at_again() -> None:
    filtered = Filtered()
    filtered.use(parse("owes:yes", readings))
    assert look(filtered, [chat(1)]) == []
    assert look(filtered, [chat(1, rev=2, owes_since=5)]) == [1]


def test_what_was_read_meanwhile_is_looked_at_again() -> None:
    filtered = Filtered()
    filtered.use(parse("unread:yes", readings))
    card = chat(1)
    assert look(filtered, [card], unread=2) == [1]
    assert look(filtered, [card], unread=0) == []


def test_time_alone_may_change_what_fits() -> None:
    filtered = Filtered()
    filtered.use(parse("waiting>2m", readings))
    card = chat(1, waiting_since=NOW)
    assert look(filtered, [card], NOW + 60_000) == []
    assert look(filtered, [card], NOW + 130_000) == [1]


STEPS = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(["Anna", "Ivan"]), st.booleans(), st.booleans()), max_size=30
)


@given(st.sampled_from(["anna", "!anna", "owes:yes", "owes:yes anna", "waiting>1m", ""]), STEPS)
def test_looking_only_at_changes_equals_looking_at_everything(
    text: str, steps: list[tuple[int, str, bool, bool]]
) -> None:
    wanted = parse(text, readings)
    filtered = Filtered()
    filtered.use(wanted)
    cards: dict[int, ChatCard] = {}
    for rev, (number, name, owes, goes) in enumerate(steps):
        if goes:
            cards.pop(number, None)
        else:
            cards[number] = chat(number, rev=rev, name=name, owes_since=owes * 7, waiting_since=NOW - 30_000)
        now = NOW + rev * 10_000
        shown = look(filtered, list(cards.values()), now)
        assert shown == [card.chat for card in cards.values() if wanted.fits(card, 0, now)]
        assert [filtered.index(each) for each in shown] == list(range(len(shown)))
