"""The operator's console: what it hears of its panes, and who is told. `ui.running.run_console` is what the command line calls.

What the monitor has too (life, keys, looks) is `ui.staff_app`'s; who does what, and in which order they hear, stands in `ui.desk_controllers`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from textual import events, on

from opconsole.locale import tr
from opconsole.settings import Settings
from opconsole.state import selectors
from opconsole.ui.borders import Borders
from opconsole.ui.desk_controllers import DeskControllers
from opconsole.ui.leaving import leaving_words
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.staff_app import StaffApp
from opconsole.ui.widgets.choices import Choices
from opconsole.ui.widgets.composer import Composer, is_long
from opconsole.ui.widgets.hint_strip import HintStrip
from opconsole.ui.widgets.second_pane import SecondPane
from opconsole.ui.widgets.transcript import Transcript

_STYLES: Final = Path(__file__).parent / "styles" / "console.tcss"


class Console(StaffApp):
    TITLE = "opconsole"
    CSS_PATH = _STYLES
    MODE = "work"

    controllers: DeskControllers

    def furnish(self, settings: Settings, given: Mapping[str, str] | None) -> None:
        self.room = self.workspace = Workspace(self.view, self.keymap)
        self.controllers = DeskControllers(self, self.workspace, settings, given)
        self.borders = Borders(self.workspace, self.controllers.arrangement)
        self.workspace.handlers = self.handlers()
        self.workspace.on_shown = self.controllers.navigation.picked
        self.workspace.on_size = self.controllers.arrangement.resized

    # ------------------------------------------------------------ life

    def title_words(self) -> str:
        """How much is unread, and whether something calls."""
        unread = sum(selectors.unread(self.store, mine.card) for mine in selectors.mine(self.store))
        title = f"({unread}) opconsole" if unread else "opconsole"
        return f"! {title}" if self.controllers.alerts.badge else title

    def leave(self) -> None:
        if question := leaving_words(self.store):
            self.workspace.ask(question, tr("leave"), super().leave)
        else:
            super().leave()

    def action_help_quit(self) -> None:
        """Ctrl+C is for copying here."""
        self.workspace.say(tr("{key} leaves the console.", key=self.keymap.hint("quit")))

    # ------------------------------------------------------------ keys and the mouse

    async def on_event(self, event: events.Event) -> None:
        """The mouse on the borders of the workspace is ours first, as keys are."""
        if (
            isinstance(event, events.MouseEvent)
            and not event.is_forwarded
            and self.screen is self.workspace
            and self.borders.take(event)
        ):
            return
        await super().on_event(event)

    def count_down(self) -> None:
        super().count_down()
        self.controllers.second.count_down()

    async def take_key(self, event: events.Key) -> bool:
        if self.screen is self.workspace:
            self.app_focus = True
            self.controllers.alerts.looked()
        taken = await super().take_key(event)
        self.controllers.hands.key_taken()
        return taken

    def on_app_focus(self, event: events.AppFocus) -> None:
        self.controllers.alerts.looked()
        self._end_seen()

    # ------------------------------------------------------------ what the panes tell

    @on(Composer.Edited)
    def _edited(self) -> None:
        self.controllers.edited()

    @on(Composer.Pasted)
    def _pasted(self, event: Composer.Pasted) -> None:
        self.controllers.filing.pasted(event.text, self._put_or_ask)

    def _put_or_ask(self, text: str) -> None:
        if is_long(text):
            self.controllers.composing.pasting.ask(text)
        else:
            self.workspace.composer.insert_text(text)

    @on(Choices.Taken)
    def _choice_taken(self, event: Choices.Taken) -> None:
        composing = self.controllers.composing
        (composing.emoji if composing.choosing else self.controllers.templating).take(event.code)

    @on(HintStrip.Taken)
    def _hint_taken(self, event: HintStrip.Taken) -> None:
        self.controllers.hinting.show(event.index)

    @on(Transcript.OlderWanted)
    def _older_wanted(self, event: Transcript.OlderWanted) -> None:
        self.controllers.navigation.older(event.chat)

    @on(Transcript.EndSeen)
    def _end_seen(self) -> None:
        self.controllers.navigation.mark_read()
        self.controllers.second.mark_read()

    @on(SecondPane.Wanted)
    def _second_wanted(self, event: SecondPane.Wanted) -> None:
        self.controllers.second.wanted(event.chat)

    @on(Transcript.FailedWords)
    def _failed_words(self, event: Transcript.FailedWords) -> None:
        self.controllers.talk.failed(event.cid, event.wish)
