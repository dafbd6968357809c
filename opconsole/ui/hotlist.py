"""To the chat that will be lost first, then to the next that needs me; and back to where I was."""

from opconsole.locale import tr, trn
from opconsole.state import selectors
from opconsole.state.hot import Round, Trail
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.navigation import Navigation
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift


class HotList(Controller):
    def __init__(self, workspace: Workspace, shift: Shift, navigation: Navigation) -> None:
        self._workspace = workspace
        self._picture = shift.store
        self._navigation = navigation
        self._round = Round()
        self._trail = Trail()
        self._hopping = False
        self._going_back = False
        navigation.on_left = self._left

    def handlers(self) -> Handlers:
        return {"to_rescue": self.hottest, "back": self.back}

    def hottest(self) -> None:
        card = self._round.step(self._picture, self._workspace.view.clock())
        if card is None:
            self._workspace.say(self._nothing())
            return
        self._round.left(self._picture, self._picture.shown, self._workspace.view.clock())
        self._hopping = True
        self._navigation.picked(card.chat)
        self._hopping = False

    def back(self) -> None:
        """Each time one chat further back."""
        chat = self._trail.back(lambda chat: chat in self._picture.chats and chat != self._picture.shown)
        if not chat:
            self._workspace.say(tr("You were in no other chat before."))
            return
        self._going_back = True
        self._navigation.picked(chat)
        self._going_back = False

    def handed_over(self) -> None:
        """Another person takes over this console."""
        self._round, self._trail = Round(), Trail()

    def _left(self, chat: int) -> None:
        """Whoever goes elsewhere by hand has left the round: the next time the chat that will be lost first comes first."""
        if not self._hopping:
            self._round.over()
        if not self._going_back:
            self._trail.left(chat)

    def _nothing(self) -> str:
        picture = self._picture
        card = picture.chats.get(picture.shown)
        in_need = card is not None and (
            selectors.flagged(picture, card.chat) or (card.chat in picture.mine and selectors.owes(card))
        )
        words = tr("Nothing else needs you.") if in_need else tr("Nothing needs you now.")
        waiting = selectors.waiting(picture)
        if waiting:
            words += " " + trn("{n} chat waits in the inbox.", "{n} chats wait in the inbox.", waiting)
        return words
