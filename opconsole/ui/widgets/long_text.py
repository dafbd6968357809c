"""Lines that may be more than fit: laid out for the width, and scrolled. Of windows over the workspace."""

from collections.abc import Hashable

from textual import events
from textual.strip import Strip

from opconsole.ui.view import View
from opconsole.ui.widgets.line import LineWidget, Part, strip_of


class LongText(LineWidget):
    """Subclasses say what it is for a width (`laid_out`). `top`: the first line in sight."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self.top = 0
        self.lines: list[list[Part]] = []

    def laid_out(self, cells: int) -> list[list[Part]]:
        """All lines, none wider than `cells`."""
        raise NotImplementedError

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.lines = self.laid_out(self.cells.width)
        self.scroll_by(0)

    def scroll_by(self, by: int) -> None:
        self.top = max(0, min(self.top + by, len(self.lines) - self.cells.height))
        self.repaint_changed()

    def line_key(self, y: int) -> Hashable:
        return self.top + y

    def draw_line(self, y: int) -> Strip:
        index = self.top + y
        parts = self.lines[index] if index < len(self.lines) else []
        return strip_of(parts, self.cells.width, self.view.inks.over.text)
