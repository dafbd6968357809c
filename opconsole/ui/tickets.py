"""Tickets for files: asked of the relay over the link, and waited for beside. With the link goes what was asked on it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from opconsole.state.changes import Answered, Changes, Slice
from opconsole.state.store import Store
from opconsole.wire.files import FetchFile, Ticket, Upload
from opconsole.wire.staff import Refused

if TYPE_CHECKING:
    from opconsole.link.session import Session


class Asks(Protocol):
    """Who asks: a shift, or the desk of the line-by-line console."""

    @property
    def session(self) -> "Session | None": ...

    @property
    def store(self) -> Store: ...


Answer = Ticket | Refused | None
"""None: there is no link, or it was lost meanwhile."""


class Tickets:
    def __init__(self, shift: Asks) -> None:
        self._shift = shift
        self._waiting: dict[str, asyncio.Future[Answer]] = {}

    async def ask(self, make: Callable[[str], Upload | FetchFile]) -> Answer:
        """`make` gets the question's id."""
        session = self._shift.session
        if session is None:
            return None
        question = make(session.new_id())
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[question.id] = waiting
        try:
            return await waiting if session.ask(question) else None
        finally:
            self._waiting.pop(question.id, None)

    def changed(self, changes: Changes) -> None:
        for notice in changes.notices:
            if isinstance(notice, Answered) and isinstance(notice.frame, Ticket | Refused):
                self._settle(notice.frame.id, notice.frame)
        if changes.slices & Slice.LINK and not self._shift.store.link.is_live:
            for question in list(self._waiting):
                self._settle(question, None)

    def _settle(self, question: str, answer: Answer) -> None:
        waiting = self._waiting.get(question)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
