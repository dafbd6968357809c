"""Files in the line-by-line console: one is sent after a question, those of the chat are listed, and saved by their number.

Nothing is sent that was not asked about, and nothing is ever opened. What is under way is told in whole lines: a long one at each quarter.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from opconsole.locale import clock, refusal_text, tr, trn
from opconsole.locale.files import file_facts, size_words
from opconsole.state import selectors
from opconsole.ui.tickets import Tickets
from opconsole.wire import limits
from opconsole.wire.files import FetchFile, File, Upload
from opconsole.wire.messages import Message
from opconsole.wire.staff import Refused, Say
from opconsole.wire.text import clean_file_name, clean_line, fits_bytes

if TYPE_CHECKING:
    from opconsole.cli.reading import Desk
    from opconsole.link.files import Looked
    from opconsole.state.changes import Changes

LISTED: Final = 20
_LONG_BYTES: Final = 1 << 20
"""From this size on it is told how far a file has come."""

log = logging.getLogger(__name__)


class ReadingFiles:
    def __init__(
        self,
        desk: "Desk",
        say: Callable[[str], None],
        start: Callable[[Coroutine[Any, Any, None]], object],
        downloads: Callable[[], Path],
    ) -> None:
        """`start`: lets it run beside. `downloads`: the folder where files are saved."""
        self._desk = desk
        self._say = say
        self._run = start
        self._downloads = downloads
        self._tickets = Tickets(desk)
        self._asked: tuple[int, Looked] | None = None
        """The chat and the file that was asked about."""

    def changed(self, changes: "Changes") -> None:
        self._tickets.changed(changes)

    # ------------------------------------------------------------ sending

    def do_attach(self, path: str) -> None:
        """Look at the file, and ask."""
        from opconsole.state.paths import typed_path

        chat, most = self._desk.chat, self._desk.store.me.settings.files.bytes
        if self._desk.card() is None:
            return
        if not path:
            self._say(tr("Which file? attach PATH"))
        elif chat not in self._desk.store.mine:
            self._say(tr("This chat isn't yours: take it to reply."))
        elif not most:
            self._say(tr("This desk takes no files."))
        else:
            self._start(self._look(chat, os.path.expanduser(typed_path(path)), most))

    async def _look(self, chat: int, path: str, most: int) -> None:
        from opconsole.link.files import look

        name = clean_file_name(path, limits.FILE_NAME_CHARS)
        try:
            looked = await asyncio.to_thread(look, path)
        except (OSError, ValueError) as error:
            why = (error.strerror if isinstance(error, OSError) else "") or str(error)
            self._say(tr("{file} can't be sent: {why}.", file=name, why=clean_line(why)))
            return
        size = size_words(looked.size)
        if not looked.size:
            self._say(tr("{file} is empty.", file=name))
        elif looked.size > most:
            text = tr(
                "{file} is too large: {size}, and this desk takes {limit} at most.",
                file=name,
                size=size,
                limit=size_words(most),
            )
            self._say(text)
        else:
            self._asked = chat, looked
            what = f"{name} ({size})"
            self._say(tr("Send {what} {to}?", what=what, to=tr("to {name}", name=self._desk.name(chat))))
            self._say(tr("Type yes, or yes and the words that go with it. Any other command: it is not sent."))

    def do_yes(self, words: str) -> None:
        """Yes, with these words (or none)."""
        if self._asked is None:
            self._say(tr("There is no question."))
        elif not fits_bytes(words, limits.TEXT_BYTES):
            self._say(trn("Too long: at most {n} byte.", "Too long: at most {n} bytes.", limits.TEXT_BYTES))
        else:
            (chat, looked), self._asked = self._asked, None
            self._start(self._send(chat, looked, words))

    def decline(self) -> None:
        """Another command was typed: that is a no."""
        if self._asked is not None:
            (_, looked), self._asked = self._asked, None
            self._say(tr("{file} is not sent.", file=clean_file_name(looked.path)))

    async def _send(self, chat: int, looked: "Looked", words: str) -> None:
        name = clean_file_name(looked.path, limits.FILE_NAME_CHARS)
        self._say(tr("{file} is on its way.", file=name))
        outcome = await self._bring(chat, looked, name)
        if isinstance(outcome, str):
            self._say(tr("{file} was not sent: {why}", file=name, why=outcome))
            return
        session = self._desk.session
        session.send(Say(id=session.new_id(), chat=chat, text=words, file=outcome.id), file=outcome)
        self._say(tr("{file} has been sent.", file=name))

    async def _bring(self, chat: int, looked: "Looked", name: str) -> File | str:
        """The file as the relay has it, or why it has not (a sentence)."""
        from opconsole.link.files import Undone, bring

        ticket = await self._tickets.ask(lambda id_: Upload(id=id_, name=name, size=looked.size, chat=chat))
        if ticket is None:
            return tr("There is no link to the relay now.")
        if isinstance(ticket, Refused):
            return refusal_text(ticket.code, ticket.facts, ticket.text)
        came = await bring(self._desk.session.ready.relay, ticket, looked, self._quarters(name, looked.size))
        return came.text if isinstance(came, Undone) else came

    # ------------------------------------------------------------ what there is, and saving it

    def do_files(self, rest: str) -> None:
        if self._desk.card() is None:
            return
        messages = self._messages()
        for number, message in enumerate(messages, start=1):
            who = self._desk.name(message.chat) if message.by == "visitor" else clean_line(message.name or message.by)
            facts = self._facts(message)
            self._say(f"{number}: {facts} · {who} · {clock(message.at)}")
        if not messages:
            self._say(tr("There is no file in this chat."))

    def do_save(self, which: str) -> None:
        """The newest one, or that of this number (as `files` tells them)."""
        if self._desk.card() is None:
            return
        messages = self._messages()
        number = int(which) if which.isdecimal() and len(which) < 6 else 0 if which else 1
        if not messages:
            self._say(tr("There is no file in this chat."))
        elif not 1 <= number <= len(messages):
            self._say(tr("There is no file {number} in this chat. Type files.", number=clean_line(which)))
        elif (file := messages[number - 1].file) is not None:
            self._start(self._save(file))

    async def _save(self, file: File) -> None:
        from opconsole.link.saving import Saving

        name = clean_file_name(file.name) if file.name else tr("file")
        saving: Saving | None = None
        try:
            saving = await asyncio.to_thread(Saving, self._downloads())
            problem = await self._fetch(file, name, saving)
            path = "" if problem else await asyncio.to_thread(saving.keep, file.name or name)
        except OSError as error:
            problem, path = tr("{file} can't be saved: {why}.", file=name, why=error.strerror or str(error)), ""
        finally:
            if saving is not None:
                saving.drop()
        self._say(problem or tr("Saved: {path}", path=path))

    async def _fetch(self, file: File, name: str, saving: Any) -> str:
        """Write it. Why not (a sentence), or empty."""
        from opconsole.link.files import fetch

        answer = await self._tickets.ask(lambda id_: FetchFile(id=id_, file=file.id))
        if answer is None:
            return tr("There is no link to the relay now.")
        if isinstance(answer, Refused):
            return tr("{file}: {why}", file=name, why=refusal_text(answer.code, answer.facts, answer.text))
        relay = self._desk.session.ready.relay
        undone = await fetch(relay, answer, file, saving.target, self._quarters(name, file.size))
        if undone is None:
            return ""
        gone = undone.code == "no_ticket"
        return tr("{file} is gone: the relay has it no more.", file=name) if gone else undone.text

    # ------------------------------------------------------------ inside

    def _messages(self) -> list[Message]:
        """Those of this chat that carry a file which is there still, the newest first."""
        entries = selectors.transcript(self._desk.store, self._desk.chat).entries
        found = [each for each in entries if each.file is not None and not each.deleted_by]
        return found[: -LISTED - 1 : -1]

    def _facts(self, message: Message) -> str:
        file = message.file
        assert file is not None
        return f"{clean_line(file.name) or tr('file')}, {file_facts(file.type, file.size, file.width, file.height)}"

    def _quarters(self, name: str, size: int) -> Callable[[int], None]:
        """Tells at each quarter of a long file how far it is."""
        told = 0

        def went(amount: int) -> None:
            nonlocal told
            quarter = min(3, amount * 4 // size) if size >= _LONG_BYTES else 0
            if quarter > told:
                told = quarter
                self._say(tr("{file}: {n} percent", file=name, n=25 * quarter))

        return went

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._run(self._guarded(work))

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("something that ran beside failed")
            self._say(tr("Something failed; the log says more."))
