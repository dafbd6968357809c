"""The way to the management of the templates. What does it is imported when it is first wanted: nobody's start waits for it."""

from typing import TYPE_CHECKING

from opconsole.state.changes import Changes
from opconsole.ui.controller import Controller, Handlers, Start
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.templating import Templating
from opconsole.wire.cards import TemplateCard

if TYPE_CHECKING:
    from opconsole.ui.template_management import Management


class Managing(Controller):
    def __init__(
        self,
        workspace: Workspace,
        shift: Shift,
        templating: Templating,
        start: Start,
    ) -> None:
        self._needs = (workspace, shift, templating, start)
        self._management: Management | None = None
        templating.manage = self.open

    def handlers(self) -> Handlers:
        return {"manage_templates": self.open}

    def open(self, card: TemplateCard | None = None) -> None:
        """At this template, if one is given."""
        if self._management is None:
            from opconsole.ui.template_management import Management

            self._management = Management(*self._needs)
        self._management.open(card)

    def changed(self, changes: Changes) -> None:
        if self._management is not None:
            self._management.changed(changes)
