"""The settings screen: every setting with its value and where that comes from, changed in place.

It knows nothing of files: what a change does is the `Book`'s (`ui/preferences.py`).
"""

from collections.abc import Hashable
from typing import ClassVar, Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.strip import Strip
from textual.widgets import Input

from opconsole.locale import tr
from opconsole.settings.described import Setting, choice_words
from opconsole.ui.actions import both_layouts
from opconsole.ui.cells import cut, fit, fit_right, width, wrap
from opconsole.ui.ink import Ink
from opconsole.ui.screens.over import Over
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import LineWidget, Part, strip_of
from opconsole.ui.widgets.rows import Rows

_HELP_LINES = 3
_LEAST_FILE = 12
"""Of fewer cells of a path nothing can be read."""


class Book(Protocol):
    """What is behind the screen. The texts that come back say what is wrong; empty: nothing."""

    def entries(self) -> list[Setting]: ...

    def check(self, setting: Setting, text: str) -> str:
        """Of a value that is being typed."""
        ...

    def put(self, setting: Setting, value: str | bool | int) -> str: ...

    def forget(self, setting: Setting) -> str:
        """Its default counts again."""
        ...

    def choose_theme(self) -> None:
        """The list of themes opens."""
        ...

    @property
    def file(self) -> str: ...


class _Title(Bar):
    def __init__(self, view: View, file: str) -> None:
        super().__init__(view, id="settings-title")
        self._file = file

    def parts(self, ink: Ink) -> list[Part]:
        title = f" {tr('Settings')}  "
        hint = tr("Enter changes · Del default · Esc closes")
        room = max(0, self.cells.width - width(title) - width(hint) - 2)
        file = self._file if width(self._file) <= room else "…" + self._file[len(self._file) - room + 1 :]
        if room < _LEAST_FILE:
            file = ""
        return [(title, ink.accent), (fit(file, room), ink.muted), (" " + hint + " ", ink.muted)]


