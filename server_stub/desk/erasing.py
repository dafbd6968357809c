"""What of an event is personal, and the event without it. Pure; who overwrites the records is the journal.

Every field of text in every event stands in one of the two tables, and a test sees to it: a new one can't be forgotten.
Names and logins of the team stay (who answered is the desk's own record), and so do ids, numbers, times and decisions.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import structs

from opconsole.wire.cards import Page, Profile
from server_stub.desk import events as ev
from server_stub.desk.events import Event, Record

SAID: Final[Mapping[type[Event], Mapping[str, Any]]] = {
    ev.MessageSaid: {"text": "", "file": None, "sha256": ""},
    ev.MessageEdited: {"text": ""},
    ev.ChatRated: {"text": ""},
}
"""What was said in a chat, and what stands there instead."""

KNOWN: Final[Mapping[type[Event], Mapping[str, Any]]] = {
    ev.NoteAdded: {"text": "", "file": None, "sha256": ""},
    ev.VisitorSeen: {"profile": Profile(), "address": ""},
    ev.PageVisited: {"page": Page()},
    ev.VisitorEdited: {"name": None, "email": None, "phone": None},
    ev.VisitorVouched: {"customer": "", "name": "", "email": "", "phone": ""},
}
"""What is known of a contact besides."""

IMPERSONAL: Final[Mapping[type[Event], frozenset[str]]] = {
    ev.ChatOpened: frozenset({"visitor", "channel", "department", "lang", "cid"}),
    ev.MessageSaid: frozenset({"by", "cid", "name", "template"}),
    ev.MessageEdited: frozenset({"name", "cid"}),
    ev.MessageDeleted: frozenset({"name", "cid"}),
    ev.NoteAdded: frozenset({"name", "cid"}),
    ev.ChatTaken: frozenset({"by", "name", "cid"}),
    ev.ChatReturned: frozenset({"login", "name", "why", "cid"}),
    ev.ChatRescued: frozenset({"login", "name", "why", "cid"}),
    ev.ChatTransferred: frozenset({"login", "to", "to_name", "name", "cid"}),
    ev.ChatSnoozed: frozenset({"name", "cid"}),
    ev.ChatWoken: frozenset({"to", "name", "cid"}),
    ev.ChatClosed: frozenset({"why", "name", "abandoned", "cid"}),
    ev.ChatReopened: frozenset({"to", "name", "cid"}),
    ev.ChatRated: frozenset({"cid"}),
    ev.RescueMoved: frozenset({"why"}),
    ev.PrioritySet: frozenset({"priority", "cid"}),
    ev.StepTicked: frozenset({"step", "title", "department", "cid"}),
    ev.VisitorSeen: frozenset({"visitor", "cid"}),
    ev.VisitorCame: frozenset({"visitor"}),
    ev.VisitorWentAway: frozenset({"visitor"}),
    ev.PageVisited: frozenset({"visitor"}),
    ev.VisitorEdited: frozenset({"visitor", "cid"}),
    ev.VisitorVouched: frozenset({"visitor"}),
}
"""Fields of text that stay, of the events that belong to a contact or a chat."""


def without_content(event: Event, *, contact: bool) -> Event | None:
    """The event as it is kept after an erasure: of a whole `contact`, or of what was said in a chat. None: it stays as it is."""
    blank = SAID.get(type(event)) or (KNOWN.get(type(event)) if contact else None)
    if isinstance(event, ev.MessageEdited) and not (event.p or contact):
        blank = None  # of a note: it belongs to what is known of the contact, as the note itself
    if blank is None or all(getattr(event, name) == value for name, value in blank.items()):
        return None
    return structs.replace(event, **blank)


def belongs_to(record: Record, erased: ev.ContentErased) -> bool:
    """Whether a record is among those that this erasure is about."""
    chat = ev.chat_of(record.event)
    return (chat != 0 and chat in erased.chats) or (erased.visitor != "" and record.actor == f"v:{erased.visitor}")
