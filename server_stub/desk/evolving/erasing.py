"""Content that was erased is gone from the desk's memory too.

A replay of the overwritten records must come to the same state, so nothing here depends on the words that were there.
"""

from server_stub.desk import events as ev
from server_stub.desk.events import Record
from server_stub.desk.model import State


def content_erased(state: State, record: Record, event: ev.ContentErased) -> None:
    state.touched.erased.update(event.chats)
    if event.visitor:
        _forget(state, event)
        return
    chats = set(event.chats)
    for visitor in state.visitors.values():
        if any(each.chat in chats for each in visitor.earlier):
            for each in visitor.earlier:
                if each.chat in chats:
                    each.words = ""
            visitor.rev = record.seq
            state.touched.visitors.add(visitor.visitor)


def _forget(state: State, event: ev.ContentErased) -> None:
    """The contact was never here. Their token still names them: if they come again, they begin anew."""
    for chat_id in event.chats:
        if state.chats.pop(chat_id, None) is not None:
            del state.closed[chat_id]
    if state.visitors.pop(event.visitor, None) is not None:
        del state.idle[event.visitor]
    state.touched.forgotten.add(event.visitor)
