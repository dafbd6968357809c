"""The ways of getting at things that the workspace and the monitor share: commands, the switcher, help of the moment, and what is remembered of
their use. Each is made, and its modules imported, when it is first wanted: the start must not wait for them."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from opconsole.state.changes import Changes
from opconsole.ui.actions import ACTIONS, Action, Keymap
from opconsole.ui.controller import Controller, Handlers, Start
from opconsole.ui.filtering import Filtering
from opconsole.ui.preferences import Preferences
from opconsole.ui.room import Room
from opconsole.ui.shift import Shift

if TYPE_CHECKING:
    from opconsole.ui.commanding import Commanding
    from opconsole.ui.commands import Run, Special
    from opconsole.ui.helping import Helping
    from opconsole.ui.remembering import Remembering
    from opconsole.ui.switching import Switching


class Reaching(Controller):
    def __init__(
        self,
        room: Room,
        keymap: Keymap,
        shift: Shift,
        start: Start,
        *,
        filtering: Filtering,
        preferences: Preferences,
        actions: Sequence[Action] = ACTIONS,
        habits: str = "",
    ) -> None:
        """`actions`: of the registry, those that the room has. `habits`: name of the file of what is used often; empty: the workspace's."""
        self._room = room
        self._picture = room.view.picture
        self._keymap = keymap
        self._shift = shift
        self._start = start
        self._filtering = filtering
        self._preferences = preferences
        self._actions = actions
        self._habits = habits

    def handlers(self) -> Handlers:
        return {
            "help": self._help,
            "switcher": self._switch,
            "command_line": self._command,
            "keys_here": self._keys_here,
        }

    # ------------------------------------------------------------ what each room has of its own

    def specials(self, looks: "Mapping[str, Special]", run_action: Callable[[str], str]) -> "Mapping[str, Special]":
        """Commands that are more than an action of the registry, in their order; `looks` among them, which every room has."""
        raise NotImplementedError

    def macro_commands(self) -> "Mapping[str, tuple[str, Run]]":
        """The user's macros as commands."""
        return {}

    @cached_property
    def switching(self) -> "Switching":
        raise NotImplementedError

    def _help(self) -> None:
        raise NotImplementedError

    # ------------------------------------------------------------ made when wanted

    @cached_property
    def remembering(self) -> "Remembering":
        from opconsole.link.habits_file import NAME
        from opconsole.ui.remembering import Remembering

        return Remembering(self._shift, self._start, self._room.view.clock, self._habits or NAME)

    @cached_property
    def commanding(self) -> "Commanding":
        from opconsole.ui.commanding import Commanding
        from opconsole.ui.look_acts import LookActs

        made = Commanding(self._room, self._keymap, self.remembering, self._actions)
        looks = LookActs(self._preferences, self._filtering, made.run_action, made.help)
        made.use(self.specials(looks.specials(), made.run_action), self.macro_commands())
        looks.names = lambda before, begun: made.commands.complete(begun, len(begun))
        return made

    @cached_property
    def helping(self) -> "Helping":
        from opconsole.ui.helping import Helping

        return Helping(self._room, self._keymap, self.commanding.why_not, self._actions)

    # ------------------------------------------------------------ what happens

    def changed(self, changes: Changes) -> None:
        self.remembering.changed()

    def keys_changed(self) -> None:
        """What shows them is made anew."""
        if "commanding" in self.__dict__:
            self.commanding.commands.forget()

    def finish(self) -> None:
        if "remembering" in self.__dict__:
            self.remembering.finish()

    def _switch(self) -> None:
        self.switching.open()

    def _command(self) -> None:
        self.commanding.open()

    def _keys_here(self) -> None:
        self.helping.here()
