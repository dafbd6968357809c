"""Frames to JSON text and back. Every string of a decoded frame is clean (`opconsole.wire.text`); a bad frame is a `BadFrame`.

A websocket message holds one or more frames, one a line: JSON never has a raw newline, so a line is a frame, and the relay
may send many in one message.
"""

from functools import lru_cache
from typing import Any, Final, TypeVar, cast

import msgspec
from msgspec import Struct

from opconsole.wire.messages import Message
from opconsole.wire.staff import StaffDown, StaffUp
from opconsole.wire.text import (
    LONGEST_LINE_CHARS,
    LONGEST_TEXT_CHARS,
    clean_line,
    clean_text,
    cut_long,
    may_be_hostile,
)
from opconsole.wire.visitor import VisitorDown, VisitorUp

__all__ = [
    "BadFrame",
    "Message",
    "decode_staff_down",
    "decode_staff_up",
    "decode_visitor_down",
    "decode_visitor_up",
    "encode",
]

S = TypeVar("S", bound=Struct)

MULTILINE: Final = frozenset({"text", "comment"})
"""Fields whose newlines are kept; in every other string they become spaces."""

REASON_CHARS: Final = 200
"""A reason may quote the frame's tag, which can be long: it is cut before it is cleaned."""


class BadFrame(Exception):
    """A frame that can't be understood. `reason` names what and where, without repeating the frame."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_encoder: Final = msgspec.json.Encoder()
_staff_up: Final[msgspec.json.Decoder[StaffUp]] = msgspec.json.Decoder(StaffUp)
_staff_down: Final[msgspec.json.Decoder[StaffDown]] = msgspec.json.Decoder(StaffDown)
_visitor_up: Final[msgspec.json.Decoder[VisitorUp]] = msgspec.json.Decoder(VisitorUp)
_visitor_down: Final[msgspec.json.Decoder[VisitorDown]] = msgspec.json.Decoder(VisitorDown)


def encode(frame: Struct) -> bytes:
    """One frame as one line of JSON, without the newline."""
    return _encoder.encode(frame)


def decode_staff_up(line: str | bytes) -> StaffUp:
    return cast(StaffUp, _decode(_staff_up, line))


def decode_staff_down(line: str | bytes) -> StaffDown:
    return cast(StaffDown, _decode(_staff_down, line))


def decode_visitor_up(line: str | bytes) -> VisitorUp:
    return cast(VisitorUp, _decode(_visitor_up, line))


def decode_visitor_down(line: str | bytes) -> VisitorDown:
    return cast(VisitorDown, _decode(_visitor_down, line))


def _decode(decoder: msgspec.json.Decoder[Any], line: str | bytes) -> Struct:
    try:
        if isinstance(line, bytes):
            line = line.decode("utf-8")
        frame: Struct = decoder.decode(line)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BadFrame(_reason(str(error))) from None
    except (UnicodeError, RecursionError):
        raise BadFrame("not UTF-8 text, or nested too deep") from None
    if may_be_hostile(line) or _may_be_long(line):
        cleaned = clean_struct(frame)
        if cleaned is not frame:
            return _still_fits(decoder, cleaned)
    return frame


def _still_fits(decoder: msgspec.json.Decoder[Any], cleaned: Struct) -> Struct:
    """Cleaning may make a string longer (a tab is four spaces) or empty: the bounds hold for what comes out."""
    try:
        decoder.decode(_encoder.encode(cleaned))
    except msgspec.ValidationError as error:
        raise BadFrame(_reason(str(error))) from None
    return cleaned


def _may_be_long(line: str) -> bool:
    """Whether some string of the frame may be longer than the protocol allows (a quoted quote is a backslash: hostile already)."""
    return len(line) > LONGEST_LINE_CHARS and max(map(len, line.split('"'))) > LONGEST_LINE_CHARS


def _reason(text: str) -> str:
    return clean_line(text[:REASON_CHARS])[:REASON_CHARS]


@lru_cache(maxsize=256)
def _fields(kind: type[Struct]) -> tuple[str, ...]:
    return kind.__struct_fields__


def clean_struct(frame: S) -> S:
    """The same frame with every string in it cleaned, however deep."""
    changes = {}
    for name in _fields(type(frame)):
        value = getattr(frame, name)
        cleaned = _clean_value(value, name in MULTILINE)
        if cleaned is not value:
            changes[name] = cleaned
    return msgspec.structs.replace(frame, **changes) if changes else frame


def _clean_value(value: Any, multiline: bool) -> Any:
    if type(value) is str:
        limit = LONGEST_TEXT_CHARS if multiline else LONGEST_LINE_CHARS
        value, given = cut_long(value, limit), value  # before it costs time, and after tabs have grown
        cleaned = cut_long(clean_text(value) if multiline else clean_line(value), limit)
        return given if cleaned == given else cleaned
    if isinstance(value, Struct):
        return clean_struct(value)
    if isinstance(value, list):
        items = [_clean_value(item, multiline) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, dict):
        pairs = {_clean_value(key, False): _clean_value(item, multiline) for key, item in value.items()}
        return pairs if pairs != value else value
    return value
