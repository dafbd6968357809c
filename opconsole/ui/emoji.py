"""`:emoji:` in the composer: completed while its name is typed, put in its place when its second colon comes."""

from opconsole.state.emoji import LEAST_LETTERS, completions, name_being_typed, name_just_closed, named
from opconsole.ui.choosing import Choosing
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.widgets.choices import Choice
from opconsole.ui.writing import Writing


class EmojiNames(Choosing):
    def __init__(self, workspace: Workspace, writing: Writing) -> None:
        super().__init__(workspace)
        self._writing = writing

    def edited(self) -> None:
        text, cursor = self._composer.text, self._composer.cursor_offset
        if ":" not in text:
            self.close()
            return
        if (closed := name_just_closed(text, cursor)) and (found := named(closed)):
            self.close()
            self._composer.replace_before_cursor(len(closed) + 2, found)
            return
        begun = name_being_typed(text, cursor)
        if begun is None or (self._dismissed and begun.startswith(self._dismissed)):
            self._dismissed = self._dismissed if begun else ""
            self.close()
            return
        self._dismissed = ""
        found_names = completions(begun)
        if not found_names:
            self.close()
            return
        self.offer([Choice(name, text, "") for text, name in found_names], begun, ":")

    def take(self, name: str) -> None:
        begun = self.begun() or ""
        self.close()
        found = named(name)
        if found and len(begun) >= LEAST_LETTERS:
            self._composer.replace_before_cursor(len(begun) + 1, found)

    def begun(self) -> str | None:
        return name_being_typed(self._composer.text, self._composer.cursor_offset)
