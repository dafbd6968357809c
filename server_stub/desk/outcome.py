"""What a decision comes to. An expected refusal is a value, never an exception."""

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from server_stub.desk.events import Event


class Answer(Struct, frozen=True, gc=False):
    """What the giver of a command is told, after the commit: which chat, and the numbers of the entry that it made (0: none)."""

    chat: int = 0
    n: int = 0
    p: int = 0
    at: int = 0


class Decision(Struct, frozen=True, gc=False):
    """It shall happen so. No events: it was so already, or the command has been done before (then the answer is that one's)."""

    events: tuple["Event", ...]
    answer: Answer


class Refusal(Struct, frozen=True, gc=False):
    """It shall not happen. `code` is one of `refusals.TEXTS`; `text` is English for people; `facts` fill a translated one."""

    code: str
    text: str
    facts: dict[str, str | int] = {}
