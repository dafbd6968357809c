"""Events of the desk itself: settings, the relay's restart, the new day."""

from server_stub.desk import events as ev
from server_stub.desk.events import Record
from server_stub.desk.evolving.memory import sweep
from server_stub.desk.evolving.people import expect_leaving, set_room
from server_stub.desk.evolving.places import arm, touch_desk, touch_operator
from server_stub.desk.model import CLOSED, EDITIONS, Checklist, Day, State
from server_stub.desk.transcript import author_of


def settings_changed(state: State, record: Record, event: ev.SettingsChanged) -> None:
    state.settings = event.settings
    if event.day_ends:
        state.day.ends = event.day_ends
    for operator in state.operators.values():
        before = operator.room_for
        set_room(state, operator)
        if operator.room_for != before:
            touch_operator(state, record, operator)
    state.touched.settings = True


def checklist_set(state: State, record: Record, event: ev.ChecklistSet) -> None:
    known = state.checklists.get(event.department)
    editions = [*(known.editions if known is not None else ()), record.seq][-EDITIONS:]
    steps = None if event.reset else event.steps
    state.checklists[event.department] = Checklist(
        event.department, steps, author_of(record.actor), record.at, editions
    )
    state.touched.settings = True


def relay_restarted(state: State, record: Record, event: ev.RelayRestarted) -> None:
    """Nobody is connected. Presence counts from now; what was nearer than the floor moves up to it."""
    for operator in state.operators.values():
        if operator.connected or operator.gone_at:
            operator.connected = False
            operator.gone_at = event.gone_at
            state.operator_deadlines.arm(operator.login, event.gone_at)
            touch_operator(state, record, operator)
    for visitor in state.visitors.values():
        if visitor.online or visitor.open:
            visitor.online = False
            visitor.rev = record.seq
            expect_leaving(state, visitor, event.leave_at)
            state.touched.visitors.add(visitor.visitor)
    for chat in state.chats.values():
        if chat.place is CLOSED:
            continue
        if chat.rescue_at:
            chat.rescue_at = max(chat.rescue_at, event.floor)
            chat.rescue_base = max(chat.rescue_base, event.floor)
            arm(state, chat, chat.rescue_at)
        if chat.close_at:
            chat.close_at = max(chat.close_at, event.floor)
            arm(state, chat, chat.close_at)
        chat.rev = record.seq
        state.touched.chats.add(chat.chat)
    sweep(state, record.at)


def day_began(state: State, record: Record, event: ev.DayBegan) -> None:
    state.day = Day(event.ends)
    touch_desk(state, record)
    for operator in state.operators.values():
        if operator.taken_today or operator.rescues_today:
            operator.taken_today = 0
            operator.rescues_today = 0
            touch_operator(state, record, operator)
    sweep(state, record.at)
