"""Stored words that are changed: edited in the composer, deleted after a question; and for supervisors every version of them.

What is meant is the marked message, or without a mark my last one. Whether it may still be changed the relay decides; what it
would surely refuse is said at once.
"""

from collections.abc import Callable

from opconsole.locale import span, tr, trn
from opconsole.state import selectors
from opconsole.state.changes import Changes, HistoryCame
from opconsole.ui.actions import BY_ID, allowed
from opconsole.ui.cells import cut
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.writing import Writing
from opconsole.wire import limits
from opconsole.wire.cards import Role
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import DeleteMessage, EditMessage
from opconsole.wire.text import fits_bytes

_SHOWN_CELLS = 40


class Changing:
    def __init__(self, workspace: Workspace, shift: Shift, writing: Writing) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._writing = writing

    def handlers(self) -> dict[str, Callable[[], None]]:
        return {"edit_last": self.edit, "delete_last": self.delete, "history": self.history}

    def changed(self, changes: Changes) -> None:
        """A history that was asked for has come."""
        for notice in changes.notices:
            if isinstance(notice, HistoryCame):
                from opconsole.ui.screens.history import History

                self._workspace.app.push_screen(History(self._workspace.view, notice.history))

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

    # ------------------------------------------------------------ looking back

    def history(self) -> None:
        if not allowed(BY_ID["history"], self._picture.me.role):
            self._workspace.say(tr("Only supervisors see what messages were before."))
            return
        message = self._marked()
        if message is None:
            self._workspace.say(tr("Mark a message first: go to the conversation with Tab, mark with the arrows."))
        elif self._shift.session is None or not self._shift.session.ask_history(message.chat, message.n):
            self._workspace.say(tr("There is no link to the relay now."), "warning")

    # ------------------------------------------------------------ inside

    def _meant(self, *, mine_only: bool) -> Message | None:
        """The marked message, or my last one. None: there is none to change, and that has been said."""
        me = self._picture.me.login
        message = self._marked()
        if message is None:
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

    def _marked(self) -> Message | None:
        n = self._workspace.transcript.marked
        found = selectors.transcript(self._picture, self._picture.shown).at(n) if n else None
        return found if found is not None and found.kind in (Kind.say, Kind.note) else None

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
