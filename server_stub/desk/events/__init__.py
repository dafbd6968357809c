"""What has happened: the journal's vocabulary. Past tense, one struct each, never changed once written.

An event carries what was *decided* (numbers, deadlines, names as they were), so that replaying needs no rules and a later
change of the rules or settings alters nothing that was. The first event of a decision carries the command's id (`cid`);
a message carries it always. `close_at`, wherever it stands: the visitor had left, and the chat closes by itself then. No
behaviour lives here but encoding.

To add an event: a class in one of the modules here, its line in `Event`, its function in `evolving/`. Old journals never
have it, so nothing else. A new field needs a default, so that old records decode.
"""

from typing import Final

import msgspec
from msgspec import Struct

from server_stub.desk.errors import EventUnreadable
from server_stub.desk.events.base import Abandoned, ErasedWhy, EventBase, RescuedWhy, ReturnedWhy, tag_of
from server_stub.desk.events.chats import (
    ChatClosed,
    ChatLeft,
    ChatOpened,
    ChatRated,
    ChatReopened,
    ChatRescued,
    ChatReturned,
    ChatSnoozed,
    ChatTaken,
    ChatTransferred,
    ChatWoken,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    NoteAdded,
    PrioritySet,
    RescueMoved,
    StepTicked,
    TeamRead,
    VisitorRead,
)
from server_stub.desk.events.desk import (
    ChecklistSet,
    ContentErased,
    DayBegan,
    RelayRestarted,
    SettingsChanged,
    TemplateDropped,
    TemplateSaved,
)
from server_stub.desk.events.people import (
    OperatorChanged,
    OperatorConnected,
    OperatorDisconnected,
    OperatorWentAway,
    PageVisited,
    StatusSet,
    VisitorCame,
    VisitorEdited,
    VisitorSeen,
    VisitorVouched,
    VisitorWentAway,
)

__all__ = [
    "CHANGES",
    "Abandoned",
    "ChatClosed",
    "ChatLeft",
    "ChatOpened",
    "ChatRated",
    "ChatReopened",
    "ChatRescued",
    "ChatReturned",
    "ChatSnoozed",
    "ChatTaken",
    "ChatTransferred",
    "ChatWoken",
    "ChecklistSet",
    "ContentErased",
    "DayBegan",
    "ErasedWhy",
    "Event",
    "EventUnreadable",
    "MessageDeleted",
    "MessageEdited",
    "MessageSaid",
    "NoteAdded",
    "OperatorChanged",
    "OperatorConnected",
    "OperatorDisconnected",
    "OperatorWentAway",
    "PageVisited",
    "PrioritySet",
    "Record",
    "RelayRestarted",
    "RescueMoved",
    "RescuedWhy",
    "ReturnedWhy",
    "SettingsChanged",
    "StatusSet",
    "StepTicked",
    "TeamRead",
    "TemplateDropped",
    "TemplateSaved",
    "VisitorCame",
    "VisitorEdited",
    "VisitorRead",
    "VisitorSeen",
    "VisitorVouched",
    "VisitorWentAway",
    "chat_of",
    "decode_event",
    "encode_event",
    "entry_of",
    "kind_of",
    "public_of",
]

Event = (
    ChatOpened
    | MessageSaid
    | NoteAdded
    | MessageEdited
    | MessageDeleted
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
    | StepTicked
    | VisitorSeen
    | VisitorCame
    | VisitorWentAway
    | PageVisited
    | VisitorEdited
    | VisitorVouched
    | OperatorChanged
    | OperatorConnected
    | OperatorWentAway
    | OperatorDisconnected
    | StatusSet
    | TemplateSaved
    | TemplateDropped
    | ChecklistSet
    | SettingsChanged
    | RelayRestarted
    | DayBegan
    | ContentErased
)


class Record(Struct, frozen=True, gc=False):
    """One line of the journal: the `seq`-th event, at a time, by somebody (`Actor.key`)."""

    seq: int
    at: int
    actor: str
    event: Event


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


_WORDS: Final = frozenset((MessageSaid, MessageEdited, MessageDeleted))
"""Events that may make a public entry. (A read mark's `p` is another's.)"""
CHANGES: Final = ("message_edited", "message_deleted")
"""Kinds of the events that change the words of an earlier entry."""
_KINDS: Final = {kind: tag_of(kind.__name__) for kind in EventBase.__subclasses__()}


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
    return getattr(event, "p", 0) if type(event) in _WORDS else 0
