"""The list that opens over the composer while a `/code` or an `:emoji` is typed. The composer keeps the keyboard and tells this list what to do."""

from collections.abc import Hashable, Sequence
from typing import ClassVar, Final

from msgspec import Struct
from textual import events
from textual.message import Message

from opconsole.locale import tr
from opconsole.ui.cells import cut, fit, width
from opconsole.ui.view import View
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.rows import Rows

MOST: Final = 5


class Choice(Struct, frozen=True):
    code: str
    title: str
    preview: str
    """One line."""


class Choices(Rows, can_focus=False):
    TITLE_LINES: ClassVar[int] = 1

    class Taken(Message):
        """A choice was made, by click."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def __init__(self, view: View, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self._choices: Sequence[Choice] = ()
        self._typed = ""
        self._sign = "/"

    def offer(self, choices: Sequence[Choice], typed: str, sign: str = "/") -> None:
        """Show these (none: close). `sign`: what stands before a code."""
        self._sign = sign
        if list(choices) != list(self._choices):
            self._choices = choices
            self.cursor = self.top = 0
        self._typed = typed
        self.display = bool(choices)
        if choices:
            self.styles.height = min(MOST, len(choices)) + 1
        self.follow()

    @property
    def code(self) -> str:
        """The code under the cursor; empty: the list is closed."""
        return self._choices[self.cursor].code if self._choices else ""

    def count(self) -> int:
        return len(self._choices)

    def id_at(self, index: int) -> Hashable:
        return self._choices[index].code

    def index_of(self, item: Hashable) -> int:
        return next((index for index, choice in enumerate(self._choices) if choice.code == item), -1)

    def title(self) -> tuple[str, str]:
        return (f"{self._sign}{self._typed}", tr("Enter or Tab inserts · Esc closes"))

    def row_key(self, index: int, chosen: bool) -> Hashable:
        return self._choices[index]

    def row_lines(self, index: int, chosen: bool, cells: int) -> list[list[Part]]:
        choice = self._choices[index]
        ink = self.view.inks.row(chosen, True)
        code = fit(f"{self._sign}{choice.code}", 14)
        title = cut(choice.title, 30)
        room = cells - width(code) - width(title) - 5
        return [
            [
                ("›" if chosen else " ", ink.accent),
                (code + " ", ink.accent),
                (title + "  ", ink.strong),
                (cut(choice.preview, room), ink.muted),
            ]
        ]

    def on_click(self, event: events.Click) -> None:
        index = self.top + event.y - self.TITLE_LINES
        if event.y >= self.TITLE_LINES and index < self.count():
            self.post_message(self.Taken(self._choices[index].code))
