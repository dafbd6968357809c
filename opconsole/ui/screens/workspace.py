"""The workspace: puts the panes together, tells them what changed, and keeps the promise that each width has its layout.

What an action does stands in the controllers (`ui/desk.py`, `ui/writing.py`, …); the panes read the picture themselves.
"""

from collections.abc import Callable
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from opconsole.state import selectors
from opconsole.state.changes import ALL, Changes, Slice
from opconsole.ui.actions import Keymap
from opconsole.ui.places import Place
from opconsole.ui.room import Room
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import ChatHead, ChatTabs, StatusBar
from opconsole.ui.widgets.chat_list import DeskRows, Inbox, MyChats
from opconsole.ui.widgets.chat_rows import ChatRows
from opconsole.ui.widgets.choices import Choices
from opconsole.ui.widgets.composer import Composer
from opconsole.ui.widgets.composer_bar import ComposerBar
from opconsole.ui.widgets.hint_strip import HintStrip
from opconsole.ui.widgets.rows import Rows
from opconsole.ui.widgets.toasts import Toasts
from opconsole.ui.widgets.visitor_info import VisitorInfo

MIDDLE_CELLS: Final = 100
WIDE_CELLS: Final = 146
VAST_CELLS: Final = 200
BOTH_OVER_CELLS: Final = 84
"""From this width on the lists and the visitor have room beside each other where they lie over the conversation."""
_MY_ROWS: Final = 4

_MINE: Final = Slice.MINE | Slice.ME | Slice.PEEK | Slice.OPERATORS
_INBOX: Final = Slice.INBOX | Slice.ME
_HEAD: Final = Slice.INBOX | Slice.MINE | Slice.VISITOR | Slice.ME | Slice.OUTBOX
_TALK: Final = Slice.TRANSCRIPT | Slice.PEEK | Slice.OUTBOX | Slice.MINE | Slice.INBOX


class _Row(Horizontal):
    BLANK = True  # wholly covered by its panes: Textual needn't style it


class _Column(Vertical):
    BLANK = True


