"""Stored words that are changed: edited in the composer, deleted after a question.

What is meant is the marked message, or without a mark my last one. Whether it may still be changed the relay decides; what it
would surely refuse is said at once.
"""

from opconsole.locale import span, tr, trn
from opconsole.state import selectors
from opconsole.ui.cells import cut
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.writing import Writing
from opconsole.wire import limits
from opconsole.wire.cards import Role
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import DeleteMessage, EditMessage
from opconsole.wire.text import fits_bytes

_SHOWN_CELLS = 40


class Changing(Controller):
    def __init__(self, workspace: Workspace, shift: Shift, writing: Writing) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._writing = writing

    def handlers(self) -> Handlers:
        return {"edit_last": self.edit, "delete_last": self.delete}

    # ------------------------------------------------------------ editing

    def edit(self) -> None:
        """The words come into the composer; Enter puts what stands there then in their place, Esc leaves all as it was."""
        if not self._picture.shown:
            return
        message = self._meant(mine_only=True)
        if message is None or not self._in_time(message):
            return
        change = selectors.changes_under_way(self._picture, message.chat).get(message.n)
        text = message.text if change is None or change.text is None else change.text
        limit = limits.NOTE_BYTES if message.kind is Kind.note else limits.TEXT_BYTES

        def problem(words: str) -> str:
            if fits_bytes(words, limit):
                return ""
            return trn("Too long: at most {n} byte.", "Too long: at most {n} bytes.", limit)

        def answer(words: str | None) -> None:
            if words is not None and words != text:
                self._shift.send(lambda id_: EditMessage(id=id_, chat=message.chat, n=message.n, text=words))

        self._workspace.transcript.unmark()
        question = tr("Edit the note") if message.kind is Kind.note else tr("Edit the message")
        self._writing.ask(question, answer, text=text, problem=problem)

    # ------------------------------------------------------------ deleting

    def delete(self) -> None:
        message = self._meant(mine_only=self._picture.me.role is Role.operator)
        if message is None:
            return
        mine = message.by == self._picture.me.login
        if mine and self._picture.me.role is Role.operator and not self._in_time(message):
            return
        text = message.text or (message.file.name if message.file is not None else "")
        words = cut(" ".join(text.split()), _SHOWN_CELLS)
        question = tr("Delete “{words}”? Nobody sees it any more then, but supervisors who look it up.", words=words)

        def delete() -> None:
            self._workspace.transcript.unmark()
            self._shift.send(lambda id_: DeleteMessage(id=id_, chat=message.chat, n=message.n))

        self._workspace.ask(question, tr("delete"), delete)

    # ------------------------------------------------------------ inside

    def _meant(self, *, mine_only: bool) -> Message | None:
        """The marked message, or my last one. None: there is none to change, and that has been said."""
        me = self._picture.me.login
        message = self._workspace.marked_message
        if message is None or message.kind not in (Kind.say, Kind.note):
            message = selectors.my_last_words(self._picture, self._picture.shown)
            if message is None:
                self._workspace.say(tr("You have no message here that could be changed."))
        elif message.deleted_by:
            self._workspace.say(tr("This message has been deleted."))
            return None
        elif mine_only and message.by != me:
            self._workspace.say(tr("Only who wrote a message can change it."))
            return None
        return message

    def _in_time(self, message: Message) -> bool:
        limit_ms = self._picture.me.settings.change_ms
        if not limit_ms:
            self._workspace.say(tr("Messages can't be changed on this desk."))
            return False
        if self._workspace.view.now() - message.at >= limit_ms:
            time = span(limit_ms)
            self._workspace.say(tr("A message can be changed for {time}, and that time is over.", time=time))
            return False
        return True
