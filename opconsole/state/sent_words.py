"""What was written here lately, to be called up again: in memory only, and bounded.

The relay has every message already, and erases it when a person asks for that; a copy on this disk would stay. So nothing is written:
after a restart what I sent in a chat comes from its transcript, which is the relay's, with every edit and deletion of it.
"""

from collections.abc import Iterable
from typing import Final

KEPT: Final = 200


class SentWords:
    """Texts by chat, oldest first."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._words: list[tuple[int, str]] = []

    def add(self, chat: int, text: str) -> None:
        if not text.strip():
            return
        if (chat, text) in self._words:
            self._words.remove((chat, text))
        self._words.append((chat, text))
        del self._words[: -self._kept]

    def forget(self, chat: int) -> None:
        """The chat was erased."""
        self._words = [each for each in self._words if each[0] != chat]

    def clear(self) -> None:
        self._words = []

    def walk(self, chat: int, stored: Iterable[str] = ()) -> list[str]:
        """Newest first: this chat's words (`stored`: those of its transcript, oldest first), then those of the others. None twice."""
        here = [*stored, *(text for number, text in self._words if number == chat)]
        elsewhere = [text for number, text in self._words if number != chat]
        return list(dict.fromkeys([*reversed(here), *reversed(elsewhere)]))
