"""Pick one of a list by typing a part of it: the command palette, templates, colleagues, statuses, themes. One screen for all.

The finder decides what fits a query; this screen shows it, with a preview where the things have one. The query is read in both
keyboard layouts.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct, structs
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.strip import Strip
from textual.widgets import Input

from opconsole.locale import tr
from opconsole.state.matching import Needle, fold
from opconsole.terminal.layouts import readings
from opconsole.ui.cells import cut, fit, fit_right, whole_parts, width, wrap
from opconsole.ui.ink import Ink
from opconsole.ui.screens.over import Over
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import LineWidget, Part, lit, strip_of
from opconsole.ui.widgets.rows import Rows

Value = TypeVar("Value")


class Option(Struct, Generic[Value], frozen=True):
    """One thing to pick."""

    value: Value
    title: str
    left: str = ""
    """A short mark before the title: a code, a number."""
    right: str = ""
    """After it: keys, a count."""
    preview: str = ""
    disabled: str = ""
    """Why it can't be picked now; empty: it can."""
    hits: tuple[int, ...] = ()
    """Which letters of the title the query found."""


class Picked(Struct, Generic[Value], frozen=True):
    value: Value
    second: bool = False
    """By the second way (Ctrl+S): a template is sent at once."""


Finder = Callable[[str], Sequence[Option[Value]]]


