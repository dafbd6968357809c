"""Records that do not follow are noticed; what is remembered has an end, and follows from the records alone."""

import pytest

from opconsole.wire import limits, staff
from server_stub.desk import events as ev
from server_stub.desk.actors import DESK
from server_stub.desk.commands import OperatorHere, OperatorSet, RelayStarted, VisitorRates, VisitorSays
from server_stub.desk.errors import InvariantBroken
from server_stub.desk.events import Event, Record
from server_stub.desk.evolve import evolve
from server_stub.desk.invariants import check
from server_stub.desk.model import VISITOR_IDS, Answers, Settings, State
from server_stub.desk.outcome import Answer
from server_stub.desk.snapshot import dump
from tests.unit.desk.desk_world import MINUTE, DeskWorld, visitor

HOUR = 60 * MINUTE


@pytest.mark.parametrize(
    "event",
    [
        ev.MessageSaid(1, 9, 2, "visitor", "a gap in n"),
        ev.MessageSaid(1, 3, 9, "visitor", "a gap in p"),
        ev.MessageSaid(1, 2, 1, "visitor", "said twice"),
        ev.MessageSaid(9, 1, 1, "visitor", "no such chat"),
        ev.ChatTaken(1, 9, "anna"),
        ev.ChatTaken(1, 3, "nobody"),
        ev.TeamRead(9, 1),
        ev.VisitorCame("nobody"),
        ev.TemplateDropped("none"),
    ],
    ids=lambda event: f"{ev.kind_of(event)}-{event}"[:40],
)
def test_a_record_that_does_not_follow_is_noticed(event: Event) -> None:
    world = DeskWorld()
    world.hire("anna")
    world.writes("v1")
    with pytest.raises(InvariantBroken):
        evolve(world.state, Record(world.state.head + 1, world.now, "v:v1", event))


@pytest.mark.parametrize("seq", [0, 1, 3])
def test_a_gap_in_the_journal_is_noticed(seq: int) -> None:
    state = State()
    evolve(state, Record(1, 0, "", ev.DayBegan(1)))
    with pytest.raises(InvariantBroken):
        evolve(state, Record(seq, 0, "", ev.DayBegan(1)))


def test_as_many_answers_are_remembered_as_an_outbox_can_send_again() -> None:
    answers = Answers()
    for number in range(5_000):
        answers.remember(str(number), Answer(number))
        oldest = max(0, number - limits.REMEMBERED_IDS + 1)
        assert answers.get(str(oldest)) == Answer(oldest)
    assert answers.get("0") is None
    assert len(answers.recent) + len(answers.older) <= 2 * limits.REMEMBERED_IDS


def test_of_a_visitor_fewer_answers_are_remembered() -> None:
    world = DeskWorld()
    for number in range(200):
        world.do(visitor("v1"), VisitorSays(str(number), "hello"))
    answers = world.visitor("v1").answers
    assert len(answers.recent) + len(answers.older) <= 2 * VISITOR_IDS
    assert all(world.do(visitor("v1"), VisitorSays(str(200 - back), "hello")) == () for back in range(1, VISITOR_IDS))


def test_closed_chats_are_forgotten_after_a_day_and_above_a_number() -> None:
    world = DeskWorld(Settings(closed_keep=2))
    anna = world.hire("anna")
    for number in range(4):
        world.closes(anna, world.held_chat(anna, f"v{number}", answered=True))
    assert sorted(world.state.chats) == [3, 4]
    assert world.refused(anna, staff.Reopen(id="o", chat=1)).code == "no_such_chat"
    world.closes(anna, world.held_chat(anna, "v9", answered=True), after=25 * HOUR)
    assert sorted(world.state.chats) == [5]
    assert world.visitor("v3").closed == 0
    assert [each.chat for each in world.visitor("v3").earlier] == [4], "the card still lists it"


def test_visitors_without_a_chat_are_forgotten_after_a_month_and_above_a_number() -> None:
    world = DeskWorld(Settings(visitor_keep=2))
    anna = world.hire("anna")
    waits = world.writes("waits")
    for number in range(4):
        world.closes(anna, world.held_chat(anna, f"v{number}"))
    assert sorted(world.state.visitors) == ["v2", "v3", "waits"]
    assert world.refused(anna, staff.Reopen(id="o", chat=2)).code == "no_such_chat", "its visitor is not known any more"
    world.now += 31 * 24 * HOUR
    world.do(DESK, RelayStarted())
    assert sorted(world.state.visitors) == ["waits"]
    assert world.chat(waits).visitor == "waits"


def test_a_visitor_who_comes_again_is_not_forgotten_meanwhile() -> None:
    world = DeskWorld(Settings(visitor_keep=1))
    anna = world.hire("anna")
    world.closes(anna, world.held_chat(anna, "v1", answered=True))
    world.writes("v1")
    for number in range(2, 5):
        world.closes(anna, world.held_chat(anna, f"v{number}"))
    assert "v1" in world.state.visitors
    assert list(world.state.idle) == ["v4"]


def test_rating_a_chat_that_is_forgotten_is_refused() -> None:
    world = DeskWorld(Settings(closed_keep=1))
    anna = world.hire("anna")
    for number in range(2):
        world.closes(anna, world.held_chat(anna, f"v{number}", answered=True))
    assert world.refused(visitor("v0"), VisitorRates("r", 5)).code == "no_chat"


def test_a_busy_desk_that_closes_all_its_chats_does_not_grow() -> None:
    world = DeskWorld(Settings(closed_keep=10, visitor_keep=10))
    anna = world.hire("anna")
    sizes = []
    for number in range(200):
        world.closes(anna, world.held_chat(anna, f"v{number}", answered=True))
        sizes.append((len(world.state.chats), len(world.state.visitors), len(world.state.closed)))
    assert sizes[-1] == sizes[20] == (10, 10, 10)
    assert dump(world.replayed()) == dump(world.state)


def test_a_person_set_up_anew_keeps_what_they_hold() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = world.held_chat(anna)
    world.do(DESK, OperatorSet("anna", "Anna Banana"))
    assert world.do(anna, OperatorHere()) == ()
    assert world.chat(chat).owner == "anna"
    check(world.state)
