"""The golden frames: what is written on the wire stays what it was, for the clients that others wrote."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec import Struct

from opconsole.wire import codec
from opconsole.wire.schema import SIDES, frames_of, json_schema
from tests.golden.samples import SAMPLES, lines_of

DECODERS = {
    "staff-up": codec.decode_staff_up,
    "staff-down": codec.decode_staff_down,
    "visitor-up": codec.decode_visitor_up,
    "visitor-down": codec.decode_visitor_down,
}
PAIRS = [
    pytest.param(side, line, frame, id=f"{side}-{at}-{type(frame).__name__}")
    for side, frames in SAMPLES.items()
    for at, (line, frame) in enumerate(zip(lines_of(side), frames, strict=True))
]


@pytest.mark.parametrize(("side", "line", "frame"), PAIRS)
def test_a_frame_is_written_as_ever(side: str, line: str, frame: Struct) -> None:
    assert codec.encode(frame).decode() == line


@pytest.mark.parametrize(("side", "line", "frame"), PAIRS)
def test_a_frame_is_read_as_ever(side: str, line: str, frame: Struct) -> None:
    assert DECODERS[side](line) == frame


@pytest.mark.parametrize("side", SIDES)
def test_every_frame_has_a_sample(side: str) -> None:
    assert {type(frame) for frame in SAMPLES[side]} == set(frames_of(side))


@pytest.mark.parametrize("side", SIDES)
def test_every_field_of_every_frame_is_in_some_sample(side: str) -> None:
    said: dict[str, set[str]] = {}
    for line in lines_of(side):
        frame = json.loads(line)
        said.setdefault(frame["t"], set()).update(frame)

    unsaid = {
        f"{frame.__name__}.{field}"
        for frame in frames_of(side)
        for field in frame.__struct_fields__
        if field not in said[str(frame.__struct_config__.tag)]
    }
    # A default version is left out; a visitor's numbers are the public ones, so `p` is not needed there.
    assert unsaid <= {"Hello.v", "VisitorHello.v"} | ({"Done.p"} if side == "visitor-down" else set())


@pytest.mark.parametrize(("side", "line", "frame"), PAIRS)
def test_the_schema_accepts_every_sample(side: str, line: str, frame: Struct) -> None:
    validator(side).validate(json.loads(line))


def validator(side: str) -> Any:
    return Draft202012Validator(json_schema(side))
