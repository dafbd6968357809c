"""Hypothesis strategies for frames, made from the types themselves: a new frame is generated without a line here."""

from typing import Any

from hypothesis import strategies as st
from msgspec import Struct
from msgspec import inspect as types

HOSTILE_PARTS = (
    "\x1b]52;c;aGk=\x07",
    "\x1b]8;;http://x\x1b\\",
    "\x9b31m",
    "\u202e",
    "\u200d",
    "\u0301" * 6,
    "\u0e49" * 7,
    "\ufe0f" * 5,
    "\u2028",
    "\r\n",
    "\t",
    "\\u001b",
    '"',
    "\\",
    "\U000e0041",
    "👩\u200d👩\u200d👧",
    "1\ufe0f\u20e3",
    "Привет",
    "नमस्ते",
)

hostile_text = st.lists(st.sampled_from(HOSTILE_PARTS) | st.text(max_size=8), max_size=6).map("".join)
"""Text with what a stranger may send; may hold lone surrogates."""


def sendable(text: str) -> str:
    """Without lone surrogates: JSON in UTF-8 can't carry them raw (escaped, the decoder refuses them)."""
    return text.encode("utf-8", "replace").decode("utf-8")


def frames_of(union: Any) -> tuple[type[Struct], ...]:
    """The struct types of one of the protocol's unions."""
    kinds = types.type_info(union)
    assert isinstance(kinds, types.UnionType)
    return tuple(kind.cls for kind in kinds.types if isinstance(kind, types.StructType))


def frame(union: Any) -> st.SearchStrategy[Struct]:
    """Any frame of a union, with hostile strings wherever a string may stand."""
    kinds = {kind: _value(types.type_info(kind)) for kind in frames_of(union)}
    return st.sampled_from(list(kinds)).flatmap(kinds.__getitem__)


def _value(kind: types.Type) -> st.SearchStrategy[Any]:
    match kind:
        case types.Metadata(type=inner):
            return _value(inner)
        case types.StructType(cls=cls, fields=fields):
            needed = {each.name: _value(each.type) for each in fields if each.required}
            optional = {each.name: _value(each.type) for each in fields if not each.required}
            return st.fixed_dictionaries(needed, optional=optional).map(lambda values: cls(**values))
        case types.UnionType(types=kinds):
            return st.one_of([_value(inner) for inner in kinds])
        case types.NoneType():
            return st.none()
        case types.BoolType():
            return st.booleans()
        case types.IntType(ge=least, le=most):
            return st.integers(least if least is not None else -(2**53), most if most is not None else 2**53)
        case types.StrType(pattern=str()):
            return st.from_regex(r"\A[a-zа-я0-9_\x1b\u202e-]{1,16}\Z")
        case types.StrType(min_length=least, max_length=most):
            text = hostile_text.map(sendable)
            if most is not None:
                text = text.map(lambda value: value[:most])
            return text.filter(lambda value: len(value) >= (least or 0))
        case types.LiteralType(values=values):
            return st.sampled_from(values)
        case types.EnumType(cls=enum):
            return st.sampled_from(list(enum))
        case types.ListType(item_type=item):
            return st.lists(_value(item), max_size=2)
        case types.DictType(key_type=key, value_type=value):
            return st.dictionaries(_value(key), _value(value), max_size=2)
    raise NotImplementedError(kind)