class Workspace(Room):
    BLANK = True
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = [
        (0, "-narrow"),
        (MIDDLE_CELLS, "-middle"),
        (WIDE_CELLS, "-wide"),
        (VAST_CELLS, "-vast"),
    ]
    AUTO_FOCUS = "#composer"

    def __init__(self, view: View, keymap: Keymap) -> None:
        super().__init__(view, keymap)
        self.on_size: Callable[[], None] = lambda: None
        """Called when the screen has another size."""
        self.mine_wish: Callable[[int], int] = lambda lines: lines
        """How many lines my chats have, of those that their number asks for."""
        self.status = StatusBar(view, id="status")
        self.tabs = ChatTabs(view, id="tabs")
        self.head = ChatHead(view, id="head")
        self.mine = MyChats(view, id="mine")
        self.inbox = Inbox(view, id="inbox")
        self.mine.run = self.inbox.run = self.action_run
        self.mine.to_next_pane = self.inbox.to_next_pane = self.next_pane
        self.choices = Choices(view, id="choices")
        self.hints = HintStrip(view, keymap, id="hints")
        self.bar = ComposerBar(view, keymap, id="bar")
        self.composer = Composer(id="composer")
        self.body = _Row(id="body")
        self.lists = _Column(id="lists")
        self.talk = _Column(id="talk")
        self.visitor = VisitorInfo(view, id="visitor")

    def compose(self) -> ComposeResult:
        yield self.status
        with self.body:
            with self.lists:
                yield self.mine
                yield self.inbox
            with self.talk:
                yield self.tabs
                yield self.head
                yield self.transcript
                yield self.choices
                yield self.hints
                yield self.bar
                yield self.composer
            yield self.visitor
        yield self.keys
        yield self.toasts

    # ------------------------------------------------------------ what changed

    def apply(self, changes: Changes) -> None:
        slices = changes.slices
        if not self.is_mounted:
            return
        shown = self.view.picture.shown
        on_screen = not shown or shown in changes.chats
        if slices & _MINE:
            self.fit_my_chats()
            self.mine.follow()
            self.tabs.repaint_changed()
        if slices & _INBOX:
            self.inbox.follow()
        if (slices & _TALK and on_screen) or slices & Slice.LINK:
            self.transcript.changed()
        if slices & _HEAD and on_screen:
            self.head.repaint_changed()
            self.visitor.changed()
        self.status.repaint_changed()
        self.bar.repaint_changed()
        if slices & Slice.LINK:
            self.keys.repaint_changed()

    def tick(self) -> None:
        """A second has passed: countdowns move, in the rows in sight."""
        self.mine.tick()
        self.inbox.tick()
        for pane in (self.status, self.tabs, self.head, self.bar):
            if pane.display:
                pane.repaint_changed()
        self.visitor.changed()
        self.toasts.tick()

    def repaint(self) -> None:
        super().repaint()
        self.composer.dress(self.view.inks)

    def show_chat(self, chat: int) -> None:
        """The picture's shown chat changed to this one."""
        self.transcript.open(chat)
        if chat:
            self.toasts.seen(chat)
        if chat in self.view.picture.mine:
            self.mine.point_at(chat)
        elif selectors.inbox_index(self.view.picture, chat) >= 0:
            self.inbox.point_at(chat)
        self.apply(Changes(ALL, frozenset((chat,))))

    def fit_my_chats(self) -> None:
        """Room for as many chats as I may hold; a change of it is a new layout, so it is rare."""
        load = selectors.my_load(self.view.picture)
        rows = max(_MY_ROWS, load.limit, len(self.view.picture.mine))
        height = self.mine_wish(self.mine.TITLE_LINES + self.mine.ROW_LINES * rows)
        if self.mine.styles.height is None or self.mine.styles.height.value != height:
            self.mine.styles.height = height

    # ------------------------------------------------------------ panes

    @property
    def rows_in_use(self) -> DeskRows | None:
        """The list where the keys are."""
        return self.focused if isinstance(self.focused, DeskRows) else None

    @property
    def chat_lists(self) -> tuple[DeskRows, ...]:
        return (self.inbox, self.mine)

    @property
    def in_lists(self) -> bool:
        return self.rows_in_use is not None

    def chat_meant(self) -> int:
        """With the keys in a list, the chat under its cursor; else the one on the screen. 0: there is none."""
        rows = self.rows_in_use
        return rows.chat if rows is not None else self.view.picture.shown

    def toggle_lists(self) -> None:
        """To the inbox (or my chats, where nobody waits), and back to the composer."""
        if isinstance(self.focused, ChatRows):
            self.to_composer()
            return
        self.remove_class("-zoom-talk", "-zoom-visitor")
        if self._one_over:
            self.remove_class("-visitor")
        self.add_class("-lists")
        target = self.inbox if self.inbox.all_cards() or not self.mine.all_cards() else self.mine
        if target.focusable:
            self.set_focus(target)  # at once: the next key may be here already
        else:  # on a small screen the lists are not there before the next layout
            self.call_after_refresh(self.set_focus, target)

    def next_pane(self, by: int) -> None:
        """From where one writes to the conversation, to the lists, and round. Where the lists lie over the conversation, from one to the
        other: what is behind them is not gone to blindly."""
        if self.in_lists and (self.lists_lie_over or self.has_class("-zoom-lists")):
            self.set_focus(self.mine if self.focused is self.inbox else self.inbox)
            return
        panes = [pane for pane in (self.composer, self.transcript, self.mine, self.inbox) if pane in self.focus_chain]
        at = next((at for at, pane in enumerate(panes) if pane is self.focused), 0)
        if panes:
            self.set_focus(panes[(at + by) % len(panes)])

    def toggle_visitor(self) -> None:
        self.remove_class("-zoom-talk", "-zoom-lists", "-zoom-visitor")
        if self.visitor_has_column:
            self.toggle_class("-no-visitor")
        else:
            self.toggle_class("-visitor")
            if self._one_over and self.has_class("-visitor") and self.has_class("-lists"):
                self.remove_class("-lists")
                self.set_focus(self.composer)

    @property
    def _one_over(self) -> bool:
        """Lists and visitor would cover each other."""
        return self.lists_lie_over and self.size.width < BOTH_OVER_CELLS

    @property
    def visitor_has_column(self) -> bool:
        """The visitor stands there unless the operator wants it away; elsewhere it comes when it is called."""
        wide = self.has_class("-wide") and not self.has_class("-split")
        return (wide or self.has_class("-vast")) and not self.has_class("-focus")

    @property
    def lists_lie_over(self) -> bool:
        """Lists and visitor lie over the conversation, and go when the keys go back to it."""
        return self.has_class("-narrow") or self.has_class("-focus")

    # What is in sight, by the classes: the styles follow only at the next layout.

    @property
    def talk_shown(self) -> bool:
        return not (self.has_class("-zoom-lists") or self.has_class("-zoom-visitor"))

    @property
    def lists_shown(self) -> bool:
        if self.has_class("-zoom-talk") or self.has_class("-zoom-visitor"):
            return False
        return self.has_class("-zoom-lists") or self.has_class("-lists") or not self.lists_lie_over

    @property
    def visitor_shown(self) -> bool:
        if self.has_class("-zoom-talk") or self.has_class("-zoom-lists"):
            return False
        if self.has_class("-zoom-visitor"):
            return True
        return not self.has_class("-no-visitor") if self.visitor_has_column else self.has_class("-visitor")

    @property
    def second_shown(self) -> bool:
        """Another chat stands beside the one that the keys go to."""
        hidden = self.has_class("-focus") or self.has_class("-zoom-talk") or not self.talk_shown
        return self.has_class("-split") and not hidden

    def to_composer(self) -> None:
        """What lies over the conversation goes."""
        self.remove_class("-lists")  # also where they have a column: the screen may become smaller
        if self.lists_lie_over:
            self.remove_class("-visitor")
        if not self.talk_shown:
            self.remove_class("-zoom-lists", "-zoom-visitor")
            self.call_after_refresh(self.set_focus, self.composer)  # it is there after the next layout
        self.set_focus(self.composer)

    @property
    def place(self) -> Place:
        focused = self.focused
        if isinstance(focused, ChatRows):
            if focused.typed is not None:
                return Place.FILTER
            return Place.MINE if focused is self.mine else Place.INBOX
        if focused is not self.transcript:
            return Place.COMPOSER
        return Place.TALK if self.transcript.marked or self.keymap.preset.leave_to_talk else Place.UNMARKED

    @on(Rows.Chosen)
    def _row_chosen(self, event: Rows.Chosen) -> None:
        if isinstance(event.rows, ChatRows) and isinstance(event.item, int):
            event.stop()
            self.on_shown(event.item)

    @on(ChatTabs.Picked)
    @on(Toasts.Picked)
    def _picked(self, event: ChatTabs.Picked | Toasts.Picked) -> None:
        event.stop()
        self.on_shown(event.chat)

    def on_resize(self) -> None:
        self.on_size()

    def on_paste(self, event: events.Paste) -> None:
        """Pasted (or a file dropped) where nothing is typed: it is meant for the composer."""
        event.stop()
        self.to_composer()
        self.composer.post_message(events.Paste(event.text))

    def on_key(self, event: events.Key) -> None:
        """Keys that no list wanted: Escape takes marks away or goes home, digits go to a chat, T takes."""
        if event.key == "escape" and self.in_lists and self.view.picture.marks.marked:
            self.action_run("mark_none")
        elif event.key == "escape":
            self.transcript.unmark()
            self.to_composer()
        elif event.character and event.character in "123456789":
            self.action_run(f"chat_{event.character}")
        elif self.in_lists and event.character in ("t", "е"):  # elsewhere it is the beginning of a text
            self.action_run("take_this")
        elif event.character and event.character in "<Б":
            self.action_run("narrower")
        elif event.character and event.character in ">Ю":
            self.action_run("wider")
        else:
            return
        event.stop()
