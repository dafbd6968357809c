"""One line asked for, over whatever is on the screen: a file's name, for instance. Enter answers, Esc gives up."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from opconsole.locale import tr
from opconsole.ui.ink import Ink
from opconsole.ui.screens.over import Over
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import Part


class _Words(Bar):
    def __init__(self, view: View, words: str) -> None:
        super().__init__(view)
        self.words = words
        self.warns = False

    def ink(self) -> Ink:
        return self.view.inks.over

    def parts(self, ink: Ink) -> list[Part]:
        return [(" " + self.words, ink.danger if self.warns else ink.muted)]


class AskLine(Over[str | None]):
    DEFAULT_CSS = """
    AskLine { align: center middle; background: $background 60%; }
    AskLine > Vertical { width: 72; max-width: 96%; height: auto; background: $raised; padding: 1 1; }
    AskLine Input { height: 1; border: none; padding: 0 1 !important; background: $surface; color: $text; }
    AskLine Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False, priority=True)]

    def __init__(
        self, view: View, question: str, text: str = "", problem: Callable[[str], str] = lambda text: ""
    ) -> None:
        """`problem`: why this can't be the answer (a sentence), or empty."""
        super().__init__()
        self._question = _Words(view, question)
        self._hint = _Words(view, tr("Enter answers · Esc gives up"))
        self._input = Input(text, compact=True)
        self._input.cursor_blink = False
        self._problem = problem

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._question
            yield self._input
            yield self._hint

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        problem = self._problem(event.value.strip())
        if not problem:
            self.dismiss(event.value.strip())
            return
        self._hint.words, self._hint.warns = problem, True
        self._hint.repaint_changed()

    def action_leave(self) -> None:
        self.dismiss(None)
