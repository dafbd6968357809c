"""Two chats side by side, on screens wide enough. The keys go to the one whose head is marked; the other is a chat of mine that is read
beside it. Going there changes the two places' meaning, not their sides: each chat stays where it was.

The pane is made when it is first wanted.
"""

from collections.abc import Callable

from msgspec.structs import replace

from opconsole.locale import tr
from opconsole.state import selectors
from opconsole.state.changes import Changes, Slice
from opconsole.ui.arrangement import Arrangement
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.layout import SPLIT_CELLS
from opconsole.ui.navigation import Navigation
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.widgets.second_pane import SecondPane
from opconsole.wire.cards import ChatCard

_TALK = Slice.TRANSCRIPT | Slice.PEEK | Slice.OUTBOX | Slice.MINE


class Second(Controller):
    def __init__(
        self,
        workspace: Workspace,
        shift: Shift,
        navigation: Navigation,
        arrangement: Arrangement,
        in_focus: Callable[[], bool],
    ) -> None:
        """`in_focus`: whether somebody looks at the terminal."""
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._navigation = navigation
        self._arrangement = arrangement
        self._in_focus = in_focus
        self._pane: SecondPane | None = None
        self._shown = 0
        """The chat that the keys went to when it was looked at last."""
        self.chat = 0
        arrangement.on_fit = self.fit

    def handlers(self) -> Handlers:
        return {"split": self.toggle, "split_other": self.go, "split_pick": self.pick}

    # ------------------------------------------------------------ what the operator wants

    def toggle(self) -> None:
        layout = self._arrangement.layout
        if not layout.split and not self._has_room():
            return
        self._arrangement.change(replace(layout, split=not layout.split))
        if layout.alone:
            self._workspace.say(tr("In focus mode one chat is shown; without it there are two."))

    def go(self) -> None:
        """To the other chat: it gets the keys, and stays where it is."""
        if not self._workspace.second_shown:
            self._workspace.say(tr("There is one chat on the screen."))
        elif self.chat:
            self._navigation.show(self.chat)
        else:
            self.pick()

    def wanted(self, chat: int) -> None:
        """A click into the pane."""
        if chat:
            self._navigation.show(chat)
        else:
            self.pick()

    def pick(self) -> None:
        """Which chat of mine stands there."""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy
        from opconsole.ui.words import chat_name, last_words

        if not self._has_room():
            return
        cards = [each.card for each in selectors.mine(self._picture) if each.card.chat != self._picture.shown]
        if not cards:
            self._workspace.say(tr("You have no other chat to show."))
            return
        options = [Option(card.chat, chat_name(card), right=last_words(card)[:40]) for card in cards]
        picker: Picker[int] = Picker(
            self._workspace.view, tr("Second chat"), lambda query: fuzzy(options, query), small=True
        )
        self._workspace.pick(picker, lambda picked: self._put(picked.value))

    def _put(self, chat: int) -> None:
        self.chat = chat
        if not self._arrangement.layout.split:
            self._arrangement.change(replace(self._arrangement.layout, split=True))
        else:
            self._open()

    def _has_room(self) -> bool:
        width = self._workspace.size.width
        if width < SPLIT_CELLS:
            text = tr("Two chats need {n} columns; this terminal has {width}.", n=SPLIT_CELLS, width=width)
            self._workspace.say(text, "warning")
        return width >= SPLIT_CELLS

    # ------------------------------------------------------------ what is in sight

    def sees(self, chat: int) -> bool:
        """Whether this chat's newest words are in sight in the second pane."""
        pane = self._pane
        if pane is None or not chat or chat != self.chat or not self._workspace.second_shown:
            return False
        return pane.transcript.at_end and self._workspace.is_current

    def mark_read(self) -> None:
        session = self._shift.session
        card = self._picture.chats.get(self.chat)
        if session is None or card is None or not card.public or self.chat not in self._picture.mine:
            return
        if self.sees(self.chat) and self._in_focus():
            session.have_read(card.chat, card.public)

    # ------------------------------------------------------------ what changed

    def changed(self, changes: Changes) -> None:
        if not self._workspace.has_class("-split") or self._pane is None:
            self._shown = self._picture.shown
            return
        before = self.chat
        if self._picture.shown != self._shown:
            self._follow()
        if self.chat and self.chat not in self._picture.mine:
            self.chat = 0
        if not self.chat and self._picture.synced and changes.slices & Slice.MINE:
            self.chat = self._other()
        if self.chat != before:
            self._open()
        elif changes.slices & _TALK and self.chat in changes.chats:
            self._pane.transcript.changed()
            self._pane.head.repaint_changed()
            self.mark_read()

    def count_down(self) -> None:
        """Times move."""
        if self._pane is not None and self._workspace.second_shown:
            self._pane.head.repaint_changed()

    def fit(self) -> None:
        """Sizes or modes may have changed."""
        workspace, layout = self._workspace, self._arrangement.layout
        wanted = layout.split and workspace.size.width >= SPLIT_CELLS
        if wanted and self._pane is None and workspace.is_mounted:
            self._pane = SecondPane(workspace.view)
            workspace.body.mount(self._pane, after=workspace.talk)
        on = wanted and self._pane is not None
        workspace.set_class(on, "-split")
        workspace.view.split = workspace.second_shown
        self._navigation.mark_read()  # it may have come into sight
        if self._pane is None:
            return
        self._pane.styles.width = f"{layout.share}fr" if on else None
        workspace.talk.styles.width = f"{100 - layout.share}fr" if on else None
        if on and (self.chat not in self._picture.mine or self.chat == self._picture.shown):
            self._shown = self._picture.shown
            self.chat = self._other()
        if on and self._pane.head.chat != self.chat:
            self._open()
        self.mark_read()

    def _follow(self) -> None:
        """The keys went to another chat. If it is the one that stands here, the two change places, and sides."""
        before, self._shown = self._shown, self._picture.shown
        if self.chat != self._shown or self._pane is None:
            return
        self.chat = before if before in self._picture.mine else self._other()
        children = self._workspace.body.children
        if children.index(self._pane) < children.index(self._workspace.talk):
            self._workspace.body.move_child(self._pane, after=self._workspace.talk)
        else:
            self._workspace.body.move_child(self._pane, before=self._workspace.talk)

    def _open(self) -> None:
        if self._pane is not None:
            self._pane.open(self.chat)
            self.mark_read()

    def _other(self) -> int:
        """The chat of mine that needs me most, but for the one on the screen; 0: there is none."""
        cards = [each.card for each in selectors.mine(self._picture) if each.card.chat != self._picture.shown]
        return min(cards, key=self._need).chat if cards else 0

    def _need(self, card: ChatCard) -> tuple[bool, int, bool, int]:
        far = 1 << 62
        return (not card.rescue_at, card.rescue_at or far, not selectors.unread(self._picture, card), -card.last_at)
