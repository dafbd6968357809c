"""Who may see what. The fan-out and the sync ask here, and nowhere else decides it.

An operator sees what waits in their departments and what they hold or have snoozed; supervisors and admins see every open
chat, and so does a monitor's session of theirs. Messages stream to the owner and to sessions that *watch* the chat.
"""

from collections.abc import Iterator

from msgspec import Struct

from opconsole.wire.cards import Place, Role
from server_stub.desk.actors import Actor
from server_stub.desk.model import Chat, Moved, Operator, State, Template


class Audience(Struct, frozen=True, gc=False):
    """Who sees a chat, as a key: chats with equal audiences are seen by the same people.

    `department`: it waits there. `owner`: they have it. Both empty: it is closed, and nobody sees it live.
    """

    department: str = ""
    owner: str = ""


NOBODY = Audience()


def audience_of(chat: Chat | Moved) -> Audience:
    """The audience of a chat now (or, of a `Moved`, when the batch began)."""
    if chat.place is Place.inbox:
        return Audience(department=chat.department)
    if chat.place is Place.closed:
        return NOBODY
    return Audience(owner=chat.owner)


def sees_all(operator: Operator) -> bool:
    return operator.role is not Role.operator


def belongs(operator: Operator, audience: Audience) -> bool:
    """Whether the operator may see what has this audience."""
    if operator.blocked or audience == NOBODY:
        return False
    return sees_all(operator) or audience.department in operator.departments or audience.owner == operator.login


def may_see(state: State, actor: Actor, chat_id: int) -> bool:
    """Whether this open chat is the actor's to see live: its card, its visitor, its messages (by owning or watching it)."""
    chat = state.chats.get(chat_id)
    if chat is None:
        return False
    if actor.kind == "visitor":
        return chat.visitor == actor.id
    operator = state.operators.get(actor.id)
    return operator is not None and belongs(operator, audience_of(chat))


def may_read(state: State, actor: Actor, chat_id: int) -> bool:
    """Whether the actor may be given this chat's transcript (`fetch`, `watch`): one that they may see, one that they had,
    or an earlier one of a visitor whose open chat they may see. Supervisors may read every chat there ever was."""
    if may_see(state, actor, chat_id):
        return True
    operator = state.operators.get(actor.id) if actor.kind == "operator" else None
    if operator is None or operator.blocked or not 0 < chat_id <= state.last_chat:
        return False
    if sees_all(operator):
        return True
    chat = state.chats.get(chat_id)
    if chat is not None and chat.place is Place.closed and chat.owner == operator.login:
        return True
    visitors = {state.chats[mine].visitor for mine in (*operator.held, *operator.snoozed)}
    if chat is not None:
        visitors.add(chat.visitor)
    return any(
        (chat is not None and chat.visitor == visitor.visitor) or any(old.chat == chat_id for old in visitor.earlier)
        for visitor in (state.visitors[each] for each in visitors if each in state.visitors)
        if any(belongs(operator, audience_of(state.chats[each])) for each in visitor.open)
    )


def may_read_history(state: State, actor: Actor) -> bool:
    """Whether the actor may be given every version of any words, deleted ones too."""
    operator = state.operators.get(actor.id) if actor.kind == "operator" else None
    return operator is not None and not operator.blocked and sees_all(operator)


class Reach(Struct, frozen=True):
    """Whose words somebody may be shown by a search or a hint, beyond what the desk itself remembers: all of them (`everything`); or
    those of closed chats that they had last, however old, and of every chat of these visitors."""

    login: str
    everything: bool = False
    visitors: tuple[str, ...] = ()


def reach(state: State, actor: Actor) -> Reach | None:
    """The same as `may_read`, told of all chats at once, the forgotten ones too. None: they may be shown nothing."""
    operator = state.operators.get(actor.id) if actor.kind == "operator" else None
    if operator is None or operator.blocked:
        return None
    if sees_all(operator):
        return Reach(operator.login, everything=True)
    visitors = dict.fromkeys(state.chats[chat].visitor for chat in visible_chats(state, actor))
    return Reach(operator.login, visitors=tuple(visitors))


def may_see_visitor(state: State, actor: Actor, visitor_id: str) -> bool:
    """Whether the visitor's card is the actor's to see: they may see one of the visitor's open chats."""
    visitor = state.visitors.get(visitor_id)
    return visitor is not None and any(may_see(state, actor, chat_id) for chat_id in visitor.open)


def may_see_template(state: State, actor: Actor, template: Template) -> bool:
    """One's own, the desk's, and the departments' that one works in (supervisors: every department's)."""
    if template.owner:
        return template.owner == actor.id
    if not template.department:
        return True
    operator = state.operators.get(actor.id)
    return operator is not None and (sees_all(operator) or template.department in operator.departments)


def visible_chats(state: State, actor: Actor) -> Iterator[int]:
    """Numbers of the open chats that an operator's session may see, for a sync. In no order."""
    operator = state.operators.get(actor.id) if actor.kind == "operator" else None
    if operator is None or operator.blocked:
        return
    everything = sees_all(operator)
    for department, inbox in state.inbox.items():
        if everything or department in operator.departments:
            for _, chat_id in inbox:
                yield chat_id
    for each in state.operators.values() if everything else (operator,):
        yield from each.held
        yield from each.snoozed
