"""From the journal's records to transcripts: what the team reads, and what of it the visitor reads. No state is needed."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from opconsole.wire.checklists import ChecklistVersion
from opconsole.wire.messages import Kind, Message, changed
from opconsole.wire.staff import Version
from opconsole.wire.templates import TemplateVersion
from opconsole.wire.visitor import VisitorMessage
from server_stub.desk import events as ev
from server_stub.desk.events import Event, Record

VISITOR: Final = "visitor"
"""`Message.by` of the visitor's own words."""


def message_of(record: Record) -> Message | None:
    """The transcript's entry that this record makes; None: it makes none."""
    event = record.event
    kind = type(event)
    if kind is ev.MessageSaid:
        return _said(record, event)
    write = _WRITERS.get(kind)
    return None if write is None else write(record, event)


def visitor_message_of(message: Message) -> VisitorMessage:
    """A public entry as the visitor is shown it. The operator's login stays inside; `cid` is the visitor's own only."""
    mine = message.by == VISITOR
    return VisitorMessage(
        chat=message.chat,
        n=message.p,
        at=message.at,
        by="visitor" if mine else "operator",
        name="" if mine else message.name,
        text=message.text,
        file=message.file,
        cid=message.cid if mine else "",
        version=message.version,
        deleted=message.deleted_by != "",
        of=message.of_p,
    )


def as_of_now(entries: Iterable[Message], later: Iterable[Message] = ()) -> list[Message]:
    """The entries as they are to be given again: with the words that they have now, and none that were deleted.

    `later`: the changes of the chat that came after the last of these entries; those among the entries are seen anyway."""
    found = list(entries)
    newest: dict[int, Message] = {}
    for message in (*found, *later):
        if message.kind is Kind.change:
            newest[message.of] = message
    if not newest:
        return found
    for index, message in enumerate(found):
        change = newest.get(message.of or message.n)
        if change is not None:
            found[index] = changed(message, change)
    return found


def versions_of(entries: Iterable[Message]) -> list[Version]:
    """The history of an entry: from it and its changes, as they were recorded and in order."""
    return [
        Version(
            version=message.version,
            at=message.at,
            by=message.by,
            name=message.name,
            text=message.text,
            deleted=message.deleted_by != "",
        )
        for message in entries
    ]


def template_versions_of(records: Iterable[Record]) -> list[TemplateVersion]:
    """A template's editions from the records of its saves and removals, in order."""
    versions = []
    for record in records:
        event = record.event
        by = author_of(record.actor)
        if isinstance(event, ev.TemplateDropped):
            versions.append(TemplateVersion(edition=record.seq, at=record.at, by=by, dropped=True))
        elif isinstance(event, ev.TemplateSaved):
            versions.append(
                TemplateVersion(
                    edition=record.seq,
                    at=record.at,
                    by=by,
                    code=event.code,
                    title=event.title,
                    text=event.text,
                    group=event.group,
                    lang=event.lang,
                    channel=event.channel,
                    hotkey=event.hotkey,
                    owner=event.owner,
                    department=event.department,
                    active_from=event.active_from,
                    active_until=event.active_until,
                    hours=event.hours,
                )
            )
    return versions


def checklist_versions_of(records: Iterable[Record]) -> list[ChecklistVersion]:
    """A checklist's editions from the records of its saves, in order."""
    return [
        ChecklistVersion(
            edition=record.seq,
            at=record.at,
            by=author_of(record.actor),
            steps=list(record.event.steps),
            reset=record.event.reset,
        )
        for record in records
        if isinstance(record.event, ev.ChecklistSet)
    ]


def author_of(actor: str) -> str:
    """`Message.by` for a journal's actor: `visitor`, the login, or empty for the desk."""
    if actor.startswith("v:"):
        return VISITOR
    return actor[2:]


def _said(record: Record, event: Any) -> Message:
    return Message(
        chat=event.chat,
        n=event.n,
        p=event.p,
        at=record.at,
        by=event.by,
        name=event.name,
        text=event.text,
        file=event.file,
        cid=event.cid,
    )


def _note(record: Record, event: Any) -> Message:
    return Message(
        chat=event.chat,
        n=event.n,
        at=record.at,
        kind=Kind.note,
        by=author_of(record.actor),
        name=event.name,
        text=event.text,
        file=event.file,
        cid=event.cid,
    )


def _change(record: Record, event: Any) -> Message:
    deleted = type(event) is ev.MessageDeleted
    by = author_of(record.actor)
    return Message(
        chat=event.chat,
        n=event.n,
        p=event.p,
        at=record.at,
        kind=Kind.change,
        by=by,
        name=event.name,
        text="" if deleted else event.text,
        cid=event.cid,
        version=event.version,
        deleted_by=by if deleted else "",
        deleted_name=event.name if deleted else "",
        of=event.of,
        of_p=event.of_p,
    )


def _entry(code: str, name: str = "name", to: str = "") -> Callable[[Record, Any], Message]:
    """An entry of kind `event`; `name` and `to` are the event's fields to show, empty for none."""

    def write(record: Record, event: Any) -> Message:
        return Message(
            chat=event.chat,
            n=event.n,
            at=record.at,
            kind=Kind.event,
            by=author_of(record.actor),
            name=getattr(event, name) if name else "",
            text=code,
            to=getattr(event, to) if to else "",
            cid=getattr(event, "cid", ""),
        )

    return write


_WRITERS: Final[dict[type[Event], Callable[[Record, Any], Message]]] = {
    ev.NoteAdded: _note,
    ev.MessageEdited: _change,
    ev.MessageDeleted: _change,
    ev.ChatOpened: _entry("opened", name=""),
    ev.ChatTaken: _entry("taken"),
    ev.ChatReturned: _entry("returned"),
    ev.ChatRescued: _entry("rescued"),
    ev.ChatTransferred: _entry("transferred", to="to_name"),
    ev.ChatSnoozed: _entry("snoozed"),
    ev.ChatWoken: _entry("woken"),
    ev.ChatClosed: _entry("closed"),
    ev.ChatReopened: _entry("reopened"),
    ev.ChatLeft: _entry("left", name=""),
    ev.ChatRated: _entry("rated", name=""),
}
