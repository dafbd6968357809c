"""Do not disturb, for a time whose end stands in the status bar. Marks go on as always; what of the rest comes through, the settings say.

Not kept over a start: who opens the console anew is there.
"""

from collections.abc import Callable
from typing import Final

from opconsole.locale import clock, span, tr
from opconsole.settings import Settings
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.screens.workspace import Workspace

_MINUTE_MS: Final = 60_000
TIMES_MS: Final = tuple(minutes * _MINUTE_MS for minutes in (15, 30, 60, 120, 240))


class Quiet(Controller):
    def __init__(self, workspace: Workspace, settings: Callable[[], Settings]) -> None:
        self._workspace = workspace
        self._settings = settings

    def handlers(self) -> Handlers:
        return {"dnd": self.ask}

    def ask(self) -> None:
        """For how long; while it lasts, its end comes first."""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        view = self._workspace.view
        now = view.clock()
        options = [Option(each, tr("For {time}", time=span(each)), right=clock(now + each)) for each in TIMES_MS]
        if view.quiet_until > now:
            options.insert(0, Option(0, tr("End it: disturb me again")))
        picker: Picker[int] = Picker(view, tr("Do not disturb"), lambda query: fuzzy(options, query), small=True)
        self._workspace.pick(picker, lambda picked: self.be_quiet(picked.value))

    def be_quiet(self, for_ms: int) -> None:
        """0: no longer."""
        view = self._workspace.view
        view.quiet_until = view.clock() + for_ms if for_ms else 0
        if not for_ms:
            self._workspace.say(tr("You can be disturbed again."))
        elif self._settings().quiet_rescue:
            self._workspace.say(tr("Quiet until {time}; coming rescues are still told.", time=clock(view.quiet_until)))
        else:
            self._workspace.say(tr("Quiet until {time}.", time=clock(view.quiet_until)))
        self._workspace.status.repaint_changed()

    def tick(self) -> None:
        """Once a second: its end is told."""
        view = self._workspace.view
        if 0 < view.quiet_until <= view.clock():
            self.be_quiet(0)
