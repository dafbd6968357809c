"""From records to what the team and the visitor read."""

from opconsole.wire import staff
from opconsole.wire.cards import Role
from opconsole.wire.messages import EVENT_CODES, Kind, Message
from server_stub.desk.commands import VisitorRates
from server_stub.desk.transcript import message_of, visitor_message_of
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld, visitor


def story() -> DeskWorld:
    """A chat to which nearly everything happens."""
    world = DeskWorld()
    anna, bob, sue = world.hire("anna"), world.hire("bob"), world.hire("sue", Role.supervisor)
    chat = world.writes("v1")
    world.takes(anna, chat)
    world.wait(90 * SECOND)
    world.takes(bob, chat)
    world.do(bob, staff.Return(id="r", chat=chat))
    world.do(sue, staff.Transfer(id="t", chat=chat, to="anna"))
    world.says(anna, chat)
    world.do(anna, staff.Snooze(id="z", chat=chat, until=world.now + MINUTE))
    world.wait(MINUTE)
    world.do(anna, staff.AddNote(id="n", chat=chat, text="a note"))
    world.closes(anna, chat)
    world.do(visitor("v1"), VisitorRates("s", 5))
    world.writes("v1", "thanks")
    world.says(anna, chat)
    world.goes(visitor("v1"))
    world.wait(120 * SECOND)
    return world


def transcript(world: DeskWorld) -> list[Message]:
    return [message for record in world.journal if (message := message_of(record)) is not None]


def test_every_code_of_an_entry_is_one_that_clients_know_and_all_of_them_occur() -> None:
    codes = [message.text for message in transcript(story()) if message.kind is Kind.event]
    assert set(codes) == set(EVENT_CODES)


def test_entries_are_numbered_without_gaps_and_say_who() -> None:
    entries = transcript(story())
    assert [message.n for message in entries] == list(range(1, len(entries) + 1))
    told = [(message.text, message.by, message.name, message.to) for message in entries if message.kind is Kind.event]
    assert told[:5] == [
        ("opened", "visitor", "", ""),
        ("taken", "anna", "Anna", ""),
        ("rescued", "", "Anna", ""),
        ("taken", "bob", "Bob", ""),
        ("returned", "bob", "Bob", ""),
    ]
    assert told[5] == ("transferred", "sue", "Sue", "Anna")


def test_the_visitor_reads_public_words_only_with_a_name_and_no_login() -> None:
    public = [visitor_message_of(message) for message in transcript(story()) if message.p]
    assert [(message.n, message.by, message.name, message.text) for message in public] == [
        (1, "visitor", "", "hello"),
        (2, "operator", "Anna", "good day"),
        (3, "visitor", "", "thanks"),
        (4, "operator", "Anna", "good day"),
    ]
    assert [bool(message.cid) for message in public] == [True, False, True, False]


def test_what_makes_no_entry_makes_no_message() -> None:
    world = DeskWorld()
    world.hire("anna")
    assert transcript(world) == []
