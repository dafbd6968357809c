"""Which chat is on the screen, and how one gets to another. Also what follows from looking: read marks, older pages."""

from collections.abc import Callable, Iterable

from opconsole.locale import tr
from opconsole.state import selectors
from opconsole.state.changes import Changes, Given, Notice, Refused, Slice
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.wire.staff import Reopen, Take, TakeNext


class Navigation(Controller):
    def __init__(
        self,
        workspace: Workspace,
        shift: Shift,
        leave: Callable[[], None],
        enter: Callable[[int], None],
        in_focus: Callable[[], bool],
    ) -> None:
        """`leave`, `enter`: the composer's side of going to another chat. `in_focus`: whether somebody looks at the terminal."""
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._leave = leave
        self._enter = enter
        self._in_focus = in_focus
        self._mine: set[int] = set()
        self.on_left: Callable[[int], None] = lambda chat: None
        """Called when the operator goes from this chat to another."""
        self._takes = 0
        """Own takes under way: the chat that they bring is shown."""

    def handlers(self) -> Handlers:
        numbered = {f"chat_{number}": self._goer(number) for number in range(1, 10)}
        return numbered | {"next_unread": self.next_unread, "lists": self._workspace.toggle_lists}

    def show(self, chat: int, *, stay: bool = False) -> None:
        """Put a chat on the screen. `stay`: the keys stay where they are (reading one waiting chat after another)."""
        if chat != self._picture.shown:
            self.on_left(self._picture.shown)
            self._leave()
            self._shift.show(chat)
            self._workspace.show_chat(chat)
            self._enter(chat)
        if not stay:
            self._workspace.to_composer()
        self.mark_read()

    def handed_over(self) -> None:
        self.show(0)

    def picked(self, chat: int) -> None:
        """By a list, a tab or a toast. A waiting chat is read, and the list keeps the keys where there is room for both."""
        room = not self._workspace.lists_lie_over and not self._workspace.has_class("-zoom-lists")
        self.show(chat, stay=chat not in self._picture.mine and room)

    def next_unread(self) -> None:
        card = selectors.next_unread(self._picture, self._picture.shown)
        if card is None:
            self._workspace.say(tr("Nothing unread in your other chats."))
        else:
            self.show(card.chat)

    def number(self, number: int) -> None:
        card = selectors.by_number(self._picture, number)
        if card is None:
            self._workspace.say(tr("You have no chat {n}.", n=number))
        else:
            self.show(card.chat)

    def taking(self) -> None:
        """A take of mine, or a chat that I open again, is under way."""
        self._takes += 1

    @property
    def takes_under_way(self) -> bool:
        return self._takes > 0

    def changed(self, changes: Changes) -> None:
        """Show the chat that was just taken; mark what is in sight as read."""
        self._count_refusals(changes.notices)
        if not self._picture.shown and self._picture.synced and len(self._picture.mine) and not self._takes:
            self._go_on_where_i_was()
        if changes.slices & (Slice.MINE | Slice.INBOX):
            mine = set(self._picture.mine.chats())
            given = {notice.chat for notice in changes.notices if isinstance(notice, Given)}
            taken = [chat for chat in mine - self._mine if chat not in given]
            self._mine = mine
            if taken and self._takes:
                self._takes = max(0, self._takes - len(taken))
                if taken[-1] == self._picture.shown:
                    self._enter(taken[-1])
                    self._workspace.to_composer()
                self.show(taken[-1])
            elif self._picture.shown in changes.chats:
                self._enter(self._picture.shown)
        if self._picture.shown in changes.chats:
            self.mark_read()

    def _go_on_where_i_was(self) -> None:
        """The first sync, or the last chat on the screen was let go: the chat of mine that needs me most."""
        urgent = selectors.most_urgent(self._picture)
        self._mine = set(self._picture.mine.chats())
        self.show(urgent.chat if urgent is not None else self._picture.mine.chats()[0], stay=True)

    def mark_read(self) -> None:
        """What is mine, on the screen to its end, and looked at, is read. A chat that is only about to come there is not: where its
        new words begin is found as it opens."""
        picture, session = self._picture, self._shift.session
        card = picture.chats.get(picture.shown)
        if card is None or session is None or picture.shown not in picture.mine:
            return
        transcript = self._workspace.transcript
        in_sight = transcript.at_end and self._workspace.talk_shown
        if transcript.run.chat == card.chat and in_sight and self._in_focus() and card.public:
            session.have_read(card.chat, card.public)

    def older(self, chat: int) -> None:
        if chat == self._picture.shown or chat in self._picture.mine:
            self._shift.older(chat)

    def _count_refusals(self, notices: Iterable[Notice]) -> None:
        refused = sum(isinstance(n, Refused) and isinstance(n.command, Take | TakeNext | Reopen) for n in notices)
        self._takes = max(0, self._takes - refused)

    def _goer(self, number: int) -> Callable[[], None]:
        return lambda: self.number(number)
