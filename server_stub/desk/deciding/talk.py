"""Words of the team: replies, notes, read marks, typing; and who the visitor is."""

from typing import Final

from msgspec import structs

from opconsole.wire import limits, staff
from opconsole.wire.text import fits_bytes
from server_stub.desk import commands as cmd
from server_stub.desk import events as ev
from server_stub.desk import rules
from server_stub.desk.actors import Actor
from server_stub.desk.audience import audience_of, belongs, may_see_template, sees_all
from server_stub.desk.events import MessageSaid
from server_stub.desk.model import CLOSED, HELD, INBOX, SNOOZED, Chat, Operator, State
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse

SURELY_FITS: Final = limits.TEXT_BYTES // 4
"""A text of no more characters has no more bytes than may be: on the path of every message it need not be asked further."""


def with_file(state: State, operator: Operator, command: cmd.SaysWithFile, now: int) -> Decision | Refusal:
    said = command.said
    if isinstance(said, staff.Say):
        return say(state, operator, said, now, command.carried)
    return add_note(state, operator, said, now, command.carried)


def say(
    state: State, operator: Operator, command: staff.Say, now: int, carried: cmd.Carried | None = None
) -> Decision | Refusal:
    """A public reply, by who holds the chat. To a visitor who has left it stays for their return, and the silence begins anew."""
    chat = state.chats.get(command.chat)
    if chat is None or chat.place is not HELD or chat.owner != operator.login:
        return not_held(state, operator, command.chat)
    text = command.text
    if (not text or len(text) > SURELY_FITS or text.isspace()) and (
        refusal := bad_text(text, limits.TEXT_BYTES, carried)
    ):
        return refusal
    if carried is None and command.file:
        return refuse("file_unknown")
    n = chat.last + 1
    p = chat.public + 1
    close_at = now + state.settings.silent_ms if chat.left else 0
    template = command.template
    if template and not _may_use(state, operator, template):
        template = ""
    said = MessageSaid(chat.chat, n, p, operator.login, text, command.id, operator.name, 0, close_at, template)
    if carried is not None:
        said = structs.replace(said, file=carried.file, sha256=carried.sha256)
    return Decision((said,), Answer(chat.chat, n, p, now))


def _may_use(state: State, operator: Operator, template_id: str) -> bool:
    """Whether this is a template of theirs to use. If it isn't (it may just have been removed), the words go all the same."""
    template = state.templates.get(template_id)
    return template is not None and may_see_template(state, Actor("operator", operator.login), template)


def add_note(
    state: State, operator: Operator, command: staff.AddNote, now: int, carried: cmd.Carried | None = None
) -> Decision | Refusal:
    chat = annotatable(state, operator, command.chat)
    if isinstance(chat, Refusal):
        return chat
    if refusal := bad_text(command.text, limits.NOTE_BYTES, carried):
        return refusal
    if carried is None and command.file:
        return refuse("file_unknown")
    n = chat.last + 1
    note = ev.NoteAdded(chat.chat, n, command.text, operator.name, command.id)
    if carried is not None:
        note = structs.replace(note, file=carried.file, sha256=carried.sha256)
    return Decision((note,), Answer(chat.chat, n, 0, now))


def edit_visitor(state: State, operator: Operator, command: staff.EditVisitor, now: int) -> Decision | Refusal:
    chat = annotatable(state, operator, command.chat)
    if isinstance(chat, Refusal):
        return chat
    visitor = state.visitors.get(chat.visitor)
    if visitor is None:
        return refuse("no_such_chat", chat=command.chat)
    answer = Answer(chat.chat, 0, 0, now)
    name = command.name if command.name != visitor.name else None
    email = command.email if command.email != visitor.email else None
    phone = command.phone if command.phone != visitor.phone else None
    if name is None and email is None and phone is None:
        return Decision((), answer)
    return Decision((ev.VisitorEdited(visitor.visitor, name, email, phone, chat.chat, command.id),), answer)


def read(state: State, operator: Operator, signal: staff.Read, now: int) -> Decision | Refusal:
    """Only the owner's reading counts: a colleague who looks on has not answered for it."""
    chat = state.chats.get(signal.chat)
    if chat is None or chat.place is not HELD or chat.owner != operator.login:
        return not_held(state, operator, signal.chat)
    p = min(signal.p, chat.public)
    answer = Answer(chat.chat, 0, 0, now)
    return Decision((ev.TeamRead(chat.chat, p),), answer) if p > chat.operator_read else Decision((), answer)


def typing(state: State, operator: Operator, signal: staff.Typing, now: int) -> Decision | Refusal:
    """The owner types: the rescue keeps a little ahead of them, for a while. An event only when it must move."""
    chat = state.chats.get(signal.chat)
    if chat is None or chat.place is not HELD or chat.owner != operator.login:
        return not_held(state, operator, signal.chat)
    answer = Answer(chat.chat, 0, 0, now)
    moved = rules.typing_moves_to(state.settings, chat, now) if signal.on else 0
    return Decision((ev.RescueMoved(chat.chat, moved),), answer) if moved else Decision((), answer)


def bad_text(text: str, limit_bytes: int, carried: cmd.Carried | None = None) -> Refusal | None:
    """Whether these words can't be sent. The limit is in bytes of UTF-8. Beside a file there need be none."""
    if not text or text.isspace():
        return refuse("empty_text") if carried is None else None
    if not fits_bytes(text, limit_bytes):
        return refuse("text_too_long", bytes=len(text.encode("utf-8", "surrogatepass")), limit=limit_bytes)
    return None


def annotatable(state: State, operator: Operator, chat_id: int) -> Chat | Refusal:
    """A chat for notes and corrections: one that the operator may see, or a closed one that was theirs (a supervisor: any)."""
    chat = state.chats.get(chat_id)
    if chat is None:
        return refuse("no_such_chat", chat=chat_id)
    if chat.place is CLOSED:
        may = chat.owner == operator.login or sees_all(operator)
    else:
        may = belongs(operator, audience_of(chat))
    return chat if may else refuse("not_visible", chat=chat_id)


def not_held(state: State, operator: Operator, chat_id: int) -> Refusal:
    """Why an operator can't act as the holder of this chat."""
    chat = state.chats.get(chat_id)
    if chat is None:
        return refuse("no_such_chat", chat=chat_id)
    if chat.place is CLOSED:
        return refuse("chat_closed", chat=chat_id)
    if chat.place is INBOX:
        waits_here = belongs(operator, audience_of(chat))
        return refuse("chat_waits" if waits_here else "not_visible", chat=chat_id)
    if chat.place is SNOOZED and chat.owner == operator.login:
        return refuse("snoozed", chat=chat_id)
    return refuse("not_yours", chat=chat_id, name=name_of(state, chat.owner))


def name_of(state: State, login: str) -> str:
    """The name that people know; the login where there is none."""
    operator = state.operators.get(login)
    return operator.name or login if operator is not None else login
