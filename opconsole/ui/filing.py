"""Everything about files and links in the workspace: opening them (`ui.looking`), and sending one's own. Each part is made, and its modules imported, when it is first wanted."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from opconsole.state.changes import Changes, Slice
from opconsole.terminal import in_a_tab
from opconsole.ui.controller import Handlers, Start
from opconsole.ui.copying import Copying
from opconsole.ui.looking import Looking
from opconsole.ui.preferences import Preferences
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.talk import Talk
from opconsole.ui.writing import Writing

if TYPE_CHECKING:
    from opconsole.ui.attaching import Attaching
    from opconsole.ui.carrying import Carrying


class Filing(Looking):
    def __init__(
        self,
        workspace: Workspace,
        shift: Shift,
        writing: Writing,
        talk: Talk,
        copying: Copying,
        preferences: Preferences,
        start: Start,
    ) -> None:
        super().__init__(workspace, shift, copying, preferences, start)
        self._workspace = workspace
        self._writing = writing
        talk.upload_wish = self._wish

    @cached_property
    def carrying(self) -> "Carrying":
        from opconsole.ui.carrying import Carrying

        return Carrying(self._workspace, self._shift, self._writing, self._tickets, self._start)

    @cached_property
    def attaching(self) -> "Attaching":
        from opconsole.ui.attaching import Attaching

        return Attaching(self._workspace, self._shift, self._writing, self.carrying, self._start)

    def handlers(self) -> Handlers:
        return super().handlers() | {
            "attach": self._attach,
            "attach_clipboard": self._attach_clipboard,
            "attach_cancel": self._cancel,
        }

    def changed(self, changes: Changes) -> None:
        super().changed(changes)
        if changes.slices & Slice.LINK and len(self._shift.store.uploads):
            self.carrying.go_on()

    def pasted(self, text: str, otherwise: Callable[[str], None]) -> None:
        """A paste: of files' paths it is asked whether they shall be sent. `otherwise` gets any other text."""
        from opconsole.state.paths import pasted_paths

        if (readings := pasted_paths(text)) and not in_a_tab():
            self.attaching.pasted(text, readings, otherwise)
        else:
            otherwise(text)

    def attach_command(self, arguments: Sequence[str]) -> str:
        """`:attach PATH`. Returns why not (a sentence), or empty."""
        from opconsole.state.paths import typed_path

        if problem := self.attaching.problem():
            return problem
        if arguments:
            self.attaching.attach([typed_path(" ".join(arguments))])
        else:
            self.attaching.ask()
        return ""

    # ------------------------------------------------------------ parts that need not be there yet

    def _attach(self) -> None:
        self.attaching.ask()

    def _attach_clipboard(self) -> None:
        self.attaching.ask_clipboard()

    def _cancel(self) -> None:
        self.carrying.cancel()

    def _show_progress(self, words: str) -> None:
        self._workspace.bar.progress = words
        self._workspace.bar.repaint_changed()

    def _wish(self, upload: str, wish: str) -> None:
        self.carrying.wish(upload, wish)
