"""What of the journal is personal, and a desk that forgets it."""

from typing import get_args, get_type_hints

import pytest
from msgspec import structs

from server_stub.desk import events as ev
from server_stub.desk import snapshot
from server_stub.desk.actors import DESK
from server_stub.desk.commands import EraseContent, VisitorEnds, VisitorSays
from server_stub.desk.erasing import IMPERSONAL, KNOWN, SAID, belongs_to, without_content
from server_stub.desk.evolve import evolve
from server_stub.desk.model import State
from server_stub.desk.outcome import Refusal
from tests.unit.desk.desk_world import DeskWorld
from tests.unit.desk.ended_chat import ANNA, IVAN, PETR, ended_world


def personal(kind: type[ev.Event]) -> bool:
    """Whether events of this kind belong to a contact or a chat."""
    return bool({"chat", "visitor"} & set(kind.__struct_fields__)) and kind is not ev.ContentErased


@pytest.mark.parametrize(
    "kind", [each for each in get_args(ev.Event) if personal(each)], ids=lambda each: each.__name__
)
def test_every_text_of_every_event_about_a_person_is_either_content_or_not(kind: type[ev.Event]) -> None:
    content = {**SAID.get(kind, {}), **KNOWN.get(kind, {})}
    impersonal = IMPERSONAL.get(kind, frozenset())
    hints = get_type_hints(kind)
    texts = {name for name in kind.__struct_fields__ if hints[name] not in (int, bool)}
    assert texts == set(content) | impersonal
    assert not set(content) & impersonal


def overwritten(world: DeskWorld) -> list[ev.Record]:
    """The journal as a backend keeps it."""
    records = list(world.journal)
    for number, record in enumerate(records):
        if isinstance(record.event, ev.ContentErased):
            for at, earlier in enumerate(records[:number]):
                if belongs_to(earlier, record.event):
                    blank = without_content(earlier.event, contact=record.event.visitor != "")
                    records[at] = earlier if blank is None else structs.replace(earlier, event=blank)
    return records


def replayed(records: list[ev.Record], world: DeskWorld) -> State:
    state = State(world.settings)
    for record in records:
        evolve(state, record)
    return state


def test_a_contact_who_is_erased_leaves_numbers_and_times_and_nothing_else() -> None:
    world = ended_world()
    before = list(world.journal)
    world.do(DESK, EraseContent("ivan", (1,), "boss"))
    after = overwritten(world)
    text = b"\n".join(ev.encode_event(record.event) for record in after).decode()
    assert "secret" not in text
    assert "Ivan" not in text
    assert "192.0.2.7" not in text
    assert "good day" in text
    assert "Petr" in text
    assert [(each.seq, each.at, each.actor, ev.kind_of(each.event)) for each in after[: len(before)]] == [
        (each.seq, each.at, each.actor, ev.kind_of(each.event)) for each in before
    ]
    assert "ivan" not in world.state.visitors
    assert 1 not in world.state.chats
    assert world.state.day.opened == 2


def test_a_replay_of_the_overwritten_journal_comes_to_the_same_desk() -> None:
    world = ended_world()
    world.do(DESK, EraseContent("ivan", (1,), "boss"))
    world.do(PETR, VisitorSays("c3", "still here"))
    assert snapshot.dump(replayed(overwritten(world), world)) == snapshot.dump(world.state)


def test_words_that_outlived_their_time_are_erased_and_the_contact_stays() -> None:
    world = ended_world()
    world.wait(world.settings.closed_keep_ms)
    world.do(PETR, VisitorEnds("x2"))  # whatever closes lets the desk forget what it needs no more
    world.do(DESK, EraseContent(chats=(1,)))
    ivan = world.state.visitors["ivan"]
    assert (ivan.name, ivan.earlier[0].words, ivan.earlier[0].rating) == ("Ivan Petrov", "", 5)
    assert snapshot.dump(replayed(overwritten(world), world)) == snapshot.dump(world.state)


def test_an_erased_contact_who_writes_again_begins_anew() -> None:
    world = ended_world()
    world.do(DESK, EraseContent("ivan", (1,), "boss"))
    world.do(IVAN, VisitorSays("c9", "hello again"))
    assert (world.state.visitors["ivan"].chats, world.state.visitors["ivan"].name) == (1, "")
    assert world.state.visitors["ivan"].open == [3]


def test_an_open_chat_is_not_erased() -> None:
    world = ended_world()
    outcome = world.ask(DESK, EraseContent("petr", (2,), "boss"))
    assert isinstance(outcome, Refusal)
    assert outcome.code == "erase_open"
    outcome = world.ask(DESK, EraseContent(chats=(2,)))
    assert isinstance(outcome, Refusal)
    assert outcome.code == "erase_open"


def test_a_chat_that_may_go_on_is_not_erased_by_its_age() -> None:
    world = ended_world()
    outcome = world.ask(DESK, EraseContent(chats=(1,)))
    assert isinstance(outcome, Refusal)
    assert outcome.code == "erase_recent"


def test_nobody_of_the_team_and_no_visitor_can_have_something_erased() -> None:
    world = ended_world()
    for actor in (ANNA, IVAN):
        outcome = world.ask(actor, EraseContent("ivan", (1,), "me"))
        assert isinstance(outcome, Refusal)
        assert outcome.code == "unknown_command"
