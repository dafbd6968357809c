"""The last line: the few keys that matter most; after Ctrl+G, which keys there are now."""

from typing import Final

from textual import events
from textual.message import Message

from opconsole.locale import tr
from opconsole.ui.actions import BY_ID, Keymap, key_words
from opconsole.ui.cells import width
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import Part

_MOST_NEEDED: Final = (
    "help", "take_next", "templates", "commands", "lists", "close", "to_rescue", "visitor", "take_this", "next_unread",
)  # fmt: skip


class KeyBar(Bar):
    class Clicked(Message):
        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, view: View, keymap: Keymap, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self._keymap = keymap
        self.armed = False
        """Ctrl+G was pressed, and the next key is awaited."""

    def arm(self, armed: bool) -> None:
        self.armed = armed
        self.repaint_changed()

    def parts(self, ink: Ink) -> list[Part]:
        if self.armed:
            return [
                (" Ctrl+G ", ink.on_accent),
                (" ", ink.text),
                *_pair("1–9", tr("chat"), ink),
                *_pair("Q–O", tr("insert template"), ink),
                *_pair("Z–.", tr("insert and send"), ink),
                *_pair("A–L", tr("act, see F1"), ink),
                *_pair("Esc", tr("nothing"), ink),
            ]
        return [part for _, key, words in self._shown() for part in _pair(key, words, ink)]

    def _shown(self) -> list[tuple[str, str, str]]:
        """(action, key, words) of those that have room: the most needed first, drawn in the order of their keys."""
        ink = self.ink()
        room = self.cells.width
        found: list[tuple[str, str, str]] = []
        for name in _MOST_NEEDED:
            keys = self._keymap.keys(name)
            if not keys:
                continue
            words = tr(BY_ID[name].short)
            size = sum(width(text) for text, _ in _pair(key_words(keys[0]), words, ink))
            if size <= room:
                room -= size
                found.append((name, key_words(keys[0]), words))
        return sorted(found, key=lambda each: (len(each[1]), each[1]))

    def on_click(self, event: events.Click) -> None:
        at = 0
        ink = self.ink()
        for action, key, words in self._shown():
            at += sum(width(text) for text, _ in _pair(key, words, ink))
            if event.x < at:
                self.post_message(self.Clicked(action))
                return


def _pair(key: str, words: str, ink: Ink) -> list[Part]:
    return [(f" {key}", ink.accent), (f" {words} ", ink.muted)]
