"""The supervisor's ways of getting at things in the monitor. The same as the workspace's (`ui.reaching`), with the monitor's actions: nothing that
they reach changes anything for visitors or operators."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from opconsole.locale import mark, tr
from opconsole.state import selectors
from opconsole.ui.actions import ACTIONS, Action, Keymap
from opconsole.ui.controller import Handlers, Start
from opconsole.ui.filtering import Filtering
from opconsole.ui.preferences import Preferences
from opconsole.ui.reaching import Reaching
from opconsole.ui.screens.monitor import ACTIONS as IDS
from opconsole.ui.screens.monitor import Monitor
from opconsole.ui.shift import Shift
from opconsole.ui.words import about_colleague
from opconsole.wire.cards import OperatorCard

if TYPE_CHECKING:
    from opconsole.ui.commands import Candidate, Special
    from opconsole.ui.switching import Switching

HERE: Final[tuple[Action, ...]] = tuple(action for action in ACTIONS if action.id in IDS)
HABITS: Final = "monitor-habits.json"
"""What is used often here is another thing than in the workspace, which may run beside."""


class FloorHands(Reaching):
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
        super().__init__(
            monitor,
            keymap,
            shift,
            start,
            filtering=filtering,
            preferences=preferences,
            actions=HERE,
            habits=HABITS,
        )
        self._monitor = monitor

    def handlers(self) -> Handlers:
        return super().handlers() | {"commands": lambda: self.switching.open(">"), "filter": self._filter}

    def specials(self, looks: "Mapping[str, Special]", run_action: Callable[[str], str]) -> "Mapping[str, Special]":
        from opconsole.ui.commands import Special

        chat = Special(
            self.chat,
            "NUMBER",
            self._chats,
            title=mark("Read the chat of this number"),
            examples=("chat 1048",),
        )
        return {**looks, "chat": chat}

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

    # ------------------------------------------------------------ what happens

    def chat(self, arguments: Sequence[str]) -> str:
        text = arguments[0].lstrip("#№") if len(arguments) == 1 else ""
        if not text.isdecimal() or len(text) > 16:
            return tr("Which one? For example: :{name} 1048", name="chat")
        if selectors.card(self._picture, int(text)) is None:
            return tr("There is no chat {chat} that you may see.", chat=int(text))
        self._monitor.go_to(int(text))
        return ""

    def _chats(self, before: Sequence[str], begun: str) -> "list[Candidate]":
        from opconsole.ui.commands import Candidate, fitting

        cards = () if before else self._picture.chats.values()
        return fitting((Candidate(str(card.chat), card.name) for card in cards), begun)

    def _meet(self, card: OperatorCard) -> None:
        """Only this operator's chats stand in the list of those in hands."""
        self._monitor.only(card.login)
        self._monitor.say(about_colleague(card))

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
