"""The operator's ways of getting at things, put together: commands, the switcher, macros, help of the moment, and what is remembered of their
use. Each is made, and its modules imported, when it is first wanted: the start of the console must not wait for them."""

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any

from opconsole.locale import tr
from opconsole.settings import config_file
from opconsole.ui.actions import ACTIONS, MACRO, Keymap, allowed
from opconsole.ui.desk import Desk
from opconsole.ui.filing import Filing
from opconsole.ui.filtering import Filtering
from opconsole.ui.letting_go import LettingGo
from opconsole.ui.navigation import Navigation
from opconsole.ui.own_keys import conflict_words
from opconsole.ui.preferences import Preferences
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.snoozing import Snoozing
from opconsole.ui.templating import Templating
from opconsole.ui.writing import Writing

if TYPE_CHECKING:
    from opconsole.ui.commanding import Commanding
    from opconsole.ui.helping import Helping
    from opconsole.ui.macros import Macros
    from opconsole.ui.remembering import Remembering
    from opconsole.ui.switching import Switching

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
        letting_go: LettingGo,
        snoozing: Snoozing,
        navigation: Navigation,
        templating: Templating,
        writing: Writing,
        preferences: Preferences,
        filing: Filing,
    ) -> None:
        self._workspace = workspace
        self._keymap = keymap
        self._shift = shift
        self._start = start
        self._filtering = filtering
        self._desk = desk
        self._letting_go = letting_go
        self._snoozing = snoozing
        self._navigation = navigation
        self._templating = templating
        self._writing = writing
        self._preferences = preferences
        self._filing = filing
        self._own_macros = preferences.settings.macros

    def handlers(self) -> dict[str, Callable[[], None]]:
        found: dict[str, Callable[[], None]] = {
            "help": self._help,
            "commands": self._commands,
            "switcher": self._switch,
            "command_line": self._command,
            "keys_here": self._keys_here,
            "key_probe": self._key_probe,
        }
        return found | {MACRO + name: self._macro(name) for name in self._own_macros}

    # ------------------------------------------------------------ made when wanted

    @cached_property
    def remembering(self) -> "Remembering":
        from opconsole.ui.remembering import Remembering

        return Remembering(self._shift, self._start, self._workspace.view.clock)

    @cached_property
    def commanding(self) -> "Commanding":
        from opconsole.ui.command_acts import CommandActs
        from opconsole.ui.commanding import Commanding
        from opconsole.ui.commands import Special
        from opconsole.ui.look_acts import LookActs

        made = Commanding(self._workspace, self._keymap, self.remembering)
        acts = CommandActs(
            self._desk, self._letting_go, self._snoozing, self._navigation, self._templating, made.run_action
        )
        looks = LookActs(self._preferences, self._filtering, made.run_action, made.help)
        attach = Special(self._filing.attach_command, "[PATH]", aliases=("file",), examples=("attach ~/photo.png",))
        made.use(
            {**acts.specials(), **looks.specials(), "attach": attach},
            self.macros.commands() if self._own_macros else {},
        )
        looks.names = lambda before, begun: made.commands.complete(begun, len(begun))
        return made

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
    def helping(self) -> "Helping":
        from opconsole.ui.helping import Helping

        return Helping(self._workspace, self._keymap, self.commanding.why_not)

    @cached_property
    def macros(self) -> "Macros":
        from opconsole.ui.macros import Macros

        return Macros(
            self._workspace, self._navigation, self._writing, self._own_macros, lambda: self.commanding.commands
        )

    # ------------------------------------------------------------ what happens

    def problems(self) -> list[str]:
        """What is wrong with the user's keys and macros: sentences."""
        found = [conflict_words(conflict) for conflict in self._keymap.conflicts]
        if self._own_macros:
            from opconsole.ui.macros import check

            found += map(str, check(self._own_macros, self.commanding.commands, config_file()))
        return found

    def keys_changed(self) -> None:
        """Other keys: what shows them is made anew."""
        if "commanding" in self.__dict__:
            self.commanding.commands.forget()

    def changed(self) -> None:
        """A batch came."""
        self.remembering.changed()
        if self._own_macros and self.macros.at_work:
            self._workspace.call_later(
                self.macros.go_on
            )  # what is being done now may have brought the batch, and isn't done yet

    def key_taken(self) -> None:
        """A key was carried out: a macro's step may have waited for it."""
        if self._own_macros:
            self.macros.go_on()

    def finish(self) -> None:
        """The console ends."""
        if "remembering" in self.__dict__:
            self.remembering.finish()

    def _help(self) -> None:
        from opconsole.ui.screens.help import Help

        self._workspace.app.push_screen(Help(self._workspace.view, self._keymap))

    def _commands(self) -> None:
        """All actions by name. What is picked runs as if its key were pressed."""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        role = self._workspace.view.picture.me.role
        options = [
            Option(action.id, action.words, right=self._keymap.hint(action.id, ways=2))
            for action in ACTIONS
            if allowed(action, role) and action.id not in ("commands", "leader")
        ]
        picker: Picker[str] = Picker(self._workspace.view, tr("Commands"), lambda query: fuzzy(options, query))
        self._workspace.pick(picker, lambda picked: self._workspace.action_run(picked.value))

    def _switch(self) -> None:
        self.switching.open()

    def _command(self) -> None:
        self.commanding.open()

    def _keys_here(self) -> None:
        self.helping.here()

    def _key_probe(self) -> None:
        self.helping.probe()

    def _macro(self, name: str) -> Callable[[], None]:
        return lambda: self.macros.start(name)
