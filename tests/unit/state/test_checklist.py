"""The checklist of a chat as the console sees it, with what is on its way."""

from opconsole.state.checklist import missing, progress, steps_of
from opconsole.state.store import Store
from opconsole.wire.cards import ChatCard, Place, Role, Tick
from opconsole.wire.checklists import Step
from opconsole.wire.staff import Done, Refused, Settings, Sync, TickStep, Welcome

STEPS = [Step(id="greet", title="Greet"), Step(id="offer", title="Offer", required=True)]


def store(*ticks: Tick, department: str = "sales") -> Store:
    found = Store()
    settings = Settings(checklists={"sales": STEPS})
    welcome = Welcome(
        v=1, desk="d", login="anna", name="Anna", role=Role.operator, mode="work", now=0, settings=settings
    )
    card = ChatCard(
        rev=1, chat=7, place=Place.held, visitor="v", owner="anna", department=department, ticks=list(ticks)
    )
    found.apply([welcome, Sync(head=1, chats=[card])], 0)
    return found


def test_a_department_without_one_has_no_steps() -> None:
    assert steps_of(store(department="general"), 7) == []
    assert steps_of(store(), 8) == []
    assert progress(store(department="general"), 7) == (0, 0)


def test_ticks_of_the_card_are_steps_done_and_one_of_no_step_is_not_shown() -> None:
    found = store(Tick("offer", "kim", 5), Tick("gone", "kim", 6))
    assert [(state.step.id, state.done, state.by, state.at) for state in steps_of(found, 7)] == [
        ("greet", False, "", 0),
        ("offer", True, "kim", 5),
    ]
    assert progress(found, 7) == (1, 2)
    assert missing(found, 7) == []
    assert missing(store(), 7) == [STEPS[1]]


def test_what_is_on_its_way_is_shown_at_once_and_taken_back_when_it_is_refused() -> None:
    found = store()
    changes = found.send(TickStep(id="c1", chat=7, step="offer"), 0)
    assert 7 in changes.chats
    assert [(state.done, state.sending, state.by) for state in steps_of(found, 7)] == [
        (False, False, ""),
        (True, True, "anna"),
    ]
    assert missing(found, 7) == []
    changes = found.apply([Refused(id="c1", code="no_such_step", text="x")], 0)
    assert 7 in changes.chats
    assert progress(found, 7) == (0, 2)


def test_a_tick_that_is_done_is_the_cards() -> None:
    found = store()
    found.send(TickStep(id="c1", chat=7, step="offer"), 0)
    card = ChatCard(
        rev=2, chat=7, place=Place.held, visitor="v", owner="anna", department="sales", ticks=[Tick("offer", "anna", 9)]
    )
    found.apply([card, Done(id="c1", chat=7)], 0)
    (_, offer) = steps_of(found, 7)
    assert (offer.done, offer.sending, offer.at) == (True, False, 9)
