"""*Press a key*: the name that the terminal sent, the same key in the other layout, and what it does where. Esc twice closes."""

from collections.abc import Hashable
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.strip import Strip

from opconsole.locale import tr
from opconsole.terminal.layouts import LATIN_OF, other_letter
from opconsole.ui.actions import BY_ID, LEADER, MACRO, Keymap, key_words
from opconsole.ui.cells import fit, wrap
from opconsole.ui.key_names import normal, sign_name
from opconsole.ui.places import KEYS, Place
from opconsole.ui.screens.typed import TypedScreen
from opconsole.ui.view import View
from opconsole.ui.widgets.line import LineWidget, Part, strip_of

_COLUMN: Final = 26
_LINES: Final = 14
_PRINTED: Final = {
    "up": "↑",
    "down": "↓",
    "enter": "Enter",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "tab": "Tab",
}


class KeyProbe(TypedScreen):
    DEFAULT_CSS = """
    KeyProbe { align: center middle; background: $background 60%; }
    KeyProbe > _Said { width: 90%; max-width: 76; height: 14; max-height: 100%; background: $raised; }
    """

    def __init__(self, view: View, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap
        self._said = _Said(view)
        self._escaped = False

    def compose(self) -> ComposeResult:
        yield self._said

    def take_key(self, event: events.Key) -> bool:
        if event.key == "escape" and self._escaped:
            self.dismiss()
            return True
        self._escaped = event.key == "escape"
        self._said.tell(meaning(event.key, event.character, self._keymap))
        return True

    def on_click(self) -> None:
        self.dismiss()


class _Said(LineWidget):
    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._lines: list[list[Part]] = []
        self.told: list[tuple[str, str]] = []

    def tell(self, told: list[tuple[str, str]]) -> None:
        self.told = told
        self._lay_out()
        self.repaint_changed()

    def _lay_out(self) -> None:
        ink = self.view.inks.over
        self._lines = []
        for left, right in self.told:
            for number, words in enumerate(wrap(right, max(10, self.cells.width - _COLUMN - 4))):
                self._lines.append([("  " + fit("" if number else left, _COLUMN), ink.muted), (words, ink.strong)])
        height = max(_LINES, len(self._lines) + 4)
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._lay_out()

    def line_key(self, y: int) -> Hashable:
        return tuple(tuple(part[0] for part in line) for line in self._lines), y

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.over
        parts: list[Part] = []
        if y == 1:
            parts = [("  " + tr("Press a key"), ink.accent), ("   " + tr("Esc twice closes"), ink.muted)]
        elif 3 <= y < 3 + len(self._lines):
            parts = self._lines[y - 3]
        return strip_of(parts, self.cells.width, ink.text)


def meaning(key: str, character: str | None, keymap: Keymap) -> list[tuple[str, str]]:
    """Left and right words: what came, and what it does."""
    typed = character if character and character.isprintable() else ""
    name = _name(key, typed)
    told = [(tr("The terminal sent"), f"{key}" + (f"  «{typed}»" if typed else ""))]
    written = key_words(name)
    other = _other_layout(name)
    twin = tr("in the Russian layout: {key}", key=other) if other else ""
    told.append((tr("The key"), f"{written}   ({twin})" if twin else written))
    told.append((tr("In own keys written"), f'"{name}"'))
    action = keymap.action(name)
    plain = bool(typed) and len(name) == 1
    told.append(
        (tr("Everywhere"), tr("it is a letter to write") if plain and not action else _words(action, keymap, name))
    )
    for place in (Place.INBOX, Place.MINE, Place.TALK):
        here = _in_place(name, typed, place, keymap)
        if here:
            told.append((tr(place.value), here))
    if name in keymap.preset.editing:
        told.append((tr(Place.COMPOSER.value), tr("edits: {what}", what=keymap.preset.editing[name].replace("_", " "))))
    if after := keymap.after_leader(sign_name(typed) if typed else name):
        told.append((tr("After {leader}", leader=key_words(LEADER)), _words(after, keymap, "")))
    return told


def _name(key: str, typed: str) -> str:
    """The key's name in the Latin layout."""
    if typed and "+" not in key:
        return normal(typed) or key
    modifiers, plus, last = key.rpartition("+")
    return f"{modifiers}{plus}{LATIN_OF.get(last, last)}"


def _other_layout(name: str) -> str:
    modifiers, plus, last = name.rpartition("+")
    twin = other_letter(last)
    return key_words(f"{modifiers}{plus}{twin}") if twin else ""


def _words(action: str, keymap: Keymap, name: str) -> str:
    if name and keymap.begins_chord(name):
        steps = ", ".join(key_words(step) for step in sorted(keymap.chords(name)))
        return tr("begins a chord: then {keys}", keys=steps)
    if not action:
        return tr("nothing")
    if action.startswith(MACRO):
        return tr("the macro {name}", name=action.removeprefix(MACRO))
    return f"{BY_ID[action].words}   :{action.replace('_', '-')}"


def _in_place(name: str, typed: str, place: Place, keymap: Keymap) -> str:
    motion = keymap.preset.places.get(name, "")
    if motion:
        return BY_ID[motion].words if motion in BY_ID else motion.replace("_", " ")
    printed = _PRINTED.get(name) or (name if len(name) == 1 else typed or name).upper()
    for here in KEYS[place]:
        if printed in here.keys.split() or (typed and typed in here.keys.split()):
            return tr(here.words)
    return ""