class Options(Rows, Generic[Value]):
    OVER: ClassVar[bool] = True
    TITLE_LINES: ClassVar[int] = 0

    def __init__(self, view: View) -> None:
        super().__init__(view, id="options")
        self.options: Sequence[Option[Value]] = ()
        self.can_focus = False

    def offer(self, options: Sequence[Option[Value]]) -> None:
        self.options = options
        self.cursor = self.top = 0
        self._item = None
        self.follow()

    def count(self) -> int:
        return len(self.options)

    def id_at(self, index: int) -> Hashable:
        return index

    def index_of(self, item: Hashable) -> int:
        return item if isinstance(item, int) and item < len(self.options) else -1

    def empty_words(self) -> str:
        return tr("Nothing fits.")

    def row_key(self, index: int, chosen: bool) -> Hashable:
        option = self.options[index]
        return (option.left, option.title, option.right, option.disabled, option.hits)

    def row_lines(self, index: int, chosen: bool, cells: int) -> list[list[Part]]:
        option = self.options[index]
        ink = self.view.inks.chosen if chosen else self.view.inks.over
        left = fit(option.left, self._left_cells()) + "  " if self._left_cells() else ""
        right = option.disabled or option.right
        right = cut(right, cells // 2)
        room = cells - width(left) - width(right) - 4
        return [
            [
                ("› " if chosen else "  ", ink.accent),
                (left, ink.accent),
                *lit(fit(option.title, room), option.hits, ink.muted if option.disabled else ink.text, ink.accent),
                (" " + right + " ", ink.warning if option.disabled else ink.muted),
            ]
        ]

    def _left_cells(self) -> int:
        return min(16, max((width(option.left) for option in self.options), default=0))

    def draw_line(self, y: int) -> Strip:
        index = self.top + y
        ink = self.view.inks.over
        if index >= self.count():
            words = self.empty_words() if not self.count() and y == 0 else ""
            return strip_of([("  " + words, ink.muted)], self.cells.width, ink.text)
        return super().draw_line(y)


class _Preview(LineWidget):
    def __init__(self, view: View) -> None:
        super().__init__(view, id="preview")
        self._lines: list[str] = []
        self._text = ""

    def show(self, text: str) -> None:
        self._text = text
        self._lines = wrap(text, max(10, self.cells.width - 3)) if text else []
        self.repaint_changed()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.show(self._text)

    def line_key(self, y: int) -> Hashable:
        return self._lines[y] if y < len(self._lines) else ""

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.side
        return strip_of([(" " + self.line_text(y), ink.text)], self.cells.width, ink.text)

    def line_text(self, y: int) -> str:
        return self._lines[y] if y < len(self._lines) else ""


class Hint(Bar):
    def __init__(self, view: View, title: str, hint: str) -> None:
        super().__init__(view, id="hint")
        self._title = title
        self._hint = hint

    def parts(self, ink: Ink) -> list[Part]:
        title = cut(self._title, self.cells.width - 4)
        room = self.cells.width - width(title) - 4
        return [(f" {title}  ", ink.accent), (fit_right(whole_parts(self._hint, room), room) + " ", ink.muted)]


class _Query(Input):
    """The field that is typed in. `first`: what takes a key before it does; True: it took it."""

    def __init__(self, placeholder: str, first: Callable[[str], bool]) -> None:
        super().__init__(placeholder=placeholder, select_on_focus=False, compact=True)
        self.cursor_blink = False
        self._first = first

    async def _on_key(self, event: events.Key) -> None:
        if event.character and self._first(event.character):
            event.stop()
            event.prevent_default()
        else:
            await super()._on_key(event)


class Picker(Over[Picked[Value] | None], Generic[Value]):
    DEFAULT_CSS = """
    Picker { align: center top; background: $background 60%; }
    Picker > Vertical { width: 90%; max-width: 110; height: 70%; margin-top: 2; background: $raised; }
    Picker Input { height: 1; border: none; padding: 0 1 !important; background: $surface; color: $text; }
    Picker Input:focus { border: none; background-tint: transparent 0%; }
    Picker #options { width: 1fr; height: 1fr; }
    Picker #preview { width: 45%; height: 1fr; display: none; }
    Picker.-preview #preview { display: block; }
    Picker.-small > Vertical { height: 12; max-width: 72; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("ctrl+s", "pick(True)", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    def __init__(
        self,
        view: View,
        title: str,
        find: Finder[Value],
        *,
        hint: str = "",
        placeholder: str = "",
        preview: bool = False,
        small: bool = False,
        digit: Callable[[int], Value | None] | None = None,
        on_move: Callable[[Value], None] | None = None,
        start: int = 0,
    ) -> None:
        """`digit`: what a digit picks while nothing is typed yet. `on_move`: told of what the cursor has come to (a theme is shown).
        `start`: where the cursor begins."""
        super().__init__()
        self._find = find
        self._digit = digit
        self._on_move = on_move
        self._start = start
        self._options: Options[Value] = Options(view)
        self._preview = _Preview(view)
        self._hint = Hint(view, title, hint or tr("Enter picks · Esc closes"))
        self._input = _Query(placeholder, self._take_digit)
        self.set_class(preview, "-preview")
        self.set_class(small, "-small")

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._hint
            yield self._input
            with Horizontal():
                yield self._options
                yield self._preview

    def on_mount(self) -> None:
        self._options.offer(self._find(""))
        self._options.move_to(self._start)
        self._show_preview()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._search(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_pick(False)

    @on(Rows.Chosen)
    def _clicked(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_pick(False)

    def _take_digit(self, character: str) -> bool:
        if self._digit is None or self._input.value or character not in tuple("123456789"):
            return False
        value = self._digit(int(character))
        if value is not None:
            self.dismiss(Picked(value))
        return value is not None

    def _search(self, query: str) -> None:
        self._options.offer(self._find(query))
        self._show_preview()

    def _show_preview(self) -> None:
        options = self._options
        self._preview.show(options.options[options.cursor].preview if options.count() else "")
        if self._on_move is not None and options.count():
            self._on_move(options.options[options.cursor].value)

    def action_move(self, by: int) -> None:
        self._options.action_move(by)
        self._show_preview()

    def action_page(self, by: int) -> None:
        self._options.action_page(by)
        self._show_preview()

    def action_pick(self, second: bool) -> None:
        options = self._options
        if options.count() and not options.options[options.cursor].disabled:
            self.dismiss(Picked(options.options[options.cursor].value, second))

    def action_leave(self) -> None:
        self.dismiss(None)


def fuzzy(options: Sequence[Option[Value]], query: str) -> Sequence[Option[Value]]:
    """The options that fit the query, the best first, with the letters that matched; all of them for an empty one."""
    needle = Needle(readings(query))
    if not needle:
        return options
    titles = [fold(f"{option.left} {option.title}") for option in options]
    rests = [fold(option.right) for option in options]
    scored = [(needle.score(title, rest), place) for place, (title, rest) in enumerate(zip(titles, rests, strict=True))]
    found = [(score, place) for score, place in scored if score]
    if not found:
        found = [(score, place) for place, score in needle.typos(titles)]
    found.sort(key=lambda each: (-each[0], each[1]))
    return [structs.replace(options[place], hits=needle.hits(options[place].title)) for _, place in found]
