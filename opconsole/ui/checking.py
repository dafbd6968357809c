"""The checklist by keys: it opens over the conversation, a digit or the space bar ticks, Enter puts in the template that a step names."""

from typing import TYPE_CHECKING

from opconsole.locale import tr
from opconsole.state.changes import Changes
from opconsole.state.checklist import StepState, missing, steps_of
from opconsole.ui.acts import Acts
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.templating import Templating
from opconsole.wire.cards import Role
from opconsole.wire.staff import TickStep

if TYPE_CHECKING:
    from opconsole.ui.checklist_writing import ChecklistWriting
    from opconsole.ui.screens.checklist import Checklist


class Checking(Controller):
    def __init__(self, workspace: Workspace, shift: Shift, templating: Templating, acts: Acts) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._templating = templating
        self._acts = acts
        self._writing: ChecklistWriting | None = None
        """Made when somebody first writes one: nobody's start waits for it."""
        self._open: Checklist | None = None

    def handlers(self) -> Handlers:
        return {"checklist": self.show, "write_checklist": self.write}

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
        if self._writing is not None:
            self._writing.changed(changes)

    def write(self) -> None:
        """For supervisors: a department's steps."""
        if self._picture.me.role is Role.operator:
            self._workspace.say(tr("Your role may not do this."))
            return
        if self._writing is None:
            from opconsole.ui.checklist_writing import ChecklistWriting

            self._writing = ChecklistWriting(self._workspace, self._shift, self._templating, self._acts)
        self._writing.choose()

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
