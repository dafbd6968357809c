"""The last gate: whatever is painted or sent holds no control character of its own, wherever it came from.

Words of strangers are cleaned when a frame is decoded (`opconsole.wire.text`); this is the second layer, for what never was a
frame: a file's name, an error's text, a widget of Textual's that shows a raw string. Textual and Rich let escape, OSC and C1
characters through to the terminal.

Widgets that draw by line and override `render_lines` pass by Textual's filters: their texts go through `seal`.
"""

import re
from collections.abc import Sequence
from typing import Final, TypeVar

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from opconsole.wire.text import clean_text

_HOSTILE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
"""Control characters, bidirectional marks, invisible ones and lone surrogates."""

Result = TypeVar("Result")


def _stand_in(match: re.Match[str]) -> str:
    """Rich counts a surrogate as one cell and the others as none: columns stay as they were laid out."""
    return "?" if match[0] >= "\ud800" and match[0] != "\ufeff" else ""


def seal(text: str) -> str:
    """One line of text that can only be read. Removes what must not be there, without moving a column."""
    if text.isascii() and text.isprintable():
        return text
    return _HOSTILE.sub(_stand_in, text)


class Gate(LineFilter):
    """Seals every painted segment, and drops links: a stranger's link must be read before it is followed."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        search = _HOSTILE.search
        if not any(
            search(text) or (style is not None and style._link) for text, style, control in segments if not control
        ):
            return segments
        sealed = []
        for text, style, control in segments:
            if control:
                sealed.append(Segment(text, style, control))
                continue
            if style is not None and style._link:
                style = style.update_link(None)
            sealed.append(Segment(_HOSTILE.sub(_stand_in, text), style))
        return sealed


class Gated(App[Result]):
    """An app whose every way out is gated: `class Console(Gated[int])`."""

    _gate: Final = Gate()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._gate]

    def exit(self, result: Result | None = None, return_code: int = 0, message: object = None) -> None:
        """As Textual's, but the message is text, and clean: Textual would print it as it is."""
        from rich.text import Text

        super().exit(result, return_code, Text(clean_text(str(message))) if message else None)
