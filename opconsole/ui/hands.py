"""The operator's ways of getting at things, put together: what `ui.reaching` has, the commands of the workspace, macros, and the help."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from opconsole.locale import tr
from opconsole.settings import config_file
from opconsole.state.changes import Changes
from opconsole.ui.actions import ACTIONS, MACRO, Keymap, allowed
from opconsole.ui.controller import Handlers, Start
from opconsole.ui.desk import Desk
from opconsole.ui.filing import Filing
from opconsole.ui.filtering import Filtering
from opconsole.ui.letting_go import LettingGo
from opconsole.ui.navigation import Navigation
from opconsole.ui.own_keys import conflict_words
from opconsole.ui.preferences import Preferences
from opconsole.ui.reaching import Reaching
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.snoozing import Snoozing
from opconsole.ui.templating import Templating
from opconsole.ui.writing import Writing

if TYPE_CHECKING:
    from opconsole.ui.commands import Run, Special
    from opconsole.ui.macros import Macros
    from opconsole.ui.switching import Switching


class Hands(Reaching):
    def __init__(
        self,
        workspace: Workspace,
        keymap: Keymap,
        shift: Shift,
        start: Start,
        *,
        filtering: Filtering,
        desk: Desk,
        letting_go: LettingGo,
        snoozing: Snoozing,
        navigation: Navigation,
        templating: Templating,
        writing: Writing,
        preferences: Preferences,
        filing: Filing,
    ) -> None:
        super().__init__(workspace, keymap, shift, start, filtering=filtering, preferences=preferences)
        self._workspace = workspace
        self._desk = desk
        self._letting_go = letting_go
        self._snoozing = snoozing
        self._navigation = navigation
        self._templating = templating
        self._writing = writing
        self._filing = filing
        self._own_macros = preferences.settings.macros

    def handlers(self) -> Handlers:
        found = super().handlers() | {"commands": self._commands, "key_probe": self._key_probe}
        return found | {MACRO + name: self._macro(name) for name in self._own_macros}

    def specials(self, looks: "Mapping[str, Special]", run_action: Callable[[str], str]) -> "Mapping[str, Special]":
        from opconsole.ui.command_acts import CommandActs
        from opconsole.ui.commands import Special

        acts = CommandActs(self._desk, self._letting_go, self._snoozing, self._navigation, self._templating, run_action)
        attach = Special(self._filing.attach_command, "[PATH]", aliases=("file",), examples=("attach ~/photo.png",))
        return {**acts.specials(), **looks, "attach": attach}

    def macro_commands(self) -> "Mapping[str, tuple[str, Run]]":
        return self.macros.commands() if self._own_macros else {}

    @cached_property
    def switching(self) -> "Switching":
        from opconsole.ui.switching import Switching

        return Switching(
            self._workspace,
            self._preferences,
            self.commanding,
            self.remembering,
            self._start,
            show=self._navigation.show,
            meet=self._letting_go.meet,
            templates=self._templating.cards,
            insert=lambda card, send: self._templating.insert(card, send=send),
        )

    @cached_property
    def macros(self) -> "Macros":
        from opconsole.ui.macros import Macros

        return Macros(
            self._workspace, self._navigation, self._writing, self._own_macros, lambda: self.commanding.commands
        )

    # ------------------------------------------------------------ what happens

    def problems(self) -> list[str]:
        """What is wrong with the user's keys and macros."""
        found = [conflict_words(conflict) for conflict in self._keymap.conflicts]
        if self._own_macros:
            from opconsole.ui.macros import check

            found += map(str, check(self._own_macros, self.commanding.commands, config_file()))
        return found

    def changed(self, changes: Changes) -> None:
        super().changed(changes)
        if self._own_macros and self.macros.at_work:
            self._workspace.call_later(
                self.macros.go_on
            )  # what is being done now may have brought the batch, and isn't done yet

    def key_taken(self) -> None:
        """A key was carried out: a macro's step may have waited for it."""
        if self._own_macros:
            self.macros.go_on()

    def _help(self) -> None:
        from opconsole.ui.screens.help import Help

        self._workspace.app.push_screen(Help(self._workspace.view, self._keymap))

    def _commands(self) -> None:
        """All actions by name. What is picked runs as if its key were pressed."""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        role = self._picture.me.role
        options = [
            Option(action.id, action.words, right=self._keymap.hint(action.id, ways=2))
            for action in ACTIONS
            if allowed(action, role) and action.id not in ("commands", "leader")
        ]
        picker: Picker[str] = Picker(self._workspace.view, tr("Commands"), lambda query: fuzzy(options, query))
        self._workspace.pick(picker, lambda picked: self._workspace.action_run(picked.value))

    def _key_probe(self) -> None:
        self.helping.probe()

    def _macro(self, name: str) -> Callable[[], None]:
        return lambda: self.macros.start(name)
