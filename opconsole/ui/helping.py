"""Help of the moment: the keys that work here and now (`?`), and what a key does when it is pressed. The manual (F1) is the app's."""

from collections.abc import Callable, Sequence

from opconsole.locale import tr
from opconsole.ui.actions import ACTIONS, Action, Keymap
from opconsole.ui.room import Room


class Helping:
    def __init__(
        self,
        room: Room,
        keymap: Keymap,
        why_not: Callable[[str], str],
        actions: Sequence[Action] = ACTIONS,
    ) -> None:
        self._room = room
        self._actions = actions
        self._keymap = keymap
        self._why_not = why_not

    def here(self) -> None:
        from opconsole.ui.help_here import help_here
        from opconsole.ui.screens.sheet import Sheet

        view = self._room.view
        lines = help_here(self._room.place, view.picture, self._keymap, self._why_not, self._actions)
        self._room.app.push_screen(Sheet(view, tr("Keys here and now"), lines))

    def probe(self) -> None:
        from opconsole.ui.screens.key_probe import KeyProbe

        self._room.app.push_screen(KeyProbe(self._room.view, self._keymap))
