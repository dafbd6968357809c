"""Events of chats."""

from typing import Literal

from opconsole.wire.cards import Priority
from opconsole.wire.files import File
from server_stub.desk.events.base import Abandoned, EventBase, RescuedWhy, ReturnedWhy

# ---------------------------------------------------------------- chats: entries of the transcript (each has `n`)


class ChatOpened(EventBase):
    """A visitor's first words begin a chat; it waits. The words follow as `MessageSaid`."""

    chat: int
    n: int
    visitor: str
    channel: str
    department: str
    answer_by: int
    lang: str = ""
    online: bool = False
    """The visitor has a live session (a chat on the site)."""
    cid: str = ""


class MessageSaid(EventBase):
    """Public words. A visitor's begin a debt (`owes_since`), where there was none; an operator's end it."""

    chat: int
    n: int
    p: int
    by: str
    """`visitor`, or the operator's login."""
    text: str
    cid: str = ""
    name: str = ""
    """The operator's name, as it was."""
    rescue_at: int = 0
    """A visitor's message that begins a debt in a held chat: when it goes back."""
    close_at: int = 0
    template: str = ""
    """Id of the template that an operator made them from."""
    file: File | None = None
    """What it carries; the words may be missing then."""
    sha256: str = ""
    """Of the file's bytes."""


class NoteAdded(EventBase):
    """Words about the visitor that only the team sees."""

    chat: int
    n: int
    text: str
    name: str = ""
    cid: str = ""
    file: File | None = None
    sha256: str = ""


class MessageEdited(EventBase):
    """Other words in place of those of entry `of`, by their author. What was there stays in its own record."""

    chat: int
    n: int
    of: int
    version: int
    """1: the first change of these words."""
    text: str
    p: int = 0
    """0: the words that are changed are a note, and no visitor sees this."""
    of_p: int = 0
    name: str = ""
    cid: str = ""


class MessageDeleted(EventBase):
    """The words of entry `of` are taken away, by their author or by who may delete anybody's."""

    chat: int
    n: int
    of: int
    version: int
    p: int = 0
    of_p: int = 0
    name: str = ""
    cid: str = ""


class ChatTaken(EventBase):
    """An operator took a waiting chat. `answer_by` is what it had, for the statistics."""

    chat: int
    n: int
    by: str
    name: str = ""
    rescue_at: int = 0
    answer_by: int = 0
    close_at: int = 0
    cid: str = ""


class ChatReturned(EventBase):
    """Back to the inbox by somebody's will. `login`: who held it. `why`: `asked`, `offline` or `blocked`."""

    chat: int
    n: int
    login: str
    waiting_since: int
    answer_by: int
    name: str = ""
    """Who did it; empty: the desk."""
    why: ReturnedWhy = "asked"
    close_at: int = 0
    cid: str = ""


class ChatRescued(EventBase):
    """Back to the inbox because the owed reply did not come. `login`: who let it go. `why`: `late`, or `gone` (disconnected)."""

    chat: int
    n: int
    login: str
    waiting_since: int
    answer_by: int
    name: str = ""
    why: RescuedWhy = "late"
    alarm: bool = False
    """Everybody who could have it has let it go."""
    cid: str = ""


class ChatTransferred(EventBase):
    """To a colleague. `login`: who held it (empty: it waited). `name`: who did it."""

    chat: int
    n: int
    login: str
    to: str
    to_name: str = ""
    name: str = ""
    rescue_at: int = 0
    override: bool = False
    """A supervisor's, beyond the colleague's limit."""
    close_at: int = 0
    cid: str = ""


class ChatSnoozed(EventBase):
    chat: int
    n: int
    until: int
    name: str = ""
    cid: str = ""


class ChatWoken(EventBase):
    """A snoozed chat is back: with `to`, or (empty) in the inbox, if its operator is gone or has no room."""

    chat: int
    n: int
    to: str = ""
    name: str = ""
    """Name of `to`."""
    rescue_at: int = 0
    waiting_since: int = 0
    answer_by: int = 0
    close_at: int = 0
    cid: str = ""


class ChatClosed(EventBase):
    """`why`: `operator`, `visitor` (ended it) or `left` (the visitor is gone). `abandoned`: never answered."""

    chat: int
    n: int
    why: Literal["operator", "visitor", "left"]
    name: str = ""
    abandoned: Abandoned = ""
    cid: str = ""


class ChatReopened(EventBase):
    """A closed chat goes on: with `to`, or (empty) in the inbox."""

    chat: int
    n: int
    to: str = ""
    name: str = ""
    """Name of `to`."""
    rescue_at: int = 0
    waiting_since: int = 0
    answer_by: int = 0
    online: bool = False
    leave_at: int = 0
    cid: str = ""


class ChatLeft(EventBase):
    """The visitor has left (no live session for a while); nobody is waiting for the owed reply, so no rescue.

    `close_at`: when it closes by itself; 0 while snoozed."""

    chat: int
    n: int
    close_at: int = 0


class ChatRated(EventBase):
    chat: int
    n: int
    score: int
    text: str = ""
    cid: str = ""


# ---------------------------------------------------------------- chats: what makes no entry


class RescueMoved(EventBase):
    """The deadline moved: `why` is `typing` (the owner types) or `back` (the visitor is back, so it counts again)."""

    chat: int
    rescue_at: int
    why: Literal["typing", "back"] = "typing"


class TeamRead(EventBase):
    """The owner has read the public messages up to `p`."""

    chat: int
    p: int


class VisitorRead(EventBase):
    chat: int
    p: int


class StepTicked(EventBase):
    """A step of the department's checklist is done; `on` false: it is not, after all. Who said so is the record's actor."""

    chat: int
    step: str
    on: bool = True
    title: str = ""
    """What the step was called then."""
    department: str = ""
    cid: str = ""


class PrioritySet(EventBase):
    """`answer_by`: the new place in the order, if it waits."""

    chat: int
    priority: Priority
    answer_by: int = 0
    cid: str = ""
