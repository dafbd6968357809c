"""The app of `opconsole monitor`: one screen, a read-only session, and the preferences of this console. Sends no command, ever."""

from collections.abc import Mapping

from textual import on

from opconsole.settings import Settings
from opconsole.ui.floor_controllers import FloorControllers
from opconsole.ui.screens.monitor import ACTIONS, Monitor
from opconsole.ui.staff_app import StaffApp
from opconsole.ui.widgets.transcript import Transcript


class MonitorApp(StaffApp):
    TITLE = "opconsole monitor"
    MODE = "monitor"

    controllers: FloorControllers

    def furnish(self, settings: Settings, given: Mapping[str, str] | None) -> None:
        self.room = self.monitor = Monitor(self.view, self.keymap)
        self.controllers = FloorControllers(self, self.monitor, settings, given)
        handlers = self.handlers()
        self.monitor.handlers = {action: handlers[action] for action in ACTIONS}
        self.monitor.on_shown = self.shift.show

    def title_words(self) -> str:
        waiting = len(self.monitor.floor_view.floor.waiting)
        return f"({waiting}) monitor" if waiting else "monitor"

    def action_help_quit(self) -> None:
        """Ctrl+C is for copying."""
        self.controllers.copying.copy_marked()

    # ------------------------------------------------------------ what the screen tells

    @on(Transcript.OlderWanted)
    def _older_wanted(self, event: Transcript.OlderWanted) -> None:
        self.shift.older(event.chat)
