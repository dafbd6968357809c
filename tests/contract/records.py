"""Records to append, and the transcript entries that they make."""

from opconsole.wire.cards import Status
from opconsole.wire.messages import Message
from server_stub.desk.events import ChatTaken, Event, MessageSaid, NoteAdded, Record, StatusSet
from server_stub.desk.transcript import message_of


def said(chat: int, n: int, p: int, text: str = "hello", by: str = "visitor") -> MessageSaid:
    return MessageSaid(chat=chat, n=n, p=p, by=by, text=text, cid=f"c{chat}-{n}")


def records(after: int, *events: Event) -> list[Record]:
    return [Record(after + i, 1_700_000_000_000 + after + i, "v:anna", event) for i, event in enumerate(events, 1)]


def statuses(after: int, count: int) -> list[Record]:
    """Records that make no entry."""
    return records(after, *(StatusSet(login="bob", status=Status.busy, reason=f"r{i}") for i in range(count)))


def conversation(after: int, chat: int, length: int) -> list[Record]:
    """A chat's entries 1…length: every third is a note, the tenth is who took it, the others are public."""
    events: list[Event] = []
    p = 0
    for n in range(1, length + 1):
        if n == 10:
            events.append(ChatTaken(chat=chat, n=n, by="bob", name="Bob"))
        elif n % 3 == 0:
            events.append(NoteAdded(chat=chat, n=n, text=f"note {n}", name="Bob"))
        else:
            p += 1
            events.append(said(chat, n, p, f"words {n}"))
    return records(after, *events)


def entries(of: list[Record]) -> list[Message]:
    return [message for record in of if (message := message_of(record)) is not None]
