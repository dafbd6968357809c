"""Events of visitors as people, and of the team: who they are, and whether they are there."""

from msgspec import structs

from opconsole.wire.cards import Profile, Status
from server_stub.desk import events as ev
from server_stub.desk.events import Record
from server_stub.desk.evolving.places import arm, touch_operator
from server_stub.desk.model import SITE, Operator, State, Visitor, Vouched
from server_stub.desk.rules import room_for


def visitor_seen(state: State, record: Record, event: ev.VisitorSeen) -> None:
    """The browser's word about the visitor fills what nobody knew; it replaces nothing that was given or corrected."""
    visitor = state.visitors[event.visitor]
    profile: Profile = event.profile
    visitor.profile = profile
    visitor.address = event.address or visitor.address
    visitor.name = visitor.name or profile.name
    visitor.email = visitor.email or profile.email
    visitor.phone = visitor.phone or profile.phone
    for chat_id in visitor.open:
        chat = state.chats[chat_id]
        chat.lang = profile.lang or chat.lang
    touch_visitor(state, record, visitor)


def visitor_came(state: State, record: Record, event: ev.VisitorCame) -> None:
    visitor = state.visitors[event.visitor]
    visitor.online = True
    for chat_id in visitor.open:
        chat = state.chats[chat_id]
        if chat.channel == SITE:
            chat.leave_at = 0
            chat.left = False
            chat.close_at = 0
    touch_visitor(state, record, visitor)


def visitor_went_away(state: State, record: Record, event: ev.VisitorWentAway) -> None:
    visitor = state.visitors[event.visitor]
    visitor.online = False
    expect_leaving(state, visitor, event.leave_at)
    touch_visitor(state, record, visitor)


def page_visited(state: State, record: Record, event: ev.PageVisited) -> None:
    visitor = state.visitors[event.visitor]
    visitor.profile = structs.replace(visitor.profile, page=event.page)
    visitor.rev = record.seq
    state.touched.visitors.add(visitor.visitor)


def visitor_edited(state: State, record: Record, event: ev.VisitorEdited) -> None:
    visitor = state.visitors[event.visitor]
    if event.name is not None:
        visitor.name = event.name
    if event.email is not None:
        visitor.email = event.email
    if event.phone is not None:
        visitor.phone = event.phone
    touch_visitor(state, record, visitor)


def visitor_vouched(state: State, record: Record, event: ev.VisitorVouched) -> None:
    """What the site vouches for goes before what anybody said; what the team corrects afterwards goes before that."""
    visitor = state.visitors[event.visitor]
    visitor.vouched = Vouched(event.customer, event.name, event.email, event.phone)
    visitor.name = event.name or visitor.name
    visitor.email = event.email or visitor.email
    visitor.phone = event.phone or visitor.phone
    touch_visitor(state, record, visitor)


def operator_changed(state: State, record: Record, event: ev.OperatorChanged) -> None:
    operator = state.operators.get(event.login)
    if operator is None:
        operator = state.operators[event.login] = Operator(login=event.login, status_at=record.at)
        state.touched.resync.add(event.login)
    elif (operator.role, operator.departments, operator.blocked) != (event.role, event.departments, event.blocked):
        state.touched.resync.add(event.login)
    renamed = operator.name != event.name
    operator.name = event.name
    operator.role = event.role
    operator.limit = event.limit
    operator.departments = event.departments
    operator.blocked = event.blocked
    if event.blocked:
        operator.connected = False
        operator.gone_at = 0
        operator.status = Status.offline
        operator.reason = ""
        operator.status_at = record.at
    set_room(state, operator)
    touch_operator(state, record, operator)
    if renamed:
        # Of closed chats too: their visitors read there who answered.
        for chat in state.chats.values():
            if chat.owner == operator.login:
                chat.rev = record.seq
                state.touched.chats.add(chat.chat)


def operator_connected(state: State, record: Record, event: ev.OperatorConnected) -> None:
    operator = state.operators[event.login]
    operator.connected = True
    operator.gone_at = 0
    if event.status is not None:
        operator.status = event.status
        operator.reason = ""
        operator.status_at = record.at
    touch_operator(state, record, operator)


def operator_went_away(state: State, record: Record, event: ev.OperatorWentAway) -> None:
    operator = state.operators[event.login]
    operator.connected = False
    operator.gone_at = event.gone_at
    state.operator_deadlines.arm(operator.login, event.gone_at)
    touch_operator(state, record, operator)


def operator_disconnected(state: State, record: Record, event: ev.OperatorDisconnected) -> None:
    operator = state.operators[event.login]
    operator.gone_at = 0
    touch_operator(state, record, operator)


def status_set(state: State, record: Record, event: ev.StatusSet) -> None:
    operator = state.operators[event.login]
    operator.status = event.status
    operator.reason = event.reason
    operator.status_at = record.at
    touch_operator(state, record, operator)


def expect_leaving(state: State, visitor: Visitor, leave_at: int) -> None:
    """The visitor's site chat counts as left then, unless it does already."""
    for chat_id in visitor.open:
        chat = state.chats[chat_id]
        if chat.channel == SITE and not chat.left:
            chat.leave_at = leave_at
            arm(state, chat, leave_at)


def set_room(state: State, operator: Operator) -> None:
    """The operator's limit, from the settings as they are. What they hold beyond a limit that sank, they keep."""
    operator.room_for = room_for(state.settings, operator.limit, operator.departments)
    held = len(operator.held)
    operator.beyond = held if held > operator.room_for else 0


def touch_visitor(state: State, record: Record, visitor: Visitor) -> None:
    """The visitor's card changed, and with it those of their open chats (name, presence)."""
    visitor.rev = record.seq
    touched = state.touched
    touched.visitors.add(visitor.visitor)
    for chat_id in visitor.open:
        state.chats[chat_id].rev = record.seq
        touched.chats.add(chat_id)
