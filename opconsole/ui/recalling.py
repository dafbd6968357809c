"""What I sent before, in the composer again: this chat's first, then of all chats. At the newest end stands the draft."""

from opconsole.locale import tr
from opconsole.state import selectors
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.writing import Writing
from opconsole.wire.messages import Kind


class Recalling:
    def __init__(self, workspace: Workspace, shift: Shift, writing: Writing) -> None:
        self._workspace = workspace
        self._picture = shift.store
        self._writing = writing
        self._walk: list[str] = []
        self._at = -1
        """Place in the walk; -1: the draft."""

    def older(self) -> None:
        if self._writing.asks:
            return
        if not self._writing.is_recalled:
            self._walk, self._at = self._words(), -1
        if self._at + 1 >= len(self._walk):
            self._workspace.say(
                tr("You have sent nothing before that.") if self._walk else tr("You have sent nothing yet.")
            )
            return
        self._at += 1
        self._writing.recall(self._walk[self._at])

    def newer(self) -> None:
        """Towards the draft, which comes last."""
        if not self._writing.is_recalled:
            return
        self._at -= 1
        if self._at < 0:
            self._writing.unrecall()
        else:
            self._writing.recall(self._walk[self._at])

    def _words(self) -> list[str]:
        chat, me = self._writing.chat, self._picture.me.login
        stored = [
            entry.text
            for entry in selectors.transcript(self._picture, chat).entries
            if entry.by == me and entry.kind is Kind.say and entry.text and not entry.deleted_by
        ]
        text = self._workspace.composer.text
        return [words for words in self._picture.sent_words.walk(chat, stored) if words != text.strip()]
