"""Keys by their place, not by their letter: Ctrl+K stays Ctrl+K in the Russian layout. Pure tables and rewriting of sequences.

Sources: kitty's keyboard protocol (`CSI code:shifted:base ; modifiers:event ; text u`), xterm's modifyOtherKeys
(`CSI 27 ; modifiers ; code ~`), and the legacy habit of sending Alt as an escape before the character.
"""

import re
from typing import Final

_RUSSIAN: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LATIN: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
LATIN_OF: Final[dict[str, str]] = dict(zip(_RUSSIAN, _LATIN, strict=True)) | {
    "і": "s",
    "ї": "]",
    "є": "'",
    "ў": "o",
    "ґ": "\\",
}
"""The character of the Latin layout on the same key; Ukrainian and Belarusian letters where they differ from Russian."""
_RUSSIAN_OF: Final = dict(zip(_LATIN, _RUSSIAN, strict=True))
_CYRILLIC_OF: Final = {latin: cyrillic for cyrillic, latin in reversed(LATIN_OF.items())}

_LETTER: Final = re.compile(r"[a-z](?![a-z0-9_])")
_ALT: Final = re.compile("\x1b([^\x00-\x1f\x7f\\[O])")
"""`[` and `O` begin sequences, so Alt with them must wait for the time to run out."""
_KEY: Final = re.compile(
    r"\x1b\[(?P<code>\d{1,7})(?::(?P<shifted>\d*))?(?::(?P<base>\d*))?"
    r"(?:;(?P<mods>\d*)(?::(?P<event>\d+))?)?(?:;(?P<text>[\d:]*))?(?P<end>[u~ABCDEFHPQRS])"
)
_MODIFY_OTHER_KEYS: Final = re.compile(r"\x1b\[27;(\d{1,3});(\d{1,7})~")
_COMMANDING: Final = 0b111110
"""Alt, ctrl, super, hyper, meta: a key with one of them is a command, not a letter of a text. Shift and the locks are not."""
_RELEASED: Final = "3"


def latin(character: str) -> str:
    """The Latin layout's character on the key of a Cyrillic one; any other stays itself."""
    return LATIN_OF.get(character.lower(), character)


def other_letter(letter: str) -> str:
    """The letter or sign on the same key in the Russian layout; empty: it has none of its own there."""
    return _RUSSIAN_OF.get(letter, "")


def readings(typed: str) -> tuple[str, ...]:
    """Words as typed, and as they would read in the other keyboard layout; one where both are the same."""
    folded = typed.casefold().strip()
    other = "".join(LATIN_OF.get(character) or _CYRILLIC_OF.get(character, character) for character in folded)
    return (folded,) if other == folded or not folded else (folded, other)


def twins(key: str) -> tuple[str, ...]:
    """Other names under which the same key may arrive when the Russian layout is on: `k` -> `л`, `ctrl+k` -> `ctrl+л`.

    Terminals that tell the base layout need none with a modifier; a plain letter comes as itself everywhere. So whoever binds
    a plain letter outside of a text input binds its twins too."""
    modifiers, plus, last = key.rpartition("+")
    if not _LETTER.fullmatch(last):
        return ()
    return (f"{modifiers}{plus}{_RUSSIAN_OF[last]}",)


def alt_character(sequence: str) -> str:
    """The character that a legacy terminal sent with Alt, in the Latin layout; empty when the sequence is none of that."""
    match = _ALT.fullmatch(sequence)
    if match is None:
        return ""
    return to_latin_keeping_case(match[1])


def to_latin_keeping_case(character: str) -> str:
    found = latin(character)
    return found.upper() if found != character and character.isupper() and found.isalpha() else found


def plain_sequence(sequence: str) -> str | None:
    """The sequence as Textual's parser takes it: one code, by the base layout where it is a command. None: a key's release."""
    if other := _MODIFY_OTHER_KEYS.fullmatch(sequence):
        sequence = f"\x1b[{other[2]};{other[1]}u"
    match = _KEY.fullmatch(sequence)
    if match is None:
        return sequence
    if match["event"] == _RELEASED:
        return None
    code, mods, text, end = int(match["code"]), match["mods"] or "", match["text"] or "", match["end"]
    if end == "u" and mods and not text and (int(mods) - 1) & _COMMANDING:
        code = _commanding_code(code, int(match["base"] or 0))
    if text:
        return f"\x1b[{code};{mods};{text}{end}"
    if mods:
        return f"\x1b[{code};{mods}{end}"
    return f"\x1b[{end}" if code == 1 and end not in "u~" else f"\x1b[{code}{end}"


def _commanding_code(code: int, base: int) -> int:
    """Which key a command means. A Latin letter or digit is what is printed on it (Dvorak, AZERTY); another character counts by
    its place: a Cyrillic letter always, a sign where a digit is (the French top row)."""
    if code > 0x10FFFF:
        return code
    character = chr(code)
    if character.isascii():
        return base if base and not character.isalnum() and chr(base).isdecimal() else code
    if base and base <= 0x10FFFF:
        return base
    return ord(latin(character))
