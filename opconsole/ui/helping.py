"""Help of the moment: the keys that work here and now (`?`), and what a key does when it is pressed. The manual (F1) is the app's."""

from collections.abc import Callable

from opconsole.locale import tr
from opconsole.ui.actions import Keymap
from opconsole.ui.screens.workspace import Workspace


class Helping:
    def __init__(self, workspace: Workspace, keymap: Keymap, why_not: Callable[[str], str]) -> None:
        self._workspace = workspace
        self._keymap = keymap
        self._why_not = why_not

    def here(self) -> None:
        from opconsole.ui.help_here import help_here
        from opconsole.ui.screens.sheet import Sheet

        view = self._workspace.view
        lines = help_here(self._workspace.place, view.picture, self._keymap, self._why_not)
        self._workspace.app.push_screen(Sheet(view, tr("Keys here and now"), lines))

    def probe(self) -> None:
        from opconsole.ui.screens.key_probe import KeyProbe

        self._workspace.app.push_screen(KeyProbe(self._workspace.view, self._keymap))
