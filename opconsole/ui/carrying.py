"""Files on their way to the relay: one after the other, beside everything else, each followed by its message.

Each stands in the conversation, with how far it has come. A lost link begins it anew when there is one again; a fault that trying again
can't help leaves it there, to be sent again or thrown away. The message goes by the outbox: once by its id, never lost, never doubled.
"""

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from opconsole.link.files import Looked, Undone, bring
from opconsole.locale import refusal_text, tr
from opconsole.state.outbox import Failure
from opconsole.state.uploads import Attachment, Stage
from opconsole.ui.cells import cut
from opconsole.ui.controller import Start
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.tickets import Tickets
from opconsole.ui.writing import Writing
from opconsole.wire.files import File, Ticket, Upload
from opconsole.wire.staff import AddNote, Refused, Say

AGAIN_S: Final = 2.0
_NAME_CELLS: Final = 40


log = logging.getLogger(__name__)


class Carrying:
    def __init__(self, workspace: Workspace, shift: Shift, writing: Writing, tickets: Tickets, start: Start) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._writing = writing
        self._tickets = tickets
        self._start = start
        self._at_work = False
        self._under_way: asyncio.Task[None] | None = None
        """What carries one file. Cancelling it is cancelling the file."""

    def go_on(self) -> None:
        """Bring what waits, if there is a link and nothing is being brought."""
        if (
            not self._at_work
            and self._picture.link.is_live
            and any(each.stage is Stage.waiting for each in self._picture.uploads)
        ):
            self._at_work = True
            self._start(self._bring_all())

    async def _bring_all(self) -> None:
        try:
            while self._picture.link.is_live and (upload := self._picture.uploads.next()) is not None:
                self._shown(upload.chat)
                self._under_way = asyncio.create_task(self._bring(upload), name="upload")
                await asyncio.wait([self._under_way])
                if not self._under_way.cancelled() and (fault := self._under_way.exception()) is not None:
                    log.error("a file could not be brought", exc_info=fault)
                    self._failed(upload, Failure("upload_broken", ""))
        finally:  # the console may be at its end
            if self._under_way is not None:
                self._under_way.cancel()
            self._at_work, self._under_way = False, None

    async def _bring(self, upload: Attachment) -> None:
        answer = await self._tickets.ask(
            lambda id_: Upload(id=id_, name=upload.name, size=upload.size, chat=upload.chat)
        )
        session = self._shift.session
        if answer is None or session is None:
            self._interrupted(upload, counts=False)
            if self._picture.link.is_live:  # it is at its end, and that is not known yet
                await asyncio.sleep(AGAIN_S)
        elif isinstance(answer, Refused):
            self._failed(upload, Failure(answer.code, answer.text, answer.facts))
        else:
            await self._carry(upload, answer)

    async def _carry(self, upload: Attachment, ticket: Ticket) -> None:
        session = self._shift.session
        assert session is not None

        def went(sent: int) -> None:
            if self._picture.uploads.went(upload.id, sent):
                self._shown(upload.chat)

        looked = Looked(upload.path, upload.size, upload.changed_ns)
        outcome = await bring(session.ready.relay, ticket, looked, went)
        if isinstance(outcome, File):
            self._brought(upload.id, outcome)
        elif outcome.again:
            lost = not self._picture.link.is_live
            if self._interrupted(upload, counts=not lost) and not lost:
                await asyncio.sleep(AGAIN_S)
        else:
            self._failed(upload, _failure(outcome))

    def _brought(self, upload_id: str, file: File) -> None:
        """It is there: now its message, which is kept until it is stored like all words."""
        session = self._shift.session
        upload = self._picture.uploads.brought(upload_id) if session is not None else None
        if session is None or upload is None:
            return
        if upload.note:
            session.send(AddNote(id=upload.id, chat=upload.chat, text=upload.caption, file=file.id), file=file)
        else:
            session.send(Say(id=upload.id, chat=upload.chat, text=upload.caption, file=file.id), file=file)
        self._let_copy_go(upload)
        session.uploads_changed(upload.chat)

    def _interrupted(self, upload: Attachment, *, counts: bool) -> bool:
        goes_on = self._picture.uploads.interrupted(upload.id, counts=counts)
        self._shown(upload.chat)
        return goes_on

    def _failed(self, upload: Attachment, failure: Failure) -> None:
        self._picture.uploads.fail(upload.id, failure)
        why = refusal_text(failure.code, failure.facts, failure.text)
        self._workspace.say(
            tr("{file} was not sent: {why}", file=cut(upload.name, _NAME_CELLS), why=why), "danger", upload.chat
        )
        self._shown(upload.chat)

    def _shown(self, chat: int) -> None:
        if self._shift.session is not None:
            self._shift.session.uploads_changed(chat)

    # ------------------------------------------------------------ what becomes of one

    def has(self, upload_id: str) -> bool:
        return upload_id in self._picture.uploads

    def wish(self, upload_id: str, wish: str) -> None:
        """Of one that stands in the conversation: `retry`, `edit` (its words back into the composer) or `dismiss`."""
        upload = self._picture.uploads.get(upload_id)
        if upload is None:
            return
        if wish == "retry":
            if self._picture.uploads.retry(upload_id):
                self._shown(upload.chat)
                self.go_on()
            return
        self._drop(upload)
        if wish == "edit" and upload.caption and upload.chat == self._writing.chat:
            composer = self._workspace.composer
            self._writing.set_text(f"{upload.caption}\n{composer.text}" if composer.text else upload.caption)
            self._workspace.to_composer()

    def cancel(self) -> None:
        """The newest file of the chat on the screen that is still on its way."""
        waiting = [each for each in self._picture.uploads.of(self._picture.shown) if each.stage is not Stage.failed]
        if waiting:
            self._drop(waiting[-1])
        else:
            self._workspace.say(tr("No file of this chat is on its way."))

    def _drop(self, upload: Attachment) -> None:
        under_way = upload.stage is Stage.bringing
        self._picture.uploads.drop(upload.id)
        if under_way and self._under_way is not None:
            self._under_way.cancel()
        self._let_copy_go(upload)
        self._workspace.say(tr("{file} is not sent.", file=cut(upload.name, _NAME_CELLS)))
        self._shown(upload.chat)

    def _let_copy_go(self, upload: Attachment) -> None:
        if upload.ours:
            self.let_copies_go([upload.path])

    def let_copies_go(self, paths: Iterable[str]) -> None:
        """Files that the console made are of no use any more."""
        for path in paths:
            self._start(asyncio.to_thread(Path(path).unlink, True))


def _failure(undone: Undone) -> Failure:
    return Failure(undone.code, undone.text)
