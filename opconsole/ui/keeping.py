"""An answer that was good once, kept as a template of mine: the marked message, or my last one; only its code is asked for."""

import re
from typing import Final

from opconsole.locale import tr, trn
from opconsole.state import selectors
from opconsole.state.changes import Changes, Refused, Slice
from opconsole.ui.cells import cut
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.writing import Writing
from opconsole.wire import limits
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import SaveTemplate

_CODE: Final = re.compile(r"[^\s/]+")
_TITLE_CELLS: Final = 40


class Keeping(Controller):
    def __init__(self, workspace: Workspace, shift: Shift, writing: Writing) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._writing = writing
        self._under_way: dict[str, str] = {}
        """Templates that are being saved: id and code."""

    def handlers(self) -> Handlers:
        return {"save_answer": self.save}

    def save(self) -> None:
        message = self._meant()
        if message is None:
            return

        def answer(code: str | None) -> None:
            if code is not None:
                self._save(message, code.removeprefix("/"))

        self._workspace.transcript.unmark()
        words = cut(" ".join(message.text.split()), 30)
        self._writing.ask(
            tr("“{words}” as a template of yours: its /code?", words=words), answer, problem=self._problem
        )

    def changed(self, changes: Changes) -> None:
        """It is saved, or it is not (why is told anyway)."""
        for notice in changes.notices:
            if isinstance(notice, Refused) and isinstance(notice.command, SaveTemplate):
                self._under_way.pop(notice.command.template, None)
        if changes.slices & Slice.TEMPLATES:
            for template in [each for each in self._under_way if each in self._picture.templates]:
                code = self._under_way.pop(template)
                self._workspace.say(tr("Saved. /{code} inserts it.", code=code))

    # ------------------------------------------------------------ inside

    def _save(self, message: Message, code: str) -> None:
        title = cut(" ".join(message.text.split()), _TITLE_CELLS)

        def make(id_: str) -> SaveTemplate:
            self._under_way[id_] = code
            return SaveTemplate(id=id_, template=id_, code=code, title=title, text=message.text, mine=True)

        self._shift.send(make)

    def _problem(self, typed: str) -> str:
        """Why this can't be its code; empty: it can."""
        code = typed.removeprefix("/")
        if not _CODE.fullmatch(code):
            return tr("A code has no spaces and no slashes.")
        if len(code) > limits.CODE_CHARS:
            return trn("A code has {n} character at most.", "A code has {n} characters at most.", limits.CODE_CHARS)
        me = self._picture.me.login
        for card in self._picture.templates.values():
            if card.owner == me and card.code.casefold() == code.casefold():
                return tr("You have a template /{code} already: “{title}”.", code=card.code, title=cut(card.title, 30))
        return ""

    def _meant(self) -> Message | None:
        """The marked message, if it is the team's, or my last one. None: there is none, and that has been said."""
        found = self._workspace.marked_message
        if found is not None:
            if found.kind is Kind.say and found.by != "visitor" and found.text:
                return found
            self._workspace.say(tr("Mark a message of the team: that becomes the template."))
            return None
        me = self._picture.me.login
        for message in reversed(selectors.transcript(self._picture, self._picture.shown).entries):
            if message.kind is Kind.say and message.by == me and message.text:
                return message
        self._workspace.say(tr("You have written nothing here that could become a template."))
        return None
