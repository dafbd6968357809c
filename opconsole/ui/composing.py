"""The hands at the composer, put together: everything that helps to write, and nothing of it decides what is sent (`writing.py`).

What isn't needed for the first picture is imported when it is first used.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from opconsole.settings import Settings
from opconsole.ui.controller import Controller, Handlers, Start
from opconsole.ui.copying import Copying
from opconsole.ui.preferences import Preferences
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.sending import Sending
from opconsole.ui.shift import Shift
from opconsole.ui.writing import Writing

if TYPE_CHECKING:
    from opconsole.ui.editing import Editing
    from opconsole.ui.emoji import EmojiNames
    from opconsole.ui.pasting import Pasting
    from opconsole.ui.quoting import Quoting
    from opconsole.ui.recalling import Recalling
    from opconsole.ui.spelling import Spelling


class Composing(Controller):
    def __init__(
        self,
        workspace: Workspace,
        shift: Shift,
        writing: Writing,
        copying: Copying,
        preferences: Preferences,
        start: Start,
    ) -> None:
        self._workspace = workspace
        self._shift = shift
        self._writing = writing
        self._copying = copying
        self._preferences = preferences
        self._start = start
        self._typed = False
        self.sending = Sending(workspace, shift, writing, self._settings, preferences.keep)
        writing.set_aside = shift.store.sent_words.add

    @cached_property
    def recalling(self) -> "Recalling":
        from opconsole.ui.recalling import Recalling

        return Recalling(self._workspace, self._shift, self._writing)

    @cached_property
    def pasting(self) -> "Pasting":
        from opconsole.ui.pasting import Pasting

        return Pasting(self._workspace, self._writing)

    @cached_property
    def editing(self) -> "Editing":
        from opconsole.ui.editing import Editing

        return Editing(self._workspace, self._shift, self._writing, self._start)

    @cached_property
    def quoting(self) -> "Quoting":
        from opconsole.ui.quoting import Quoting

        return Quoting(self._workspace, self._shift, self._writing, self._copying)

    @cached_property
    def emoji(self) -> "EmojiNames":
        from opconsole.ui.emoji import EmojiNames

        return EmojiNames(self._workspace, self._writing)

    @cached_property
    def spelling(self) -> "Spelling":
        from opconsole.ui.spelling import Spelling

        return Spelling(self._workspace, self._writing, self._settings, self._preferences.keep, self._start)

    def handlers(self) -> Handlers:
        return self.sending.handlers() | {
            "recall_older": self._of("recalling", "older"),
            "recall_newer": self._of("recalling", "newer"),
            "external_editor": self._of("editing", "edit"),
            "quote": self._of("quoting", "quote"),
            "copy_chat_markdown": self._of("quoting", "copy_markdown"),
            "copy_found": self._of("quoting", "copy_found"),
            "spelling": self._of("spelling", "toggle"),
            "spelling_suggest": self._of("spelling", "suggest"),
            "spelling_add": self._of("spelling", "add"),
        }

    def _of(self, part: str, method: str) -> Callable[[], None]:
        """A method of a part that need not be there yet."""

        def do() -> None:
            getattr(getattr(self, part), method)()

        return do

    def edited(self) -> None:
        """The text was changed."""
        if ":" in self._workspace.composer.text or self.choosing:
            self.emoji.edited()
        if self._typed:
            self.spelling.edited()
        elif self._settings().spelling:  # the first key ever is not the one that waits for an import
            self._typed = True
            self._workspace.call_after_refresh(self._first_typed)

    def _first_typed(self) -> None:
        self.spelling.edited()

    @property
    def choosing(self) -> bool:
        """The list that is open is of emoji."""
        return "emoji" in self.__dict__ and self.emoji.open

    def give_up(self) -> bool:
        """Escape: words that are still held back come back. False: there were none."""
        return not self._writing.asks and self.sending.take_back()

    async def stop(self) -> None:
        if "spelling" in self.__dict__:
            await self.spelling.close()

    def _settings(self) -> Settings:
        return self._preferences.settings
