"""Every key of the workspace, one at a time and to its end, in the order in which they were typed.

Textual hands a key to the focused widget's queue and looks at the next one at once, while actions run in the app: after a moment's
stall `Alt+2 yes Enter` could be written into the chat that was on the screen before. So here the app itself carries out actions and
the composer's keys before it takes the next key (`App.on_event`). What is not ours goes Textual's way.
"""

from typing import Final

from textual import events

from opconsole.locale import tr
from opconsole.terminal.layouts import to_latin_keeping_case
from opconsole.ui.actions import LEADER, Keymap, key_words
from opconsole.ui.changing import Changing
from opconsole.ui.composing import Composing
from opconsole.ui.filtering import Filtering
from opconsole.ui.hinting import Hinting
from opconsole.ui.key_names import sign_name
from opconsole.ui.places import Place
from opconsole.ui.presets import MOTIONS
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.talk import Talk
from opconsole.ui.templating import Templating
from opconsole.ui.widgets.rows import Rows
from opconsole.ui.writing import Writing

_NEW_LINE: Final = frozenset({"alt+enter", "ctrl+j", "shift+enter"})
_CHOOSING: Final = frozenset({"up", "down", "tab", "enter", "escape"})
_SCROLLING: Final = {"pageup": -1, "pagedown": 1, "shift+pageup": -1, "shift+pagedown": 1}
_IN_PLACE: Final = {":": "command_line", "Ж": "command_line", "?": "keys_here", ",": "keys_here"}
"""In lists and in the conversation. The second of each is what the same keys type in the Russian layout."""
_IN_LISTS: Final = {"/": "filter", ".": "filter"}


class Keys:
    def __init__(
        self,
        workspace: Workspace,
        keymap: Keymap,
        writing: Writing,
        templating: Templating,
        talk: Talk,
        changing: Changing,
        filtering: Filtering,
        composing: Composing,
        hinting: Hinting,
    ) -> None:
        self._workspace = workspace
        self._composer = workspace.composer
        self._keymap = keymap
        self._writing = writing
        self._templating = templating
        self._talk = talk
        self._changing = changing
        self._filtering = filtering
        self._composing = composing
        self._hinting = hinting

    async def take(self, event: events.Key) -> bool:
        """Carry out what the key means. False: it means nothing here."""
        bar = self._workspace.keys
        if bar.armed:
            self._after_leader(event)
            return True
        if bar.chord:
            self._go_on_chord(event)
            return True
        if self._filtering.take(event) or self._in_place(event):
            return True
        focused = self._workspace.focused is self._composer
        if focused and (edit := self._keymap.preset.editing.get(event.key)):
            return await self._edit(event, edit)
        if self._keymap.begins_chord(event.key):
            self._chord(event.key)
            return True
        if action := self._keymap.action(event.key):
            self._workspace.action_run(action)
            return True
        return focused and await self._in_composer(event)

    def wait(self) -> None:
        """The leader was pressed: the next key is an Alt key."""
        self._workspace.keys.arm(True)

    def _after_leader(self, event: events.Key) -> None:
        self._workspace.keys.arm(False)
        key = _key_name(event)
        if key == "enter":
            self._composer.insert_text("\n")
        elif event.key not in (LEADER, "escape"):
            if action := self._keymap.after_leader(key):
                self._workspace.action_run(action)
            else:
                self._workspace.say(tr("{key} does nothing.", key=f"{key_words(LEADER)} {key_words(key)}"))

    def _chord(self, begun: str) -> None:
        bar = self._workspace.keys
        bar.chord = begun
        bar.repaint_changed()

    def _go_on_chord(self, event: events.Key) -> None:
        step = _key_name(event)
        key = f"{self._workspace.keys.chord} {step.lower() if len(step) == 1 else step}"
        self._chord("")
        if event.key in ("escape", LEADER):
            return
        if self._keymap.begins_chord(key):
            self._chord(key)
        elif action := self._keymap.action(key):
            self._workspace.action_run(action)
        else:
            self._workspace.say(tr("{key} does nothing.", key=key_words(key)))

    def _in_place(self, event: events.Key) -> bool:
        """Keys of the lists and of the conversation, where nothing is typed: signs, and those of the preset."""
        place, character = self._workspace.place, event.character or ""
        if place is Place.COMPOSER:
            return False
        if event.key == "escape" and place is Place.TALK and self._keymap.preset.leave_to_talk:
            self._stay_in_talk()
            return True
        preset = self._keymap.preset.places
        plain = to_latin_keeping_case(character) if character.isalpha() else event.key
        wish = preset.get(plain, "") or _IN_PLACE.get(character, "")
        if not wish and place is not Place.TALK:
            wish = _IN_LISTS.get(character, "")
        if not wish:
            return False
        if wish in MOTIONS:
            self._move(wish)
        else:
            self._workspace.action_run(wish)
        return True

    def _stay_in_talk(self) -> None:
        """In a set of keys with a mode for commands Escape leads there, however often it is pressed; a letter leads back to writing."""
        workspace = self._workspace
        if workspace.lists_lie_over:
            workspace.remove_class("-lists", "-visitor")
        workspace.transcript.unmark()
        workspace.toasts.clear()

    def _move(self, motion: str) -> None:
        pane, talk = self._workspace.focused, self._workspace.transcript
        if motion == "write":
            self._workspace.to_composer()
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

    async def _in_composer(self, event: events.Key) -> bool:
        key = event.key
        if self._composer.choosing and key in _CHOOSING:
            (self._composing.emoji if self._composing.choosing else self._templating).key(key)
        elif key == "enter":
            self._writing.submit()
            self._hinting.edited()
        elif key in _NEW_LINE:
            self._composer.insert_text("\n")
        elif key in _SCROLLING:
            self._workspace.transcript.scroll_page(_SCROLLING[key])
        elif key == "up" and not self._composer.text and not self._writing.asks:
            if not self._composing.give_up():
                self._changing.edit()
        elif key == "escape":
            self._leave()
        elif key == "ctrl+c" and not self._composer.selected_text:
            self._talk.copy_last()
        else:
            return await self._edit(event)
        return True

    async def _edit(self, event: events.Key, action: str = "") -> bool:
        before = self._composer.text
        if not await self._composer.take_key(event, action):
            return False
        if self._composer.text != before:
            self._writing.edited()
            self._templating.edited()
            self._composing.edited()
            self._hinting.edited()
        return True

    def _leave(self) -> None:
        """Escape ends one thing after the other: what is still held back, the question or the note, then marks and toasts."""
        self._hinting.close()
        if self._composing.give_up():
            return
        if self._writing.give_up():
            self._workspace.on_declined()
            return
        self._workspace.transcript.unmark()
        self._workspace.toasts.clear()
        self._workspace.to_composer()
        if self._keymap.preset.leave_to_talk:
            self._workspace.set_focus(self._workspace.transcript)


def _key_name(event: events.Key) -> str:
    """A key that follows another one, by its place on the Latin keyboard."""
    character = event.character or ""
    return sign_name(character) if character.isprintable() and character else event.key
