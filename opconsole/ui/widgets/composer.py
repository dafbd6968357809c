"""Where the operator writes: several lines, grows to five, Enter sends. Knows text and keys; what the text is for the screen knows.

A key is painted at once (`instant.py`). While a completion list is open, the keys that choose in it are passed on as `Choose`.
"""

from typing import ClassVar, Final

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.document._document import Document
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from opconsole.ui.ink import Inks
from opconsole.ui.widgets.instant import paint_now
from opconsole.wire.text import clean_text

MAX_LINES: Final = 5
_NEW_LINE: Final = frozenset({"alt+enter", "ctrl+j", "shift+enter"})
_CHOOSING: Final = frozenset({"up", "down", "tab", "enter", "escape"})
_SCROLLING: Final = {"pageup": -1, "pagedown": 1, "shift+pageup": -1, "shift+pagedown": 1}


class Composer(TextArea):
    DEFAULT_CSS = """
    Composer { height: 1; border: none; padding: 0 1; background: $raised; color: $text; scrollbar-size-vertical: 1;
               & .text-area--cursor-line { background: $raised; } }
    Composer:focus { border: none; background: $raised; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "copy_or_last", show=False),
    ]

    class Submitted(Message):
        """Enter."""

    class Edited(Message):
        """A person changed the text."""

        def __init__(self, text: str, cursor: int) -> None:
            super().__init__()
            self.text = text
            self.cursor = cursor
            """Offset in the text."""

    class Choose(Message):
        """A key for the open completion list."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class ScrollPage(Message):
        """The conversation should scroll: the keys stay here."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class Left(Message):
        """Escape: end whatever goes on."""

    class CopyWanted(Message):
        """Ctrl+C with nothing selected here."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, soft_wrap=True, show_line_numbers=False, compact=True, highlight_cursor_line=False)
        self.cursor_blink = False
        self.choosing = False
        """A completion list is open."""
        self._quiet_text = ""

    # ------------------------------------------------------------ text

    @property
    def _plain(self) -> Document:
        assert isinstance(self.document, Document)
        return self.document

    @property
    def cursor_offset(self) -> int:
        return self._plain.get_index_from_location(self.cursor_location)

    def put(self, text: str, cursor: int | None = None) -> None:
        """Replace the text, without telling anybody (another chat's draft)."""
        self._quiet_text = text
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

    # ------------------------------------------------------------ keys

    async def _on_key(self, event: events.Key) -> None:
        key = event.key
        if self.choosing and key in _CHOOSING:
            self._take(event)
            self.post_message(self.Choose(key))
        elif key == "enter":
            self._take(event)
            self.post_message(self.Submitted())
        elif key in _NEW_LINE:
            self._take(event)
            self.insert_text("\n")
        elif key == "escape":
            self._take(event)
            self.post_message(self.Left())
        elif key in _SCROLLING:
            self._take(event)
            self.post_message(self.ScrollPage(_SCROLLING[key]))
        else:
            await super()._on_key(event)
            if event.is_printable:
                paint_now(self)

    @staticmethod
    def _take(event: events.Key) -> None:
        event.stop()
        event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text(clean_text(event.text))

    def action_copy_or_last(self) -> None:
        if self.selected_text:
            self.action_copy()
        else:
            self.post_message(self.CopyWanted())

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._grow()
        paint_now(self)
        text = self.text
        if text != self._quiet_text:
            self._quiet_text = text
            self.post_message(self.Edited(text, self.cursor_offset))

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
