"""A lazy order of deadlines."""

from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from server_stub.desk.deadlines import Deadlines

K = TypeVar("K", int, str)


def made(due: dict[K, int]) -> Deadlines[K]:
    return Deadlines(lambda key: due.get(key, 0))


def test_a_later_deadline_is_only_stored_and_the_entry_moves_when_its_time_comes() -> None:
    due = {"a": 10}
    deadlines = made(due)
    deadlines.arm("a", 10)
    due["a"] = 50
    deadlines.arm("a", 50)
    assert (len(deadlines), deadlines.armed("a")) == (1, 10)
    assert deadlines.next() == 50
    assert deadlines.armed("a") == 50


def test_an_earlier_deadline_moves_the_entry_at_once() -> None:
    due = {"a": 10}
    deadlines = made(due)
    deadlines.arm("a", 50)
    deadlines.arm("a", 10)
    assert (len(deadlines), deadlines.next()) == (1, 10)


def test_what_has_no_deadline_any_more_is_dropped() -> None:
    due: dict[str, int] = {}
    deadlines = made(due)
    deadlines.arm("a", 10)
    assert deadlines.next() is None
    assert (len(deadlines), deadlines.armed("a")) == (0, 0)


def test_only_what_is_truly_due_is_named_and_naming_changes_nothing() -> None:
    due = {1: 30, 2: 20, 3: 90, 4: 10}
    deadlines = made(due)
    for key, at in ((1, 30), (2, 20), (3, 15), (4, 10)):
        deadlines.arm(key, at)
    due[4] = 0
    assert [list(deadlines.due(30)) for _ in range(2)] == [[2, 1], [2, 1]]
    assert list(deadlines.due(19)) == []


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 50)), max_size=40))
def test_next_is_always_the_smallest_true_deadline(changes: list[tuple[int, int]]) -> None:
    due: dict[int, int] = {}
    deadlines = made(due)
    for key, at in changes:
        due[key] = at
        if at:
            deadlines.arm(key, at)
        assert sorted(deadlines.due(25)) == sorted(key for key, true in due.items() if 0 < true <= 25)
        assert deadlines.next() == min((true for true in due.values() if true), default=None)
