"""The protocol described from its own types: a JSON Schema of each side, and the tables of `docs/protocol.md`.

What a class and a field mean is said once, in their docstrings in `wire`; here it is collected, never repeated. Only the
`opconsole protocol` command and the tests import this module: the frames themselves don't need it.
"""

import ast
import inspect
import sys
from enum import Enum
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any, Final

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec import inspect as types

from opconsole.wire import limits, staff, visitor

SIDES: Final[dict[str, Any]] = {
    "staff-up": staff.StaffUp,
    "staff-down": staff.StaffDown,
    "visitor-up": visitor.VisitorUp,
    "visitor-down": visitor.VisitorDown,
}
"""The four unions of frames: who sends, seen from the relay's clients (`up`: to the relay)."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_SECTIONS: Final = {
    "visitor-up": "Visitor to relay",
    "visitor-down": "Relay to visitor",
    "staff-up": "Console to relay",
    "staff-down": "Relay to console",
}
_WIRE: Final = f"{__package__}."


# ---------------------------------------------------------------- what the types say


def frames_of(side: str) -> tuple[type[Struct], ...]:
    """The struct types of one side, in the order of the source."""
    union = types.type_info(SIDES[side])
    assert isinstance(union, types.UnionType)
    return tuple(kind.cls for kind in union.types if isinstance(kind, types.StructType))


def tag_of(frame: type[Struct]) -> str:
    """What stands in the field `t` of such a frame."""
    return str(frame.__struct_config__.tag)


@cache
def _attribute_docs(module: ModuleType) -> dict[str, dict[str, str]]:
    """Docstrings under the attributes of a module's classes (and, under "", of the module itself): Python forgets them."""
    found: dict[str, dict[str, str]] = {"": {}}
    tree = ast.parse(inspect.getsource(module))
    bodies = [("", tree.body), *((node.name, node.body) for node in tree.body if isinstance(node, ast.ClassDef))]
    for owner, body in bodies:
        docs = found.setdefault(owner, {})
        for statement, below in pairwise(body):
            match statement, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    docs[name] = " ".join(text.split())
    return found


def field_doc(kind: type, name: str) -> str:
    """The docstring under a field, wherever in the ancestry it was declared; empty: none."""
    for ancestor in kind.__mro__:
        if ancestor.__module__.startswith(_WIRE):
            doc = _attribute_docs(sys.modules[ancestor.__module__]).get(ancestor.__name__, {}).get(name, "")
            if doc:
                return doc
    return ""


def _sentence(kind: type) -> str:
    """A class's own docstring; an inherited one, or the one that msgspec makes up, says nothing of it."""
    return " ".join(inspect.cleandoc(kind.__dict__.get("__doc__") or "").split())


# ---------------------------------------------------------------- JSON Schema


def json_schema(side: str) -> dict[str, Any]:
    """One side as a JSON Schema (2020-12): any frame that fits it is understood, whatever else it carries."""
    union = SIDES[side]
    (root,), defs = msgspec.json.schema_components([union], ref_template="#/$defs/{name}")
    described = {each.__name__: each for each in _all_types(union)}
    for name, schema in defs.items():
        for field, field_schema in schema.get("properties", {}).items():
            doc = field_doc(described[name], field)
            if doc:
                field_schema["description"] = doc
    head = {
        "$schema": _DIALECT,
        "title": _SECTIONS[side],
        "description": f"Protocol version {limits.PROTOCOL_VERSION}.",
    }
    return head | root | {"$defs": dict(sorted(defs.items()))}


def _all_types(union: Any) -> list[type]:
    """Every struct and enumeration of a union, those inside others too, each once, in the order of appearance."""
    found: dict[type, None] = {}

    def walk(kind: types.Type) -> None:
        match kind:
            case types.StructType(cls=cls, fields=fields):
                if cls not in found:
                    found[cls] = None
                    for each in fields:
                        walk(each.type)
            case types.EnumType(cls=enum):
                found[enum] = None
            case types.UnionType(types=kinds):
                for each_kind in kinds:
                    walk(each_kind)
            case types.ListType(item_type=item) | types.DictType(value_type=item):
                walk(item)

    walk(types.type_info(union))
    return list(found)


