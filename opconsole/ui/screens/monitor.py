"""The supervisor's floor: who waits, in whose hands the chats are, how the team stands, and any chat read live.

Nothing here can change anything: no action that sends a command has a key, and the relay refuses commands of a monitor's session.
"""

from collections.abc import Hashable
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from opconsole.locale import tr
from opconsole.state.changes import Changes, Slice
from opconsole.ui.actions import Keymap, both_layouts
from opconsole.ui.places import Place
from opconsole.ui.room import Room
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import ChatHead
from opconsole.ui.widgets.chat_rows import ChatRows
from opconsole.ui.widgets.floor import CounterBar, DeskBar, FloorView, Held, Seats, Waiting
from opconsole.ui.widgets.key_bar import KeyBar
from opconsole.ui.widgets.rows import Rows
from opconsole.ui.widgets.toasts import Toasts

ACTIONS: Final = (
    "help", "keys_here", "search", "switcher", "command_line", "commands", "filter", "copy_marked", "history", "open", "newest", "oldest",
    "settings", "language", "theme", "leader", "retry_link", "quit",
)  # fmt: skip
"""Of the registry's actions, those of a monitor: they look, or concern this console alone."""
WIDE_CELLS: Final = 120
VAST_CELLS: Final = 180
FOLLOW_S: Final = 0.15
"""The reading pane follows the cursor when it has stood still for so long."""

_FLOOR: Final = Slice.INBOX | Slice.MINE | Slice.OPERATORS | Slice.DESK | Slice.ME


class MonitorKeys(KeyBar):
    """The last line: what can be pressed."""

    MOST = ("help", "quit", "search", "switcher")

    def leader_rows(self) -> list[tuple[str, str]]:
        return [("A–L", tr("see F1"))]


