"""The journal's vocabulary."""

from typing import get_args

import pytest

from opconsole.wire.cards import Page, Priority, Profile, Role, Status
from opconsole.wire.checklists import Step
from server_stub.desk import events as ev
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.errors import EventUnreadable
from server_stub.desk.evolve import APPLY
from server_stub.desk.model import Settings

SAMPLES: tuple[ev.Event, ...] = (
    ev.ChatOpened(1, 1, "v1", "site", "general", 60_000, "ru", True, "c"),
    ev.MessageSaid(1, 2, 1, "visitor", "привет\nещё", "c"),
    ev.NoteAdded(1, 3, "a note", "Anna", "c"),
    ev.MessageEdited(1, 4, 2, 1, "привет всем\nещё", 2, 1, "", "c"),
    ev.MessageDeleted(1, 5, 3, 1, name="Anna", cid="c"),
    ev.ChatTaken(1, 3, "anna", "Anna", 90_000, 60_000, 0, "c"),
    ev.ChatReturned(1, 4, "anna", 1, 60_001, "Anna"),
    ev.ChatRescued(1, 4, "anna", 1, 60_001, "Anna", "gone", True),
    ev.ChatTransferred(1, 4, "anna", "bob", "Bob", "Anna", 5, True),
    ev.ChatSnoozed(1, 4, 999, "Anna"),
    ev.ChatWoken(1, 5, "anna", "Anna"),
    ev.ChatClosed(1, 5, "left", abandoned="short"),
    ev.ChatReopened(1, 6, waiting_since=1, answer_by=2, online=True),
    ev.ChatLeft(1, 7, 600_000),
    ev.ChatRated(1, 8, 5, "thanks"),
    ev.RescueMoved(1, 100),
    ev.TeamRead(1, 3),
    ev.VisitorRead(1, 3),
    ev.PrioritySet(1, Priority.urgent, 7),
    ev.StepTicked(1, "greet", False, "Greet by name", "sales", "c"),
    ev.VisitorSeen("v1", Profile(page=Page("/", "Home"), utm={"utm_source": "x"}), "192.0.2.1"),
    ev.VisitorCame("v1"),
    ev.VisitorWentAway("v1", 120_000),
    ev.PageVisited("v1", Page("/cart")),
    ev.VisitorEdited("v1", name="Bob", email=None, phone="", chat=1),
    ev.VisitorVouched("v1", "4711", "Bob", "bob@example.com", ""),
    ev.OperatorChanged("anna", "Anna", Role.admin, None, ("general",), True),
    ev.OperatorConnected("anna", Status.online),
    ev.OperatorWentAway("anna", 30_000),
    ev.OperatorDisconnected("anna"),
    ev.StatusSet("anna", Status.away, "tea", "c"),
    ev.TemplateSaved("t1", "hi", "Hi", "hello"),
    ev.TemplateSaved("t1", "hi", "Hi", "hello", "Start", "en", 1, "", "c", "sales", "telegram", 5, 9),
    ev.TemplateDropped("t1"),
    ev.ChecklistSet("sales", (Step(id="greet", title="Greet", required=True),), False, "c"),
    ev.ChecklistSet("sales", reset=True),
    ev.SettingsChanged(Settings(limit=3), 5),
    ev.RelayRestarted(1, 2, 3),
    ev.DayBegan(86_400_000),
    ev.ContentErased("v1", (1, 2), "asked", "boss"),
)


def test_every_event_has_a_sample_here_and_a_function_that_applies_it() -> None:
    every = set(get_args(ev.Event))
    assert {type(sample) for sample in SAMPLES} == every == set(APPLY)


@pytest.mark.parametrize("event", SAMPLES, ids=ev.kind_of)
def test_an_event_comes_back_from_its_bytes(event: ev.Event) -> None:
    body = ev.encode_event(event)
    assert ev.decode_event(body) == event
    assert f'"k":"{ev.kind_of(event)}"'.encode() in body


def test_the_kinds_are_words_in_snake_case() -> None:
    assert {ev.kind_of(ev.ChatOpened(1, 1, "v", "site", "g", 0)), ev.kind_of(ev.TeamRead(1, 1))} == {
        "chat_opened",
        "team_read",
    }


def test_an_event_tells_its_chat_and_its_numbers() -> None:
    every = (
        ev.MessageSaid(7, 3, 2, "visitor", "x"),
        ev.MessageDeleted(7, 4, 3, 1, 3, 2),
        ev.TeamRead(7, 2),
        ev.VisitorCame("v1"),
    )
    assert [ev.chat_of(each) for each in every] == [7, 7, 7, 0]
    assert [ev.entry_of(each) for each in every] == [3, 4, 0, 0]
    assert [ev.public_of(each) for each in every] == [2, 3, 0, 0]


def test_the_kinds_that_change_words_are_named_for_the_journal() -> None:
    assert {ev.kind_of(ev.MessageEdited(1, 4, 2, 1, "x")), ev.kind_of(ev.MessageDeleted(1, 4, 2, 1))} == set(ev.CHANGES)


def test_an_event_with_fields_from_the_future_is_read_and_one_of_an_unknown_kind_is_not() -> None:
    assert ev.decode_event('{"k":"visitor_came","visitor":"v1","colour":"red"}') == ev.VisitorCame("v1")
    for body in (b'{"k":"chat_exploded"}', b'{"k":"visitor_came"}', b"nonsense", b"\xff"):
        with pytest.raises(EventUnreadable):
            ev.decode_event(body)


def test_actors_have_one_key_each() -> None:
    assert [Actor("visitor", "x").key, Actor("operator", "x").key, DESK.key] == ["v:x", "o:x", ""]
