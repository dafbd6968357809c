"""Who else has spoken to the visitor since a text was begun."""

from opconsole.state import selectors
from opconsole.state.model import Draft
from opconsole.state.store import Store
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Say
from tests.unit.state.make import ME, held, note, store, words


def others(console: Store, seen: int = 2) -> list[str]:
    return [message.text for message in selectors.said_by_others(console, 5, seen)]


def test_words_of_colleagues_count_and_those_of_the_visitor_notes_and_events_do_not() -> None:
    taken = Message(chat=5, n=4, at=4, kind=Kind.event, by="kim", text="taken")
    console = store(
        held(5, last=7), words(5, 1), words(5, 2), words(5, 3, text="visitor"), taken, note(5, 5, by="kim"),
        words(5, 6, by="kim", text="Kim's", name="Kim"), words(5, 7, by="", text="the desk's own"),
    )  # fmt: skip
    console.show(5)
    assert others(console) == ["Kim's"]
    assert others(console, seen=6) == []
    assert others(console, seen=0) == [], "nobody knows what was seen"


def test_my_own_words_count_only_when_they_come_from_another_console() -> None:
    console = store(held(5), words(5, 1))
    console.send(Say(id="mine", chat=5, text="from here"), 0)
    console.apply([words(5, 2, by=ME, text="from here", cid="mine"), words(5, 3, by=ME, text="elsewhere", cid="x")], 0)
    assert others(console, seen=1) == ["elsewhere"]


def test_a_draft_that_was_looked_at_is_not_asked_about_again() -> None:
    console = store(held(5))
    console.drafts.put(5, Draft("begun", seen=2))
    console.drafts.look(5, 7)
    draft = console.drafts.get(5)
    assert draft is not None
    assert draft.seen == 7
