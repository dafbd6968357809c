"""The operator's ways of getting at things, put together: filters, commands, the switcher, macros, help of the moment, and what is remembered
of their use. Does nothing itself."""

from collections.abc import Callable, Coroutine
from typing import Any

from opconsole.settings import Problem, config_file
from opconsole.ui.actions import Keymap
from opconsole.ui.command_acts import CommandActs
from opconsole.ui.commanding import Commanding
from opconsole.ui.desk import Desk
from opconsole.ui.filtering import Filtering
from opconsole.ui.helping import Helping
from opconsole.ui.macros import Macros, check, conflict_words
from opconsole.ui.navigation import Navigation
from opconsole.ui.preferences import Preferences
from opconsole.ui.remembering import Remembering
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.switching import Switching
from opconsole.ui.templating import Templating
from opconsole.ui.writing import Writing

Start = Callable[[Coroutine[Any, Any, None]], object]


class Hands:
    def __init__(
        self,
        workspace: Workspace,
        keymap: Keymap,
        shift: Shift,
        start: Start,
        *,
        filtering: Filtering,
        desk: Desk,
        navigation: Navigation,
        templating: Templating,
        writing: Writing,
        preferences: Preferences,
    ) -> None:
        self._workspace = workspace
        self._keymap = keymap
        self._macros_told = preferences.settings.macros
        self.filtering = filtering
        self.remembering = Remembering(shift, start, workspace.view.clock)
        self.commanding = Commanding(workspace, keymap, self.remembering)
        self.helping = Helping(workspace, keymap, self.commanding.why_not)
        self.macros = Macros(workspace, navigation, writing, self._macros_told, lambda: self.commanding.commands)
        acts = CommandActs(
            desk, navigation, templating, preferences, filtering, self.commanding.run_action, self.commanding.help
        )
        self.commanding.use(acts.specials(), self.macros.commands())
        acts.names = lambda before, begun: self.commanding.commands.complete(begun, len(begun))
        self.switching = Switching(
            workspace, desk, navigation, templating, preferences, self.commanding, self.remembering, start
        )

    def handlers(self) -> dict[str, Callable[[], None]]:
        found: dict[str, Callable[[], None]] = {}
        for each in (self.filtering, self.commanding, self.switching, self.helping, self.macros):
            found |= each.handlers()
        return found

    def problems(self) -> list[str]:
        """What is wrong with the user's keys and macros: sentences."""
        conflicts = [conflict_words(conflict) for conflict in self._keymap.conflicts]
        faults: list[Problem] = check(self._macros_told, self.commanding.commands, config_file())
        return [*conflicts, *map(str, faults)]

    def changed(self) -> None:
        """A batch came."""
        self.remembering.changed()
        if self.macros.at_work:
            self._workspace.call_later(
                self.macros.go_on
            )  # what is being done now may have brought the batch, and isn't done yet
