"""`docs/protocol.md` says what is so: its tables are the types', its examples are frames, its codes are the relay's."""

import json
import re
from pathlib import Path

import pytest

from opconsole.cli.protocol import BEGIN, SIDES, replaced
from opconsole.wire import codec, limits, schema
from opconsole.wire.codec import BadFrame
from opconsole.wire.messages import EVENT_CODES
from server_stub.desk.refusals import TEXTS

PAGE = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text("utf-8")
WRITTEN = PAGE.partition(BEGIN)[0]
"""By hand."""
EDGE_CODES = {"bad_frame", "internal", "too_many", "identity", "identity_expired"}
"""Refusals that are not the desk's."""

EXAMPLES = [
    (side, line[0], line[2:])
    for side, block in re.findall(r"^```text (\w+)\n(.*?)^```", WRITTEN, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
DECODERS = {
    ("visitor", "→"): codec.decode_visitor_up,
    ("visitor", "←"): codec.decode_visitor_down,
    ("operator", "→"): codec.decode_staff_up,
    ("operator", "←"): codec.decode_staff_down,
}


def test_the_tables_are_those_of_the_types() -> None:
    assert replaced(PAGE, schema.page()) == PAGE, "run: opconsole protocol --update docs/protocol.md"


@pytest.mark.parametrize(("side", "way", "line"), EXAMPLES)
def test_every_example_is_a_frame_that_says_nothing_in_vain(side: str, way: str, line: str) -> None:
    """A misspelt field, or one with its default value, would not come back."""
    written = json.loads(line)
    understood = json.loads(codec.encode(DECODERS[side, way](line)))

    assert {field: understood.get(field) for field in written} == written


def test_there_are_examples_of_both_sides_and_ways() -> None:
    assert {(side, way) for side, way, _ in EXAMPLES} == set(DECODERS)


@pytest.mark.parametrize("side", SIDES)
def test_the_text_speaks_of_every_kind_of_frame(side: str) -> None:
    silent = {schema.tag_of(frame) for frame in schema.frames_of(side)} - set(re.findall(r"`(\w+)`", WRITTEN))

    assert silent == set()


def test_every_refusal_of_the_relay_is_in_the_table_and_no_other() -> None:
    table = WRITTEN.split("## Refusals")[1].split("## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]

    assert {code for row in rows for code in re.findall(r"`(\w+)`", row)} == set(TEXTS) | EDGE_CODES


def test_every_event_of_a_transcript_is_named() -> None:
    assert set(EVENT_CODES) <= set(re.findall(r"`(\w+)`", WRITTEN))


def test_the_limits_that_are_named_exist() -> None:
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", WRITTEN))

    assert named
    assert named - {name for name in vars(limits) if name.isupper()} == set()


def test_the_version_is_ours() -> None:
    assert f"**Version {limits.PROTOCOL_VERSION}.**" in WRITTEN


@pytest.mark.parametrize("side", ["visitor", "operator"])
def test_an_unknown_kind_is_refused_as_the_page_says(side: str) -> None:
    with pytest.raises(BadFrame):
        DECODERS[side, "→"]('{"t":"dance"}')
