"""One line that is typed in: a prompt, the text with its cursor, and words at the right. Keys are given to it in their order by the
screen that it stands on (`take_key`), so that of a burst of keys none goes astray while the screen is still being made."""

from collections.abc import Hashable

from rich.style import Style
from textual.strip import Strip

from opconsole.state.line_edit import LineEdit
from opconsole.ui.cells import cut, width
from opconsole.ui.view import View
from opconsole.ui.widgets.line import LineWidget, Part, strip_of


class Entry(LineWidget):
    def __init__(self, view: View, prompt: str, *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(view, id=id)
        self.prompt = prompt
        self.placeholder = placeholder
        self.right = ""
        self.edit = LineEdit()

    @property
    def text(self) -> str:
        return self.edit.text

    def line_key(self, y: int) -> Hashable:
        return (self.prompt, self.edit.text, self.edit.cursor, self.right, self.placeholder)

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.over
        right = cut(self.right, self.cells.width // 3)
        room = self.cells.width - width(self.prompt) - width(right) - 3
        parts: list[Part] = [(f" {self.prompt}", ink.accent)]
        if self.edit.text:
            parts += typed_parts(self.edit, room, ink.text, ink.on_accent)
        else:
            parts += [(" ", ink.on_accent), (cut(self.placeholder, room - 1), ink.muted)]
        taken = sum(width(text) for text, _ in parts)
        parts += [(" " * max(0, self.cells.width - taken - width(right) - 1), ink.text), (right, ink.muted)]
        return strip_of(parts, self.cells.width, ink.text)


def typed_parts(edit: LineEdit, room: int, style: Style, cursor_style: Style) -> list[Part]:
    """The text with its cursor in at most `room` cells; what doesn't fit is cut at its beginning, or after the cursor."""
    before, at, after = (
        edit.text[: edit.cursor],
        edit.text[edit.cursor : edit.cursor + 1] or " ",
        edit.text[edit.cursor + 1 :],
    )
    while before and width(before) + width(at) > room:
        before = before[max(1, len(before) // 8) :]
    after = cut(after, max(0, room - width(before) - width(at)))
    return [(before, style), (at, cursor_style), (after, style)]
