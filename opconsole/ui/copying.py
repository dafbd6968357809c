"""To the clipboard, and what came of it in words; and the ends of the conversation. For the workspace and for the monitor."""

from opconsole.locale import tr
from opconsole.terminal.clipboard import Copied, copy
from opconsole.ui.controller import Controller, Handlers, Start
from opconsole.ui.room import Room


class Copying(Controller):
    def __init__(self, room: Room, start: Start) -> None:
        self._room = room
        self._start = start

    def handlers(self) -> Handlers:
        return {
            "copy_marked": self.copy_marked,
            "newest": self._room.transcript.to_end,
            "oldest": self._room.transcript.to_start,
        }

    def copy_marked(self) -> None:
        text = self._room.transcript.selected_text()
        if not text:
            self._room.say(tr("Nothing is marked: go to the conversation with Tab, mark with the arrows."))
            return
        self.copy_text(text)

    def copy_text(self, text: str) -> None:
        if not text:
            self._room.say(tr("There is nothing to copy."))
            return
        self._start(self._copy_and_tell(text))

    async def _copy_and_tell(self, text: str) -> None:
        sentences = {
            Copied.system: tr("Copied."),
            Copied.terminal: tr("Handed to the terminal to copy."),
            Copied.too_long: tr("Too long for this terminal's clipboard."),
        }
        self._room.say(sentences[await copy(self._room.app, text)])
