"""Files and links of the conversation, looked at, saved and opened. In the workspace and in the monitor: nothing is sent."""

from functools import cached_property
from typing import TYPE_CHECKING

from opconsole.state.changes import Changes
from opconsole.ui.controller import Controller, Handlers, Start
from opconsole.ui.copying import Copying
from opconsole.ui.preferences import Preferences
from opconsole.ui.room import Room
from opconsole.ui.shift import Shift
from opconsole.ui.tickets import Tickets

if TYPE_CHECKING:
    from opconsole.ui.opening import Opening


class Looking(Controller):
    def __init__(self, room: Room, shift: Shift, copying: Copying, preferences: Preferences, start: Start) -> None:
        self._room = room
        self._shift = shift
        self._copying = copying
        self._preferences = preferences
        self._start = start
        self._tickets = Tickets(shift)

    @cached_property
    def opening(self) -> "Opening":
        """Made, and its modules imported, when it is first wanted."""
        from opconsole.ui.opening import Opening

        return Opening(
            self._room,
            self._shift,
            self._tickets,
            self._copying.copy_text,
            lambda: self._preferences.settings,
            self._start,
            self._show_progress,
        )

    def handlers(self) -> Handlers:
        return {"open": self._open}

    def changed(self, changes: Changes) -> None:
        self._tickets.changed(changes)

    def _open(self) -> None:
        self.opening.open()

    def _show_progress(self, words: str) -> None:
        """Of a file that is being fetched; empty: none is any more."""
