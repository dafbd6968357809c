"""Short messages in the upper right corner, over everything. Drawn by line: nothing in them is ever parsed as markup."""

from collections.abc import Hashable
from typing import Final, Literal

from msgspec import Struct
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from opconsole.ui.cells import fit, wrap
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.line import LineWidget, Part, strip_of
from opconsole.wire.text import clean_line

Weight = Literal["info", "warning", "danger"]

SHOWN_MS: Final = {"info": 5_000, "warning": 8_000, "danger": 12_000}
MOST: Final = 4
CELLS: Final = 44
_LINES: Final = 5
"""Of one toast; what is longer is cut, and one sees that it is."""


class Toast(Struct, frozen=True):
    text: str
    weight: Weight
    until: int
    """Our own clock."""
    chat: int = 0
    """A click goes there; 0: nowhere."""


class Toasts(LineWidget):
    DEFAULT_CSS = f"Toasts {{ layer: toasts; dock: right; width: {CELLS}; height: 1; margin: 1 1 0 0; display: none; }}"

    class Picked(Message):
        def __init__(self, chat: int) -> None:
            super().__init__()
            self.chat = chat

    def __init__(self, view: View, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self._toasts: list[Toast] = []
        self._lines: list[tuple[str, Toast]] = []

    def say(self, text: str, weight: Weight = "info", chat: int = 0) -> None:
        """Show a sentence; the same one again only stays longer."""
        text = clean_line(text)
        until = self.view.clock() + SHOWN_MS[weight]
        self._toasts = [toast for toast in self._toasts if toast.text != text][-MOST + 1 :]
        self._toasts.append(Toast(text, weight, until, chat))
        self._changed()

    def tick(self) -> None:
        """Once a second: take away what was shown long enough."""
        now = self.view.clock()
        if any(toast.until <= now for toast in self._toasts):
            self._toasts = [toast for toast in self._toasts if toast.until > now]
            self._changed()

    def clear(self) -> None:
        if self._toasts:
            self._toasts = []
            self._changed()

    def seen(self, chat: int) -> None:
        """The operator is there: what called to this chat has been heeded."""
        self._keep([toast for toast in self._toasts if toast.chat != chat])

    def drop(self, text: str) -> None:
        """What it says is no longer so."""
        text = clean_line(text)
        self._keep([toast for toast in self._toasts if toast.text != text])

    def _keep(self, toasts: list[Toast]) -> None:
        if len(toasts) != len(self._toasts):
            self._toasts = toasts
            self._changed()

    @property
    def texts(self) -> list[str]:
        return [toast.text for toast in self._toasts]

    @property
    def shown(self) -> str:
        """As it stands on the screen, in one line."""
        return " ".join(line.rstrip() for line, _ in self._lines)

    def _changed(self) -> None:
        self._lines = [(line, toast) for toast in self._toasts for line in _lines(toast.text)]
        self.display = bool(self._lines)
        if self._lines:
            self.styles.height = len(self._lines)
            self.cells = Size(CELLS, len(self._lines))  # known already; else it would be painted empty, and then again
        self.repaint_changed()

    def line_key(self, y: int) -> Hashable:
        return self._lines[y] if y < len(self._lines) else None

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.over
        if y >= len(self._lines):
            return strip_of([], self.cells.width, ink.text)
        line, toast = self._lines[y]
        first = y == 0 or self._lines[y - 1][1] != toast
        parts: list[Part] = [
            (" ! " if first and toast.weight != "info" else "   ", _badge(toast.weight, ink)),
            (" " + line, ink.strong),
        ]
        return strip_of(parts, self.cells.width, ink.strong)

    def on_click(self, event: events.Click) -> None:
        if event.y < len(self._lines):
            toast = self._lines[event.y][1]
            self._toasts.remove(toast)
            self._changed()
            if toast.chat:
                self.post_message(self.Picked(toast.chat))


def _lines(text: str) -> list[str]:
    lines = wrap(text, CELLS - 4)
    return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], fit(" ".join(lines[_LINES - 1 :]), CELLS - 4)]


def _badge(weight: Weight, ink: Ink) -> Style:
    return {"info": ink.on_unread, "warning": ink.on_warning, "danger": ink.on_danger}[weight]
