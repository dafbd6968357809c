"""The settings one by one: their dotted keys, their values now, and what values each takes. For the `:set` command and the switcher."""

import types
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from opconsole.locale import mark, tr
from opconsole.settings.model import Settings

PARTS = {
    "relay": mark("Address of the relay"),
    "login": mark("Login"),
    "lang": mark("Language"),
    "theme": mark("Theme"),
    "keyring": mark("Where the login is kept"),
    "keymap": mark("Set of keys"),
    "warnings": mark("Warnings"),
    "rescue": mark("a chat of mine goes back soon"),
    "new_chat": mark("a new chat"),
    "message": mark("a message in another chat"),
    "screen": mark("on the screen"),
    "bell": mark("bell"),
    "desktop": mark("on the desktop"),
}
"""What a part of a setting's key means; one without an entry is said by its key."""


class Entry(Struct, frozen=True):
    key: str
    value: object
    choices: tuple[str, ...] = ()
    """What it may be; empty: any text (or number)."""
    kind: type = str

    @property
    def title(self) -> str:
        return ", ".join(tr(PARTS[part]) if part in PARTS else part for part in self.key.split("."))

    @property
    def words(self) -> str:
        """The value as it is typed."""
        if isinstance(self.value, bool):
            return "on" if self.value else "off"
        return str(self.value)


def entries(settings: Settings) -> list[Entry]:
    """All that hold one value. Tables of a user's own making (keys, macros) are no settings of one value."""
    return list(_entries(settings, ""))


def _entries(value: Struct, at: str) -> list[Entry]:
    found: list[Entry] = []
    for field in msgspec.structs.fields(type(value)):
        inner = getattr(value, field.name)
        key = f"{at}{field.name}"
        if isinstance(inner, Struct):
            found += _entries(inner, f"{key}.")
        elif isinstance(inner, bool):
            found.append(Entry(key, inner, ("on", "off"), bool))
        elif isinstance(inner, str | int | float):
            found.append(Entry(key, inner, _choices(field.type), type(inner)))
    return found


def _choices(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return tuple(str(each) for each in get_args(kind))
    if get_origin(kind) in (Union, types.UnionType):
        return tuple(choice for each in get_args(kind) for choice in _choices(each))
    return ()


_YES = frozenset(("on", "yes", "true", "да", "вкл"))
_NO = frozenset(("off", "no", "false", "нет", "выкл"))


def typed_value(entry: Entry, text: str) -> str | bool | int | float | None:
    """What a typed value means for this setting; None: it can't be that."""
    if entry.kind is bool:
        folded = text.casefold()
        return True if folded in _YES else False if folded in _NO else None
    if entry.choices:
        return text if text in entry.choices else None
    if entry.kind in (int, float):
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            return None
        return int(number) if entry.kind is int and number.is_integer() else number if entry.kind is float else None
    return text
