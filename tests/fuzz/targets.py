"""What is fuzzed: each takes bytes, and raises if something that must always hold does not.

`tests/fuzz/test_fuzz.py` runs them with Hypothesis in CI; `make fuzz` with atheris, which follows the coverage.
"""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from unicodedata import category

from msgspec import Struct

from opconsole.wire import codec
from opconsole.wire.codec import BadFrame, clean_struct, encode
from opconsole.wire.schema import SIDES
from opconsole.wire.text import clean_line, clean_text, may_be_hostile
from server_stub.edge.conversation import refusal_of
from server_stub.edge.figures import may_see_figures
from server_stub.edge.login import form_of
from server_stub.edge.origins import may_embed, site_of
from server_stub.edge.visitor_tokens import VisitorTokens
from tests.fuzz import lines, way_in
from tests.fuzz.dice import ByteDice

DECODERS: Final[Mapping[str, Callable[[str | bytes], Struct]]] = {
    "staff-up": codec.decode_staff_up,
    "staff-down": codec.decode_staff_down,
    "visitor-up": codec.decode_visitor_up,
    "visitor-down": codec.decode_visitor_down,
}
HOSTILE: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Written anew here, so that a hole in `wire.text` is not a hole in its test too. (The tab has become spaces.)"""
GROWTH: Final = 4
"""A tab becomes four characters at most."""


def _understood(decode: Callable[[str | bytes], Struct], line: str | bytes) -> None:
    frame, reason = _decoded(decode, line)
    if frame is None:
        assert reason
        assert len(reason) <= 200
        assert not HOSTILE.search(reason)
        answer = refusal_of(line if isinstance(line, str) else line.decode("utf-8", "replace"), BadFrame(reason))
        assert len(answer.id) <= 36
        encode(answer)
        return
    assert clean_struct(frame) is frame
    for text in strings(frame):
        assert not HOSTILE.search(text)
    again, reason = _decoded(decode, encode(frame))
    assert again == frame, reason


def _decoded(decode: Callable[[str | bytes], Struct], line: str | bytes) -> tuple[Struct | None, str]:
    """The frame, or why there is none."""
    try:
        return decode(line), ""
    except BadFrame as bad:
        return None, bad.reason


def strings(value: Any) -> list[str]:
    """Every string in a frame."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Struct):
        return [text for name in value.__struct_fields__ for text in strings(getattr(value, name))]
    if isinstance(value, dict):
        return [text for pair in value.items() for each in pair for text in strings(each)]
    return [text for each in value for text in strings(each)] if isinstance(value, list | tuple) else []


def raw_frames(data: bytes) -> None:
    """Any bytes, to every decoder: a frame, or a bad one."""
    for decode in DECODERS.values():
        _understood(decode, data)


def made_frames(data: bytes) -> None:
    """Frames that are nearly right, to the decoder of their side."""
    dice = ByteDice(data)
    side = dice.pick(tuple(SIDES))
    _understood(DECODERS[side], lines.line(dice, side))


def hygiene(data: bytes) -> None:
    text = _text(data)
    clean = clean_text(text)
    assert not HOSTILE.search(clean)
    assert clean_text(clean) == clean
    assert len(clean) <= GROWTH * len(text)
    clean.encode("utf-8")
    assert _longest_run_of_marks(clean) <= GROWTH
    line = clean_line(text)
    assert "\n" not in line
    assert clean_line(line) == line
    if clean != text or line != text:
        assert may_be_hostile(json.dumps(text, ensure_ascii=False))
        assert may_be_hostile(json.dumps(text))


def _text(data: bytes) -> str:
    """Any text, lone surrogates too."""
    for coding in ("utf-8", "utf-16-le"):
        try:
            return data.decode(coding, "surrogatepass")
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _longest_run_of_marks(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if category(character) in ("Mn", "Me") else 0
        longest = max(longest, run)
    return longest


def doors(data: bytes) -> None:
    """What is read before anybody is known: the login's body, tokens, origins, hosts."""
    form = form_of(data)
    assert form is None or (isinstance(form.login, str) and "password" not in repr(form))
    text = data.decode("utf-8", "surrogateescape")
    clean_line(text)
    tokens = VisitorTokens(b"a key of this test")
    assert tokens.visitor_of(clean_line(text)) == ""
    good = tokens.make("v1")
    assert tokens.visitor_of(good) == "v1"
    if data:
        at = data[0] % len(good)
        forged = good[:at] + chr(33 + data[-1] % 90) + good[at + 1 :]
        assert forged == good or tokens.visitor_of(forged) == "" or _same_bits(forged, good)
    assert site_of(text) == "" or site_of(site_of(text)) == site_of(text)
    site = site_of(text)
    assert not may_embed(text, sites=frozenset(), own="", address="192.0.2.1")
    assert not site or may_embed(text, sites=frozenset({site}), own="", address="192.0.2.1")
    assert not may_see_figures("", text, address="192.0.2.1", host=text, headers={})
    assert may_see_figures("wanted", text, address="", host=text, headers={}) is (text == "wanted")


def _same_bits(one: str, other: str) -> bool:
    """The last character of base64 has bits that mean nothing."""
    return one[:-1] == other[:-1]


def whole_way_in(data: bytes) -> None:
    asyncio.run(way_in.play(data))


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    each.__name__: each for each in (raw_frames, made_frames, hygiene, doors, whole_way_in)
}
