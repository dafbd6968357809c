"""My own marks: flags, chats marked as read (and unread again), and chats marked in the lists for what is done to several.

Nobody else sees flags and marks. That words were read the visitor does see, so it is told only after a while in which it can be
taken back as if it had never been.
"""

from collections.abc import Callable, Iterable
from typing import Final

from opconsole.locale import tr, trn
from opconsole.state import selectors
from opconsole.state.changes import Changes
from opconsole.ui.actions import Keymap
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.undoing import Deed, Undoing
from opconsole.ui.words import short_name

TELL_MS: Final = 10_000
"""So long after chats were marked as read the relay, and by it the visitors, are told."""


class Marking(Controller):
    def __init__(
        self,
        workspace: Workspace,
        shift: Shift,
        undoing: Undoing,
        keymap: Keymap,
        on_changes: Callable[[Changes], None],
    ) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._undoing = undoing
        self._keymap = keymap
        self._on_changes = on_changes
        self._tell_at = 0
        """Our own clock; 0: there is nothing to tell."""
        for rows in (workspace.mine, workspace.inbox):
            rows.set_marks = self.set

    def handlers(self) -> Handlers:
        return {
            "flag": self.flag,
            "read_all": self.read_all,
            "mark_chat": self.mark,
            "mark_invert": self.invert,
            "mark_none": self.unmark,
        }

    # ------------------------------------------------------------ flags

    def flag(self) -> None:
        """The marked chats, or the one that is meant: flagged; if all of them are, the flags go."""
        chats = self.chosen() or [self._workspace.chat_meant()]
        chats = [chat for chat in chats if chat in self._picture.chats]
        session = self._shift.session
        if not chats or session is None:
            self._workspace.say(tr("No chat is on the screen."))
            return
        on = not all(selectors.flagged(self._picture, chat) for chat in chats)
        changed = [chat for chat in chats if selectors.flagged(self._picture, chat) != on]
        name = short_name(self._picture.chats[changed[0]])

        def words(on: bool) -> str:
            if len(changed) == 1:
                return tr("Flagged {name}", name=name) if on else tr("No flag on {name} any more", name=name)
            if on:
                return trn("Flagged {n} chat", "Flagged {n} chats", len(changed))
            return trn("No flag on {n} chat any more", "No flags on {n} chats any more", len(changed))

        def back(deed: Deed) -> str:
            session.flag(deed.chats, not on)
            self._workspace.say(words(not on) + ".")
            return ""

        session.flag(changed, on)
        self.set(chats, False)
        self._undoing.did(Deed(words(on), back, changed))

    # ------------------------------------------------------------ reading

    def read_all(self) -> None:
        """All of mine, or the marked ones."""
        session = self._shift.session
        found = session.sweep(self.chosen() or self._picture.mine.chats()) if session is not None else None
        if session is None or not found:
            self._workspace.say(tr("Nothing of yours is unread."))
            return
        self._tell_at = self._workspace.view.clock() + TELL_MS
        chats = sorted(found.chats)
        words = trn("Marked {n} chat as read", "Marked {n} chats as read", len(chats))

        def back(deed: Deed) -> str:
            told = any(chat not in self._picture.untold for chat in deed.chats if chat in self._picture.swept)
            again = len(session.unsweep(deed.chats).chats)
            if not again:
                return tr("You have looked at these chats since: they stay read.")
            sentence = trn("{n} chat is unread again.", "{n} chats are unread again.", again)
            if told:
                sentence += " " + trn(
                    "The visitor has seen already that you read it.",
                    "The visitors have seen already that you read them.",
                    again,
                )
            self._workspace.say(sentence)
            return ""

        self.set(chats, False)
        self._undoing.did(Deed(words, back, chats))

    def tick(self) -> None:
        """Once a second: tell the relay what was marked as read, when it is time."""
        if self._tell_at and self._workspace.view.clock() >= self._tell_at:
            self.finish()

    def finish(self) -> None:
        """Tell it now: the console ends."""
        self._tell_at = 0
        if self._shift.session is not None:
            self._shift.session.tell_swept()

    # ------------------------------------------------------------ marks in the lists

    def chosen(self) -> list[int]:
        """The marked chats, if the keys are in the lists, where the marks are seen: elsewhere a forgotten mark would surprise."""
        return selectors.marked(self._picture) if self._workspace.in_lists else []

    def set(self, chats: Iterable[int], on: bool) -> None:
        if changes := self._picture.mark(chats, on):
            self._on_changes(changes)

    def mark(self) -> None:
        """Mark the chat under the cursor, or unmark it, and go on to the next."""
        rows = self._workspace.rows_in_use
        if rows is None:
            self._workspace.say(tr("Chats are marked in the lists: {key} goes there.", key=self._keymap.hint("lists")))
            return
        if rows.chat:
            self.set((rows.chat,), rows.chat not in self._picture.marks.marked)
            rows.action_move(1)

    def invert(self) -> None:
        """In the list where the keys are: what is marked is not, and what is not, is."""
        rows = self._workspace.rows_in_use
        if rows is None:
            self._workspace.say(tr("Chats are marked in the lists: {key} goes there.", key=self._keymap.hint("lists")))
            return
        chats = {card.chat for card in rows.cards()}
        marked = chats & self._picture.marks.marked
        self.set(marked, False)
        self.set(chats - marked, True)

    def unmark(self) -> None:
        self.set(tuple(self._picture.marks.marked), False)
