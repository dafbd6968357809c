"""What the operator is told without asking: by a toast, by the bell, by the desktop when the terminal is not in focus.

Each way can be turned off for each kind in the settings. A flood is one bell a second and one notification in five.
"""

from collections.abc import Callable
from typing import Any, Final

from textual.app import App

from opconsole.locale import refusal_text, tr
from opconsole.settings import Alert, Settings
from opconsole.state.changes import (
    Changes,
    Given,
    HistoryCame,
    Lost,
    MessageInOtherChat,
    MessageInShownChat,
    NewInInbox,
    Notice,
    Refused,
    Rescued,
    RescueSoon,
    TemplateHistoryCame,
    TemplateSettled,
)
from opconsole.state.due import due_warnings
from opconsole.terminal.notify import notify
from opconsole.terminal.output import ring
from opconsole.ui.view import View
from opconsole.ui.widgets.toasts import Weight
from opconsole.ui.words import last_words, left, short_name
from opconsole.wire.staff import SaveTemplate

BELL_MS: Final = 1_000
DESKTOP_MS: Final = 5_000
_ALWAYS: Final = Alert()

Say = Callable[[str, Weight, int], None]


class Alerts:
    def __init__(self, app: App[Any], view: View, settings: Callable[[], Settings], say: Say) -> None:
        self._app = app
        self._view = view
        self._settings = settings
        self._say = say
        self.told_elsewhere: Callable[[Refused], bool] = lambda refused: False
        """Whether a refusal is told by who gave its command."""
        self._bell_at = 0
        self._desktop_at = 0

    def changed(self, changes: Changes) -> None:
        for notice in changes.notices:
            self._tell(notice)

    def tick(self) -> None:
        """Once a second: rescues that have come near."""
        for notice in due_warnings(self._view.picture, self._view.clock()):
            self._tell(notice)

    def _tell(self, notice: Notice) -> None:
        warnings = self._settings().warnings
        match notice:
            case RescueSoon(chat, rescue_at):
                time = left(rescue_at, self._view.now())
                self._alert(
                    warnings.rescue,
                    tr("Reply to {name}: rescue in {time}", name=self._name(chat), time=time),
                    "warning",
                    chat,
                )
            case Rescued(chat):
                self._alert(
                    warnings.rescue, tr("{name} was rescued: back in the inbox", name=self._name(chat)), "danger", chat
                )
            case NewInInbox(chat):
                text = tr("New chat: {name}: {words}", name=self._name(chat), words=self._words(chat))
                self._alert(warnings.new_chat, text, "info", chat)
            case MessageInOtherChat(chat, _):
                self._alert(warnings.message, f"{self._name(chat)}: {self._words(chat)}", "info", chat)
            case MessageInShownChat(chat, _):
                if not self._app.app_focus:
                    alert = Alert(screen=False, bell=warnings.message.bell, desktop=warnings.message.desktop)
                    self._alert(alert, f"{self._name(chat)}: {self._words(chat)}", "info", chat)
            case Given(chat):
                self._alert(_ALWAYS, tr("{name} is your chat now", name=self._name(chat)), "warning", chat)
            case Lost(chat, why, by):
                self._alert(Alert(bell=False, desktop=False), self._lost(chat, why, by), "info", 0)
            case HistoryCame() | TemplateHistoryCame() | TemplateSettled():
                pass  # their screens open, or show it
            case Refused("conflict", _, _, SaveTemplate()):
                pass  # the form of the template shows both
            case Refused(code, text, facts, _) if not self.told_elsewhere(notice):
                self._say(refusal_text(code, facts, text), "danger", 0)

    def _lost(self, chat: int, why: str, by: str) -> str:
        name = self._name(chat)
        operators = self._view.picture.operators
        by = operators[by].name if by in operators else by
        match why:
            case "closed":
                return tr("The chat with {name} was closed", name=name)
            case "transferred" | "taken" if by:
                return tr("{by} has the chat with {name} now", by=by, name=name)
        return tr("The chat with {name} is no longer yours", name=name)

    def _alert(self, alert: Alert, text: str, weight: Weight, chat: int) -> None:
        now = self._view.clock()
        if alert.screen:
            self._say(text, weight, chat)
        if alert.bell and now - self._bell_at >= BELL_MS:
            self._bell_at = now
            ring(self._app)
        if alert.desktop and not self._app.app_focus and now - self._desktop_at >= DESKTOP_MS:
            self._desktop_at = now
            notify(self._app, "opconsole", text)

    def _name(self, chat: int) -> str:
        picture = self._view.picture
        card = picture.chats.get(chat)
        if card is None and picture.departed is not None and picture.departed.card.chat == chat:
            card = picture.departed.card
        return short_name(card) if card is not None else tr("chat {chat}", chat=chat)

    def _words(self, chat: int) -> str:
        card = self._view.picture.chats.get(chat)
        return last_words(card) if card is not None else ""
