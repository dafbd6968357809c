"""What is used often and lately; what was typed; bounded, and a damaged file changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.habits import HALF_LIFE_MS, MOST_COMMANDS, MOST_THINGS, Habits, HabitsDamaged

T = 1_700_000_000_000


def test_what_was_used_lately_weighs_more_than_what_was_used_long_ago() -> None:
    habits = Habits()
    for _ in range(3):
        habits.use("old", T)
    habits.use("new", T + 4 * HALF_LIFE_MS)
    now = T + 4 * HALF_LIFE_MS
    assert habits.weight("new", now) == 1.0
    assert habits.weight("old", now) == pytest.approx(3 / 16)
    assert habits.weight("never", now) == 0.0


def test_a_clock_that_was_set_back_makes_nothing_heavier() -> None:
    habits = Habits()
    habits.use("x", T)
    assert habits.weight("x", T - HALF_LIFE_MS) == 1.0


def test_it_is_bounded_and_the_last_use_is_never_dropped() -> None:
    habits = Habits()
    for number in range(MOST_THINGS * 3):
        habits.use(f"chat:{number}", T + number)
        assert habits.weight(f"chat:{number}", T + number) == 1.0
    assert len(habits.weights(T)) <= MOST_THINGS
    for number in range(MOST_COMMANDS * 2):
        habits.typed(f"chat {number}")
    assert len(habits.commands) == MOST_COMMANDS


def test_a_command_typed_again_goes_to_the_end_once() -> None:
    habits = Habits()
    for command in ("close", "chat 1", "close", "close"):
        habits.typed(command)
    assert habits.commands == ["chat 1", "close"]


def test_what_is_dumped_is_loaded_and_what_is_here_already_is_newer() -> None:
    old, new = Habits(), Habits()
    old.use("a", T)
    old.typed("first")
    new.use("b", T)
    new.typed("second")
    new.load(old.dump())
    assert new.commands == ["first", "second"]
    assert set(new.weights(T)) == {"a", "b"}


@given(st.binary(max_size=200))
def test_damage_is_told_and_changes_nothing(blob: bytes) -> None:
    habits = Habits()
    habits.use("a", T)
    before = habits.dump()
    try:
        habits.load(blob)
    except HabitsDamaged:
        assert habits.dump() == before
    else:
        assert habits.weight("a", T) >= 1.0


@given(st.integers(0, 300))
def test_a_torn_file_is_damaged_or_whole(cut: int) -> None:
    habits = Habits()
    for number in range(5):
        habits.use(f"chat:{number}", T)
    habits.typed("close")
    whole = habits.dump()
    torn = whole[:cut]
    loaded = Habits()
    if len(torn) < len(whole):
        with pytest.raises(HabitsDamaged):
            loaded.load(torn)
    else:
        loaded.load(torn)
        assert loaded.weights(T) == habits.weights(T)


def test_weights_that_no_use_makes_are_not_believed() -> None:
    habits = Habits()
    habits.load(b'{"used":{"a":[1e300,1],"b":[-1,1],"c":[2.5,1]},"commands":["x\\u001b[31m"]}')
    assert set(habits.weights(1)) == {"c"}
    assert "\x1b" not in habits.commands[0]
