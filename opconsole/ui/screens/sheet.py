"""A sheet over the workspace: a title and lines of two columns, as many as there are. For short help: of a command, of the keys here."""

from collections.abc import Sequence
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from opconsole.locale import tr
from opconsole.terminal.layouts import latin
from opconsole.ui.cells import fit, fit_right, width, wrap
from opconsole.ui.ink import Ink
from opconsole.ui.screens.typed import TypedScreen
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.long_text import LongText

MOST_LEFT: Final = 34
_SCROLLS: Final = {"up": -1, "down": 1, "pageup": -12, "pagedown": 12, "space": 12, "home": -999, "end": 999}
HEADING: Final = "§"
"""A left column that is this makes the right one a heading."""


class _Title(Bar):
    def __init__(self, view: View, title: str) -> None:
        super().__init__(view)
        self._words = title

    def parts(self, ink: Ink) -> list[Part]:
        title = " " + self._words
        hint = fit_right(tr("↑ ↓ scroll · Esc closes"), max(0, self.cells.width - width(title) - 1))
        return [(title, ink.accent), (hint, ink.muted)]


class _Lines(LongText):
    def __init__(self, view: View, lines: Sequence[tuple[str, str]]) -> None:
        super().__init__(view)
        self._told = lines

    def laid_out(self, cells: int) -> list[list[Part]]:
        ink = self.view.inks.over
        column = min(MOST_LEFT, cells // 2, max((width(left) for left, _ in self._told if left != HEADING), default=0))
        lines: list[list[Part]] = [[]]
        for left, right in self._told:
            if left == HEADING:
                lines += [[], [("  " + right, ink.accent)]] if len(lines) > 1 else [[("  " + right, ink.accent)]]
            elif not right:
                lines.append([("  " + left, ink.strong)])
            else:
                for number, words in enumerate(wrap(right, max(10, cells - column - 6))):
                    lines.append([("  " + fit("" if number else left, column) + "  ", ink.strong), (words, ink.text)])
        return [*lines, []]


class Sheet(TypedScreen):
    DEFAULT_CSS = """
    Sheet { align: center middle; background: $background 60%; }
    Sheet > Vertical { width: 90%; max-width: 92; height: auto; max-height: 90%; background: $raised; }
    """

    def __init__(self, view: View, title: str, lines: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title_bar = _Title(view, title)
        self._lines = _Lines(view, lines)
        self._lines.styles.height = len(lines) + 3

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._title_bar
            yield self._lines

    def on_mount(self) -> None:
        self._fit()

    def on_resize(self, event: events.Resize) -> None:
        self._fit()

    def _fit(self) -> None:
        """As high as its lines, as far as the screen goes."""
        cells = min(92, self.size.width * 9 // 10)
        wanted = len(self._lines.laid_out(cells))
        self._lines.styles.height = max(1, min(wanted, self.size.height * 9 // 10 - 1))

    def take_key(self, event: events.Key) -> bool:
        letter = latin(event.character or "").lower()
        by = _SCROLLS.get(event.key, 0) or {"k": -1, "j": 1}.get(letter, 0)
        if by:
            self._lines.scroll_by(by)
        elif event.key in ("escape", "enter") or letter == "q" or event.character in ("?", ","):
            self.dismiss()
        else:
            return event.key not in ("ctrl+q", "f12")
        return True

    def on_mouse_scroll_down(self) -> None:
        self._lines.scroll_by(3)

    def on_mouse_scroll_up(self) -> None:
        self._lines.scroll_by(-3)
