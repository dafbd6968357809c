"""The supervisor's ways of getting at things in the monitor: commands, the switcher, help of the moment. The same controllers as the workspace's,
with the monitor's actions: nothing that they reach changes anything for visitors or operators. Each is made when it is first wanted."""

from collections.abc import Callable, Coroutine, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from opconsole.locale import mark, tr
from opconsole.state import selectors
from opconsole.ui.actions import ACTIONS, Action, Keymap
from opconsole.ui.commands import Candidate, Special, fitting
from opconsole.ui.filtering import Filtering
from opconsole.ui.preferences import Preferences
from opconsole.ui.screens.monitor import ACTIONS as IDS
from opconsole.ui.screens.monitor import Monitor
from opconsole.ui.shift import Shift
from opconsole.ui.words import about_colleague
from opconsole.wire.cards import OperatorCard

if TYPE_CHECKING:
    from opconsole.ui.commanding import Commanding
    from opconsole.ui.helping import Helping
    from opconsole.ui.remembering import Remembering
    from opconsole.ui.switching import Switching

Start = Callable[[Coroutine[Any, Any, None]], object]
HERE: Final[tuple[Action, ...]] = tuple(action for action in ACTIONS if action.id in IDS)
HABITS: Final = "monitor-habits.json"
"""What is used often here is another thing than in the workspace, which may run beside."""


class FloorHands:
    def __init__(
        self,
        monitor: Monitor,
        keymap: Keymap,
        shift: Shift,
        start: Start,
        *,
        filtering: Filtering,
        preferences: Preferences,
    ) -> None:
        self._monitor = monitor
        self._picture = monitor.view.picture
        self._keymap = keymap
        self._shift = shift
        self._start = start
        self._filtering = filtering
        self._preferences = preferences

    def handlers(self) -> dict[str, Callable[[], None]]:
        return {
            "help": self._help,
            "commands": lambda: self.switching.open(">"),
            "switcher": self._switch,
            "command_line": self._command,
            "keys_here": self._keys_here,
            "filter": self._filter,
        }

    # ------------------------------------------------------------ made when wanted

    @cached_property
    def remembering(self) -> "Remembering":
        from opconsole.ui.remembering import Remembering

        return Remembering(self._shift, self._start, self._monitor.view.clock, HABITS)

    @cached_property
    def commanding(self) -> "Commanding":
        from opconsole.ui.commanding import Commanding
        from opconsole.ui.look_acts import LookActs

        made = Commanding(self._monitor, self._keymap, self.remembering, HERE)
        looks = LookActs(self._preferences, self._filtering, made.run_action, made.help)
        chat = Special(
            self.chat,
            "NUMBER",
            self._chats,
            title=mark("Read the chat of this number"),
            examples=("chat 1048",),
        )
        made.use(looks.specials() | {"chat": chat}, {})
        looks.names = lambda before, begun: made.commands.complete(begun, len(begun))
        return made

    @cached_property
    def switching(self) -> "Switching":
        from opconsole.ui.switching import Switching

        return Switching(
            self._monitor,
            self._preferences,
            self.commanding,
            self.remembering,
            self._start,
            show=self._monitor.go_to,
            meet=self._meet,
        )

    @cached_property
    def helping(self) -> "Helping":
        from opconsole.ui.helping import Helping

        return Helping(self._monitor, self._keymap, self.commanding.why_not, HERE)

    # ------------------------------------------------------------ what happens

    def changed(self) -> None:
        """A batch came."""
        self.remembering.changed()

    def keys_changed(self) -> None:
        """Other keys: what shows them is made anew."""
        if "commanding" in self.__dict__:
            self.commanding.commands.forget()

    def finish(self) -> None:
        """The monitor ends."""
        if "remembering" in self.__dict__:
            self.remembering.finish()

    def chat(self, arguments: Sequence[str]) -> str:
        text = arguments[0].lstrip("#№") if len(arguments) == 1 else ""
        if not text.isdecimal() or len(text) > 16:
            return tr("Which one? For example: :{name} 1048", name="chat")
        if selectors.card(self._picture, int(text)) is None:
            return tr("There is no chat {chat} that you may see.", chat=int(text))
        self._monitor.go_to(int(text))
        return ""

    def _chats(self, before: Sequence[str], begun: str) -> list[Candidate]:
        cards = () if before else self._picture.chats.values()
        return fitting((Candidate(str(card.chat), card.name) for card in cards), begun)

    def _meet(self, card: OperatorCard) -> None:
        """Only this operator's chats stand in the list of those in hands."""
        self._monitor.only(card.login)
        self._monitor.say(about_colleague(card))

    def _switch(self) -> None:
        self.switching.open()

    def _command(self) -> None:
        self.commanding.open()

    def _keys_here(self) -> None:
        self.helping.here()

    def _filter(self) -> None:
        """In the team there is nobody to hide: a name is looked for."""
        if self._monitor.focused is self._monitor.seats:
            self.switching.open("@")
        else:
            self._filtering.begin()

    def _help(self) -> None:
        from opconsole.ui.screens.monitor_help import help_lines
        from opconsole.ui.screens.sheet import Sheet

        self._monitor.app.push_screen(Sheet(self._monitor.view, tr("Help"), help_lines(self._keymap)))
