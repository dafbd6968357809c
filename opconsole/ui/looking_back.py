"""For supervisors: every version of a message. It is asked for, and comes as a notice. In the workspace and in the monitor."""

from opconsole.locale import tr
from opconsole.state.changes import Changes, HistoryCame
from opconsole.ui.actions import BY_ID, allowed
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.room import Room
from opconsole.ui.shift import Shift
from opconsole.wire.messages import Kind


class LookingBack(Controller):
    def __init__(self, room: Room, shift: Shift) -> None:
        self._room = room
        self._shift = shift
        self._picture = shift.store

    def handlers(self) -> Handlers:
        return {"history": self.history}

    def history(self) -> None:
        """What the marked message was before."""
        if not allowed(BY_ID["history"], self._picture.me.role):
            self._room.say(tr("Only supervisors see what messages were before."))
            return
        message = self._room.marked_message
        if message is None or message.kind not in (Kind.say, Kind.note):
            self._room.say(tr("Mark a message first: go to the conversation with Tab, mark with the arrows."))
        elif self._shift.session is None or not self._shift.session.ask_history(message.chat, message.n):
            self._room.say(tr("There is no link to the relay now."), "warning")

    def changed(self, changes: Changes) -> None:
        for notice in changes.notices:
            if isinstance(notice, HistoryCame):
                from opconsole.ui.screens.history import History

                self._room.app.push_screen(History(self._room.view, notice.history))
