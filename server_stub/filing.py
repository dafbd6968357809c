"""Files between the session and the desk: who may have a ticket, which file a message names, and what becomes of it afterwards.

The desk is given a `File` inside its command; which one an id means, and whether it is its author's to send there, is found out here.
After a commit the file is written down as said; what a commit took away is removed from the disk. Both are done again after a
crash: the first by the journal behind the file, the second by the journal's own list (`Journal.gone_files`).
"""

import asyncio
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Final, cast

from msgspec import Struct
from msgspec.structs import replace

from opconsole.wire import limits, staff
from opconsole.wire.codec import encode
from opconsole.wire.files import FetchFile, Ticket, Upload
from opconsole.wire.staff import Refused
from server_stub.desk.actors import Actor
from server_stub.desk.audience import may_read, reach
from server_stub.desk.cards import file_rules
from server_stub.desk.commands import Carried, SaysWithFile, VisitorSays
from server_stub.desk.deciding.talk import annotatable
from server_stub.desk.events import MessageSaid, NoteAdded
from server_stub.desk.model import State
from server_stub.desk.outcome import Answer, Refusal
from server_stub.desk.refusals import refuse
from server_stub.edge import bounds
from server_stub.edge.filestock import Files
from server_stub.edge.sessions import Session, VisitorSession
from server_stub.edge.tickets import Tickets
from server_stub.files.scanner import Scanner
from server_stub.files.store import Kept, Store
from server_stub.journal.api import Journal, JournalError
from server_stub.search.index import Index, NotReady
from server_stub.searching import FAILED, Question

log = logging.getLogger(__name__)

Naming = staff.Say | staff.AddNote | VisitorSays
NAMING: Final[frozenset[type[Any]]] = frozenset((staff.Say, staff.AddNote, VisitorSays))
"""Commands that may name a file."""


def make_files(
    folder: Path, total_bytes: int, scan: tuple[str, ...], *, now: Callable[[], int], head: Callable[[], int]
) -> Files:
    """The desk's files, in that folder. `head`: number of the journal's last record."""
    return Files(
        Store(folder, most_bytes=total_bytes, spare_bytes=bounds.SPARE_BYTES),
        Scanner(scan, most_s=bounds.SCAN_S, at_once=bounds.SCANS, wait_s=bounds.SCAN_WAIT_S),
        Tickets(now, time.monotonic),
        head,
    )


