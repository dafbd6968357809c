"""The protocol's own description: complete, and true of what the codec does."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec import Struct

from opconsole.wire import base, codec, schema
from opconsole.wire.cards import ChatCard
from opconsole.wire.codec import BadFrame
from opconsole.wire.visitor import VisitorSay
from tests.golden.samples import lines_of
from tests.unit.wire import strategies
from tests.unit.wire.test_golden import DECODERS

VALIDATORS = {side: Draft202012Validator(schema.json_schema(side)) for side in schema.SIDES}


@pytest.mark.parametrize("side", schema.SIDES)
def test_a_side_is_a_valid_schema_on_its_own(side: str) -> None:
    written = schema.json_schema(side)

    Draft202012Validator.check_schema(written)
    assert f'"#/$defs/{schema.frames_of(side)[0].__name__}"' in json.dumps(written["anyOf"])
    assert written["description"] == "Protocol version 1."


@pytest.mark.parametrize("side", schema.SIDES)
def test_every_frame_says_what_it_is(side: str) -> None:
    defs = schema.json_schema(side)["$defs"]

    assert [frame.__name__ for frame in schema.frames_of(side) if not defs[frame.__name__].get("description")] == []


def test_docstrings_under_fields_become_their_descriptions() -> None:
    fields = schema.json_schema("staff-down")["$defs"]["ChatCard"]["properties"]

    assert fields["owes_since"]["description"] == "0: nobody owes the visitor a reply."
    assert schema.field_doc(ChatCard, "answer_by") == "In the inbox: its place in the order."
    assert schema.field_doc(VisitorSay, "text") == ""


any_sent = st.sampled_from(
    [st.tuples(st.just(side), strategies.frame(union)) for side, union in schema.SIDES.items()]
).flatmap(lambda sent: sent)


@given(any_sent)
def test_whatever_we_send_fits_the_schema(sent: tuple[str, Struct]) -> None:
    side, frame = sent

    VALIDATORS[side].validate(json.loads(codec.encode(frame)))


@pytest.mark.parametrize("side", schema.SIDES)
@pytest.mark.parametrize("change", ["drop", "text", "number", "list", "null"])
def test_schema_and_codec_refuse_the_same(side: str, change: str) -> None:
    spoiled = 0
    for line in lines_of(side):
        frame = json.loads(line)
        for field in frame:
            other = json.dumps(_spoil(frame, field, change))
            fits = VALIDATORS[side].is_valid(json.loads(other))
            spoiled += not fits
            assert _is_understood(side, other) == fits, other

    assert spoiled


def _spoil(frame: dict[str, Any], field: str, change: str) -> dict[str, Any]:
    if change == "drop":
        return {name: value for name, value in frame.items() if name != field}
    values: dict[str, Any] = {"text": "words", "number": -1, "list": [1], "null": None}
    return frame | {field: values[change]}


def _is_understood(side: str, line: str) -> bool:
    try:
        DECODERS[side](line)
    except BadFrame:
        return False
    return True


def test_the_page_describes_every_frame_with_every_field() -> None:
    page = schema.page()

    for side in schema.SIDES:
        for frame in schema.frames_of(side):
            start = page.index(f"#### `{schema.tag_of(frame)}` ({frame.__name__})\n")
            described = page[start + 4 :].split("\n#### ")[0]
            for field in frame.__struct_fields__:
                assert f"| `{field}` |" in described, (frame, field)


def test_every_link_of_the_page_leads_to_a_heading() -> None:
    page = schema.page()
    headings = {
        "".join(
            letter
            for letter in line.lstrip("#").strip().lower().replace(" ", "-")
            if letter.isalnum() or letter in "-_"
        )
        for line in page.splitlines()
        if line.startswith("#")
    }

    linked = {part.split(")")[0] for part in page.split("](#")[1:]}
    assert linked
    assert linked <= headings


def test_the_page_names_bounds_and_choices() -> None:
    page = schema.page()

    assert "| `id` | string, 1–36 characters | *needed* |" in page
    assert "| `score` | integer, 1–5 | *needed* |" in page
    assert "| `state` | `closed` or `held` or `none` or `waiting` |" in page
    assert "One of `inbox`, `held`, `snoozed`, `closed`." in page
    assert "| `TEXT_BYTES` | 8,192 |" in page


def test_what_the_page_has_no_words_for_is_said_at_once() -> None:
    class Odd(base.Frame, tag="odd"):
        ratio: float

    with pytest.raises(NotImplementedError, match="FloatType"):
        schema._struct(Odd)
