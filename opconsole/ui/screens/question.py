"""A question with two answers, over the workspace: Enter or Y says yes, Esc or N says no; in Russian Д and Н. Another letter is a no too: it
is typed by somebody who writes a text and has not seen that there is a question, and the text's next Y or Enter must not be its answer.

Н stands on the Y key. Whoever types it in the Russian layout means *нет* more often than the key, and a no can be mended: so it is one."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.strip import Strip

from opconsole.locale import tr
from opconsole.terminal.layouts import latin
from opconsole.ui.cells import width, wrap
from opconsole.ui.screens.over import Over
from opconsole.ui.view import View
from opconsole.ui.widgets.line import LineWidget, Part, strip_of

CELLS = 56


class _Card(LineWidget):
    DEFAULT_CSS = f"_Card {{ width: {CELLS}; height: 5; }}"

    def __init__(self, view: View, question: str, yes: str) -> None:
        super().__init__(view)
        self._lines = wrap(question, CELLS - 4)
        self._yes = yes
        self.styles.height = len(self._lines) + 4

    def line_key(self, y: int) -> int:
        return y

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.over
        parts: list[Part] = []
        if 1 <= y <= len(self._lines):
            parts = [("  " + self._lines[y - 1], ink.strong)]
        elif y == len(self._lines) + 2:
            parts = [
                ("  ", ink.text),
                (" Enter ", ink.on_accent),
                (f" {self._yes}   ", ink.text),
                ("Esc", ink.accent),
                (" " + tr("no"), ink.muted),
            ]
        return strip_of(parts, self.cells.width, ink.text)

    def on_click(self, event: events.Click) -> None:
        if event.y == len(self._lines) + 2 and isinstance(self.screen, Question):
            self.screen.dismiss(event.x < 2 + 9 + width(self._yes))


class Question(Over[bool]):
    DEFAULT_CSS = "Question { align: center middle; background: $background 60%; }"
    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(self, view: View, question: str, yes: str) -> None:
        super().__init__()
        self._view = view
        self._question = question
        self._yes = yes

    def compose(self) -> ComposeResult:
        yield _Card(self._view, self._question, self._yes)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        typed = (event.character or "").lower()
        if event.key == "enter" or typed == "д" or (latin(typed) == "y" and typed != "н"):
            self.dismiss(True)
        elif event.key == "escape" or typed.isalpha():
            self.dismiss(False)
