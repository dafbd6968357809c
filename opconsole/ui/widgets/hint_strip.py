"""Up to three past answers that fit what is being typed, over the composer. It shows and nothing else: the keys stay with the composer."""

from collections.abc import Hashable, Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from opconsole.locale import tr
from opconsole.ui.actions import Keymap
from opconsole.ui.cells import cut, width
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.line import LineWidget, Part, strip_of
from opconsole.wire.search import Hint

MOST = 3


class HintStrip(LineWidget):
    class Taken(Message):
        """A hint was taken, by click."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, view: View, keymap: Keymap, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self._keymap = keymap
        self.hints: Sequence[Hint] = ()
        self.taken = -1
        """Which of them stands in the composer; -1: none does."""

    def offer(self, hints: Sequence[Hint]) -> None:
        """Show these (none: close). While a message is written the strip grows but doesn't shrink, so that the conversation above stands
        still."""
        self.hints = hints[:MOST]
        self.taken = -1
        if not hints:
            self.display = False
            return
        height = self.styles.height.value if self.display and self.styles.height is not None else 0
        if not self.display or len(self.hints) > height:
            self.styles.height = len(self.hints)
            self.display = True
        self.repaint_changed()

    def point_at(self, index: int) -> None:
        self.taken = index
        self.repaint_changed()

    # ------------------------------------------------------------ drawing

    def line_key(self, y: int) -> Hashable:
        if y >= len(self.hints):
            return ""
        hint = self.hints[y]
        return (y, y == self.taken, hint.text, hint.said, hint.name, hint.rating, hint.mine)

    def draw_line(self, y: int) -> Strip:
        chosen = y == self.taken
        ink = self.view.inks.chosen if chosen else self.view.inks.over
        return strip_of(self._parts(y, chosen, ink) if y < len(self.hints) else [], self.cells.width, ink.text)

    def _parts(self, y: int, chosen: bool, ink: Ink) -> list[Part]:
        hint = self.hints[y]
        said = [f"{hint.said}×"] if hint.said > 1 else []
        said.append(tr("mine") if hint.mine else cut(hint.name or hint.by, 12))
        said += [f"★{hint.rating}"] if hint.rating else []
        right = "  " + " ".join(said) + " "
        key = self._keymap.hint("hint") + " " if y == 0 and not chosen else ""
        room = max(8, self.cells.width - width(right) - width(key) - 3)
        text = cut(" ".join(hint.text.split()), room)
        gap = " " * max(0, room - width(text))
        return [("› " if chosen else "≈ ", ink.accent), (text, ink.text), (gap + right, ink.muted), (key, ink.accent)]

    def on_click(self, event: events.Click) -> None:
        if event.y < len(self.hints):
            self.post_message(self.Taken(event.y))