class SettingRows(Rows):
    OVER: ClassVar[bool] = True
    TITLE_LINES: ClassVar[int] = 0
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right", "choose", show=False),
        Binding("left", "back", show=False),
        Binding("delete,backspace", "forget", show=False),
    ]

    class Forgotten(Rows.About):
        """The setting's default is wanted."""

    class Back(Rows.About):
        """The choice before is wanted."""

    def __init__(self, view: View, book: Book) -> None:
        super().__init__(view, id="settings-rows")
        self._book = book
        self.settings = book.entries()
        self._source_cells = 0
        self._measure()

    def reread(self) -> None:
        self.settings = self._book.entries()
        self._measure()
        self.follow()

    def _measure(self) -> None:
        """The last column is as wide as what stands in it: at 80 columns the names need all the rest."""
        cells = max(width(setting.source.words) for setting in self.settings)
        if cells != self._source_cells:
            self._source_cells = cells
            self.repaint_all()

    @property
    def chosen(self) -> Setting:
        return self.settings[self.cursor]

    def count(self) -> int:
        return len(self.settings)

    def id_at(self, index: int) -> Hashable:
        return self.settings[index].key

    def index_of(self, item: Hashable) -> int:
        return next((at for at, each in enumerate(self.settings) if each.key == item), -1)

    def row_key(self, index: int, chosen: bool) -> Hashable:
        setting = self.settings[index]
        return (setting.key, setting.title, setting.words, setting.source, setting.value == setting.default)

    def row_lines(self, index: int, chosen: bool, width: int) -> list[list[Part]]:
        setting = self.settings[index]
        ink = self.view.inks.chosen if chosen else self.view.inks.over
        source = min(24, width // 4, self._source_cells)
        title = min(36, width // 2)
        value = max(8, width - title - source - 5)
        changed = setting.value != setting.default
        return [
            [
                ("› " if chosen else "  ", ink.accent),
                (fit(setting.title, title) + " ", ink.text),
                (fit(("● " if changed else "  ") + setting.words, value), ink.strong if changed else ink.text),
                (fit_right(cut(setting.source.words, source), source) + " ", ink.muted),
            ]
        ]

    def draw_line(self, y: int) -> Strip:
        if self.top + y >= self.count():
            return strip_of([], self.cells.width, self.view.inks.over.text)
        return super().draw_line(y)

    def action_back(self) -> None:
        self.post_message(self.Back(self, self.item))

    def action_forget(self) -> None:
        self.post_message(self.Forgotten(self, self.item))


class _About(LineWidget):
    """What the chosen setting is, and what is wrong with what was typed."""

    def __init__(self, view: View) -> None:
        super().__init__(view, id="settings-about")
        self._lines: list[tuple[str, bool]] = []
        self._said = ("", "")

    def say(self, text: str, problem: str = "") -> None:
        self._said = (text, problem)
        room = max(10, self.cells.width - 4)
        lines = [(line, True) for line in wrap("✗ " + problem, room)] if problem else []
        lines += [(line, False) for line in wrap(text, room)] if text else []
        self._lines = lines[:_HELP_LINES]
        self.repaint_changed()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.say(*self._said)

    def line_key(self, y: int) -> Hashable:
        return self._lines[y] if y < len(self._lines) else None

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.bar
        text, wrong = self._lines[y] if y < len(self._lines) else ("", False)
        return strip_of([("  " + text, ink.danger if wrong else ink.muted)], self.cells.width, ink.text)


class SettingsScreen(Over[None]):
    DEFAULT_CSS = f"""
    SettingsScreen {{ align: center middle; background: $background 60%; }}
    SettingsScreen > Vertical {{ width: 92%; max-width: 120; height: 90%; background: $raised; }}
    SettingsScreen #settings-rows {{ height: 1fr; }}
    SettingsScreen #settings-about {{ height: {_HELP_LINES}; }}
    SettingsScreen Input {{ height: 1; border: none; padding: 0 2 !important; background: $surface; color: $text; display: none; }}
    SettingsScreen Input:focus {{ border: none; background-tint: transparent 0%; }}
    SettingsScreen.-editing Input {{ display: block; }}
    """
    AUTO_FOCUS: ClassVar[str | None] = "#settings-rows"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding(both_layouts("q"), "close", show=False),
    ]

    def __init__(self, view: View, book: Book) -> None:
        super().__init__()
        self._book = book
        self.rows = SettingRows(view, book)
        self._about = _About(view)
        self._title = _Title(view, book.file)
        self._input = Input(compact=True, select_on_focus=False)
        self._input.cursor_blink = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._title
            yield self.rows
            yield self._input
            yield self._about

    def on_mount(self) -> None:
        self._tell()

    def on_screen_resume(self) -> None:
        self.rows.reread()
        self._tell()

    # ------------------------------------------------------------ changing

    @on(Rows.Chosen)
    def _change(self, event: Rows.Chosen) -> None:
        event.stop()
        setting = self.rows.chosen
        if setting.key == "theme":
            self._book.choose_theme()
        elif setting.kind == "switch":
            self._done(self._book.put(setting, not setting.value))
        elif setting.kind == "choice":
            self._turn(setting, 1)
        elif setting.kind in ("text", "number", "list"):
            self._begin(setting)
        else:
            self._tell(tr("Change it in the file, with an editor."))

    @on(SettingRows.Back)
    def _change_back(self, event: SettingRows.Back) -> None:
        event.stop()
        setting = self.rows.chosen
        if setting.kind == "choice" and setting.key != "theme":
            self._turn(setting, -1)
        elif setting.kind == "switch":
            self._done(self._book.put(setting, not setting.value))

    @on(SettingRows.Forgotten)
    def _forget(self, event: SettingRows.Forgotten) -> None:
        event.stop()
        self._done(self._book.forget(self.rows.chosen))

    @on(Rows.Moved)
    def _moved(self, event: Rows.Moved) -> None:
        event.stop()
        self._tell()

    def _turn(self, setting: Setting, by: int) -> None:
        at = setting.choices.index(setting.value) if setting.value in setting.choices else -1
        self._done(self._book.put(setting, setting.choices[(at + by) % len(setting.choices)]))

    def _done(self, problem: str) -> None:
        self.rows.reread()
        self._tell(problem)
        self._title.repaint_changed()

    def _tell(self, problem: str = "") -> None:
        setting = self.rows.chosen
        text = setting.help
        if setting.kind == "choice" and setting.key != "theme":
            text += " " + tr("One of: {names}.", names=", ".join(map(choice_words, setting.choices)))
        if not setting.now:
            text += " " + tr("From the next start on.")
        self._about.say(text.strip(), problem)

    # ------------------------------------------------------------ typing a value

    def _begin(self, setting: Setting) -> None:
        self._input.value = ", ".join(setting.value) if setting.kind == "list" else str(setting.value)
        self.add_class("-editing")
        self._input.cursor_position = len(self._input.value)
        self.set_focus(self._input)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """What can't be meant is said at once, not when it is too late."""
        event.stop()
        if self.has_class("-editing"):
            self._tell(self._book.check(self.rows.chosen, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        setting = self.rows.chosen
        problem = self._book.check(setting, event.value) or self._book.put(setting, event.value)
        if problem:
            self._tell(problem)
        else:
            self._end_editing()
            self._done("")

    def _end_editing(self) -> None:
        self.remove_class("-editing")
        self.set_focus(self.rows)

    def action_leave(self) -> None:
        """Escape ends the typing first, then the screen."""
        if self.has_class("-editing"):
            self._end_editing()
            self._tell()
        else:
            self.dismiss(None)

    def action_close(self) -> None:
        self.dismiss(None)