class Filing:
    """`files` None: the relay keeps none (in tests, and in the simulation)."""

    def __init__(self, state: State, files: Files | None, index: Index | None) -> None:
        self._state = state
        self._files = files
        self._index = index
        self._asking: Counter[Session] = Counter()
        self._said: dict[str, Kept] = {}
        """Files that a message names, until that is written down beside them."""
        self._used: OrderedDict[str, None] = OrderedDict()
        """Ids of the last that were said."""

    # ------------------------------------------------------------ tickets

    def upload(self, session: Session, asked: Upload) -> Ticket | Refusal:
        found = self._for_upload(session, asked)
        if isinstance(found, Refusal):
            return found
        files, rules, chat, visitor = self._files, found[0], found[1], found[2]
        assert files is not None
        if files.store.bytes + asked.size > files.store.most_bytes:
            return refuse("files_full")
        ticket = files.tickets.to_bring(
            session,
            by=session.actor.key,
            visitor=visitor,
            chat=chat,
            name=asked.name,
            size=asked.size,
            types=tuple(rules),
        )
        if ticket is None:
            return refuse("files_too_many")
        return Ticket(id=asked.id, path=ticket.path, until=ticket.until)

    def _for_upload(self, session: Session, asked: Upload) -> tuple[list[str], int, str] | Refusal:
        """The types that they may bring, for which chat (0: a visitor's own), and whose that is."""
        state, actor = self._state, session.actor
        of_visitor = isinstance(session, VisitorSession)
        rules = file_rules(state.settings, visitor=of_visitor)
        if self._files is None or not rules.bytes:
            return refuse("files_off")
        if asked.size > rules.bytes:
            return refuse("file_too_big", size=asked.size, limit=rules.bytes)
        if isinstance(session, VisitorSession):
            return rules.types, 0, session.visitor
        operator = state.operators.get(actor.id)
        if actor.monitor:
            return refuse("monitor_read_only")
        if operator is None or operator.blocked:
            return refuse("blocked") if operator is not None else refuse("unknown_operator", login=actor.id)
        chat = annotatable(state, operator, asked.chat)
        if isinstance(chat, Refusal):
            return chat
        return rules.types, chat.chat, chat.visitor

    def fetch(self, session: Session, asked: FetchFile) -> Question | Refusal:
        """A visitor: of their own public messages. The team: of the chats that they may read."""
        files = self._files
        if files is None:
            return refuse("file_gone")
        if self._asking[session] >= bounds.FILES_ASKED:
            return refuse("files_too_many")
        self._asking[session] += 1

        async def answer() -> Struct:
            kept = self._said.get(asked.file) or await files.step(files.store.find, asked.file)
            if kept is None or not await self._may_have(session, kept):
                refusal = refuse("file_gone")
                return Refused(id=asked.id, code=refusal.code, text=refusal.text, facts=refusal.facts)
            ticket = files.tickets.to_fetch(session, kept, session.actor.key)
            return Ticket(id=asked.id, path=ticket.path, until=ticket.until)

        return self._question(session, asked.id, answer)

    async def _may_have(self, session: Session, kept: Kept) -> bool:
        if isinstance(session, VisitorSession):
            return kept.visitor == session.visitor and not kept.note
        state, actor = self._state, session.actor
        if may_read(state, actor, kept.chat):
            return True
        whose = reach(state, actor)
        if whose is None or self._index is None or kept.chat in state.chats:
            return False
        try:
            return await self._index.had(kept.chat, whose)  # the desk has forgotten it; the index knows who had it
        except NotReady:
            return False

    def _question(self, session: Session, command: str, answer: Callable[[], Awaitable[Struct]]) -> Question:
        async def ask() -> None:
            try:
                found = None if session.ending else await answer()
            except Exception:  # a question's own fault ends nothing
                log.exception("a file could not be looked for")
                found = Refused(id=command, code="internal", text=FAILED)
            finally:
                self._asking[session] -= 1
                if self._asking[session] <= 0:
                    del self._asking[session]
            if found is not None and not session.ending:
                session.deliver(encode(found))

        return ask

    def gone(self, session: Session) -> None:
        """The session is over."""
        if self._files is not None:
            self._files.tickets.end(session)

    # ------------------------------------------------------------ saying

    def with_file(self, actor: Actor, command: Naming, now: int) -> SaysWithFile | VisitorSays | Refusal:
        """The command with the file that it names."""
        file = command.file
        kept = self._files.pending.get(file) if self._files is not None else None
        if kept is None:
            return refuse("file_used" if file in self._used else "file_unknown")
        meant_for = kept.by == actor.key and (isinstance(command, VisitorSays) or kept.chat == command.chat)
        if not meant_for or now - kept.at >= limits.FILE_UNUSED_MS:
            return refuse("file_unknown")
        carried = Carried(kept.file, kept.sha256)
        if isinstance(command, VisitorSays):
            return replace(command, carried=carried)
        return SaysWithFile(command.id, command, carried)

    def say(self, command: SaysWithFile | VisitorSays, answer: Answer) -> Kept:
        """It was decided: from now on the file is that message's. `settle` it after the commit."""
        carried = cast(Carried, command.carried)
        files = self._files
        assert files is not None
        file = carried.file.id
        note = isinstance(command, SaysWithFile) and isinstance(command.said, staff.AddNote)
        kept = replace(files.pending.pop(file), chat=answer.chat, n=answer.n, note=note)
        self._said[file] = kept
        self._used[file] = None
        if len(self._used) > bounds.FILES_USED:
            self._used.popitem(last=False)
        return kept

    # ------------------------------------------------------------ after the commit

    async def settle(self, said: Iterable[Kept]) -> None:
        """Write down of these that they were said. What can't be written is found in the journal at the next start."""
        files = self._files
        assert files is not None
        for kept in said:
            try:
                await files.step(files.store.said, kept)
            except OSError as error:
                log.error("of a file it could not be written down that it was sent: %s", error.strerror)
            else:
                self._said.pop(kept.file.id, None)

    async def remove(self, journal: Journal, visitors: Iterable[str] = ()) -> None:
        """Remove from the disk what no message carries any more, and what these erased visitors had only brought."""
        files = self._files
        if files is None:
            return
        forgotten = frozenset(visitors)
        files.tickets.erase(forgotten)
        try:
            brought = [each for each, kept in files.pending.items() if kept.visitor in forgotten]
            await self._forget(files, brought)
            gone = await journal.gone_files()
            for each in gone:
                self._said.pop(each, None)
                files.pending.pop(each, None)  # after a crash it may be taken for one that no message names
                await files.step(files.store.drop, each)
            if gone:
                await journal.files_removed(gone)
        except (JournalError, OSError) as error:
            log.error("a file that was deleted can't be removed now; it will be tried again: %s", error)

    # ------------------------------------------------------------ the relay's life

    async def start(self, journal: Journal) -> None:
        """Find out what was brought before, and do what a crash may have left undone. Raises JournalError, OSError."""
        files = self._files
        if files is None:
            return
        pending = {kept.file.id: kept for kept in await files.step(files.store.start)}
        if pending:
            async for records in journal.read(min(*(kept.head for kept in pending.values()), journal.head)):
                for record in records:
                    event = record.event
                    if not isinstance(event, MessageSaid | NoteAdded) or event.file is None:
                        continue
                    if (kept := pending.pop(event.file.id, None)) is not None:
                        note = isinstance(event, NoteAdded)
                        await files.step(files.store.said, replace(kept, chat=event.chat, n=event.n, note=note))
        files.pending.update(pending)
        await self.remove(journal)

    async def run(self, journal: Journal, now: Callable[[], int]) -> None:
        """Sweep in turns, until it is cancelled."""
        while True:
            await self.sweep(now())
            await self.remove(journal)
            await asyncio.sleep(bounds.SWEEP_S)

    async def sweep(self, now: int) -> None:
        """Forget what no message named in time, and tickets that count no more."""
        files = self._files
        if files is None:
            return
        files.tickets.sweep()
        late = [each for each, kept in files.pending.items() if now - kept.at >= limits.FILE_UNUSED_MS]
        try:
            await self._forget(files, late)
        except OSError as error:
            log.error("a file that nobody sent can't be removed now: %s", error.strerror)

    async def _forget(self, files: Files, brought: Iterable[str]) -> None:
        """Away with those that no message names still: one may have been said while another was removed. Raises OSError."""
        for each in brought:
            kept = files.pending.pop(each, None)
            if kept is None:
                continue
            try:
                await files.step(files.store.drop, each)
            except BaseException:
                files.pending[each] = kept  # another time
                raise
