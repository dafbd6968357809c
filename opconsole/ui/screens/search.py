"""Search over all that I may see: results as one types, the newest first; Enter opens a chat at the message, Esc comes back here.

What was found is kept in `state.search_results`; this screen draws it, asks after a short pause in typing, and asks for more near the
end of the list. It never waits for anything.
"""

from collections.abc import Callable, Hashable
from datetime import date, datetime
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Input

from opconsole.locale import date_time, refusal_text, tr, trn
from opconsole.state.search_query import Asked, parse
from opconsole.state.search_results import Phase, Results
from opconsole.ui.cells import cut, fit, fit_right, width
from opconsole.ui.ink import Ink
from opconsole.ui.screens.over import Over
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import Part, strip_of
from opconsole.ui.widgets.rows import Rows
from opconsole.wire.search import Found, Hit, Search
from opconsole.wire.staff import Refused

PAUSE_S: Final = 0.12
"""So long nothing is typed before it is asked."""
_GUIDE_CELLS: Final = 23
AHEAD: Final = 5
"""More is asked for when the cursor is so near the end."""

Ask = Callable[[Search], bool]
"""Puts a question on its way. False: there is no link."""


class SearchScreen(Over[None]):
    DEFAULT_CSS = """
    SearchScreen { align: center top; background: $background 60%; }
    SearchScreen > Vertical { width: 100%; max-width: 130; height: 100%; background: $raised; }
    SearchScreen Input { height: 1; border: none; padding: 0 1 !important; background: $surface; color: $text; }
    SearchScreen Input:focus { border: none; }
    SearchScreen #hits { width: 1fr; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    def __init__(self, view: View, ask: Ask, new_id: Callable[[], str], open_hit: Callable[[Hit], None]) -> None:
        super().__init__()
        self._view = view
        self._ask = ask
        self._new_id = new_id
        self._open = open_hit
        self._timer: Timer | None = None
        self.results = Results()
        self._hits = _Hits(view, self.results)
        self._status = _Status(view, self.results)
        self._input = Input(
            placeholder=tr('words, "a phrase", -word, from:2026-11-01 op:anna visitor:ivan rating:>3'),
            select_on_focus=False,
            compact=True,
        )
        self._input.cursor_blink = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield _Title(self._view)
            yield self._input
            yield self._status
            yield self._hits

    # ------------------------------------------------------------ asking

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE_S, self.look)

    def look(self) -> None:
        """Search for what is typed now."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        asked = self._typed()
        if asked != self.results.asked or self.results.phase in (Phase.offline, Phase.failed):
            self._send(self.results.want(asked, self._new_id()))
            self._hits.begin()

    def _typed(self) -> Asked:
        return parse(self._input.value, _today(self._view.now()), _midnight)

    def _send(self, question: Search | None) -> None:
        if question is not None and not self._ask(question):
            self.results.link_lost()
        self._redraw()

    def take(self, frame: Found | Refused) -> None:
        """An answer has come."""
        self._send(self.results.take(frame, self._new_id()))
        self._want_more()

    def link_lost(self) -> None:
        self.results.link_lost()
        self._redraw()

    def link_is_back(self) -> None:
        if self.results.phase is Phase.offline:
            self.look()

    def erased(self, chat: int) -> None:
        self.results.erased(chat)
        self._redraw()

    def _want_more(self) -> None:
        if self._hits.cursor >= len(self.results.hits) - AHEAD:
            question = self.results.more(self._new_id())
            if question is not None:
                self._send(question)

    def _redraw(self) -> None:
        self._hits.follow()
        self._status.repaint_changed()

    # ------------------------------------------------------------ keys and mouse

    def action_move(self, by: int) -> None:
        self._hits.action_move(by)
        self._want_more()

    def action_page(self, by: int) -> None:
        self._hits.action_page(by)
        self._want_more()

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._typed() != self.results.asked:
            self.look()  # Enter before the pause was over: what is on the screen is not what is asked for
        elif self.results.hits:
            self._open(self.results.hits[self._hits.cursor])

    @on(Rows.Chosen)
    def _clicked(self, event: Rows.Chosen) -> None:
        event.stop()
        self._open(self.results.hits[self._hits.cursor])


class _Title(Bar):
    def parts(self, ink: Ink) -> list[Part]:
        title = " " + tr("Search everything")
        hint = tr("↑ ↓ choose · Enter opens · Esc closes")
        return [(title, ink.accent), (fit_right(hint, self.cells.width - width(title) - 1) + " ", ink.muted)]


class _Status(Bar):
    """One line: what is going on, and why there is nothing."""

    def __init__(self, view: View, results: Results) -> None:
        super().__init__(view)
        self._results = results

    def parts(self, ink: Ink) -> list[Part]:
        words, problem = self._words()
        return [(" " + cut(words, self.cells.width - 2), ink.warning if problem else ink.muted)]

    def _words(self) -> tuple[str, bool]:
        results = self._results
        if results.asked.wrong is not None:
            name, value = results.asked.wrong
            return tr(
                "What does {name}:{value} mean? Dates are 2026-11-01, today or 7d; ratings 4, >3 or 2-4.",
                name=name,
                value=value,
            ), True
        match results.phase:
            case Phase.idle:
                return tr("Of all that you may see, the newest first."), False
            case Phase.offline:
                return tr("There is no link to the relay now. The search goes on when it is back."), True
            case Phase.failed if results.refused is not None:
                refused = results.refused
                return refusal_text(refused.code, refused.facts, refused.text), True
            case Phase.searching:
                return tr("Searching…"), False
        count = len(results.hits)
        if results.index.state == "off":
            return tr("This relay has no search index."), True
        if results.index.state == "building":
            percent = results.index.done * 100 // max(1, results.index.total)
            made = tr("The relay's search index is being made: {percent} %.", percent=percent)
            so_far = trn("{n} found so far.", "{n} found so far.", count)
            return f"{made} {so_far}", True
        if not count:
            return tr("Nothing fits."), False
        if results.next:
            return trn("{n} found, and there are more below.", "{n} found, and there are more below.", count), False
        return trn("{n} found.", "{n} found.", count), False


