"""The invariants do notice. Each case breaks one, and the full check and (where it can) the one of touched things must say so."""

from collections.abc import Callable

import pytest

from opconsole.wire import staff
from opconsole.wire.cards import Place
from server_stub.desk.actors import DESK
from server_stub.desk.inbox import Inbox
from server_stub.desk.invariants import InvariantBroken, check, check_touched
from server_stub.desk.model import State, Touched
from tests.unit.desk.desk_world import MINUTE, DeskWorld

HELD, WAITS, ASIDE, ENDED = 1, 2, 3, 4


def floor() -> State:
    world = DeskWorld()
    anna = world.hire("anna")
    world.held_chat(anna, "v1")
    world.writes("v2")
    world.held_chat(anna, "v3", answered=True)
    world.do(anna, staff.Snooze(id="z", chat=ASIDE, until=world.now + MINUTE))
    world.closes(anna, world.held_chat(anna, "v4", answered=True))
    return world.state


def change(chat: int, **fields: object) -> Callable[[State], None]:
    def broken(state: State) -> None:
        for name, value in fields.items():
            setattr(state.chats[chat], name, value)

    return broken


def change_operator(state: State) -> None:
    state.operators["anna"].connected = False
    state.operators["anna"].gone_at = 1


TOUCHED: dict[str, Callable[[State], None]] = {
    "held by nobody who knows it": lambda state: state.operators["anna"].held.clear(),
    "held by a stranger": change(HELD, owner="bob"),
    "waits outside the inbox": lambda state: state.inbox["general"].remove(state.chats[WAITS].answer_by, WAITS),
    "waits at another place": change(WAITS, answer_by=1),
    "snoozed by nobody": lambda state: state.operators["anna"].snoozed.clear(),
    "snoozed without end": change(ASIDE, snoozed_until=0),
    "closed and forgotten": lambda state: state.closed.clear(),
    "owes without a deadline": change(HELD, rescue_at=0),
    "a rescue in the inbox": change(WAITS, rescue_at=1),
    "a deadline that nobody watches": change(WAITS, leave_at=1),
    "a deadline of a closed chat": change(ENDED, leave_at=1),
    "read beyond the end": change(HELD, operator_read=9),
    "read by the visitor beyond the end": change(HELD, visitor_read=9),
    "more public than all": change(HELD, public=99),
    "a debt though the operator spoke last": change(HELD, words_by="anna"),
    "no debt though the visitor spoke last": change(WAITS, owes_since=0),
    "beyond the limit": lambda state: setattr(state.operators["anna"], "room_for", 0),
    "connected and gone": lambda state: setattr(state.operators["anna"], "gone_at", 1),
}
ONLY_ALL: dict[str, Callable[[State], None]] = {
    "in two places": lambda state: state.operators["anna"].held.append(WAITS),
    "a place knows a chat that is none": lambda state: state.closed.update({99: 1}),
    "counts": lambda state: setattr(state, "waiting", 7),
    "forms": lambda state: setattr(state.inbox["general"], "forms", 7),
    "an operator's deadline that nobody watches": change_operator,
    "two chats on a channel": lambda state: state.visitors["v1"].open.append(WAITS),
    "a visitor's chat that is not there": lambda state: state.visitors["v1"].open.append(99),
    "an open chat of no visitor": lambda state: setattr(state.visitors["v1"], "open", []),
    "idle with an open chat": lambda state: state.idle.update({"v1": 1}),
}


def test_a_sound_desk_passes() -> None:
    state = floor()
    check(state)
    check_touched(state, state.drain_touched())


@pytest.mark.parametrize("case", TOUCHED)
def test_a_broken_promise_is_noticed_at_once(case: str) -> None:
    state = floor()
    touched = Touched(chats=set(state.chats), operators=set(state.operators))
    TOUCHED[case](state)
    with pytest.raises(InvariantBroken):
        check_touched(state, touched)
    with pytest.raises(InvariantBroken):
        check(state)


@pytest.mark.parametrize("case", ONLY_ALL)
def test_the_full_check_notices_what_the_quick_one_cannot(case: str) -> None:
    state = floor()
    ONLY_ALL[case](state)
    with pytest.raises(InvariantBroken):
        check(state)


def test_an_inbox_out_of_order_is_noticed() -> None:
    class Shuffled(Inbox):
        def __iter__(self):  # type: ignore[no-untyped-def]
            return reversed(list(super().__iter__()))

    state = floor()
    shuffled = Shuffled()
    for answer_by, chat in ((2, 8), (1, 9)):
        shuffled.add(answer_by, chat)
    state.inbox["sales"] = shuffled
    with pytest.raises(InvariantBroken, match="out of order"):
        check(state)


def test_what_was_touched_and_then_forgotten_is_no_breach() -> None:
    state = floor()
    check_touched(state, Touched(chats={99}))
    assert state.chats[ENDED].place is Place.closed


def _lose_code(state: State) -> None:
    state.codes[""].clear()


def _code_of_none(state: State) -> None:
    state.codes["anna"] = {"x \n": "none"}


def _two_owners(state: State) -> None:
    state.templates["t"].owner = "anna"


def _there_and_gone(state: State) -> None:
    state.dropped["t"] = state.templates["t"]


def _another_code(state: State) -> None:
    state.templates["t"].channel = "telegram"


@pytest.mark.parametrize("spoil", [_lose_code, _code_of_none, _two_owners, _there_and_gone, _another_code])
def test_templates_that_are_not_where_their_codes_say_are_noticed(spoil: Callable[[State], None]) -> None:
    world = DeskWorld()
    world.do(DESK, staff.SaveTemplate(id="1", template="t", code="hi", text="Hello", mine=False))
    check(world.state)
    spoil(world.state)
    with pytest.raises(InvariantBroken):
        check(world.state)
