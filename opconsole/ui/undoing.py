"""What I did last, and how it is taken back: a short stack of deeds. How one deed is undone stands with the deed, not here."""

from collections.abc import Callable
from typing import Final

from opconsole.locale import tr
from opconsole.ui.actions import Keymap
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.places import Place
from opconsole.ui.screens.workspace import Workspace

DEEDS: Final = 30
"""So many can be taken back, the last first."""
_PLAIN_KEY: Final = "Z"
"""In the lists, and on a marked message: where letters are no text."""


class Deed:
    """Something done that can be taken back. `words`: a sentence without its full stop, as `Closed the chat with Anna`."""

    def __init__(self, words: str, back: Callable[["Deed"], str], chats: list[int] | None = None) -> None:
        """`back` takes it back; it returns why that can't be (a sentence), or nothing. `chats`: those that it was done to."""
        self.words = words
        self.back = back
        self.chats = chats or []
        self.told = ""
        """The sentence in which it was said."""


class Undoing(Controller):
    def __init__(self, workspace: Workspace, keymap: Keymap) -> None:
        self._workspace = workspace
        self._keymap = keymap
        self._deeds: list[Deed] = []
        self.first: Callable[[], bool] = lambda: False
        """What is taken back before any deed, because it can't wait: words that are still held back. False: there are none."""

    def handlers(self) -> Handlers:
        return {"undo": self.undo}

    def keep(self, deed: Deed) -> None:
        """It is under way: it can be taken back from now on."""
        self._deeds = [*self._deeds[-DEEDS + 1 :], deed]

    def did(self, deed: Deed) -> None:
        """It is done: keep it, and say what it was and how to take it back."""
        self.keep(deed)
        self.tell(deed)

    def tell(self, deed: Deed, more: str = "") -> None:
        """Say it, with how to take it back if that can be. `more`: a sentence that goes with it."""
        sentences = [f"{deed.words}.", more]
        if deed in self._deeds:
            sentences.append(tr("{key}: undo", key=self._key()))
        deed.told = " ".join(sentence for sentence in sentences if sentence)
        self._workspace.say(deed.told)

    def drop(self, deed: Deed) -> None:
        """It did not happen after all."""
        if deed in self._deeds:
            self._deeds.remove(deed)

    def handed_over(self) -> None:
        """Another person takes over this console."""
        self._deeds = []

    def undo(self) -> None:
        """Take back the last deed. What can't be taken back is said, and the next time the one before it comes."""
        if self.first():
            return
        if not self._deeds:
            self._workspace.say(tr("There is nothing to take back."))
            return
        deed = self._deeds.pop()
        self._workspace.toasts.drop(deed.told)  # it would go on offering what the key no longer does
        if why := deed.back(deed):
            self._workspace.say(why, "warning")

    def _key(self) -> str:
        hint = self._keymap.hint("undo")
        letters_act = self._workspace.in_lists or self._workspace.place is Place.TALK
        return _PLAIN_KEY if letters_act or not hint else hint
