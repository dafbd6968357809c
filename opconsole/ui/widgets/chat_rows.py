"""A list whose rows are chats, and the filter that may hide some of them. How a chat looks in it is `chat_list`'s."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.strip import Strip

from opconsole.locale import tr, trn
from opconsole.state import selectors
from opconsole.state.line_edit import LineEdit
from opconsole.terminal.layouts import readings
from opconsole.ui.cells import cut
from opconsole.ui.view import View
from opconsole.ui.widgets.entry import typed_parts
from opconsole.ui.widgets.line import strip_of
from opconsole.ui.widgets.rows import Rows
from opconsole.wire.cards import ChatCard

if TYPE_CHECKING:
    from opconsole.state.chat_filter import Fault
    from opconsole.state.filtered import Filtered


class ChatRows(Rows):
    """Rows that are chats, by number of chat. A filter may hide some; then a second title line shows it."""

    ROW_LINES: ClassVar[int] = 2

    def __init__(self, view: View, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self.filtered: Filtered | None = None
        """What the filter lets through; None: there is none. (Its modules are imported with the first filter.)"""
        self.typed: LineEdit | None = None
        """The filter while it is being typed."""

    def all_cards(self) -> Sequence[ChatCard]:
        raise NotImplementedError

    def place(self, chat: int) -> int:
        """Of all the list's chats, the place of this one; -1: it isn't there."""
        raise NotImplementedError

    def cards(self) -> Sequence[ChatCard]:
        """What is shown."""
        return self.filtered.cards if self.filtered is not None and self.filtered.filter else self.all_cards()

    def index_of(self, item: Hashable) -> int:
        if not isinstance(item, int):
            return -1
        return self.filtered.index(item) if self.filtered is not None and self.filtered.filter else self.place(item)

    # ------------------------------------------------------------ the filter

    @property
    def filter_text(self) -> str:
        """As typed; empty: no filter."""
        return self.filtered.filter.text if self.filtered is not None else ""

    @property
    def faults(self) -> "tuple[Fault, ...]":
        """What of the filter was not understood."""
        return self.filtered.filter.faults if self.filtered is not None else ()

    @property
    def hidden(self) -> int:
        return self.filtered.hidden if self.filtered is not None and self.filtered.filter else 0

    def use_filter(self, text: str) -> None:
        """Show only what fits it; empty: everything."""
        if text.strip():
            from opconsole.state.chat_filter import parse
            from opconsole.state.filtered import Filtered

            self.filtered = self.filtered or Filtered()
            self.filtered.use(parse(text, readings))
        else:
            self.filtered = None
        self.follow()

    def follow(self) -> None:
        if self.filtered is not None and self.filtered.filter:
            picture, view = self.view.picture, self.view
            warn_ms = picture.me.settings.warn_ms
            self.filtered.look(self.all_cards(), lambda card: selectors.unread(picture, card), view.now(), warn_ms)
        super().follow()

    def tick(self) -> None:
        """A second has passed: with a filter other chats may fit it now."""
        if self.filtered is not None:
            self.follow()
        else:
            self.repaint_changed()

    def repaint_all(self) -> None:
        if self.filtered is not None:  # its faults are sentences of a language
            self.use_filter(self.filter_text)
        super().repaint_all()

    def on_paste(self, event: events.Paste) -> None:
        if self.typed is not None:
            event.stop()
            self.typed.insert(event.text)
            self.use_filter(self.typed.text)

    def counted(self) -> str:
        """`3 of 12`, and how many of the hidden ones are pressing; empty: nothing is hidden by a filter."""
        filtered = self.filtered
        if filtered is None or not filtered.filter:
            return ""
        words = tr("{n} of {total}", n=len(filtered.cards), total=filtered.total)
        if pressing := filtered.pressing_hidden:
            words = trn("! {n} urgent hidden", "! {n} urgent hidden", pressing) + " · " + words
        return words

    def nothing_fits(self) -> str:
        """What an empty list says when the filter alone makes it empty; empty: it is none."""
        return tr("Nothing fits the filter.") if self.hidden else ""

    @property
    def title_lines(self) -> int:
        return 2 if self.typed is not None or self.filtered is not None else 1

    def title_more(self) -> Hashable:
        typed = self.typed
        return (self.filter_text, typed and (typed.text, typed.cursor), len(self.faults))

    def draw_title(self, y: int, width: int) -> Strip:
        if y == 0:
            return super().draw_title(y, width)
        ink = self.view.inks.bar
        mark = (" ? ", ink.warning) if self.faults else (" / ", ink.accent)
        if self.typed is not None:
            text = typed_parts(self.typed, width - 4, ink.strong, ink.on_accent)
        else:
            text = [(cut(self.filter_text, width - 4), ink.warning)]
        return strip_of([mark, *text], width, ink.text)

    # ------------------------------------------------------------ rows

    def count(self) -> int:
        return len(self.cards())

    def id_at(self, index: int) -> Hashable:
        return self.cards()[index].chat

    @property
    def chat(self) -> int:
        """The chat under the cursor; 0: none."""
        item = self.item
        return item if isinstance(item, int) else 0
