from hypothesis import given
from hypothesis import strategies as st

from opconsole.link.backoff import Backoff


def test_the_bound_doubles_up_to_the_longest() -> None:
    backoff = Backoff(first_ms=100, longest_ms=1_000)
    bounds = []
    for _ in range(6):
        bounds.append(backoff.bound_ms)
        backoff.delay_ms(0.5)
    assert bounds == [100, 200, 400, 800, 1_000, 1_000]


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 200))
def test_a_delay_is_anywhere_between_nothing_and_the_bound(dice: float, tries: int) -> None:
    backoff = Backoff(first_ms=100, longest_ms=1_000)
    for _ in range(tries):
        backoff.delay_ms(0)
    bound = backoff.bound_ms
    assert backoff.delay_ms(dice) == int(bound * dice)
    assert 0 <= int(bound * dice) < bound <= 1_000


def test_a_link_that_was_live_for_a_while_starts_over() -> None:
    backoff = Backoff(first_ms=100, longest_ms=1_000, stable_ms=5_000)
    for _ in range(3):
        backoff.delay_ms(0)
    backoff.live(10_000)
    backoff.lost(15_000)
    assert backoff.bound_ms == 100


def test_a_link_that_breaks_at_once_does_not_start_over() -> None:
    backoff = Backoff(first_ms=100, longest_ms=1_000, stable_ms=5_000)
    for _ in range(3):
        backoff.delay_ms(0)
    backoff.live(10_000)
    backoff.lost(14_999)
    assert backoff.bound_ms == 800
    backoff.lost(90_000)  # an attempt that never was live, long after
    assert backoff.bound_ms == 800


def test_the_operators_wish_starts_over() -> None:
    backoff = Backoff(first_ms=100, longest_ms=1_000)
    backoff.delay_ms(0)
    backoff.forget()
    assert backoff.bound_ms == 100
