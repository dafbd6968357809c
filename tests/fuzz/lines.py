"""Hostile lines, made of the protocol's own types: frames that are right but for something, or right and meant badly.

A new frame or field is spoken here without a line being added.
"""

from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import inspect as types

from opconsole.wire.schema import SIDES, frames_of, tag_of
from tests.fuzz.dice import ByteDice

WORDS: Final = (
    "",
    "a",
    "\u200d",
    "same",
    "anna",
    "boris",
    "v1",
    "general",
    "\x1b]52;c;ZXZpbA==\x07",
    "\u202eabc",
    "[/][@click=app.quit]x",
    "=1+1",
    "\x00",
    "\ud800",
    "\u0301" * 40,
    "x" * 9000,
    "\t" * 3000,
    "👩\u200d👩\u200d👧" * 300,
    "<script>",
    "\n" * 900,
)
HOSTILE: Final = (
    "null",
    "true",
    "-1",
    "0.5",
    "1e308",
    "1e999",
    "9007199254740992",
    "9007199254740993",
    "-9223372036854775809",
    "9" * 4400,
    "[]",
    "{}",
    "[" * 3000,
    '{"a":' * 3000,
    '{"t":"hello","t":"say"}',
    '"\\ud800"',
    '"\\u0000"',
    '"\\ud83d\\ude00"',
    '"unterminated',
    "NaN",
    "",
    "[1,2,3]",
    '"' + "\\u0301" * 2000 + '"',
    '{"1":1,"1":2,"01":3,"x":4,"-1":5}',
    '{"2305843009213693951":1,"4611686018427387902":1}',
)
JUNK: Final = ("\x00", "\ufeff", "}", '"', "\\", ",", "[", "\x1b[2J", "\ud83d", "é", "//", "\u2028")


def line(dice: ByteDice, side: str) -> str:
    """One line for this side; most are nearly right."""
    if dice.once_in(16):
        return dice.take(60).decode("utf-8", "replace")
    frame = dice.pick(frames_of(side))
    pairs = [f'"t":{_text(dice.pick(("hello", "", "dance"))) if dice.once_in(24) else _text(tag_of(frame))}']
    info = types.type_info(frame)
    assert isinstance(info, types.StructType)
    for field in info.fields:
        if not field.required and dice.once_in(2):
            continue
        if field.required and dice.once_in(24):
            continue
        pairs.append(f"{_text(field.name)}:{_value(dice, field.type, field.name)}")
        if dice.once_in(24):
            pairs.append(f"{_text(field.name)}:{_value(dice, field.type, field.name)}")
    if dice.once_in(12):
        pairs.insert(dice.number(len(pairs)), f'"unknown":{dice.pick(HOSTILE)}')
    text = "{" + ",".join(pairs) + "}"
    if dice.once_in(16):
        at = dice.number(255) * len(text) // 256
        text = text[:at] + dice.pick(JUNK) + text[at + dice.number(3) :]
    return text


def _value(dice: ByteDice, kind: types.Type, name: str) -> str:
    """The JSON of a value: usually one that fits."""
    if dice.once_in(12):
        return dice.pick(HOSTILE)
    match kind:
        case types.Metadata(type=inner):
            return _value(dice, inner, name)
        case types.UnionType(types=kinds):
            return _value(dice, dice.pick(kinds), name)
        case types.NoneType():
            return "null"
        case types.BoolType():
            return dice.pick(("true", "false"))
        case types.IntType(ge=least):
            return str(dice.pick((1, 2, 3, 0, least or 0, 4, 5, 9, 2**53, 1_700_000_100_000)))
        case types.LiteralType(values=values):
            return _text(dice.pick(values))
        case types.EnumType(cls=cls):
            return _text(dice.pick([each.value for each in cls]))
        case types.StructType(fields=fields):
            pairs = [f"{_text(each.name)}:{_value(dice, each.type, each.name)}" for each in fields if dice.once_in(2)]
            return "{" + ",".join(pairs) + "}"
        case types.ListType(item_type=item):
            return "[" + ",".join(_value(dice, item, name) for _ in range(dice.number(3))) + "]"
        case types.DictType(key_type=key, value_type=value):
            numbers = isinstance(_plain(key), types.IntType)
            keys = [_text(str(dice.number(5)) if numbers else dice.pick(WORDS)) for _ in range(dice.number(3))]
            return "{" + ",".join(f"{each}:{_value(dice, value, name)}" for each in keys) + "}"
    return _text(f"c{dice.number(255)}" if name == "id" and dice.number(3) else dice.pick(WORDS))


def _plain(kind: types.Type) -> types.Type:
    return kind.type if isinstance(kind, types.Metadata) else kind


@lru_cache(maxsize=512)
def _text(value: Any) -> str:
    if isinstance(value, str) and "\ud800" in value:
        return '"' + value.replace("\ud800", "\\ud800") + '"'
    return msgspec.json.encode(value).decode()


def seeds() -> list[bytes]:
    """Some bytes to begin with: each side's every frame."""
    return [
        bytes((0, number % 256, 1, *range(side * 16, side * 16 + 60)))
        for side in range(len(SIDES))
        for number in range(18)
    ]
