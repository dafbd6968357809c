"""`:emoji:` in the composer: completed while its name is typed, put in its place when its second colon comes."""

from opconsole.state.emoji import LEAST_LETTERS, completions, name_being_typed, name_just_closed, named
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.widgets.choices import Choice
from opconsole.ui.writing import Writing


class EmojiNames:
    def __init__(self, workspace: Workspace, writing: Writing) -> None:
        self._workspace = workspace
        self._composer = workspace.composer
        self._writing = writing
        self._dismissed = ""
        self.open = False
        """The list that is open is of emoji."""

    def edited(self) -> None:
        text, cursor = self._composer.text, self._composer.cursor_offset
        if ":" not in text:
            self._close()
            return
        if (closed := name_just_closed(text, cursor)) and (found := named(closed)):
            self._close()
            self._composer.replace_before_cursor(len(closed) + 2, found)
            return
        begun = name_being_typed(text, cursor)
        if begun is None or (self._dismissed and begun.startswith(self._dismissed)):
            self._dismissed = self._dismissed if begun else ""
            self._close()
            return
        self._dismissed = ""
        found_names = completions(begun)
        if not found_names:
            self._close()
            return
        self._workspace.choices.offer([Choice(name, text, "") for text, name in found_names], begun, ":")
        self._composer.choosing = self.open = True

    def key(self, key: str) -> None:
        """A key for the open list."""
        choices = self._workspace.choices
        match key:
            case "up":
                choices.action_move(-1)
            case "down":
                choices.action_move(1)
            case "escape":
                self._dismissed = self._begun()
                self._close()
            case _:
                self.take(choices.code)

    def take(self, name: str) -> None:
        begun = self._begun()
        self._close()
        found = named(name)
        if found and len(begun) >= LEAST_LETTERS:
            self._composer.replace_before_cursor(len(begun) + 1, found)

    def _begun(self) -> str:
        return name_being_typed(self._composer.text, self._composer.cursor_offset) or ""

    def _close(self) -> None:
        if self.open:
            self._workspace.choices.offer((), "")
            self._composer.choosing = self.open = False