# ---------------------------------------------------------------- the page


def page() -> str:
    """The generated part of `docs/protocol.md`: every frame with its fields, the parts they are made of, the limits."""
    lines: list[str] = []
    frames = {frame for side in SIDES for frame in frames_of(side)}
    for side, title in _SECTIONS.items():
        lines += [f"### {title}", ""]
        for frame in frames_of(side):
            lines += [f"#### `{tag_of(frame)}` ({frame.__name__})", "", *_struct(frame)]
    lines += ["### Parts", ""]
    parts = {each for side in SIDES for each in _all_types(SIDES[side])} - frames
    for part in sorted(parts, key=lambda each: each.__name__):
        lines += [f"#### {part.__name__}", "", *(_enum(part) if issubclass(part, Enum) else _struct(part))]
    return "\n".join([*lines, "### Limits", "", *_limits()]).rstrip() + "\n"


def _struct(kind: type) -> list[str]:
    info = types.type_info(kind)
    assert isinstance(info, types.StructType)
    lines = [_sentence(kind), ""] if _sentence(kind) else []
    if not info.fields:
        return lines
    lines += ["| field | type | if absent | meaning |", "|---|---|---|---|"]
    for each in info.fields:
        absent = "*needed*" if each.required else _default(each)
        lines.append(f"| `{each.name}` | {_type(each.type)} | {absent} | {field_doc(kind, each.name)} |")
    return [*lines, ""]


def _enum(kind: type[Enum]) -> list[str]:
    values = ", ".join(f"`{each.value}`" for each in kind)
    return [f"One of {values}. {_sentence(kind)}".rstrip(), ""]


def _limits() -> list[str]:
    docs = _attribute_docs(limits)[""]
    rows = [
        f"| `{name}` | {value:,} | {docs.get(name, '')} |"
        for name, value in vars(limits).items()
        if isinstance(value, int)
    ]
    return ["| name | value | meaning |", "|---|---|---|", *rows, ""]


def _default(each: types.Field) -> str:
    value = each.default if each.default is not NODEFAULT else each.default_factory()
    return f"`{msgspec.json.encode(value).decode()}`"


def _type(kind: types.Type) -> str:
    """A type in words; structs and enumerations are links to where they are described."""
    match kind:
        case types.StrType(min_length=least, max_length=most):
            bounds = {(True, True): f", {least}–{most} characters", (False, True): f", at most {most} characters"}
            return "string" + bounds.get((least is not None, most is not None), "")
        case types.IntType(ge=least, le=most):
            if most is not None and most < 2**53:
                return f"integer, {least}–{most}"
            return "integer, not negative" if least == 0 else "integer"
        case types.BoolType():
            return "boolean"
        case types.NoneType():
            return "null"
        case types.LiteralType(values=values):
            return " or ".join(f"`{value}`" for value in values)
        case types.EnumType(cls=cls) | types.StructType(cls=cls):
            return f"[{cls.__name__}](#{_anchor(cls)})"
        case types.ListType(item_type=item):
            return f"list of {_type(item)}"
        case types.DictType(key_type=key, value_type=value):
            if isinstance(key, types.IntType):
                return f"object: number as a string → {_type(value)}"
            return f"object: {_type(key)} → {_type(value)}"
        case types.UnionType(types=kinds):
            return " or ".join(_type(each) for each in kinds)
    raise NotImplementedError(f"the page has no words for {kind!r}")


def _anchor(kind: type) -> str:
    """The address of a heading, as GitHub makes it."""
    frame = issubclass(kind, Struct) and kind.__struct_config__.tag is not None
    return f"{tag_of(kind)}-{kind.__name__.lower()}" if frame else kind.__name__.lower()
