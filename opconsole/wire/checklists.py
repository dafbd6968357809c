"""A department's checklist on the wire: the steps of a chat, and the command that ticks one. What is ticked stands on the chat's card."""

from msgspec import Struct

from opconsole.wire.base import Command, Id, Number


class Step(Struct, omit_defaults=True, gc=False, frozen=True, kw_only=True):
    """One step of a department's checklist, as the desk's owner has written it."""

    id: str
    title: str = ""
    required: bool = False
    """Before the chat is closed a console asks, if it isn't ticked. Nothing is refused for it."""
    template: str = ""
    """Code of the template that says it; empty: none does."""


class TickStep(Command, tag="tick_step"):
    """Tick a step of the checklist of a chat that I have (a supervisor: of any), or take the tick away."""

    chat: Number
    step: Id
    on: bool = True
