"""Keys of the places where nothing is typed, for the workspace and for the monitor: signs, the preset's motions, actions by their key, chords,
and the leader (Ctrl+G). One at a time and to its end, in the order in which they were typed: see `keys.py`."""

from typing import Final

from textual import events

from opconsole.locale import tr
from opconsole.terminal.layouts import to_latin_keeping_case
from opconsole.ui.actions import LEADER, Keymap, key_words
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.filtering import Filtering
from opconsole.ui.key_names import sign_name
from opconsole.ui.places import Place
from opconsole.ui.presets import MOTIONS
from opconsole.ui.room import Room
from opconsole.ui.widgets.rows import Rows

_IN_PLACE: Final = {":": "command_line", "Ж": "command_line", "?": "keys_here", ",": "keys_here"}
"""In lists and in the conversation. The second of each is what the same keys type in the Russian layout."""
_IN_LISTS: Final = {"/": "filter", ".": "filter"}


class PlaceKeys(Controller):
    def __init__(self, room: Room, keymap: Keymap, filtering: Filtering) -> None:
        self._room = room
        self._keymap = keymap
        self._filtering = filtering

    def handlers(self) -> Handlers:
        return {"leader": self.wait}

    async def take(self, event: events.Key) -> bool:
        """Carry out what the key means. False: it means nothing here."""
        bar = self._room.keys
        if bar.armed:
            self._after_leader(event)
            return True
        if bar.chord:
            self._go_on_chord(event)
            return True
        if self._filtering.take(event) or self._in_place(event):
            return True
        return await self._typed(event)

    async def _typed(self, event: events.Key) -> bool:
        """No sign of a place: an action of the keymap, or the beginning of a chord."""
        if self._keymap.begins_chord(event.key):
            self._chord(event.key)
            return True
        if action := self._keymap.action(event.key):
            self._room.action_run(action)
            return True
        return False

    def wait(self) -> None:
        """The leader was pressed: the next key is an Alt key."""
        self._room.keys.arm(True)

    def _after_leader(self, event: events.Key) -> None:
        self._room.keys.arm(False)
        key = key_name(event)
        if event.key in (LEADER, "escape"):
            return
        if action := self._keymap.after_leader(key):
            self._room.action_run(action)
        else:
            self._room.say(tr("{key} does nothing.", key=f"{key_words(LEADER)} {key_words(key)}"))

    def _chord(self, begun: str) -> None:
        bar = self._room.keys
        bar.chord = begun
        bar.repaint_changed()

    def _go_on_chord(self, event: events.Key) -> None:
        step = key_name(event)
        key = f"{self._room.keys.chord} {step.lower() if len(step) == 1 else step}"
        self._chord("")
        if event.key in ("escape", LEADER):
            return
        if self._keymap.begins_chord(key):
            self._chord(key)
        elif action := self._keymap.action(key):
            self._room.action_run(action)
        else:
            self._room.say(tr("{key} does nothing.", key=key_words(key)))

    def _in_place(self, event: events.Key) -> bool:
        """Keys of the lists and of the conversation, where nothing is typed: signs, and those of the preset."""
        place, character = self._room.place, event.character or ""
        if place is Place.COMPOSER:
            return False
        preset = self._keymap.preset.places
        plain = to_latin_keeping_case(character) if character.isalpha() else event.key
        wish = preset.get(plain, "") or _IN_PLACE.get(character, "")
        if not wish and place not in (Place.TALK, Place.UNMARKED, Place.READING):
            wish = _IN_LISTS.get(character, "")
        if not wish:
            return False
        if wish in MOTIONS:
            self._move(wish)
        else:
            self._room.action_run(wish)
        return True

    def _move(self, motion: str) -> None:
        pane, talk = self._room.focused, self._room.transcript
        if motion == "write":
            self._room.to_composer()
        elif pane is talk:
            match motion:
                case "down" | "up":
                    talk.action_choose(1 if motion == "down" else -1)
                case "more_down" | "more_up":
                    talk.action_extend(1 if motion == "more_down" else -1)
                case "half_down" | "half_up":
                    talk.scroll_lines((1 if motion == "half_down" else -1) * max(1, talk.cells.height // 2))
                case "page_down" | "page_up":
                    talk.action_page(1 if motion == "page_down" else -1)
                case "top" | "bottom":
                    talk.action_edge(int(motion == "bottom"))
                case "open":
                    self._room.action_run("open")
        elif isinstance(pane, Rows):
            match motion:
                case "down" | "more_down" | "up" | "more_up":
                    pane.action_move(1 if motion.endswith("down") else -1)
                case "half_down" | "half_up":
                    pane.action_move((1 if motion == "half_down" else -1) * max(1, pane.rows_in_sight // 2))
                case "page_down" | "page_up":
                    pane.action_page(1 if motion == "page_down" else -1)
                case "top" | "bottom":
                    pane.action_edge(int(motion == "bottom"))
                case "open":
                    pane.action_choose()


def key_name(event: events.Key) -> str:
    """A key that follows another one, by its place on the Latin keyboard."""
    character = event.character or ""
    return sign_name(character) if character.isprintable() and character else event.key
