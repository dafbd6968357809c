"""The fuzz targets with Hypothesis, bounded for CI (`make fuzz` runs them longer, by coverage); and that they can fail."""

import asyncio
from collections.abc import Callable
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from opconsole.wire import codec
from opconsole.wire.codec import BadFrame
from server_stub.edge import conversation
from server_stub.edge.conversation import Conversation
from server_stub.handling import Handling
from tests.fuzz import targets, way_in

QUICK = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
SLOW = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b'{"t":"say","id":"a","text":"\xff"}')
@example(b'{"t":"say","id":"a","text":"\xe2\x82"}')
@example(b'{"t":"say","id":"a\x00","text":"x"}')
@example(b'{"t":"say","t":"typing","id":"a","text":"x","text":"y"}')
@example(b"[" * 100_000)
@example(b'{"a":' * 50_000)
@example(b'{"t":"read","n":' + b"9" * 100_000 + b"}")
@example(b'{"t":"say","id":"a","text":"' + "\u0301".encode() * 4_000 + b'"}')
@example(b'{"t":"say","id":"a","text":"\\ud800"}')
def test_any_bytes_are_a_frame_or_a_bad_one(data: bytes) -> None:
    targets.raw_frames(data)


@QUICK
@given(st.binary(min_size=20, max_size=300))
def test_frames_that_are_nearly_right_are_read_clean_or_refused(data: bytes) -> None:
    targets.made_frames(data)


@QUICK
@given(
    st.text(st.characters(exclude_categories=()), max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_hygiene_leaves_nothing_that_acts(data: bytes) -> None:
    targets.hygiene(data)


@QUICK
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b'{"login":"a","password":"b","x":' + b"[" * 100_000)
@example(b'{"login":"\\ud800","password":"\\ud800"}')
def test_the_doors_take_anything(data: bytes) -> None:
    targets.doors(data)


@pytest.mark.slow
@SLOW
@given(st.binary(min_size=60, max_size=600))
def test_whatever_strangers_and_colleagues_send_the_others_talk_on(data: bytes) -> None:
    targets.whole_way_in(data)


# ---------------------------------------------------------------- the targets can fail

SCENE = bytes(range(1, 256)) * 2


def test_a_scene_says_many_lines() -> None:
    assert asyncio.run(way_in.play(SCENE)) > 15


def breaks(target: Callable[[bytes], None], data: bytes) -> bool:
    try:
        target(data)
    except BaseException:
        return True
    return False


def test_an_error_in_the_core_loop_is_seen() -> None:
    assert not breaks(targets.whole_way_in, SCENE)
    with (
        patch.object(Handling, "_look", side_effect=KeyError("boom")),
        patch.object(Handling, "_decide", side_effect=KeyError("boom")),
    ):
        assert breaks(targets.whole_way_in, SCENE)


def test_a_bad_frame_without_an_answer_is_seen() -> None:
    with patch.object(Conversation, "_misunderstood", lambda *_: None):
        assert breaks(targets.whole_way_in, SCENE)


def test_a_command_without_an_answer_is_seen() -> None:
    real = conversation.Conversation._take
    dropped = iter([True])

    def take(self: Conversation, line: str) -> bool:
        return True if '"id"' in line and next(dropped, False) else real(self, line)

    with patch.object(Conversation, "_take", take):
        assert breaks(targets.whole_way_in, SCENE)


def test_a_decoder_that_raises_something_else_is_seen() -> None:
    with patch.object(codec, "may_be_hostile", side_effect=RecursionError):
        assert breaks(targets.raw_frames, b'{"t":"read","n":1}')


def test_text_that_is_not_cleaned_is_seen() -> None:
    hostile = b'{"t":"typing","text":"\x7f"}'
    assert not breaks(targets.raw_frames, hostile)
    with patch.object(codec, "may_be_hostile", return_value=False):
        assert breaks(targets.raw_frames, hostile)


def test_bad_frame_is_what_the_decoders_raise() -> None:
    assert not breaks(targets.raw_frames, b"nonsense")
    with patch.object(codec, "BadFrame", type("Other", (Exception,), {"reason": ""})):
        assert breaks(targets.raw_frames, b"nonsense")
    assert issubclass(BadFrame, Exception)
