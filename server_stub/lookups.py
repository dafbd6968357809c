"""What is asked without changing anything: older messages, histories, search, hints, tickets for files. Whether it may be known, and by what it is
answered: at once, after reading the journal (`Batch.laters`), or when the index or the files can (`Batch.questions`).
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from opconsole.wire import staff
from opconsole.wire.codec import encode
from opconsole.wire.files import FetchFile, Upload
from opconsole.wire.search import Hints, Search
from server_stub.batch import Batch
from server_stub.desk.audience import may_read, may_read_history, may_see_template
from server_stub.desk.model import State
from server_stub.desk.outcome import Refusal
from server_stub.desk.refusals import refuse
from server_stub.edge.sessions import Session, StaffSession
from server_stub.filing import Filing
from server_stub.searching import Question, Searching
from server_stub.syncing import Syncing

Look = Callable[[Batch, Any, Any, int], Refusal | None]


class Lookups:
    """Each puts its answer into the batch, or returns why it may not be known."""

    def __init__(self, state: State, syncing: Syncing, searching: Searching, filing: Filing) -> None:
        self._state = state
        self._syncing = syncing
        self._searching = searching
        self._filing = filing
        self.by_kind: dict[type[Struct], Look] = {
            staff.Fetch: self._fetch,
            staff.History: self._history,
            staff.TemplateHistory: self._template_history,
            staff.ChecklistHistory: self._checklist_history,
            Search: self._search,
            Hints: self._hints,
            Upload: self._upload,
            FetchFile: self._fetch_file,
        }

    # ------------------------------------------------------------ the journal

    def _fetch(self, batch: Batch, session: StaffSession, asked: staff.Fetch, now: int) -> Refusal | None:
        if may_read(self._state, session.actor, asked.chat):
            batch.laters.append((session, self._syncing.page(asked)))
            return None
        refusal = refuse("not_visible", chat=asked.chat)
        if 0 < asked.chat <= self._state.last_chat and asked.chat not in self._state.chats:
            # The desk has forgotten it; the index knows who had it.
            return _ask(batch, self._searching.fetch(session, asked, self._syncing.page(asked), refusal))
        return refusal

    def _history(self, batch: Batch, session: StaffSession, asked: staff.History, now: int) -> Refusal | None:
        if not may_read_history(self._state, session.actor):
            return _not_allowed(session)
        batch.laters.append((session, self._syncing.versions(asked)))
        return None

    def _template_history(
        self, batch: Batch, session: StaffSession, asked: staff.TemplateHistory, now: int
    ) -> Refusal | None:
        state = self._state
        template = state.templates.get(asked.template) or state.dropped.get(asked.template)
        if template is None or not may_see_template(state, session.actor, template):
            return refuse("no_such_template")
        batch.laters.append((session, self._syncing.template_versions(asked, template.editions)))
        return None

    def _checklist_history(
        self, batch: Batch, session: StaffSession, asked: staff.ChecklistHistory, now: int
    ) -> Refusal | None:
        if not may_read_history(self._state, session.actor):
            return _not_allowed(session)
        batch.laters.append((session, self._syncing.checklist_versions(asked)))
        return None

    # ------------------------------------------------------------ the index and the files

    def _search(self, batch: Batch, session: StaffSession, asked: Search, now: int) -> Refusal | None:
        return _ask(batch, self._searching.search(session, asked))

    def _hints(self, batch: Batch, session: StaffSession, asked: Hints, now: int) -> Refusal | None:
        return _ask(batch, self._searching.hints(session, asked, now))

    def _fetch_file(self, batch: Batch, session: Session, asked: FetchFile, now: int) -> Refusal | None:
        return _ask(batch, self._filing.fetch(session, asked))

    def _upload(self, batch: Batch, session: Session, asked: Upload, now: int) -> Refusal | None:
        ticket = self._filing.upload(session, asked)
        if isinstance(ticket, Refusal):
            return ticket
        batch.replies.append((session, encode(ticket)))
        return None


def _ask(batch: Batch, question: Question | Refusal) -> Refusal | None:
    if isinstance(question, Refusal):
        return question
    batch.questions.append(question)
    return None


def _not_allowed(session: StaffSession) -> Refusal:
    return refuse("not_allowed", role=session.role.value.capitalize())
