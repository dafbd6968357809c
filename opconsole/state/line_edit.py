"""One line being typed, and the keys that edit it. Pure: keys come by name, as Textual names them; nothing is drawn here."""

from collections.abc import Callable
from typing import Final

from opconsole.wire.text import clean_line

LONGEST: Final = 1000


class LineEdit:
    """Text and cursor. `take` says whether a key was an edit."""

    __slots__ = ("cursor", "text")

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.cursor = len(text)

    def put(self, text: str, cursor: int | None = None) -> None:
        self.text = text[:LONGEST]
        self.cursor = len(self.text) if cursor is None else max(0, min(cursor, len(self.text)))

    def insert(self, text: str) -> None:
        """At the cursor. Of several lines one is made."""
        text = " ".join(clean_line(text).split("\n"))[: LONGEST - len(self.text)]
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)

    def take(self, key: str, character: str | None = None) -> bool:
        """Edit by one key. False: it is none of editing."""
        edit = _EDITS.get(key)
        if edit is not None:
            edit(self)
        elif character and character.isprintable() and len(character) == 1:
            self.insert(character)
        else:
            return False
        return True

    # ------------------------------------------------------------ edits

    def left(self) -> None:
        self.cursor = max(0, self.cursor - 1)

    def right(self) -> None:
        self.cursor = min(len(self.text), self.cursor + 1)

    def start(self) -> None:
        self.cursor = 0

    def end(self) -> None:
        self.cursor = len(self.text)

    def word_left(self) -> None:
        self.cursor = self._word_start()

    def word_right(self) -> None:
        at, size = self.cursor, len(self.text)
        while at < size and self.text[at].isspace():
            at += 1
        while at < size and not self.text[at].isspace():
            at += 1
        self.cursor = at

    def back(self) -> None:
        if self.cursor:
            self._cut(self.cursor - 1, self.cursor)

    def delete(self) -> None:
        self._cut(self.cursor, self.cursor + 1)

    def back_word(self) -> None:
        self._cut(self._word_start(), self.cursor)

    def back_all(self) -> None:
        self._cut(0, self.cursor)

    def delete_all(self) -> None:
        self._cut(self.cursor, len(self.text))

    def _word_start(self) -> int:
        at = self.cursor
        while at and self.text[at - 1].isspace():
            at -= 1
        while at and not self.text[at - 1].isspace():
            at -= 1
        return at

    def _cut(self, start: int, end: int) -> None:
        self.text = self.text[:start] + self.text[end:]
        self.cursor = start


_EDITS: Final[dict[str, Callable[[LineEdit], None]]] = {
    "left": LineEdit.left,
    "right": LineEdit.right,
    "home": LineEdit.start,
    "ctrl+a": LineEdit.start,
    "end": LineEdit.end,
    "ctrl+e": LineEdit.end,
    "ctrl+left": LineEdit.word_left,
    "alt+b": LineEdit.word_left,
    "ctrl+right": LineEdit.word_right,
    "alt+f": LineEdit.word_right,
    "backspace": LineEdit.back,
    "ctrl+h": LineEdit.back,
    "delete": LineEdit.delete,
    "ctrl+d": LineEdit.delete,
    "ctrl+w": LineEdit.back_word,
    "alt+backspace": LineEdit.back_word,
    "ctrl+backspace": LineEdit.back_word,
    "ctrl+u": LineEdit.back_all,
    "ctrl+k": LineEdit.delete_all,
}
