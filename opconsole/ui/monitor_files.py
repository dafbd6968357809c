"""Files and links in the monitor: looked at, saved and opened as in the workspace; nothing is sent. Made when it is first wanted."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App

from opconsole.settings import Settings
from opconsole.state.changes import Changes
from opconsole.ui.opening import Opening
from opconsole.ui.screens.monitor import Monitor
from opconsole.ui.screens.question import Question
from opconsole.ui.shift import Shift
from opconsole.ui.tickets import Tickets
from opconsole.ui.widgets.toasts import Weight

if TYPE_CHECKING:
    from opconsole.ui.screens.picker import Picked, Picker

Value = TypeVar("Value")


class MonitorFiles:
    """Also the `Host` of `opening`."""

    def __init__(
        self,
        monitor: Monitor,
        shift: Shift,
        copy: Callable[[str], None],
        start: Callable[[Coroutine[Any, Any, None]], object],
        settings: Settings,
    ) -> None:
        self._monitor = monitor
        self.view = monitor.view
        self.transcript = monitor.transcript
        self._tickets = Tickets(shift)
        self._opening = Opening(self, shift, self._tickets, copy, lambda: settings, start, lambda words: None)

    @property
    def app(self) -> App[Any]:
        return self._monitor.app

    def open(self) -> None:
        self._opening.open()

    def changed(self, changes: Changes) -> None:
        self._tickets.changed(changes)

    def say(self, text: str, weight: Weight = "info", chat: int = 0) -> None:
        self._monitor.say(text, weight, chat)

    def ask(self, question: str, yes: str, then: Callable[[], None]) -> None:
        self.app.push_screen(Question(self.view, question, yes), lambda answer: then() if answer else None)

    def pick(self, picker: "Picker[Value]", then: "Callable[[Picked[Value]], None]") -> None:
        self.app.push_screen(picker, lambda picked: then(picked) if picked is not None else None)
