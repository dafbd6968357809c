"""The search and what it opens: makes the screens when they are asked for, and brings them their answers. Decides nothing."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from opconsole.state.changes import Answered, Changes, Erased, Slice
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.room import Room
from opconsole.ui.shift import Shift
from opconsole.wire.search import Found, Hints, Hit, Search
from opconsole.wire.staff import Fetch, PageOf, Refused

if TYPE_CHECKING:
    from opconsole.ui.screens.reading import Reading
    from opconsole.ui.screens.search import SearchScreen


class Searching(Controller):
    def __init__(self, room: Room, shift: Shift, show: Callable[[int], None]) -> None:
        """`show`: goes to a chat that the picture has."""
        self._room = room
        self._shift = shift
        self._show = show
        self._search: SearchScreen | None = None
        self._reading: Reading | None = None
        self._linked = False

    def handlers(self) -> Handlers:
        return {"search": self.open}

    def open(self) -> None:
        from opconsole.ui.screens.search import SearchScreen

        if self._search is not None:
            return
        self._search = SearchScreen(self._room.view, self._ask, self._new_id, self.read)
        self._room.app.push_screen(self._search, self._left)

    def read(self, hit: Hit) -> None:
        """The chat of a hit, at its message; over the results, which stay as they are."""
        from opconsole.ui.screens.reading import Reading

        if self._reading is not None:
            return
        self._reading = Reading(self._room.view, hit.chat, hit.n, hit.visitor, self._ask, self._new_id)
        self._room.app.push_screen(self._reading, self._has_read)

    def changed(self, changes: Changes) -> None:
        for notice in changes.notices:
            if isinstance(notice, Answered):
                self._take(notice)
            elif isinstance(notice, Erased):
                for screen in self._screens():
                    screen.erased(notice.chat)
        if changes.slices & Slice.LINK:
            self._link_changed()

    # ------------------------------------------------------------ inside

    def _take(self, answered: Answered) -> None:
        frame = answered.frame
        if self._search is not None and isinstance(frame, Found | Refused):
            self._search.take(frame)
        if self._reading is not None and isinstance(frame, PageOf | Refused):
            self._reading.take(frame)

    def _link_changed(self) -> None:
        before, self._linked = self._linked, self._shift.store.link.is_live
        for screen in self._screens() if before != self._linked else ():
            if self._linked:
                screen.link_is_back()
            else:
                screen.link_lost()

    def _screens(self) -> "list[SearchScreen | Reading]":
        return [screen for screen in (self._search, self._reading) if screen is not None]

    def _left(self, _: None) -> None:
        self._search = None

    def _has_read(self, chat: int | None) -> None:
        """Back to the results; or on to the chat itself."""
        self._reading = None
        if chat and self._search is not None:
            self._search.dismiss(None)
            self._show(chat)

    def _ask(self, question: Search | Hints | Fetch) -> bool:
        return self._shift.session is not None and self._shift.session.ask(question)

    def _new_id(self) -> str:
        return self._shift.session.new_id() if self._shift.session is not None else ""
