"""One code in several languages: the console then chooses the visitor's."""

import msgspec
import pytest

from opconsole.wire.staff import SaveTemplate
from server_stub.desk.actors import Actor
from server_stub.desk.decide import decide
from server_stub.desk.events import Record
from server_stub.desk.evolve import evolve
from server_stub.desk.model import State
from server_stub.desk.outcome import Refusal
from server_stub.desk.snapshot import dump, load

DESK = Actor("desk", "")


def save(state: State, template: str, **fields: object) -> str:
    """The refusal's code, or empty."""
    command = msgspec.convert(
        {"id": f"c-{state.head}", "template": template, "text": "x", "mine": False} | fields, SaveTemplate
    )
    outcome = decide(state, DESK, command, 1000)
    if isinstance(outcome, Refusal):
        return outcome.code
    for event in outcome.events:
        evolve(state, Record(state.head + 1, 1000, "", event))
    return ""


@pytest.fixture
def state() -> State:
    state = State()
    assert save(state, "a", code="hello", lang="en", hotkey=1) == ""
    assert save(state, "b", code="Hello", lang="ru", hotkey=1) == ""
    return state


def test_a_code_stands_once_in_each_language(state: State) -> None:
    assert save(state, "c", code="HELLO", lang="ru") == "template_code"
    assert set(state.templates) == {"a", "b"}


def test_a_favourites_number_is_given_once_in_each_language(state: State) -> None:
    assert save(state, "c", code="bye", lang="ru", hotkey=1) == ""
    assert {name: template.hotkey for name, template in state.templates.items()} == {"a": 1, "b": 0, "c": 1}


def test_a_template_may_change_its_language(state: State) -> None:
    assert save(state, "b", code="hello", lang="de") == ""
    assert save(state, "c", code="hello", lang="ru") == ""


def test_a_snapshot_keeps_what_is_taken(state: State) -> None:
    assert load(dump(state)).codes == state.codes
