"""A department's checklist on the wire: its steps, the command that ticks one, and how a supervisor writes them anew.

What is ticked of a chat stands on the chat's card; the steps themselves stand in the `settings` of `welcome`, which comes again when they change.
"""

from typing import Annotated

from msgspec import Meta, Struct

from opconsole.wire import limits
from opconsole.wire.base import Command, Frame, Id, Name, Number


class Step(Struct, omit_defaults=True, gc=False, frozen=True, kw_only=True):
    """One step of a department's checklist."""

    id: Id
    title: Name = ""
    required: bool = False
    """Before the chat is closed a console asks, if it isn't ticked. Nothing is refused for it."""
    template: Annotated[str, Meta(max_length=limits.CODE_CHARS)] = ""
    """Code of the template that says it; empty: none does."""


Steps = Annotated[list[Step], Meta(max_length=limits.STEPS)]


class TickStep(Command, tag="tick_step"):
    """Tick a step of the checklist of a chat that I have (a supervisor: of any), or take the tick away."""

    chat: Number
    step: Id
    on: bool = True


class SetChecklist(Command, tag="set_checklist"):
    """Write a department's checklist anew (supervisors and admins): all its steps, in order. A step keeps its ticks by its id, so a new
    step needs an id that was never used."""

    department: Name
    steps: Steps = []
    reset: bool = False
    """Again as the desk's owner has it in the desk's file; `steps` say nothing then."""
    edition: Number | None = None
    """The edition that was changed (`settings.checklist_editions`; 0: the desk's file): if there is another by now, this is refused
    as a `checklist_conflict`. Absent: whatever is there is replaced."""


class ChecklistHistory(Command, tag="checklist_history"):
    """Ask for the editions of a department's checklist (supervisors and admins). Answered by `checklist_versions`."""

    department: Name


class ChecklistVersion(Struct, omit_defaults=True, gc=False, kw_only=True):
    """One edition, as it was saved; or that the desk's file counted again from then."""

    edition: int
    at: int = 0
    by: str = ""
    """Login of who saved it."""
    steps: list[Step] = []
    reset: bool = False


class ChecklistVersions(Frame, tag="checklist_versions"):
    """Answer to `checklist_history`: the editions, oldest first."""

    id: str
    department: str
    versions: list[ChecklistVersion] = []
