"""Events of talk: messages, notes, read marks, ratings, priorities, and the deadline that typing moves."""

from typing import Final

from opconsole.wire import limits
from opconsole.wire.cards import Tick, VisitorNote
from opconsole.wire.files import File
from server_stub.desk import events as ev
from server_stub.desk.entries import add as add_entry
from server_stub.desk.errors import InvariantBroken
from server_stub.desk.events import Record
from server_stub.desk.evolving.places import arm, set_rescue, touch_desk
from server_stub.desk.evolving.templates import template_used
from server_stub.desk.model import CLOSED, HELD, INBOX, Chat, State
from server_stub.desk.outcome import Answer
from server_stub.desk.transcript import VISITOR, author_of

_WORDS: Final = limits.WORDS_CHARS


def message_said(state: State, record: Record, event: ev.MessageSaid) -> None:
    """Public words. This is the desk's busiest function: written for speed, and it remembers the answer itself."""
    chat = state.chats[event.chat]
    at = record.at
    n = event.n
    p = event.p
    if n != chat.last + 1 or p != chat.public + 1:
        raise InvariantBroken(f"chat {event.chat}: entry {n}/{p} after {chat.last}/{chat.public}")
    chat.last = n
    chat.public = p
    chat.last_at = at
    chat.rev = record.seq
    by = event.by
    chat.words_by = by
    chat.words_n = n
    text = event.text
    if event.file is not None and (not text or text.isspace()):
        text = shown_of(event.file)
    chat.words = text if len(text) <= _WORDS and "\n" not in text else one_line(text)
    add_entry(chat, at, by, public=True)
    touched = state.touched
    touched.chats.add(chat.chat)
    if by == VISITOR:
        if not chat.owes_since:
            chat.owes_since = at
            if chat.place is HELD:
                owner = state.operators[chat.owner]
                owner.rev = record.seq
                touched.operators.add(owner.login)
        rescue_at = event.rescue_at
        if rescue_at:
            chat.rescue_at = rescue_at
            chat.rescue_base = rescue_at
            state.chat_deadlines.arm(chat.chat, rescue_at)
        answers = state.visitors[chat.visitor].answers
    else:
        operator = state.operators[by]
        if chat.owes_since:
            chat.owes_since = 0
            chat.rescue_at = 0
            operator.rev = record.seq
            touched.operators.add(by)
        chat.operator_read = p
        if chat.quiet:
            chat.quiet = []
        if not chat.answered_at:
            chat.answered_at = at
        if event.close_at:
            chat.close_at = event.close_at
            arm(state, chat, event.close_at)
        if event.template:
            template_used(state, event.template)
        answers = operator.answers
    if event.cid:
        answers.remember(event.cid, Answer(chat.chat, n, p, at))


def shown_of(file: File | None) -> str:
    """What stands for a message's words where there are none: the name of the file that it carries."""
    return f"[{file.name}]" if file is not None else ""


def one_line(text: str) -> str:
    """As the card shows them: one line, and not too much of it."""
    return " ".join(text[: _WORDS * 4].split())[:_WORDS]


def entry(state: State, record: Record, chat_id: int, n: int, by: str = "") -> Chat:
    """The chat, with one entry more that is not public; `by`: whose words, if it is a note.

    Raises InvariantBroken if the number does not follow."""
    chat = state.chats[chat_id]
    if n != chat.last + 1:
        raise InvariantBroken(f"chat {chat_id}: entry {n} after {chat.last}")
    chat.last = n
    chat.rev = record.seq
    add_entry(chat, record.at, by)
    state.touched.chats.add(chat_id)
    return chat


def note_added(state: State, record: Record, event: ev.NoteAdded) -> None:
    author = author_of(record.actor)
    chat = entry(state, record, event.chat, event.n, author)
    visitor = state.visitors.get(chat.visitor)
    if visitor is not None:
        note = VisitorNote(record.at, event.name or author, event.text or shown_of(event.file), event.chat, event.n)
        visitor.notes = [*visitor.notes, note][-limits.CARD_NOTES :]
        visitor.rev = record.seq
        state.touched.visitors.add(visitor.visitor)


def chat_rated(state: State, record: Record, event: ev.ChatRated) -> None:
    chat = entry(state, record, event.chat, event.n)
    chat.rating = event.score
    chat.comment = event.text
    visitor = state.visitors.get(chat.visitor)
    if visitor is not None and chat.place is CLOSED:
        for earlier in visitor.earlier:
            if earlier.chat == chat.chat:
                earlier.rating = event.score
        visitor.rev = record.seq
        state.touched.visitors.add(visitor.visitor)


def rescue_moved(state: State, record: Record, event: ev.RescueMoved) -> None:
    chat = _touch(state, record, event.chat)
    if event.why == "back":
        set_rescue(state, chat, event.rescue_at)
    else:
        chat.rescue_at = event.rescue_at
        arm(state, chat, event.rescue_at)


def team_read(state: State, record: Record, event: ev.TeamRead) -> None:
    chat = _touch(state, record, event.chat)
    chat.operator_read = event.p
    if chat.quiet:
        chat.quiet = [each for each in chat.quiet if each > event.p]


def visitor_read(state: State, record: Record, event: ev.VisitorRead) -> None:
    _touch(state, record, event.chat).visitor_read = event.p


def priority_set(state: State, record: Record, event: ev.PrioritySet) -> None:
    chat = _touch(state, record, event.chat)
    chat.priority = event.priority
    if chat.place is INBOX:
        inbox = state.inbox[chat.department]
        inbox.remove(chat.answer_by, chat.chat)
        chat.answer_by = event.answer_by
        inbox.add(chat.answer_by, chat.chat)
        touch_desk(state, record)


def step_ticked(state: State, record: Record, event: ev.StepTicked) -> None:
    chat = _touch(state, record, event.chat)
    ticks = [tick for tick in chat.ticks if tick.step != event.step]
    chat.ticks = [*ticks, Tick(event.step, author_of(record.actor), record.at)] if event.on else ticks


def _touch(state: State, record: Record, chat_id: int) -> Chat:
    chat = state.chats[chat_id]
    chat.rev = record.seq
    state.touched.chats.add(chat_id)
    return chat
