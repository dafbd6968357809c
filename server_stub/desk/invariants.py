"""What is always true of a desk, asserted. Cheap enough to keep on in production, after every batch, for what was touched.

1. Each open chat is in exactly one place, and that place knows it.
2. Nobody holds more than their limit, but for what an override or a sunken limit left them.
3. A held chat that owes has a deadline, and every deadline is watched.
4. Numbers of entries have no gaps (`evolve` checks each), each is written down, and no mark is beyond them.
5. The inbox's order is the order of `answer_by`.
6. A reply is owed exactly when the last public word of an open chat is the visitor's.
7. A visitor has at most one open chat a channel.
8. A template's code is its own in its scope, language and channel, and belongs to a person or a department, never to both.
"""

from collections import Counter

from server_stub.desk import entries as book
from server_stub.desk.errors import InvariantBroken
from server_stub.desk.model import CLOSED, FORM, HELD, INBOX, SNOOZED, Chat, Operator, State, Touched, code_key
from server_stub.desk.transcript import VISITOR

__all__ = ["InvariantBroken", "check", "check_touched"]


def check_touched(state: State, touched: Touched) -> None:
    """The invariants of the chats and operators that a batch touched. Raises InvariantBroken."""
    chats = state.chats
    for chat_id in touched.chats:
        chat = chats.get(chat_id)
        if chat is not None:
            _check_chat(state, chat)
    operators = state.operators
    for login in touched.operators:
        _check_operator(operators[login])


def check(state: State) -> None:
    """All of it, with the counts: for tests, and after a restart. Raises InvariantBroken."""
    try:
        _check(state)
    except LookupError as error:
        raise InvariantBroken(f"something is spoken of that is not there: {error!r}") from error


def _check(state: State) -> None:
    places: Counter[int] = Counter()
    for department, inbox in state.inbox.items():
        entries = list(inbox)
        if entries != sorted(entries):
            raise InvariantBroken(f"the inbox of {department!r} is out of order")
        forms = 0
        for _, chat_id in entries:
            places[chat_id] += 1
            forms += state.chats[chat_id].channel == FORM
        if forms != inbox.forms:
            raise InvariantBroken(f"the inbox of {department!r} counts {inbox.forms} forms of {forms}")
    for operator in state.operators.values():
        _check_operator(operator)
        places.update(operator.held)
        places.update(operator.snoozed)
    places.update(state.closed.keys())
    for chat in state.chats.values():
        _check_chat(state, chat)
        if places.pop(chat.chat, 0) != 1:
            raise InvariantBroken(f"chat {chat.chat} is not in exactly one place")
    if places:
        raise InvariantBroken(f"places know chats that are none: {sorted(places)[:5]}")
    _check_counts(state)
    _check_visitors(state)
    _check_templates(state)


def _check_chat(state: State, chat: Chat) -> None:
    place = chat.place
    number = chat.chat
    if place is HELD:
        owner = state.operators.get(chat.owner)
        if owner is None or number not in owner.held:
            raise InvariantBroken(f"chat {number} is held by {chat.owner!r}, who does not know it")
        if chat.owes_since and not (chat.rescue_at or chat.close_at):
            raise InvariantBroken(f"chat {number} owes and has no deadline")
    elif place is INBOX:
        if (chat.answer_by, number) not in state.inbox[chat.department]:
            raise InvariantBroken(f"chat {number} waits, and is not at its place in the inbox")
    elif place is SNOOZED:
        owner = state.operators.get(chat.owner)
        if owner is None or number not in owner.snoozed or not chat.snoozed_until:
            raise InvariantBroken(f"chat {number} is snoozed by {chat.owner!r}, who does not know it")
    elif number not in state.closed:
        raise InvariantBroken(f"chat {number} is closed, and not among the closed ones")
    if chat.rescue_at and place is not HELD:
        raise InvariantBroken(f"chat {number} has a rescue, and nobody holds it")
    due = chat.due()
    if due:
        armed = state.chat_deadlines.armed(number)
        if place is CLOSED or not armed or armed > due:
            raise InvariantBroken(f"chat {number} is due at {due}, and nobody watches it")
    if not (chat.public <= chat.last and chat.operator_read <= chat.public and chat.visitor_read <= chat.public):
        raise InvariantBroken(f"chat {number}: marks beyond its {chat.last}/{chat.public} entries")
    if len(chat.entries) != chat.last * book.SIZE:
        raise InvariantBroken(f"chat {number}: {len(chat.entries)} bytes are written down of {chat.last} entries")
    if not 0 <= chat.unread() <= chat.public - chat.operator_read:
        raise InvariantBroken(
            f"chat {number}: {chat.unread()} of {chat.public} entries unread, {chat.operator_read} read"
        )
    if place is not CLOSED and bool(chat.owes_since) is not (chat.words_by == VISITOR):
        raise InvariantBroken(f"chat {number}: the last words are by {chat.words_by!r}, owed since {chat.owes_since}")


def _check_operator(operator: Operator) -> None:
    if len(operator.held) > max(operator.room_for, operator.beyond):
        raise InvariantBroken(
            f"{operator.login} holds {len(operator.held)} chats, and has room for {operator.room_for}"
        )
    if operator.connected and (operator.gone_at or operator.blocked):
        raise InvariantBroken(f"{operator.login} is connected and gone")


def _check_counts(state: State) -> None:
    waiting = sum(len(inbox) for inbox in state.inbox.values())
    held = sum(len(operator.held) for operator in state.operators.values())
    if (state.waiting, state.held) != (waiting, held):
        raise InvariantBroken(f"the desk counts {state.waiting}, {state.held}; there wait {waiting}, are held {held}")
    for operator in state.operators.values():
        armed = state.operator_deadlines.armed(operator.login)
        if operator.gone_at and not 0 < armed <= operator.gone_at:
            raise InvariantBroken(f"{operator.login} is due at {operator.gone_at}, and nobody watches it")


def _check_visitors(state: State) -> None:
    of_open = {chat.chat for chat in state.chats.values() if chat.place is not CLOSED}
    for visitor in state.visitors.values():
        channels = [state.chats[each].channel for each in visitor.open]
        if len(set(channels)) != len(channels):
            raise InvariantBroken(f"visitor {visitor.visitor} has two open chats on a channel")
        of_open.difference_update(visitor.open)
        if bool(visitor.open) is (visitor.visitor in state.idle):
            raise InvariantBroken(f"visitor {visitor.visitor} has {visitor.open} open; idle is wrong about it")
    if of_open:
        raise InvariantBroken(f"open chats of no visitor: {sorted(of_open)[:5]}")


def _check_templates(state: State) -> None:
    known = {name: (scope, key) for scope, codes in state.codes.items() for key, name in codes.items()}
    if len(known) != sum(len(codes) for codes in state.codes.values()):
        raise InvariantBroken("a template has two codes")
    for name, template in state.templates.items():
        key = code_key(template.code, template.lang, template.channel)
        if known.pop(name, None) != (template.scope, key) or (template.owner and template.department):
            raise InvariantBroken(f"template {name!r} is not where its code says")
    if known:
        raise InvariantBroken(f"codes of no template: {sorted(known)[:5]}")
    if both := state.templates.keys() & state.dropped.keys():
        raise InvariantBroken(f"templates are there and removed: {sorted(both)[:5]}")
