"""What has happened: the journal's vocabulary. Past tense, one struct each, never changed once written.

An event carries what was *decided* (numbers, deadlines, names as they were), so that replaying needs no rules and a later
change of the rules or settings alters nothing that was. The first event of a decision carries the command's id (`cid`);
a message carries it always. No behaviour lives here but encoding.

To add an event: a class here, its line in `Event`, its function in `evolving/`; old journals never have it, so nothing else.
New fields need a default, so that old records decode.
"""

import re
from typing import Final, Literal

import msgspec
from msgspec import Struct

from opconsole.wire.cards import Page, Priority, Profile, Role, Status
from server_stub.desk.model import Settings


def _tag(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


class EventBase(Struct, gc=False, omit_defaults=True, tag_field="k", tag=_tag):
    """What is common to all events; nobody ever changes one. The kind (`k`) is the class's name in snake case: `ChatOpened` is `chat_opened`."""


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
    leave_at: int = 0
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
    """A reply to a visitor who has left: when the chat closes by itself."""


class NoteAdded(EventBase):
    """Words about the visitor that only the team sees."""

    chat: int
    n: int
    text: str
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
    why: Literal["asked", "offline", "blocked"] = "asked"
    cid: str = ""


class ChatRescued(EventBase):
    """Back to the inbox because the owed reply did not come. `login`: who let it go. `why`: `late`, or `gone` (disconnected)."""

    chat: int
    n: int
    login: str
    waiting_since: int
    answer_by: int
    name: str = ""
    why: Literal["late", "gone"] = "late"
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
    abandoned: Literal["", "short", "long"] = ""
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


class PrioritySet(EventBase):
    """`answer_by`: the new place in the order, if it waits."""

    chat: int
    priority: Priority
    answer_by: int = 0
    cid: str = ""


# ---------------------------------------------------------------- visitors


class VisitorSeen(EventBase):
    """What the visitor's browser says of itself, when it is new. `chats` of theirs are not touched."""

    visitor: str
    profile: Profile
    address: str = ""
    cid: str = ""


class VisitorCame(EventBase):
    """A live session, after there was none."""

    visitor: str


class VisitorWentAway(EventBase):
    """No live session any more; `leave_at`: when this counts as having left."""

    visitor: str
    leave_at: int


class PageVisited(EventBase):
    visitor: str
    page: Page


class VisitorEdited(EventBase):
    """Who the visitor is: corrected by the team, or given in the offline form. None: stays."""

    visitor: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    cid: str = ""


# ---------------------------------------------------------------- the team


class OperatorChanged(EventBase):
    login: str
    name: str
    role: Role
    limit: int | None
    departments: tuple[str, ...]
    blocked: bool = False


class OperatorConnected(EventBase):
    """A working session, after there was none. `status`: the new one, when a shift begins with it."""

    login: str
    status: Status | None = None


class OperatorWentAway(EventBase):
    """No working session any more; `gone_at`: when this counts as disconnected."""

    login: str
    gone_at: int


class OperatorDisconnected(EventBase):
    """Gone for so long that the owed replies were rescued."""

    login: str


class StatusSet(EventBase):
    login: str
    status: Status
    reason: str = ""
    cid: str = ""


class TemplateSaved(EventBase):
    template: str
    code: str
    title: str
    text: str
    group: str = ""
    lang: str = ""
    hotkey: int = 0
    owner: str = ""
    cid: str = ""


class TemplateDropped(EventBase):
    template: str
    cid: str = ""


# ---------------------------------------------------------------- the desk


class SettingsChanged(EventBase):
    settings: Settings
    day_ends: int = 0


class RelayRestarted(EventBase):
    """Nobody is connected. Rescues and closings are not before `floor`; presence counts from now (`gone_at`, `leave_at`)."""

    floor: int
    gone_at: int
    leave_at: int


class DayBegan(EventBase):
    """The day's counters start from zero; the day lasts until `ends`."""

    ends: int


Event = (
    ChatOpened
    | MessageSaid
    | NoteAdded
    | ChatTaken
    | ChatReturned
    | ChatRescued
    | ChatTransferred
    | ChatSnoozed
    | ChatWoken
    | ChatClosed
    | ChatReopened
    | ChatLeft
    | ChatRated
    | RescueMoved
    | TeamRead
    | VisitorRead
    | PrioritySet
    | VisitorSeen
    | VisitorCame
    | VisitorWentAway
    | PageVisited
    | VisitorEdited
    | OperatorChanged
    | OperatorConnected
    | OperatorWentAway
    | OperatorDisconnected
    | StatusSet
    | TemplateSaved
    | TemplateDropped
    | SettingsChanged
    | RelayRestarted
    | DayBegan
)


class Record(Struct, frozen=True, gc=False):
    """One line of the journal: the `seq`-th event, at a time, by somebody (`Actor.key`)."""

    seq: int
    at: int
    actor: str
    event: Event


class EventUnreadable(Exception):
    """The bytes are no event that this version knows."""


_encoder: Final = msgspec.json.Encoder()
_decoder: Final[msgspec.json.Decoder[Event]] = msgspec.json.Decoder(Event)


def encode_event(event: Event) -> bytes:
    """The event as JSON, its kind in the field `k`."""
    return _encoder.encode(event)


def decode_event(body: bytes | str) -> Event:
    """The event of `encode_event`. Raises EventUnreadable."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeError) as error:
        raise EventUnreadable(str(error)) from None


_KINDS: Final = {kind: _tag(kind.__name__) for kind in EventBase.__subclasses__()}


def kind_of(event: Event) -> str:
    """The event's kind, as the journal's `kind` column has it: `chat_opened`."""
    return _KINDS[type(event)]


def chat_of(event: Event) -> int:
    """Number of the chat that it belongs to; 0: to none."""
    return getattr(event, "chat", 0)


def entry_of(event: Event) -> int:
    """Number of the transcript's entry that it makes; 0: none."""
    return getattr(event, "n", 0)


def public_of(event: Event) -> int:
    """Public number of the entry that it makes; 0: the visitor never sees it."""
    return getattr(event, "p", 0) if type(event) is MessageSaid else 0
