"""A person's right to be erased, and the desk's own rule of how long it keeps what was said."""

from server_stub.desk import commands as cmd
from server_stub.desk import events as ev
from server_stub.desk.model import CLOSED, State
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse


def erase(state: State, command: cmd.EraseContent, now: int) -> Decision | Refusal:
    """Only what has ended: an open chat has somebody who waits in it, and operators who need its words. Without the whole
    contact, only what the desk has forgotten: a chat that may still be reopened is on somebody's page."""
    visitor = state.visitors.get(command.visitor)
    for chat_id in (*command.chats, *(visitor.open if visitor is not None else ())):
        chat = state.chats.get(chat_id)
        if chat is not None and (chat.place is not CLOSED or not command.visitor):
            return refuse("erase_open" if chat.place is not CLOSED else "erase_recent", chat=chat_id)
    if not command.visitor and not command.chats:
        return Decision((), Answer(at=now))
    why: ev.ErasedWhy = "asked" if command.by else "retention"
    erased = ev.ContentErased(command.visitor, tuple(sorted(command.chats)), why, command.by)
    return Decision((erased,), Answer(at=now))
