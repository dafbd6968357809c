"""Hints from our own words: past answers that fit what I type in a chat of mine, one key to take one, edit it, send it.

Asked for after a short pause in typing, one question at a time; an answer to other words than those that stand in the composer now is
dropped. Nothing here is ever in the way of a key: what is typed goes into the composer, Enter sends it, hints or no hints.

The key that takes a hint puts it in the place of what is typed; again, and it is the next one, and after the last one's own words again.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from textual.timer import Timer

from opconsole.locale import tr
from opconsole.settings import Settings
from opconsole.state.changes import Answered, Changes, Slice
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.writing import Writing
from opconsole.wire import limits
from opconsole.wire.search import Hinted, Hints

PAUSE_S: Final = 0.12
LEAST_CHARS: Final = 3


class _Asked(Struct, frozen=True):
    id: str
    chat: int
    text: str


class Hinting(Controller):
    def __init__(self, workspace: Workspace, shift: Shift, writing: Writing, settings: Callable[[], Settings]) -> None:
        self._workspace = workspace
        self._composer = workspace.composer
        self._strip = workspace.hints
        self._shift = shift
        self._picture = shift.store
        self._writing = writing
        self._settings = settings
        self._timer: Timer | None = None
        self._under_way: _Asked | None = None
        self._again = False
        """Something else was typed while a question was under way."""
        self._own: tuple[str, int] | None = None
        """What I had typed, and where the cursor was, before a hint took its place."""
        self._put: str | None = None
        """What was put into the composer here: that is no typing."""
        self._refused = False
        """The relay doesn't know of hints: it isn't asked again on this link."""

    def handlers(self) -> Handlers:
        return {"hint": lambda: self.step(1), "hint_back": lambda: self.step(-1)}

    # ------------------------------------------------------------ asking

    def edited(self) -> None:
        """Something was typed, sent, or put into the composer."""
        if self._put is not None and self._composer.text == self._put:
            return
        self._put = None
        self._own = None
        self._stop()
        if not self._wanted():
            self.close()
            return
        self._timer = self._workspace.set_timer(PAUSE_S, self.ask)

    def ask(self) -> None:
        """The pause is over."""
        self._stop()
        session, text = self._shift.session, self._composer.text
        if session is None or not self._wanted():
            return
        if self._under_way is not None:
            self._again = True
            return
        asked = _Asked(session.new_id(), self._picture.shown, text)
        if session.ask(Hints(id=asked.id, chat=asked.chat, text=text[-limits.PEEK_CHARS :])):
            self._under_way = asked

    def _wanted(self) -> bool:
        text = self._composer.text
        return (
            self._settings().hints
            and not self._refused
            and self._picture.shown in self._picture.mine
            and not self._writing.asks
            and not self._workspace.bar.note
            and not self._composer.choosing
            and len(text.strip()) >= LEAST_CHARS
        )

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    # ------------------------------------------------------------ what comes

    def changed(self, changes: Changes) -> None:
        for notice in changes.notices:
            if isinstance(notice, Answered) and self._under_way is not None and notice.frame.id == self._under_way.id:
                asked, self._under_way = self._under_way, None
                self._take(asked, notice)
        if changes.slices & Slice.LINK and not self._picture.link.is_live:
            self._under_way, self._again, self._refused = None, False, False
            self.close()
        elif self._strip.display and self._picture.shown not in self._picture.mine:
            self.close()

    def _take(self, asked: _Asked, answered: Answered) -> None:
        frame = answered.frame
        if self._again:
            self._again = False
            self.ask()
            return
        if not isinstance(frame, Hinted):
            self._refused = getattr(frame, "code", "") == "bad_frame"
            self._strip.offer(())
        elif asked.chat == self._picture.shown and asked.text == self._composer.text and self._wanted():
            self._own = self._put = None
            self._strip.offer(frame.hints)

    # ------------------------------------------------------------ taking

    def step(self, by: int) -> None:
        """The next hint into the composer (or the one before); beyond them my own words."""
        strip = self._strip
        if not strip.display or not strip.hints:
            self._workspace.say(tr("There is no hint: they come while you type a reply, if past answers fit it."))
            return
        count = len(strip.hints) + 1  # with my own words
        self.show((strip.taken + 1 + by) % count - 1)

    def show(self, index: int) -> None:
        """Hint `index` into the composer; -1: my own words."""
        self._stop()
        if self._own is None:
            self._own = (self._composer.text, self._composer.cursor_offset)
        self._strip.point_at(index)
        text, cursor = (self._strip.hints[index].text, None) if index >= 0 else self._own
        self._put = text
        self._composer.replace_all(text, cursor)
        self._writing.edited()
        self._workspace.to_composer()

    def close(self) -> None:
        """Nothing is shown; what is still asked for is not wanted any more."""
        self._stop()
        self._own, self._put, self._again = None, None, False
        if self._strip.display:
            self._strip.offer(())
