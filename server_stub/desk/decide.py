"""What shall happen: `decide(state, actor, command, now)`. It changes nothing, and asks nobody but the state."""

from server_stub.desk.actors import Actor
from server_stub.desk.commands import Command
from server_stub.desk.model import State
from server_stub.desk.outcome import Answer, Decision, Refusal

__all__ = ["Answer", "Decision", "Refusal", "decide"]


def decide(state: State, actor: Actor, command: Command, now: int) -> Decision | Refusal:
    """The decision on a command at the time `now` (ms). Pure: the same arguments, the same outcome.

    A command whose id was answered before gets that answer again, and no events. Refusals are not remembered.
    """
    raise NotImplementedError
