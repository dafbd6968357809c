"""Which part of a file is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_stub.edge.ranges import NOWHERE, Span, part_of

TAG = '"abc"'


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-", Span(0, 100)),
        ("bytes=0-0", Span(0, 1)),
        ("Bytes = 10-19", Span(10, 20)),
        ("bytes=90-500", Span(90, 100)),
        ("bytes=-10", Span(90, 100)),
        ("bytes=-500", Span(0, 100)),
        ("bytes=100-", NOWHERE),
        ("bytes=100-200", NOWHERE),
        ("bytes=-0", NOWHERE),
    ],
)
def test_one_part_is_given_as_it_is_asked_for(asked: str, part: Span) -> None:
    assert part_of(asked, None, TAG, 100) == part


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=9-3",
        "bytes=0-1,5-6",
        "lines=0-1",
        "bytes=1-a",
        "bytes=٣-",
        "bytes=0x1-",
    ],
)
def test_what_is_not_understood_or_asks_for_several_parts_gets_all(asked: str | None) -> None:
    assert part_of(asked, None, TAG, 100) is None


def test_a_part_of_another_file_is_not_given() -> None:
    assert part_of("bytes=5-", TAG, TAG, 100) == Span(5, 100)
    for other in ('"abd"', 'W/"abc"', "Wed, 21 Oct 2026 07:28:00 GMT", ""):
        assert part_of("bytes=5-", other, TAG, 100) is None


@given(st.text(max_size=40) | st.from_regex(r"bytes=[0-9]{0,20}-[0-9]{0,20}", fullmatch=True), st.integers(1, 10**12))
def test_whatever_is_asked_the_part_lies_within_the_file(asked: str, size: int) -> None:
    part = part_of(asked, None, TAG, size)
    assert part is None or part == NOWHERE or 0 <= part.start < part.end <= size
