"""The last gate: whatever is painted or sent holds no control character of its own, wherever it came from.

Words of strangers are cleaned where they come in (`opconsole.wire.text`); this is the second layer, for what never came in by a
door: a file's name, an error's text, a widget of Textual's that shows a raw string. Textual and Rich let escape, OSC and C1
characters through to the terminal. It holds by itself: a test opens every door and looks at the bytes.

Widgets that draw by line and override `render_lines` pass by Textual's filters: their texts go through `seal`.
"""

import logging
import re
from collections.abc import Sequence
from typing import Any, Final, TypeVar

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import RenderableType
from rich.segment import Segment
from textual import events
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter
from textual.screen import Screen

from opconsole.locale import tr
from opconsole.terminal.output import outlet_of
from opconsole.terminal.shadow import Ready, spans_of
from opconsole.wire.text import INVISIBLE, clean_line, clean_text, few_marks

_HOSTILE: Final = re.compile(f"[\x00-\x1f\x7f-\x9f{INVISIBLE}]")
"""Control characters, bidirectional marks, invisible ones and lone surrogates."""
_FAULT_CHARS: Final = 200

log = logging.getLogger(__name__)

Result = TypeVar("Result")


def _stand_in(match: re.Match[str]) -> str:
    """As many cells as Rich has counted (mostly none): columns stay as they were laid out."""
    return "?" * cell_len(match[0])


def seal(text: str) -> str:
    """One line of text that can only be read. Removes what must not be there, without moving a column."""
    if text.isascii() and text.isprintable():
        return text
    sealed = few_marks(_HOSTILE.sub(_stand_in, text))
    if sealed == text:
        return text
    return sealed + " " * max(0, cell_len(text) - cell_len(sealed))


class Gate(LineFilter):
    """Seals every painted segment, and drops links: a stranger's link must be read before it is followed."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(seal(text) is text and not (style and style._link) for text, style, control in segments if not control):
            return segments
        sealed = []
        for text, style, control in segments:
            if control:
                sealed.append(Segment(text, style, control))
                continue
            if style is not None and style._link:
                style = style.update_link(None)
            sealed.append(Segment(seal(text), style))
        return sealed


class Gated(App[Result]):
    """An app whose every way out is gated: `class Console(Gated[int])`."""

    _gate: Final = Gate()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._gate]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Private API of Textual, guarded by the same test: all painting goes through here. Only what differs is written."""
        outlet = outlet_of(self)
        spans = spans_of(renderable) if outlet is not None and self._running and not self._batch_count else None
        if outlet is not None and spans is not None:
            changes = outlet.shadow.changes(spans, self.console._color_system or ColorSystem.TRUECOLOR)
            cursor = screen.outer_size.clamp_offset(self.cursor_position)
            renderable = Ready(changes) if changes or cursor != self._previous_cursor_position else None
        super()._display(screen, renderable)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Resize | events.AppFocus):
            self.forget_screen()
        await super().on_event(event)

    def key_taken(self) -> None:
        """A key is about to be worked off: what it changes is painted at once (`Outlet.listen`)."""
        outlet = outlet_of(self)
        if outlet is not None:
            outlet.key_taken()

    def forget_screen(self) -> None:
        """What stands on the terminal is not known any more: another size, or something else may have written there."""
        outlet = outlet_of(self)
        if outlet is not None:
            outlet.shadow.forget()

    def exit(self, result: Result | None = None, return_code: int = 0, message: object = None) -> None:
        """As Textual's, but the message is text, and clean: Textual would print it as it is."""
        from rich.text import Text

        super().exit(result, return_code, Text(clean_text(str(message))) if message else None)

    def _fatal_error(self) -> None:
        """Private API of Textual, guarded by `tests/unit/terminal/test_gate.py`. Its own prints a traceback with the values of all
        variables, strangers' words among them, as they are. Here that goes to the log (without the values), and one line is said."""
        from rich.text import Text

        error = self._exception
        log.error("a fault of the console", exc_info=error)
        what = clean_line(f"{type(error).__name__}: {error}")[:_FAULT_CHARS]
        self._exit_renderables.append(Text(tr("A fault in opconsole itself ({what}). The log says more.", what=what)))
        self._close_messages_no_wait()
