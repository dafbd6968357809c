"""The last line: the few keys that matter most. After Ctrl+G it has the keyboard for one key, and says which there are."""

from typing import ClassVar, Final

from textual import events
from textual.message import Message

from opconsole.locale import tr
from opconsole.terminal.layouts import latin
from opconsole.ui.actions import ACTIONS, Keymap, key_words
from opconsole.ui.cells import width
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import Part

_NAMES: Final = {",": "comma", ".": "full_stop"}


class KeyBar(Bar, can_focus=True):
    FOCUS_ON_CLICK: ClassVar[bool] = False

    class AfterLeader(Message):
        """The key after Ctrl+G, by its name (`1`, `q`, `comma`, `enter`)."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Clicked(Message):
        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, view: View, keymap: Keymap, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self._keymap = keymap

    def parts(self, ink: Ink) -> list[Part]:
        if self.has_focus:
            return [
                (" Ctrl+G ", ink.on_accent),
                (" ", ink.text),
                *_pair("1–9", tr("chat"), ink),
                *_pair("Q–O", tr("insert template"), ink),
                *_pair("Z–.", tr("insert and send"), ink),
                *_pair("A–L", tr("act, see F1"), ink),
                *_pair("Esc", tr("nothing"), ink),
            ]
        parts: list[Part] = []
        taken = 0
        for _, key, words in self._shown():
            pair = _pair(key, words, ink)
            size = sum(width(text) for text, _ in pair)
            if taken + size > self.size.width:
                break
            parts += pair
            taken += size
        return parts

    def _shown(self) -> list[tuple[str, str, str]]:
        """(action, key, words), the help first."""
        found = [action for action in ACTIONS if action.short and self._keymap.keys(action.id)]
        found.sort(key=lambda action: action.id != "help")
        return [(action.id, key_words(self._keymap.keys(action.id)[0]), tr(action.short)) for action in found]

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        character = event.character or ""
        key = _NAMES.get(latin(character), latin(character)) if character.isprintable() and character else event.key
        self.post_message(self.AfterLeader(key))

    def on_click(self, event: events.Click) -> None:
        at = 0
        ink = self.ink()
        for action, key, words in self._shown():
            at += sum(width(text) for text, _ in _pair(key, words, ink))
            if event.x < at:
                self.post_message(self.Clicked(action))
                return

    def on_focus(self) -> None:
        self.repaint_changed()

    def on_blur(self) -> None:
        self.repaint_changed()


def _pair(key: str, words: str, ink: Ink) -> list[Part]:
    return [(f" {key}", ink.accent), (f" {words} ", ink.muted)]
