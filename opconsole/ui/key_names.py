"""Names of keys, as people write them in `[keys]`, and as Textual calls them: `Ctrl-K`, `alt+;`, `PgUp` are all understood. Pure."""

import re
from typing import Final

from opconsole.terminal.layouts import latin

_MODIFIERS: Final = {
    "ctrl": "ctrl",
    "control": "ctrl",
    "c": "ctrl",
    "alt": "alt",
    "meta": "alt",
    "m": "alt",
    "shift": "shift",
    "s": "shift",
}
_ORDER: Final = ("alt", "ctrl", "shift")
"""Textual's own order of several modifiers."""
_SIGNS: Final = {
    ",": "comma", ".": "full_stop", ";": "semicolon", ":": "colon", "/": "slash", "\\": "backslash", "'": "apostrophe",
    '"': "quotation_mark", "`": "grave_accent", "-": "minus", "_": "underscore", "=": "equals_sign", "+": "plus",
    "[": "left_square_bracket", "]": "right_square_bracket", "<": "less_than_sign", ">": "greater_than_sign",
    "?": "question_mark", "!": "exclamation_mark", "@": "at", "#": "number_sign", "*": "asterisk", "|": "vertical_line",
    "(": "left_parenthesis", ")": "right_parenthesis", "&": "ampersand", "%": "percent_sign", "$": "dollar_sign",
    "^": "circumflex_accent", "~": "tilde", "{": "left_curly_bracket", "}": "right_curly_bracket", " ": "space",
}  # fmt: skip
_NAMES: Final = frozenset(
    [
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "insert",
        "delete",
        "backspace",
        "enter",
        "tab",
        "escape",
        "space",
    ]
) | frozenset(_SIGNS.values())
_OTHER: Final = {
    "esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown", "pgdown": "pagedown", "del": "delete",
    "ins": "insert", "period": "full_stop", "dot": "full_stop", "equals": "equals_sign", "plus_sign": "plus",
    "hyphen": "minus", "question": "question_mark", "quote": "apostrophe",
}  # fmt: skip
_FUNCTION: Final = re.compile(r"f([1-9]|1\d|2[0-4])\Z")
_WRITTEN: Final = {name: sign for sign, name in _SIGNS.items() if name != "space"} | {
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "delete": "Del",
    "insert": "Ins",
}


def sign_name(character: str) -> str:
    """Textual's name of a typed character's key, in the Latin layout: `ж` is `semicolon`, `Ж` too; a letter is itself."""
    base = latin(character)
    return _SIGNS.get(base, base)


def normal(written: str) -> str:
    """The key's (or chord's) name as Textual calls it; empty: there is no such key."""
    steps = [_normal_step(step) for step in written.split()] if written.strip() else []
    if len(steps) > 1:  # within a chord a capital is only how it is printed
        steps = [step.lower() if len(step) == 1 else step for step in steps]
    return " ".join(steps) if steps and all(steps) else ""


def _normal_step(written: str) -> str:
    *before, last = _pieces(written)
    modifiers = {_MODIFIERS.get(each.lower(), "") for each in before}
    if "" in modifiers:
        return ""
    if len(last) == 1:
        name = _SIGNS.get(last) or latin(last)
        if len(name) == 1:
            if name.isupper() and not modifiers:
                return name  # a plain capital is another key than the small letter
            name = name.lower()
            if modifiers == {"shift"} and name.isalpha():
                return name.upper()  # so terminals send it
        name = _SIGNS.get(name, name)
    else:
        name = last.lower().replace(" ", "_")
        name = _OTHER.get(name, name)
        if name not in _NAMES and not _FUNCTION.match(name):
            return ""
    return "+".join([*(each for each in _ORDER if each in modifiers), name])


def _pieces(written: str) -> list[str]:
    """`Ctrl+Alt+K` and `C-M-k` in pieces; the last may be a `+` or `-` itself."""
    pieces = re.split(r"(?<=\w)[+-](?=.)", written)
    return pieces


def words(key: str) -> str:
    """`ctrl+n` as `Ctrl+N`, `ctrl+x b` as `Ctrl+X B`."""
    return " ".join(_step_words(step) for step in key.split(" "))


def _step_words(key: str) -> str:
    *modifiers, last = key.split("+")
    if not modifiers and len(last) == 1 and last.isalpha() and last.isupper():
        return f"Shift+{last}"
    last = _WRITTEN.get(last) or (last.upper() if len(last) == 1 or last[1:].isdigit() else last.capitalize())
    return "+".join([*(modifier.capitalize() for modifier in modifiers), last])
