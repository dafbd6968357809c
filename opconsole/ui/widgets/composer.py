"""Where the operator writes: several lines, grows to five. Knows text and how it is edited; what the text is for others know.

Its keys come from `opconsole.ui.keys` by `take_key`, in order; a key is painted at once (`instant.py`).
"""

from collections.abc import Callable
from os import environ
from typing import Final

from rich.color import ColorSystem
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.document._document import Document
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from opconsole.state.paths import pasted_paths
from opconsole.terminal.undercurl import MARK, can_curl, curled
from opconsole.ui.ink import Inks
from opconsole.ui.widgets.instant import paint_now
from opconsole.wire.text import clean_text

MAX_LINES: Final = 5
LONG_CHARACTERS: Final = 800
"""A paste of more than this, or of more than `MAX_LINES` lines, is asked about: it was perhaps the wrong thing to paste."""
_EDITING: Final = {
    key: binding.action
    for binding in TextArea.BINDINGS
    if isinstance(binding, Binding)
    for key in binding.key.split(",")
}
"""Textual's editing keys: the cursor, deletion, undo, cut and paste."""


def _nothing_misspelt(line: str, cursor: int) -> list[tuple[int, int]]:
    return []


def is_long(text: str) -> bool:
    return text.count("\n") >= MAX_LINES or len(text) > LONG_CHARACTERS


class Composer(TextArea):
    DEFAULT_CSS = """
    Composer { height: 1; border: none; padding: 0 1; background: $raised; color: $text; scrollbar-size-vertical: 1;
               & .text-area--cursor-line { background: $raised; } }
    Composer:focus { border: none; background: $raised; }
    """

    class Edited(Message):
        """The text was changed by something else than a key (a paste, a template): read it from the composer."""

    class Pasted(Message):
        """A paste that is too long to be put into the text unasked, or may be the paths of files. Clean."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, soft_wrap=True, show_line_numbers=False, compact=True, highlight_cursor_line=False)
        self.cursor_blink = False
        self.choosing = False
        """A completion list is open."""
        self.asks_about_pastes = True
        self.misspelt: Callable[[str, int], list[tuple[int, int]]] = _nothing_misspelt
        """Of a line, and the cursor's column if it is there (else -1): from where to where words are to be marked."""
        self._marks_shown = False
        self._can_curl = can_curl(environ)
        self._told_text = ""

    # ------------------------------------------------------------ text

    @property
    def _plain(self) -> Document:
        assert isinstance(self.document, Document)
        return self.document

    @property
    def cursor_offset(self) -> int:
        return self._plain.get_index_from_location(self.cursor_location)

    def place_of(self, offset: int) -> tuple[int, int]:
        """Row and column of a place in the text."""
        return self._plain.get_location_from_index(offset)

    def put(self, text: str, cursor: int | None = None) -> None:
        """Replace the text, without telling anybody (another chat's draft)."""
        self._told_text = text
        if text != self.text:
            self.load_text(text)
        at = len(text) if cursor is None else max(0, min(cursor, len(text)))
        self.move_cursor(self._plain.get_location_from_index(at))
        self._grow()

    def insert_text(self, text: str) -> None:
        """At the cursor, as if it were typed (one undo takes it away)."""
        start, end = self.selection
        self.replace(text, start, end, maintain_selection_offset=False)

    def replace_before_cursor(self, count: int, text: str) -> None:
        """Put `text` in place of the `count` characters before the cursor."""
        end = self.cursor_offset
        start = self._plain.get_location_from_index(max(0, end - count))
        self.replace(text, start, self.cursor_location, maintain_selection_offset=False)

    def replace_all(self, text: str, cursor: int | None = None) -> None:
        """Put `text` in place of all that stands here (one undo brings it back)."""
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
        at = len(text) if cursor is None else max(0, min(cursor, len(text)))
        self.move_cursor(self._plain.get_location_from_index(at))

    # ------------------------------------------------------------ keys

    async def take_key(self, event: events.Key, action: str = "") -> bool:
        """Edit by one key, and paint it. False: it is none of editing. Who calls knows of the change: no `Edited` comes.

        `action`: what this key does here by the user's preset, of Textual's text areas; empty: what it does by itself."""
        if action := action or _EDITING.get(event.key, ""):
            await self.run_action(action)
        elif event.is_printable and event.character:
            self.insert_text(event.character)
        else:
            return False
        paint_now(self)
        self._told_text = self.text
        return True

    async def _on_paste(self, event: events.Paste) -> None:
        """Only text, whatever is in it: a line's end in a paste is never Enter. One at its very end is the terminal's habit."""
        event.stop()
        event.prevent_default()
        text = clean_text(event.text).rstrip("\n")
        if self.asks_about_pastes and (is_long(text) or pasted_paths(text)):
            self.post_message(self.Pasted(text))
        else:
            self.insert_text(text)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._grow()
        paint_now(self)
        if self.text != self._told_text:
            self._told_text = self.text
            self.post_message(self.Edited())

    # ------------------------------------------------------------ looks

    def get_line(self, line_index: int) -> Text:
        """With the marks of misspelt words: looked up in what is known, so a key doesn't wait for it."""
        line = super().get_line(line_index)
        row, column = self.cursor_location
        marks = self.misspelt(line.plain, column if row == line_index else -1)
        for start, end in marks:
            line.stylize(MARK, start, end)
        self._marks_shown = self._marks_shown or bool(marks)
        return line

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = super().render_lines(crop)
        if self._marks_shown:  # not before Textual has combined its styles: that would undo it
            colors = self.app.console._color_system or ColorSystem.TRUECOLOR
            strips = [curled(strip, colors, able=self._can_curl) for strip in strips]
        return strips

    def marks_changed(self) -> None:
        """Other words are misspelt than before."""
        self._marks_shown = False
        self._line_cache.clear()
        self.refresh()
        paint_now(self)

    def dress(self, inks: Inks) -> None:
        """The theme's looks. All of them are given, because what is absent Textual looks up in the style sheets at every key."""
        ink = inks.over
        plain = Style()
        self.register_theme(
            TextAreaTheme(
                name=inks.palette.name,
                base_style=ink.text,
                gutter_style=ink.muted,
                cursor_style=ink.on_accent,
                cursor_line_style=ink.text,
                cursor_line_gutter_style=ink.muted,
                bracket_matching_style=plain,
                selection_style=inks.chosen.text,
            )
        )
        self.theme = inks.palette.name

    def on_resize(self) -> None:
        self._grow()

    def _grow(self) -> None:
        height = max(1, min(MAX_LINES, self.wrapped_document.height))
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height
