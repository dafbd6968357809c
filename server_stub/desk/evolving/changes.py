"""Words that were edited or deleted. Nobody owes or is owed anything by it, and no deadline moves."""

from opconsole.wire.cards import VisitorNote
from server_stub.desk import entries
from server_stub.desk import events as ev
from server_stub.desk.errors import InvariantBroken
from server_stub.desk.events import Record
from server_stub.desk.evolving.talk import one_line
from server_stub.desk.model import Chat, State, Visitor
from server_stub.desk.transcript import VISITOR, author_of


def message_edited(state: State, record: Record, event: ev.MessageEdited) -> None:
    chat, entry = _changed(state, record, event)
    if not entry.p:
        _note(state, record, chat, entry.n, event.text)
    elif entry.n == chat.words_n:
        _last_words(state, record, chat, one_line(event.text))


def message_deleted(state: State, record: Record, event: ev.MessageDeleted) -> None:
    chat, entry = _changed(state, record, event)
    if not entry.p:
        _note(state, record, chat, entry.n, None)
    elif entry.n == chat.words_n:
        _last_words(state, record, chat, "")


def _changed(state: State, record: Record, event: ev.MessageEdited | ev.MessageDeleted) -> tuple[Chat, entries.Entry]:
    """The chat, with one entry more, and the entry that is changed, as it was."""
    chat = state.chats[event.chat]
    entry = entries.find(chat, event.of)
    if event.n != chat.last + 1 or (event.p and event.p != chat.public + 1):
        raise InvariantBroken(f"chat {event.chat}: entry {event.n}/{event.p} after {chat.last}/{chat.public}")
    if entry is None or not entry.by or entry.deleted or (entry.p, entry.version + 1) != (event.of_p, event.version):
        raise InvariantBroken(f"chat {event.chat}: version {event.version} of entry {event.of}, which is {entry}")
    chat.last = event.n
    if event.p:
        chat.public = event.p
        _is_it_news(record, event, chat)
    entries.add(chat, record.at, public=event.p > 0)
    entries.note_change(chat, event.of, deleted=type(event) is ev.MessageDeleted)
    chat.rev = record.seq
    state.touched.chats.add(chat.chat)
    return chat, entry


def _is_it_news(record: Record, event: ev.MessageEdited | ev.MessageDeleted, chat: Chat) -> None:
    """What has to be read because of it. Only a visitor's other words for those that were read are new to the owner; deleted
    words need not be read any more."""
    quiet: list[int] = []
    if type(event) is ev.MessageDeleted:
        if event.of_p > chat.operator_read:
            quiet.append(event.of_p)
        quiet.append(event.p)
    elif author_of(record.actor) != VISITOR or event.of_p > chat.operator_read:
        quiet.append(event.p)
    chat.quiet = [*chat.quiet, *quiet]


def _last_words(state: State, record: Record, chat: Chat, words: str) -> None:
    """The card's last words, also where the chat stands among the visitor's earlier ones."""
    chat.words = words
    visitor = state.visitors.get(chat.visitor)
    if visitor is None:
        return
    for earlier in visitor.earlier:
        if earlier.chat == chat.chat:
            earlier.words = words
            _touch(state, record, visitor)


def _note(state: State, record: Record, chat: Chat, n: int, text: str | None) -> None:
    """The note as it stands on the visitor's card; None: not any more."""
    visitor = state.visitors.get(chat.visitor)
    if visitor is None:
        return
    notes = []
    for note in visitor.notes:
        if (note.chat, note.n) != (chat.chat, n):
            notes.append(note)
        elif text is not None:
            notes.append(VisitorNote(note.at, note.by, text, note.chat, note.n))
    visitor.notes = notes
    _touch(state, record, visitor)


def _touch(state: State, record: Record, visitor: Visitor) -> None:
    visitor.rev = record.seq
    state.touched.visitors.add(visitor.visitor)
