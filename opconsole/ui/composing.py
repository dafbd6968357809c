"""The hands at the composer, put together: everything that helps to write, and nothing of it decides what is sent (`writing.py`)."""

from collections.abc import Callable, Coroutine
from typing import Any

from opconsole.settings import Settings
from opconsole.ui.editing import Editing
from opconsole.ui.emoji import EmojiNames
from opconsole.ui.pasting import Pasting
from opconsole.ui.preferences import Preferences
from opconsole.ui.quoting import Quoting
from opconsole.ui.recalling import Recalling
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.sending import Sending
from opconsole.ui.shift import Shift
from opconsole.ui.spelling import Spelling
from opconsole.ui.talk import Talk
from opconsole.ui.writing import Writing


class Composing:
    def __init__(
        self,
        workspace: Workspace,
        shift: Shift,
        writing: Writing,
        talk: Talk,
        preferences: Preferences,
        start: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        def settings() -> Settings:
            return preferences.settings

        self._writing = writing
        self.sending = Sending(workspace, shift, writing, settings, preferences.keep)
        self.recalling = Recalling(workspace, shift, writing)
        self.pasting = Pasting(workspace, writing)
        self.editing = Editing(workspace, shift, writing, start)
        self.quoting = Quoting(workspace, shift, writing, talk)
        self.emoji = EmojiNames(workspace, writing)
        self.spelling = Spelling(workspace, writing, settings, preferences.keep, start)

    def handlers(self) -> dict[str, Callable[[], None]]:
        found: dict[str, Callable[[], None]] = {}
        for each in (self.sending, self.recalling, self.editing, self.quoting, self.spelling):
            found |= each.handlers()
        return found

    def edited(self) -> None:
        """The text was changed."""
        self.emoji.edited()
        self.spelling.edited()

    def give_up(self) -> bool:
        """Escape: words that are still held back come back. False: there were none."""
        return not self._writing.asks and self.sending.take_back()

    async def close(self) -> None:
        await self.spelling.close()
