"""The checklist by keys: it opens over the conversation, a digit or the space bar ticks, Enter puts in the template that a step names."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from opconsole.locale import tr
from opconsole.state.changes import Changes
from opconsole.state.checklist import StepState, missing, steps_of
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.templating import Templating
from opconsole.wire.staff import TickStep

if TYPE_CHECKING:
    from opconsole.ui.screens.checklist import Checklist


class Checking:
    def __init__(self, workspace: Workspace, shift: Shift, templating: Templating) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._templating = templating
        self._open: Checklist | None = None

    def handlers(self) -> dict[str, Callable[[], None]]:
        return {"checklist": self.show}

    def show(self) -> None:
        chat = self._picture.shown
        if not chat:
            self._workspace.say(tr("No chat is on the screen."))
        elif not steps_of(self._picture, chat):
            self._workspace.say(tr("The department of this chat has no checklist."))
        else:
            from opconsole.ui.screens.checklist import Checklist

            self._open = Checklist(self._workspace.view, chat, self._tick, self._insert)
            self._workspace.app.push_screen(self._open)

    def changed(self, changes: Changes) -> None:
        """Somebody ticked, or the settings are others now: the open list shows it."""
        if self._open is not None and self._open.is_current:
            self._open.changed()

    def _tick(self, chat: int, state: StepState) -> None:
        self._shift.send(lambda id_: TickStep(id=id_, chat=chat, step=state.step.id, on=not state.done))

    def _insert(self, state: StepState) -> None:
        if why := self._templating.insert_code(state.step.template):
            self._workspace.say(why, "warning")


def what_is_missing(workspace: Workspace, chat: int) -> str:
    """A sentence for the question before closing: which required steps aren't ticked; empty: none is missing."""
    steps = missing(workspace.view.picture, chat)
    if not steps:
        return ""
    names = ", ".join(step.title for step in steps[:3]) + ("…" if len(steps) > 3 else "")
    return tr("Not ticked in the checklist: {steps}.", steps=names)
