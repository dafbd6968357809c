import random

from hypothesis import given
from hypothesis import strategies as st

from opconsole.link.backoff import FIRST_MS, LONGEST_MS, Backoff


def test_the_bound_is_half_of_the_outage_between_the_first_and_the_longest() -> None:
    backoff = Backoff(first_ms=100, longest_ms=1_000)
    bounds = []
    for now in (5_000, 5_100, 5_300, 5_900, 6_900, 7_100, 99_000):
        backoff.lost(now)
        bounds.append(backoff.bound_ms)
    assert bounds == [100, 100, 150, 450, 950, 1_000, 1_000]


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 100_000))
def test_a_delay_is_anywhere_between_nothing_and_the_bound(dice: float, outage_ms: int) -> None:
    backoff = Backoff(first_ms=100, longest_ms=1_000)
    backoff.lost(7)
    backoff.lost(7 + outage_ms)
    bound = backoff.bound_ms
    assert backoff.delay_ms(dice) == int(bound * dice)
    assert 0 <= int(bound * dice) < bound <= 1_000


def test_a_link_that_was_live_for_a_while_starts_over() -> None:
    backoff = Backoff(first_ms=100, longest_ms=1_000, stable_ms=5_000)
    backoff.lost(0)
    backoff.lost(9_000)
    backoff.live(10_000)
    backoff.lost(15_000)
    assert backoff.bound_ms == 100


def test_a_link_that_breaks_at_once_does_not_start_over() -> None:
    backoff = Backoff(first_ms=100, longest_ms=50_000, stable_ms=5_000)
    backoff.lost(0)
    backoff.live(10_000)
    backoff.lost(14_999)
    assert backoff.bound_ms == 7_499
    backoff.lost(90_000)  # an attempt that never was live, long after
    assert backoff.bound_ms == 45_000


def test_the_operators_wish_starts_over() -> None:
    backoff = Backoff(first_ms=100, longest_ms=1_000)
    backoff.lost(0)
    backoff.lost(5_000)
    backoff.forget()
    assert backoff.bound_ms == 100
    backoff.lost(9_000)
    assert backoff.bound_ms == 100


def test_a_clock_that_is_set_back_does_no_harm() -> None:
    backoff = Backoff(first_ms=100, longest_ms=1_000)
    backoff.lost(50_000)
    backoff.lost(10_000)
    assert backoff.bound_ms == 100


def attempts(dice: random.Random, away_ms: int) -> list[int]:
    """When a client tries while the relay is away, and the first time when it is back; each attempt fails at once."""
    backoff, now = Backoff(), 0
    tries: list[int] = []
    while not tries or tries[-1] < away_ms:
        backoff.lost(now)
        now += backoff.delay_ms(dice.random())
        tries.append(now)
    return tries


@given(st.integers(0, 120_000), st.integers())
def test_a_relay_that_was_away_for_a_time_has_its_clients_back_within_half_of_it(away_ms: int, seed: int) -> None:
    back = attempts(random.Random(seed), away_ms)[-1]
    assert back - away_ms <= min(LONGEST_MS, max(FIRST_MS, away_ms // 2))


def test_a_relay_that_is_away_is_not_hammered() -> None:
    """Of a thousand clients: so many attempts each in the first minute, and in ten."""
    dice = random.Random(1)
    minute = [attempts(dice, 60_000) for _ in range(1000)]
    ten = [attempts(dice, 600_000) for _ in range(1000)]
    assert sum(map(len, minute)) / 1000 < 25
    assert sum(map(len, ten)) / 1000 < 65
