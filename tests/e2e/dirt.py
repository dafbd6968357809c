"""What a stranger may send to harm a terminal, put into every string of a frame, each with a marker by which it is found again.

A marker stands before the dirt, so a test sees that the string did arrive on the screen, and from which field it came. No field is
named here: the frames' own types are walked, so a field that is added tomorrow is dirtied too.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

PAYLOADS = {
    "OSC 52 sets the clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "markup that closes nothing": "[/x]",
    "C1 CSI": "\x9b31m\x9b6n",
    "RTL override": "\u202egpj.exe\u2066x",
    "CSI 6n makes the terminal type": "\x1b[6n",
    "markup that acts": "[@click=app.quit]q[/]",
    "OSC 8 hides an address": "\x1b]8;;https://evil.example\x1b\\s",
    "a title": "\x1b]0;root@host\x07\x1b]2;t\x1b\\",
    "DCS, APC, PM, SOS": "\x1bP$qm\x1b\\\x1b_Ga\x1b\\\x1b^p\x1b\\\x1bXs\x1b\\",
    "C1 strings": "\x9d52;c;eA==\x9c\x90q\x9c\x9fG\x9c\x85\x84",
    "resets and modes": "\x1bc\x1b[?1049l\x1b[!p\x1b(0\x0e\x0f",
    "controls": "\x00\x07\x08\x0b\x0c\x7f\r",
    "newlines": "a\r\nb\nc\td",
    "zalgo": "z" + "\u0301" * 40 + "\u0e49" * 30 + "\u20dd" * 20,
    "tag characters": "\U000e0041\U000e0042\U000e007f",
    "interlinear annotations": "\ufff9a\ufffab\ufffb",
    "invisible ones": "\u200b\u2060\ufeff\u00ad\u3164\u034f\u180e",
    "separators": "\u2028x\u2029y",
    "joiners": "a\u200db\u200c",
    "private use": "\ue000\uf8ff\U000f0000",
    "formats": "{name} {0} %s =1+1 $(x) `y`",
}
NEVER_TOUCHED = frozenset({"", "olga", "visitor"})
"""Who I am, and who the visitor is: these words are compared, not shown."""
_LINKS = frozenset({"visitor", "owner", "login", "template", "by", "cid", "id", "words_by", "let_go"})
"""Fields by which one thing finds another: the same value becomes the same dirt."""

S = TypeVar("S", bound=Struct)


class Dirt:
    """Hands out dirty strings. `turn` moves on which payload comes first behind a marker."""

    def __init__(self, turn: int = 0) -> None:
        self.places: dict[str, str] = {}
        """Marker to the place where it was put."""
        self._turn = turn

    def at(self, place: str, limit_chars: int = 100_000, limit_bytes: int = 8192) -> str:
        """A new dirty string for this place."""
        marker = f"Ж{len(self.places):03}"
        self.places[marker] = place
        parts = list(PAYLOADS.values())
        first = (len(self.places) + self._turn) % len(parts)
        text = (marker + "".join(part + " " for part in parts[first:] + parts[:first]))[:limit_chars]
        return text.encode()[:limit_bytes].decode("utf-8", "ignore")

    def soil(self, frame: S, place: str = "") -> S:
        """The same frame, dirty in every string."""
        place = place or type(frame).__name__
        changes = {
            name: self._soiled(getattr(frame, name), f"{place}.{name}", name) for name in frame.__struct_fields__
        }
        return msgspec.structs.replace(frame, **changes)

    def _soiled(self, value: Any, place: str, name: str) -> Any:
        if isinstance(value, Enum) or (isinstance(value, str) and value in NEVER_TOUCHED and name in _LINKS):
            return value
        if isinstance(value, str):
            return self.linked(value) if name in _LINKS else self.at(place)
        if isinstance(value, Struct):
            if getattr(value, "kind", "") == "event":
                return msgspec.structs.replace(value, name=self.at(f"{place}.name"), to=self.at(f"{place}.to"))
            return self.soil(value, place)
        if isinstance(value, list):
            return [self._soiled(item, place, name) for item in value]
        if isinstance(value, dict):
            return {self.at(f"{place} (key)", 20): self._soiled(item, place, "") for key, item in value.items()}
        return value

    def linked(self, value: str) -> str:
        return value + "".join(PAYLOADS.values())[:60]

    def missing(self, seen: Iterable[str]) -> set[str]:
        """Places of which nothing was seen at all (of several strings in one place one is enough)."""
        arrived = {self.places[marker] for marker in seen}
        return {*self.places.copy().values()} - arrived

    def seen_in(self, screen: str) -> set[str]:
        return {marker for marker in list(self.places) if marker in screen}