class Monitor(Room):
    KEY_BAR = MonitorKeys
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE_CELLS, "-wide"), (VAST_CELLS, "-vast")]
    AUTO_FOCUS = "#waiting"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(both_layouts("c"), "run('theme')", show=False),
        Binding(both_layouts("l"), "run('language')", show=False),
        Binding("escape", "back", show=False),
    ]
    DEFAULT_CSS = """
    Monitor { layout: vertical; layers: base toasts; background: $background; }
    Monitor #floor { height: 1fr; }
    Monitor #chats { width: 1fr; height: 1fr; }
    Monitor #waiting { height: 1fr; }
    Monitor #held { height: 1fr; }
    Monitor #seats { width: 38; height: 1fr; }
    Monitor #reading { width: 1fr; height: 1fr; display: none; }
    Monitor #transcript { height: 1fr; }
    Monitor.-reading #reading { display: block; }
    Monitor.-narrow.-reading #seats { display: none; }
    Monitor.-narrow.-reading #chats { width: 34; }
    Monitor.-wide #seats { width: 42; }
    Monitor.-wide.-reading #chats { width: 44; }
    Monitor.-wide.-reading #seats { width: 30; }
    Monitor.-vast.-reading #chats { width: 64; }
    Monitor.-vast #seats, Monitor.-vast.-reading #seats { width: 48; }
    """

    def __init__(self, view: View, keymap: Keymap) -> None:
        super().__init__(view, keymap)
        self.floor_view = FloorView(view)
        self.desk = DeskBar(view, id="desk")
        self.counters = CounterBar(self.floor_view, id="counters")
        self.waiting = Waiting(self.floor_view, id="waiting")
        self.held = Held(self.floor_view, id="held")
        self.seats = Seats(self.floor_view, id="seats")
        self.head = ChatHead(view, id="head")
        self._following: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self.desk
        yield self.counters
        with Horizontal(id="floor"):
            with Vertical(id="chats"):
                yield self.waiting
                yield self.held
            with Vertical(id="reading"):
                yield self.head
                yield self.transcript
            yield self.seats
        yield self.keys
        yield self.toasts

    # ------------------------------------------------------------ what changed

    def apply(self, changes: Changes) -> None:
        if not self.is_mounted:
            return
        if changes.slices & _FLOOR or changes.chats:
            self.floor_view.refresh()
            for pane in (self.waiting, self.held, self.seats):
                pane.follow()
            self.counters.repaint_changed()
        if self.view.picture.shown in changes.chats or changes.slices & Slice.LINK:
            self.transcript.changed()
        self.head.repaint_changed()
        self.desk.repaint_changed()
        if changes.slices & Slice.LINK:
            self.keys.repaint_changed()

    def tick(self) -> None:
        for pane in (self.desk, self.counters, self.seats, self.head):
            if pane.display:
                pane.repaint_changed()
        for rows in self.chat_lists:
            rows.tick()
        self.toasts.tick()

    # ------------------------------------------------------------ reading

    def read(self, chat: int) -> None:
        """Show this chat in the reading pane, live; 0: close the pane."""
        self._stop_following()
        if chat == self.view.picture.shown:
            return
        self.on_shown(chat)
        self.set_class(bool(chat), "-reading")
        self.transcript.open(chat)
        self.head.repaint_changed()
        for pane in (self.waiting, self.held):
            pane.repaint_changed()

    def go_to(self, chat: int) -> None:
        """Read this chat, and show where it stands in the lists."""
        self.read(chat)
        for pane in self.chat_lists:
            pane.point_at(chat)

    @property
    def is_reading(self) -> bool:
        return bool(self.view.picture.shown)

    @on(Rows.Moved)
    def _moved(self, event: Rows.Moved) -> None:
        """While a chat is being read, the pane follows the cursor; not at every step of a held key."""
        event.stop()
        if not self.is_reading or event.rows is self.seats:
            return
        self._stop_following()
        item = event.item
        self._following = self.set_timer(FOLLOW_S, lambda: self._read_item(item))

    @on(Rows.Chosen)
    def _chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        if event.rows is self.seats:
            self.only(str(event.item) if event.item != self.floor_view.only else "")
        else:
            self._read_item(event.item)

    @on(Toasts.Picked)
    def _toast_picked(self, event: Toasts.Picked) -> None:
        event.stop()
        self.read(event.chat)

    def _stop_following(self) -> None:
        if self._following is not None:
            self._following.stop()
            self._following = None

    def _read_item(self, item: Hashable) -> None:
        if isinstance(item, int) and item in self.view.picture.chats:
            self.read(item)

    def only(self, login: str) -> None:
        """Among the chats in hands, those of one operator; empty: all."""
        self.floor_view.only = login
        self.held.follow()
        self.seats.repaint_changed()

    # ------------------------------------------------------------ keys (see `Room`)

    @property
    def place(self) -> Place:
        focused = self.focused
        if isinstance(focused, ChatRows) and focused.typed is not None:
            return Place.FILTER
        if focused is self.transcript:
            return Place.READING
        return Place.HELD if focused is self.held else Place.TEAM if focused is self.seats else Place.WAITING

    @property
    def in_lists(self) -> bool:
        """Nothing can be done to a chat here."""
        return False

    @property
    def chat_lists(self) -> tuple[ChatRows, ...]:
        return (self.waiting, self.held)

    def toggle_lists(self) -> None:
        self.set_focus(self.waiting)

    def to_composer(self) -> None:
        """There is none: to the list that waits."""
        self.set_focus(self.waiting)

    def action_back(self) -> None:
        """One step back: marks in the transcript, the reading pane, the choice of one operator."""
        if self.transcript.unmark():
            return
        if self.is_reading:
            self.read(0)
            if self.focused is self.transcript or self.focused is None:
                self.waiting.focus()
        elif self.floor_view.only:
            self.only("")
        self.toasts.clear()

    def on_key(self, event: events.Key) -> None:
        if event.key == "right" and self.is_reading and isinstance(self.focused, Rows):
            self.transcript.focus()
        elif event.key == "left" and self.focused in (self.transcript, self.seats):
            self.waiting.focus()
        else:
            return
        event.stop()
