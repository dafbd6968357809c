"""Rates: a bucket gives what it holds and gains with time; a throttle keeps one for each key, and forgets the oldest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_stub.edge.throttle import Bucket, Throttle


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate() -> None:
    bucket = Bucket(per_s=5, burst=20, now_s=100.0)
    assert [bucket.take(100.0) for _ in range(21)] == [True] * 20 + [False]
    assert bucket.wait_s(100.0) == pytest.approx(0.2)
    assert not bucket.take(100.1)
    assert bucket.take(100.3)
    assert not bucket.take(100.3)


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket = Bucket(per_s=5, burst=3, now_s=0.0)
    assert [bucket.take(1_000.0) for _ in range(4)] == [True, True, True, False]


@given(st.lists(st.floats(0, 3), max_size=80))
def test_whatever_the_pauses_no_more_passes_than_burst_and_rate_allow(pauses: list[float]) -> None:
    bucket, now, passed = Bucket(per_s=2, burst=5, now_s=0.0), 0.0, 0
    for pause in pauses:
        now += pause
        passed += bucket.take(now)
    assert passed <= 5 + 2 * now + 1e-6


def test_a_throttle_counts_each_key_apart() -> None:
    throttle = Throttle(per_minute=60, burst=2)
    assert [throttle.take("a", 0.0) for _ in range(3)] == [True, True, False]
    assert throttle.take("b", 0.0)
    assert throttle.wait_s("a", 0.0) == pytest.approx(1.0)
    assert throttle.wait_s("never seen", 0.0) == 0.0
    assert len(throttle) == 2, "asking makes no bucket"


def test_a_throttle_forgets_whoever_was_silent_longest() -> None:
    throttle = Throttle(per_minute=1, burst=1, keys=3)
    for key in ("a", "b", "c"):
        throttle.take(key, 0.0)
    throttle.take("a", 0.0)
    throttle.take("d", 0.0)
    assert len(throttle) == 3
    assert throttle.wait_s("b", 0.0) == 0.0
    assert throttle.wait_s("a", 0.0) > 0


def test_a_token_that_is_given_back_is_as_if_it_had_not_been_taken() -> None:
    throttle = Throttle(per_minute=60, burst=2)
    throttle.take("a", 0.0)
    throttle.give("a", 0.0)
    throttle.give("a", 0.0)
    assert [throttle.take("a", 0.0) for _ in range(3)] == [True, True, False], "and never more than the burst"
    throttle.give("never seen", 0.0)
    assert len(throttle) == 1
