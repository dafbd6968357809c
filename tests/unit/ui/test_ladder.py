"""What happens when something does: the whole table, and floods."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.settings import Alert, Warnings
from opconsole.ui.ladder import GAP_MS, NOTHING, Ladder, State, Way, mentions, state_of, wanted
from opconsole.wire.cards import OperatorCard, Status

F, E, A = State.focused, State.elsewhere, State.away
T, S, B, X, D = Way.toast, Way.sound, Way.bell, Way.title, Way.desktop
LOUD = {F: T | B | S, E: T | B | S | X | D, A: T | X | D}
QUIET = {F: T, E: T | X | D, A: T | X | D}
DEFAULTS = {
    "rescue": LOUD, "rescued": LOUD, "new_chat": LOUD, "given": LOUD, "mention": LOUD, "remind": LOUD, "link": LOUD,
    "message": QUIET, "note": QUIET, "here": {F: NOTHING, E: X | D, A: X | D},
}  # fmt: skip


def test_the_table_of_what_happens_by_default() -> None:
    found = {
        name: {state: wanted(getattr(Warnings(), name), state) for state in State}
        for name in Warnings.__struct_fields__
    }
    assert found == DEFAULTS


@pytest.mark.parametrize(
    ("when", "states"),
    [
        (False, set()),
        ("focused", {F}),
        ("elsewhere", {E}),
        ("away", {A}),
        ("present", {F, E}),
        ("unfocused", {E, A}),
        ("always", {F, E, A}),
    ],
)
def test_each_word_is_its_states(when: str, states: set[State]) -> None:
    for field, way in {"screen": T, "bell": B, "desktop": D, "title": X, "sound": S}.items():
        alert = msgspec.convert({field: when}, Alert)
        assert {state for state in State if way in wanted(alert, state)} == states


def test_my_status_goes_before_the_focus() -> None:
    def me(status: Status) -> OperatorCard:
        return OperatorCard(rev=1, login="olga", status=status)

    assert state_of(me(Status.online), True) is F
    assert state_of(me(Status.busy), False) is E
    assert state_of(me(Status.away), True) is A
    assert state_of(me(Status.offline), False) is A
    assert state_of(None, True) is F


def test_a_flood_is_held_back_by_its_way_and_toasts_are_not() -> None:
    ladder, alert = Ladder(), Alert()
    assert ladder.climb(alert, E, 0) == T | B | S | X | D
    assert ladder.climb(alert, E, 999) == T | X
    assert ladder.climb(alert, E, 1_000) == T | X | B
    assert ladder.climb(alert, E, 5_000) == T | B | S | X | D


def test_what_is_quiet_uses_up_nothing() -> None:
    ladder = Ladder()
    assert ladder.climb(Alert(), F, 0, quiet=True) == NOTHING
    assert B in ladder.climb(Alert(), F, 1)


def test_a_clock_that_was_set_back_silences_nothing_for_long() -> None:
    ladder = Ladder()
    ladder.climb(Alert(), F, 1_000_000)
    assert B in ladder.climb(Alert(), F, 5_000)


@given(st.lists(st.tuples(st.integers(0, 3_000), st.sampled_from(State), st.booleans())))
def test_between_two_of_a_way_there_is_its_gap(steps: list[tuple[int, State, bool]]) -> None:
    ladder, now = Ladder(), 0
    last: dict[Way, int] = {}
    for passed, state, quiet in steps:
        now += passed
        ways = ladder.climb(Alert(), state, now, quiet=quiet)
        assert ways & ~wanted(Alert(), state) == NOTHING
        for way, gap_ms in GAP_MS.items():
            if way in ways:
                assert way not in last or now - last[way] >= gap_ms
                last[way] = now


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("@olga look", True),
        ("look,@Olga!", True),
        ("(@olga)", True),
        ("@olga2 look", False),
        ("mail@olga.example", False),
        ("olga", False),
        ("", False),
    ],
)
def test_a_mention_is_a_whole_word(text: str, is_one: bool) -> None:
    assert mentions(text, "olga") is is_one
    assert not mentions(text, "")