class _Hits(Rows):
    OVER: ClassVar[bool] = True
    ROW_LINES: ClassVar[int] = 2
    TITLE_LINES: ClassVar[int] = 0

    def __init__(self, view: View, results: Results) -> None:
        super().__init__(view, id="hits")
        self._results = results
        self.can_focus = False

    def begin(self) -> None:
        """Other results are coming: at their top."""
        self.cursor = self.top = 0
        self._item = None

    def count(self) -> int:
        return len(self._results.hits)

    def id_at(self, index: int) -> Hashable:
        hit = self._results.hits[index]
        return (hit.chat, hit.n)

    def index_of(self, item: Hashable) -> int:
        return next((at for at, hit in enumerate(self._results.hits) if (hit.chat, hit.n) == item), -1)

    def row_key(self, index: int, chosen: bool) -> Hashable:
        hit = self._results.hits[index]
        return (hit.chat, hit.n, hit.snippet, tuple(hit.marks), hit.rating, hit.visitor)

    def row_lines(self, index: int, chosen: bool, cells: int) -> list[list[Part]]:
        hit = self._results.hits[index]
        ink = self.view.inks.chosen if chosen else self.view.inks.over
        return [self._head(hit, chosen, cells, ink), self._snippet(hit, cells, ink)]

    def _head(self, hit: Hit, chosen: bool, cells: int, ink: Ink) -> list[Part]:
        at = date_time(hit.at, self.view.now())
        visitor = hit.visitor or tr("Visitor {chat}", chat=hit.chat)
        by = "" if hit.by == "visitor" else hit.name or hit.by
        said = " · " + (tr("note by {name}", name=by) if hit.note else by) if by else ""
        right = ("★" + str(hit.rating) + "  " if hit.rating else "") + f"#{hit.chat}  {at} "
        room = cells - width(right) - 3
        visitor = cut(visitor, max(8, room - min(width(said), 24)))
        said = cut(said, max(0, room - width(visitor)))
        gap = " " * max(1, cells - 2 - width(visitor) - width(said) - width(right))
        return [
            ("› " if chosen else "  ", ink.accent),
            (visitor, ink.strong),
            (said, ink.note if hit.note else ink.operator),
            (gap + right, ink.muted),
        ]

    def _snippet(self, hit: Hit, cells: int, ink: Ink) -> list[Part]:
        parts: list[Part] = [("    ", ink.text)]
        text, at, left = hit.snippet, 0, cells - 5
        marks = list(zip(hit.marks[::2], hit.marks[1::2], strict=False))
        for start, length in [*marks, (len(text), 0)]:
            for piece, style in ((text[at:start], ink.text), (text[start : start + length], ink.accent)):
                shown = cut(piece, left)
                if shown:
                    parts.append((shown, style))
                    left -= width(shown)
                if left <= 0:
                    return parts
            at = start + length
        return parts

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.over
        if self.count() and self.top + y // self.ROW_LINES < self.count():
            return super().draw_line(y)
        lines = guide(ink, self.cells.width) if self._results.phase is Phase.idle and not self.count() else []
        return strip_of(lines[y] if y < len(lines) else [], self.cells.width, ink.text)

    def line_keys(self) -> list[Hashable]:
        return [(key, self._results.phase is Phase.idle, y) for y, key in enumerate(super().line_keys())]


def guide(ink: Ink, cells: int) -> list[list[Part]]:
    """What can be typed; shown while nothing is."""
    rows = (
        ("", ""),
        (tr("kettle return"), tr("all words, in any form; the last may be half typed")),
        (tr('"free delivery"'), tr("the words as they stand, one after the other")),
        (tr("refund -card"), tr("without a word")),
        (tr("visitor:ivan"), tr("a part of the name, e-mail or phone number")),
        (tr("op:anna"), tr("what an operator wrote, and the chats that they had")),
        (tr("mine:"), tr("what I wrote, and the chats that I had")),
        (tr("from:2026-11-01 to:7d"), tr("a day, a month, today, yesterday, so many days ago")),
        (tr("rating:>3"), tr("the chat's rating: 5, >3, <=2, 2-4")),
        (tr("channel:telegram"), tr("where the chat came from")),
    )
    room = max(0, cells - _GUIDE_CELLS - 5)
    return [
        [("    " + fit(words, _GUIDE_CELLS), ink.accent), (cut(meaning, room), ink.muted)] if words else []
        for words, meaning in rows
    ]


def _today(now: int) -> date:
    return datetime.fromtimestamp(now / 1000).date()


def _midnight(day: date) -> int:
    try:
        return int(datetime(day.year, day.month, day.day).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return 0
