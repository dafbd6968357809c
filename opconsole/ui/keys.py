"""Every key of the workspace, one at a time and to its end, in the order in which they were typed.

Textual hands a key to the focused widget's queue and looks at the next one at once, while actions run in the app: after a moment's
stall `Alt+2 yes Enter` could be written into the chat that was on the screen before. So here the app itself carries out actions and
the composer's keys before it takes the next key (`StaffApp.take_key`). What is not ours goes Textual's way.
"""

from collections.abc import Callable
from typing import Final

from textual import events
from textual.binding import Binding

from opconsole.ui.actions import Keymap, both_layouts
from opconsole.ui.changing import Changing
from opconsole.ui.composing import Composing
from opconsole.ui.filtering import Filtering
from opconsole.ui.hinting import Hinting
from opconsole.ui.place_keys import PlaceKeys, key_name
from opconsole.ui.places import Place
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.talk import Talk
from opconsole.ui.templating import Templating
from opconsole.ui.widgets.transcript import Transcript
from opconsole.ui.writing import Writing

_NEW_LINE: Final = frozenset({"alt+enter", "ctrl+j", "shift+enter"})
_CHOOSING: Final = frozenset({"up", "down", "tab", "enter", "escape"})
_MARKING: Final = {"up": (-1, False), "down": (1, False), "shift+up": (-1, True), "shift+down": (1, True)}
_NEXT_PANE: Final = {"tab": 1, "shift+tab": -1}
_OF_REFUSED: Final = frozenset(both_layouts("r", "e", "x").split(","))
"""What the line under refused words, or under a file on its way, names."""
_OF_MARKED: Final = frozenset(
    key for binding in Transcript.BINDINGS if isinstance(binding, Binding) for key in binding.key.split(",")
)
_SCROLLING: Final = {"pageup": -1, "pagedown": 1, "shift+pageup": -1, "shift+pagedown": 1}


class Keys(PlaceKeys):
    def __init__(
        self,
        workspace: Workspace,
        keymap: Keymap,
        filtering: Filtering,
        *,
        writing: Writing,
        templating: Templating,
        talk: Talk,
        changing: Changing,
        composing: Composing,
        hinting: Hinting,
        on_edited: Callable[[], None],
    ) -> None:
        """`on_edited`: called when a key has changed the text."""
        super().__init__(workspace, keymap, filtering)
        self._workspace = workspace
        self._composer = workspace.composer
        self._writing = writing
        self._templating = templating
        self._talk = talk
        self._changing = changing
        self._composing = composing
        self._hinting = hinting
        self._on_edited = on_edited

    async def take(self, event: events.Key) -> bool:
        return await super().take(event) or self._in_talk(event.key) or await self._begin_text(event)

    async def _typed(self, event: events.Key) -> bool:
        focused = self._workspace.focused is self._composer
        if focused and (edit := self._keymap.preset.editing.get(event.key)):
            return await self._edit(event, edit)
        return await super()._typed(event) or (focused and await self._in_composer(event))

    def _in_talk(self, key: str) -> bool:
        """Marks, and the next pane from here or from the composer: at once, because the next letter means something else after it."""
        workspace = self._workspace
        if key in _NEXT_PANE and workspace.focused in (workspace.transcript, self._composer):
            workspace.next_pane(_NEXT_PANE[key])
        elif key in _MARKING and workspace.focused is workspace.transcript:
            by, extend = _MARKING[key]
            (workspace.transcript.action_extend if extend else workspace.transcript.action_choose)(by)
        else:
            return False
        workspace.place_changed()
        return True

    async def _begin_text(self, event: events.Key) -> bool:
        """In the conversation a key that acts on nothing there is the beginning of a text, as who types it thinks: it leads to the composer."""
        character, place = event.character or "", self._workspace.place
        if place not in (Place.TALK, Place.UNMARKED) or self._keymap.preset.leave_to_talk:
            return False
        if not event.is_printable or not character.strip() or character in "<>":
            return False
        refused = event.key in _OF_REFUSED and self._workspace.transcript.failed_cid()
        if refused or (place is Place.TALK and event.key in _OF_MARKED):
            return False
        self._workspace.to_composer()
        return await self._in_composer(event)

    def _after_leader(self, event: events.Key) -> None:
        if key_name(event) == "enter":
            self._room.keys.arm(False)
            self._composer.insert_text("\n")
        else:
            super()._after_leader(event)

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
            self._workspace.transcript.action_page(_SCROLLING[key])
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

    def _in_place(self, event: events.Key) -> bool:
        if event.key == "escape" and self._workspace.place is Place.TALK and self._keymap.preset.leave_to_talk:
            self._stay_in_talk()
            return True
        return super()._in_place(event)

    def _stay_in_talk(self) -> None:
        """In a set of keys with a mode for commands Escape leads there, however often it is pressed; a letter leads back to writing."""
        workspace = self._workspace
        if workspace.lists_lie_over:
            workspace.remove_class("-lists", "-visitor")
        workspace.transcript.unmark()
        workspace.toasts.clear()

    async def _edit(self, event: events.Key, action: str = "") -> bool:
        before = self._composer.text
        if not await self._composer.take_key(event, action):
            return False
        if self._composer.text != before:
            self._on_edited()
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
