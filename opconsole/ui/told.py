"""The app's ear: what the panes tell it, and which controller hears of it. The console itself is `ui.app`."""

from textual import events, on

from opconsole.terminal.gate import Gated
from opconsole.ui.alerts import Alerts
from opconsole.ui.composing import Composing
from opconsole.ui.filing import Filing
from opconsole.ui.hinting import Hinting
from opconsole.ui.navigation import Navigation
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.second import Second
from opconsole.ui.talk import Talk
from opconsole.ui.templating import Templating
from opconsole.ui.widgets.choices import Choices
from opconsole.ui.widgets.composer import Composer, is_long
from opconsole.ui.widgets.hint_strip import HintStrip
from opconsole.ui.widgets.second_pane import SecondPane
from opconsole.ui.widgets.transcript import Transcript
from opconsole.ui.writing import Writing


class Told(Gated[int]):
    """The controllers are made by the console."""

    workspace: Workspace
    navigation: Navigation
    writing: Writing
    templating: Templating
    composing: Composing
    hinting: Hinting
    second: Second
    talk: Talk
    filing: Filing
    alerts: Alerts

    @on(Composer.Edited)
    def _edited(self) -> None:
        self.writing.edited()
        self.templating.edited()
        self.composing.edited()
        self.hinting.edited()

    @on(Composer.Pasted)
    def _pasted(self, event: Composer.Pasted) -> None:
        self.filing.pasted(event.text, self._put_or_ask)

    def _put_or_ask(self, text: str) -> None:
        if is_long(text):
            self.composing.pasting.ask(text)
        else:
            self.workspace.composer.insert_text(text)

    @on(Choices.Taken)
    def _choice_taken(self, event: Choices.Taken) -> None:
        (self.composing.emoji if self.composing.choosing else self.templating).take(event.code)

    @on(HintStrip.Taken)
    def _hint_taken(self, event: HintStrip.Taken) -> None:
        self.hinting.show(event.index)

    @on(Transcript.OlderWanted)
    def _older_wanted(self, event: Transcript.OlderWanted) -> None:
        self.navigation.older(event.chat)

    @on(Transcript.EndSeen)
    def _end_seen(self) -> None:
        self.navigation.mark_read()
        self.second.mark_read()

    @on(SecondPane.Wanted)
    def _second_wanted(self, event: SecondPane.Wanted) -> None:
        self.second.wanted(event.chat)

    @on(Transcript.FailedWords)
    def _failed_words(self, event: Transcript.FailedWords) -> None:
        self.talk.failed(event.cid, event.wish)

    @on(Transcript.Wish)
    def _wish(self, event: Transcript.Wish) -> None:
        self.workspace.action_run(event.action)

    def on_app_focus(self, event: events.AppFocus) -> None:
        self.alerts.looked()
        self.navigation.mark_read()
        self.second.mark_read()
