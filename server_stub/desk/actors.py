"""Who acts. An actor is known before the desk is asked: authentication is the edge's work and must not come in here."""

from typing import Literal

from msgspec import Struct

from opconsole.wire.cards import Role

ActorKind = Literal["visitor", "operator", "desk"]


class Actor(Struct):
    """One who gives commands. Make one per session and keep it: `key` is built once.

    `id` is the visitor's id or the operator's login; the desk itself has none. `role` tells the edge what the session may be
    shown; decisions use the role that the journal knows. `monitor`: a read-only session, refused every command.
    """

    kind: ActorKind
    id: str = ""
    role: Role | None = None
    monitor: bool = False
    key: str = ""
    """As the journal writes it: `v:ID`, `o:LOGIN`, or empty for the desk. Computed; don't pass it."""

    def __post_init__(self) -> None:
        self.key = "" if self.kind == "desk" else f"{self.kind[0]}:{self.id}"


DESK = Actor("desk")
"""The desk itself: its clock, its settings, the people whom the administration names."""
