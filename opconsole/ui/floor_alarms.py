"""A chat that every operator has let go is the supervisor's to solve: told once a chat, by bell and sentence."""

from opconsole.locale import tr
from opconsole.state.changes import Changes, Slice
from opconsole.terminal.output import ring
from opconsole.ui.controller import Controller
from opconsole.ui.screens.monitor import Monitor
from opconsole.ui.words import short_name


class FloorAlarms(Controller):
    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor
        self._told: set[int] = set()

    def changed(self, changes: Changes) -> None:
        if not changes.slices & Slice.INBOX:
            return
        now = {card.chat for card in self._monitor.floor_view.floor.waiting if card.alarm}
        for chat in sorted(now - self._told):
            name = short_name(self._monitor.view.picture.chats[chat])
            self._monitor.say(tr("Everybody has let {name} go", name=name), "danger", chat)
            ring(self._monitor.app)
        self._told = now
