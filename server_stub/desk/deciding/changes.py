"""Words changed after they were sent: edited or deleted by who wrote them, within a time; deleted by a supervisor at any time.

A change has no bearing on who owes whom: a debt neither begins nor ends by it, whatever the words were.
"""

from opconsole.wire import limits, staff
from opconsole.wire.cards import Role
from server_stub.desk import commands as cmd
from server_stub.desk import entries
from server_stub.desk import events as ev
from server_stub.desk.deciding.talk import annotatable, bad_text
from server_stub.desk.entries import Entry
from server_stub.desk.model import Chat, Operator, State, Visitor
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse
from server_stub.desk.transcript import VISITOR

_RANKS = {"operator": 0, "supervisor": 1, "admin": 2, "nobody": 3}


def edit(state: State, operator: Operator, command: staff.EditMessage, now: int) -> Decision | Refusal:
    """Only one's own words, and only in a chat that one may still write a note in."""
    found = _of_team(state, operator, command.chat, command.n)
    if isinstance(found, Refusal):
        return found
    chat, entry = found
    if refusal := _not_now(entry, operator.login, state.settings.change_ms, now):
        return refusal
    return _edited(state, chat, entry, command.text, operator.name, command.id, now)


def delete(state: State, operator: Operator, command: staff.DeleteMessage, now: int) -> Decision | Refusal:
    """One's own words; anybody's, by whom the desk's settings let."""
    found = _of_team(state, operator, command.chat, command.n)
    if isinstance(found, Refusal):
        return found
    chat, entry = found
    if not entry.deleted and not may_delete_any(state, operator.role):
        refusal = _not_now(entry, operator.login, state.settings.change_ms, now)
        if refusal is not None:
            return refusal
    return _deleted(chat, entry, operator.name, command.id, now)


def visitor_edits(
    state: State, visitor: Visitor | None, visitor_id: str, command: cmd.VisitorEdits, now: int
) -> Decision | Refusal:
    chat, entry = _of_visitor(state, visitor_id, command.chat, command.p)
    if chat is None or entry is None:
        return refuse("no_such_message", chat=command.chat, n=command.p)
    if refusal := _not_now(entry, VISITOR, state.settings.visitor_change_ms, now):
        return refusal
    return _edited(state, chat, entry, command.text, "", command.id, now)


def visitor_deletes(
    state: State, visitor: Visitor | None, visitor_id: str, command: cmd.VisitorDeletes, now: int
) -> Decision | Refusal:
    chat, entry = _of_visitor(state, visitor_id, command.chat, command.p)
    if chat is None or entry is None:
        return refuse("no_such_message", chat=command.chat, n=command.p)
    if not entry.deleted and (refusal := _not_now(entry, VISITOR, state.settings.visitor_change_ms, now)):
        return refusal
    return _deleted(chat, entry, "", command.id, now)


def may_delete_any(state: State, role: Role) -> bool:
    """Whether this role may delete words that are not its own, and at any time."""
    return _RANKS[role.value] >= _RANKS[state.settings.delete_any]


def _of_team(state: State, operator: Operator, chat_id: int, n: int) -> tuple[Chat, Entry] | Refusal:
    """The chat and its entry, if the operator may annotate the chat and somebody wrote the entry."""
    chat = annotatable(state, operator, chat_id)
    if isinstance(chat, Refusal):
        return chat
    entry = entries.find(chat, n)
    return (chat, entry) if entry is not None and entry.by else refuse("no_such_message", chat=chat_id, n=n)


def _of_visitor(state: State, visitor_id: str, chat_id: int, p: int) -> tuple[Chat | None, Entry | None]:
    """The chat and its entry, if the chat is this visitor's and the entry is anybody's public words."""
    chat = state.chats.get(chat_id)
    if chat is None or chat.visitor != visitor_id:
        return None, None
    entry = entries.find_public(chat, p)
    return (chat, entry) if entry is not None and entry.by else (None, None)


def _not_now(entry: Entry, author: str, limit_ms: int, now: int) -> Refusal | None:
    """Why this author may not change these words; None: they may."""
    if entry.by != author:
        return refuse("not_author")
    if entry.deleted:
        return refuse("deleted")
    if not limit_ms:
        return refuse("changes_off")
    if now - entry.at >= limit_ms:
        return refuse("change_late", limit_s=limit_ms // 1000)
    return None


def _edited(
    state: State, chat: Chat, entry: Entry, text: str, name: str, command_id: str, now: int
) -> Decision | Refusal:
    if refusal := bad_text(text, limits.TEXT_BYTES if entry.p else limits.NOTE_BYTES):
        return refusal
    most = min(state.settings.changes_most, entries.MOST_VERSIONS)
    if entry.version >= most:
        return refuse("changes_most", limit=most)
    n = chat.last + 1
    p = chat.public + 1 if entry.p else 0
    edited = ev.MessageEdited(chat.chat, n, entry.n, entry.version + 1, text, p, entry.p, name, command_id)
    return Decision((edited,), Answer(chat.chat, n, p, now))


def _deleted(chat: Chat, entry: Entry, name: str, command_id: str, now: int) -> Decision:
    if entry.deleted:
        return Decision((), Answer(chat.chat, 0, 0, now))
    n = chat.last + 1
    p = chat.public + 1 if entry.p else 0
    deleted = ev.MessageDeleted(chat.chat, n, entry.n, entry.version + 1, p, entry.p, name, command_id)
    return Decision((deleted,), Answer(chat.chat, n, p, now))
