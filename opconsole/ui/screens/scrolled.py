"""A window that is one long text over everything else: read, scrolled by keys and by the wheel, and closed."""

from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from opconsole.ui.actions import both_layouts
from opconsole.ui.screens.over import Over, Result
from opconsole.ui.widgets.long_text import LongText

_PAGE: Final = 12
_END: Final = 9999
_WHEEL: Final = 3


class Scrolled(Over[Result]):
    """The wheel scrolls wherever the mouse is. Keys that answer or close are each subclass's own."""

    AUTO_FOCUS: ClassVar[str | None] = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(both_layouts("up", "k"), "scroll_by(-1)", show=False),
        Binding(both_layouts("down", "j"), "scroll_by(1)", show=False),
        Binding("pageup", f"scroll_by(-{_PAGE})", show=False),
        Binding("pagedown,space", f"scroll_by({_PAGE})", show=False),
        Binding("home", f"scroll_by(-{_END})", show=False),
        Binding("end", f"scroll_by({_END})", show=False),
    ]

    def __init__(self, text: LongText) -> None:
        super().__init__()
        self.text = text

    def action_scroll_by(self, by: int) -> None:
        self.text.scroll_by(by)

    def on_mouse_scroll_down(self) -> None:
        self.text.scroll_by(_WHEEL)

    def on_mouse_scroll_up(self) -> None:
        self.text.scroll_by(-_WHEEL)
