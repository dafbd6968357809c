"""Questions to the search index: who may ask how much of it, and the answer as a frame. What the index is: `search/`.

A question is answered beside everything else: it waits for the commit that it came with, for the index, and for nobody's frames, and
nobody's frames wait for it. The rights are those of the moment in which it was asked.
"""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from msgspec import Struct

from opconsole.wire.codec import encode
from opconsole.wire.search import Found, Hint, Hinted, Hints, Hit, IndexState, Search
from opconsole.wire.staff import Fetch, Refused
from server_stub.desk.audience import Reach, may_read, reach
from server_stub.desk.model import State
from server_stub.desk.outcome import Refusal
from server_stub.desk.refusals import refuse
from server_stub.desk.transcript import VISITOR
from server_stub.edge import bounds
from server_stub.edge.sessions import Later, StaffSession
from server_stub.search import finding
from server_stub.search.finding import Filters, Findings
from server_stub.search.hinting import PastAnswer
from server_stub.search.index import Index, NotReady

log = logging.getLogger(__name__)

Question = Callable[[], Coroutine[Any, Any, None]]
FAILED = "The relay could not do this: an error of its own, which is in its log."


class Searching:
    """`index` None: there is none (in tests, and in the simulation)."""

    def __init__(self, state: State, index: Index | None) -> None:
        self._state = state
        self._index = index
        self._asking = 0

    def nudge(self) -> None:
        """Something was committed."""
        if self._index is not None:
            self._index.nudge()

    # ------------------------------------------------------------ questions

    def search(self, session: StaffSession, asked: Search) -> Question | Refusal:
        whose = self._reach(session)
        if isinstance(whose, Refusal):
            return whose
        filters = Filters(
            visitor=asked.visitor,
            operators=self._logins(asked.operator) if asked.operator else None,
            channel=asked.channel,
            since=asked.since,
            until=asked.until,
            least=asked.least,
            most=asked.most,
            mine=asked.mine,
        )

        async def answer() -> Struct:
            if self._index is None:
                return Found(id=asked.id, state="off")
            try:
                found = await self._index.find(
                    asked.text, filters, whose, before=asked.before, limit=asked.limit, budget_s=bounds.SEARCH_S
                )
            except NotReady:
                found = Findings([])
            state, done, total = self._index_state()
            hits = [_hit(hit) for hit in found.hits]
            return Found(id=asked.id, hits=hits, next=found.next, state=state, done=done, total=total)

        return self._question(session, asked.id, answer)

    def hints(self, session: StaffSession, asked: Hints, now: int) -> Question | Refusal:
        """What the visitor said last is as it is known now, before the index has it."""
        whose = self._reach(session)
        if isinstance(whose, Refusal):
            return whose
        chat = self._state.chats.get(asked.chat) if may_read(self._state, session.actor, asked.chat) else None
        words = chat.words if chat is not None and chat.words_by == VISITOR else ""

        async def answer() -> Struct:
            found: list[PastAnswer] = []
            if self._index is not None and chat is not None:
                try:
                    found = await self._index.hints(chat.chat, asked.text, words, whose, now)
                except NotReady:
                    pass
            return Hinted(id=asked.id, chat=asked.chat, hints=[_hint(each) for each in found])

        return self._question(session, asked.id, answer)

    def fetch(self, session: StaffSession, asked: Fetch, page: Later, refusal: Refusal) -> Question | Refusal:
        """A page of a chat that the desk has forgotten: for who had it last. `refusal`: for the others."""
        whose = self._reach(session)
        if isinstance(whose, Refusal) or self._index is None:
            return refusal
        index = self._index

        async def answer() -> Struct | bytes:
            try:
                allowed = await index.had(asked.chat, whose)
            except NotReady:
                allowed = False
            if allowed:
                return await page()
            return Refused(id=asked.id, code=refusal.code, text=refusal.text, facts=refusal.facts)

        return self._question(session, asked.id, answer)

    # ------------------------------------------------------------ inside

    def _reach(self, session: StaffSession) -> Reach | Refusal:
        """Whose words may be shown; or why nothing is looked for."""
        whose = reach(self._state, session.actor)
        if whose is None:
            known = session.login in self._state.operators
            return refuse("blocked") if known else refuse("unknown_operator", login=session.login)
        if session.asking >= bounds.SEARCHES_PER_SESSION or self._asking >= bounds.SEARCHES:
            return refuse("search_busy")
        return whose

    def _question(
        self, session: StaffSession, command: str, answer: Callable[[], Awaitable[Struct | bytes]]
    ) -> Question:
        session.asking += 1
        self._asking += 1

        async def ask() -> None:
            try:
                found = b"" if session.ending else await answer()
            except Exception:  # a question's own fault ends nothing
                log.exception("a search failed")
                found = Refused(id=command, code="internal", text=FAILED)
            finally:
                session.asking -= 1
                self._asking -= 1
            if found and not session.ending:
                session.deliver(found if isinstance(found, bytes) else encode(found))

        return ask

    def _logins(self, wanted: str) -> tuple[str, ...]:
        """Whose login it is, or whose name (any word of it) begins so."""
        wanted = wanted.casefold()
        return tuple(
            operator.login
            for operator in self._state.operators.values()
            if operator.login.casefold() == wanted
            or any(word.startswith(wanted) for word in (operator.name.casefold(), *operator.name.casefold().split()))
        )

    def _index_state(self) -> tuple[IndexState, int, int]:
        index = self._index
        if index is None:
            return "off", 0, 0
        if index.progress is not None:
            return ("off" if index.failed else "building"), *index.progress
        return "ready", 0, 0


def _hit(hit: finding.Hit) -> Hit:
    return Hit(
        chat=hit.chat,
        n=hit.n,
        at=hit.at,
        by=hit.by,
        name=hit.name,
        note=hit.note,
        visitor=hit.visitor,
        rating=hit.rating,
        snippet=hit.snippet,
        marks=list(hit.marks),
    )


def _hint(found: PastAnswer) -> Hint:
    return Hint(
        text=found.text,
        said=found.said,
        by=found.by,
        name=found.name,
        at=found.at,
        rating=found.rating,
        mine=found.mine,
    )
