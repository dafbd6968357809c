"""Words edited and deleted: by whom, for how long, and what the cards say then."""

import pytest
from msgspec import structs

from opconsole.wire import limits, staff
from opconsole.wire.cards import Place, Role
from server_stub.desk import cards
from server_stub.desk import events as ev
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.commands import SettingsSet, VisitorDeletes, VisitorEdits, VisitorReads
from server_stub.desk.model import Settings
from server_stub.desk.outcome import Answer
from server_stub.desk.snapshot import dump
from tests.unit.desk.desk_world import MINUTE, SECOND, DeskWorld, visitor

QUESTION, REPLY = 2, 4
"""Entries of `held_chat(answered=True)`: 1 opened, 2 the visitor's words, 3 taken, 4 the reply."""


def world_with_talk(settings: Settings | None = None) -> tuple[DeskWorld, Actor, int]:
    world = DeskWorld(settings)
    anna = world.hire("anna")
    return world, anna, world.held_chat(anna, answered=True)


def edit(chat: int, n: int = REPLY, text: str = "good evening", cid: str = "e") -> staff.EditMessage:
    return staff.EditMessage(id=cid, chat=chat, n=n, text=text)


def delete(chat: int, n: int = REPLY, cid: str = "d") -> staff.DeleteMessage:
    return staff.DeleteMessage(id=cid, chat=chat, n=n)


# ---------------------------------------------------------------- what is recorded


def test_an_edit_is_an_entry_of_its_own_that_names_the_one_it_changes() -> None:
    world, anna, chat = world_with_talk()
    assert world.do(anna, edit(chat)) == (ev.MessageEdited(chat, 5, REPLY, 1, "good evening", 3, 2, "Anna", "e"),)
    assert world.do(anna, edit(chat, text="hi", cid="f")) == (
        ev.MessageEdited(chat, 6, REPLY, 2, "hi", 4, 2, "Anna", "f"),
    )
    assert world.do(anna, delete(chat)) == (ev.MessageDeleted(chat, 7, REPLY, 3, 5, 2, "Anna", "d"),)


def test_a_visitor_names_their_message_by_its_public_number() -> None:
    world, _, chat = world_with_talk()
    answer = world.answer(visitor("v1"), VisitorEdits("e", chat, 1, "hello there"))
    assert answer == Answer(chat, 5, 3, world.now)
    assert world.journal[-1].event == ev.MessageEdited(chat, 5, QUESTION, 1, "hello there", 3, 1, "", "e")
    assert world.do(visitor("v1"), VisitorDeletes("d", chat, 1)) == (
        ev.MessageDeleted(chat, 6, QUESTION, 2, 4, 1, "", "d"),
    )


def test_a_change_of_a_note_is_not_public() -> None:
    world, anna, chat = world_with_talk()
    world.do(anna, staff.AddNote(id="n", chat=chat, text="in a hurry"))
    public = world.chat(chat).public
    assert world.do(anna, edit(chat, 5, "in no hurry")) == (
        ev.MessageEdited(chat, 6, 5, 1, "in no hurry", name="Anna", cid="e"),
    )
    assert world.chat(chat).public == public
    assert [note.text for note in world.visitor("v1").notes] == ["in no hurry"]
    world.do(anna, delete(chat, 5))
    assert world.visitor("v1").notes == []


def test_a_change_sent_again_happens_once_and_gets_the_same_answer() -> None:
    world, anna, chat = world_with_talk()
    first = world.answer(anna, edit(chat))
    assert first == Answer(chat, 5, 3, world.now)
    assert world.do(anna, edit(chat), after=SECOND) == ()
    assert world.answer(anna, edit(chat)) == first


def test_what_is_deleted_already_is_deleted() -> None:
    world, anna, chat = world_with_talk()
    sue = world.hire("sue", Role.supervisor)
    world.do(anna, delete(chat))
    assert world.do(sue, delete(chat, cid="again")) == ()
    assert world.refused(anna, edit(chat)).code == "deleted"


def test_a_replay_knows_whose_words_they_are() -> None:
    world, anna, chat = world_with_talk()
    world.do(anna, edit(chat))
    world.do(visitor("v1"), VisitorDeletes("d", chat, 1))
    replayed = world.replayed()
    assert dump(replayed) == dump(world.state)


# ---------------------------------------------------------------- who may, and how long


def test_the_time_for_a_change_ends() -> None:
    world, anna, chat = world_with_talk(Settings(reply_ms=60 * MINUTE, first_reply_ms=60 * MINUTE))
    world.do(anna, edit(chat), after=15 * MINUTE - 1)
    late = world.refused(anna, edit(chat, cid="f"), after=1)
    assert (late.code, late.facts) == ("change_late", {"limit_s": 900})
    assert world.refused(anna, delete(chat)).code == "change_late"
    assert world.refused(visitor("v1"), VisitorEdits("e", chat, 1, "x")).code == "change_late"


def test_a_visitor_has_a_time_of_their_own() -> None:
    world, anna, chat = world_with_talk(Settings(visitor_change_ms=MINUTE))
    world.do(visitor("v1"), VisitorEdits("e", chat, 1, "x"), after=MINUTE - 1)
    assert world.refused(visitor("v1"), VisitorDeletes("d", chat, 1), after=1).facts == {"limit_s": 60}
    world.do(anna, edit(chat))


def test_a_desk_may_allow_no_changes_but_a_supervisors() -> None:
    world, anna, chat = world_with_talk(Settings(change_ms=0, visitor_change_ms=0))
    sue = world.hire("sue", Role.supervisor)
    assert world.refused(anna, edit(chat)).code == "changes_off"
    assert world.refused(anna, delete(chat)).code == "changes_off"
    assert world.refused(visitor("v1"), VisitorEdits("e", chat, 1, "x")).code == "changes_off"
    world.do(sue, delete(chat))


@pytest.mark.parametrize(
    ("setting", "allowed"), [("supervisor", {"sue", "ada"}), ("admin", {"ada"}), ("nobody", set())]
)
def test_who_may_delete_anybodys_words_at_any_time_is_a_setting(setting: str, allowed: set[str]) -> None:
    for login, role in (("bob", Role.operator), ("sue", Role.supervisor), ("ada", Role.admin)):
        world, anna, chat = world_with_talk()
        world.do(DESK, SettingsSet(structs.replace(world.settings, delete_any=setting)))
        other = world.hire(login, role)
        world.closes(anna, chat, after=20 * MINUTE)
        outcome = world.ask(other, delete(chat))
        assert (login in allowed) is (getattr(outcome, "code", "") == ""), outcome


def test_nobody_edits_anothers_words() -> None:
    world, anna, chat = world_with_talk()
    ada = world.hire("ada", Role.admin)
    assert world.refused(ada, edit(chat)).code == "not_author"
    assert world.refused(anna, edit(chat, QUESTION)).code == "not_author"
    assert world.refused(visitor("v1"), VisitorEdits("e", chat, 2, "x")).code == "not_author"
    assert world.refused(visitor("v1"), VisitorDeletes("d", chat, 2)).code == "not_author"


def test_a_visitor_changes_nothing_in_anothers_chat_and_does_not_learn_that_it_is_there() -> None:
    world, _, chat = world_with_talk()
    world.writes("v2")
    for number in (chat, 77):
        refusal = world.refused(visitor("v2"), VisitorDeletes("d", number, 1))
        assert (refusal.code, refusal.facts) == ("no_such_message", {"chat": number, "n": 1})


@pytest.mark.parametrize("n", [0, 1, 3, 5, 99])
def test_only_words_can_be_changed(n: int) -> None:
    """Not what happened, not a change, and nothing that there is not."""
    world, anna, chat = world_with_talk()
    world.do(anna, edit(chat))
    sue = world.hire("sue", Role.supervisor)
    assert world.refused(anna, edit(chat, n, cid="f")).code == "no_such_message"
    assert world.refused(sue, delete(chat, n)).code == "no_such_message"


def test_a_visitor_cannot_change_a_change() -> None:
    world, _, chat = world_with_talk()
    world.do(visitor("v1"), VisitorEdits("e", chat, 1, "x"))
    assert world.refused(visitor("v1"), VisitorEdits("f", chat, 3, "y")).code == "no_such_message"


def test_the_words_are_held_to_the_bounds_of_new_ones() -> None:
    world, anna, chat = world_with_talk()
    world.do(anna, staff.AddNote(id="n", chat=chat, text="a note"))
    assert world.refused(anna, edit(chat, text=" ")).code == "empty_text"
    assert world.refused(anna, edit(chat, text="я" * limits.TEXT_BYTES)).facts["limit"] == limits.TEXT_BYTES
    assert world.refused(anna, edit(chat, 5, "x" * (limits.NOTE_BYTES + 1))).facts["limit"] == limits.NOTE_BYTES


def test_words_are_edited_so_often_and_can_then_still_be_deleted() -> None:
    world, anna, chat = world_with_talk(Settings(changes_most=3))
    for number in range(3):
        world.do(anna, edit(chat, cid=f"e{number}"))
    refusal = world.refused(anna, edit(chat))
    assert (refusal.code, refusal.facts) == ("changes_most", {"limit": 3})
    world.do(anna, delete(chat))


def test_words_in_a_chat_just_closed_can_still_be_changed() -> None:
    world, anna, chat = world_with_talk()
    world.closes(anna, chat)
    world.do(anna, edit(chat, text="good-bye"))
    world.do(visitor("v1"), VisitorEdits("e", chat, 1, "hello!"))
    assert world.chat(chat).place is Place.closed
    assert [each.words for each in world.visitor("v1").earlier] == ["good-bye"]


# ---------------------------------------------------------------- debts


def test_no_debt_ends_by_editing_or_deleting_an_old_reply() -> None:
    world, anna, chat = world_with_talk()
    world.writes("v1", "and when?", after=SECOND)
    owed = (world.chat(chat).owes_since, world.chat(chat).rescue_at)
    assert owed[0] == world.now
    world.do(anna, edit(chat, text="tomorrow"), after=SECOND)
    world.do(anna, delete(chat), after=SECOND)
    assert (world.chat(chat).owes_since, world.chat(chat).rescue_at) == owed
    world.wait(180 * SECOND)
    assert world.chat(chat).place is Place.inbox, "rescued as if nothing had been changed"


def test_no_debt_begins_or_ends_by_what_a_visitor_changes() -> None:
    world, anna, chat = world_with_talk()
    world.do(visitor("v1"), VisitorEdits("e", chat, 1, "hello?"))
    assert world.chat(chat).owes_since == 0
    world.writes("v1", "and when?", after=SECOND)
    owed = world.chat(chat).owes_since
    world.do(visitor("v1"), VisitorDeletes("d", chat, 4), after=SECOND)
    assert world.chat(chat).owes_since == owed > 0
    world.says(anna, chat)
    assert world.chat(chat).owes_since == 0


# ---------------------------------------------------------------- cards


def test_the_cards_last_words_follow_their_change_and_no_others() -> None:
    world, anna, chat = world_with_talk()
    world.do(visitor("v1"), VisitorEdits("e", chat, 1, "older words"))
    assert cards.chat_card(world.state, chat).words == "good day"
    world.do(anna, edit(chat, text="good\nevening"))
    card = cards.chat_card(world.state, chat)
    assert (card.words, card.words_by) == ("good evening", "anna")
    world.do(anna, delete(chat))
    card = cards.chat_card(world.state, chat)
    assert (card.words, card.words_by) == ("", "anna")
    world.writes("v1", "hello again")
    assert cards.chat_card(world.state, chat).words == "hello again"


def unread(world: DeskWorld, chat: int) -> int:
    return cards.chat_card(world.state, chat).unread


def test_only_a_visitors_other_words_for_read_ones_are_unread() -> None:
    world, anna, chat = world_with_talk()
    assert unread(world, chat) == 0
    world.do(anna, edit(chat))
    assert unread(world, chat) == 0, "the operator's own"
    world.do(visitor("v1"), VisitorEdits("e", chat, 1, "hello!"))
    assert unread(world, chat) == 1, "they had been read"
    world.do(anna, staff.Read(chat=chat, p=world.chat(chat).public))
    assert unread(world, chat) == 0
    world.do(visitor("v1"), VisitorDeletes("d", chat, 1))
    assert unread(world, chat) == 0, "there is nothing to read"


def test_what_is_changed_before_it_was_read_is_unread_once_and_not_if_it_is_deleted() -> None:
    world, anna, chat = world_with_talk()
    world.writes("v1", "one")
    world.writes("v1", "two")
    world.do(visitor("v1"), VisitorEdits("e", chat, 3, "one!"))
    assert unread(world, chat) == 2
    world.do(visitor("v1"), VisitorDeletes("d", chat, 3))
    assert unread(world, chat) == 1
    world.do(anna, staff.Read(chat=chat, p=4))
    assert unread(world, chat) == 0
    world.says(anna, chat)
    assert unread(world, chat) == 0
    world.writes("v1", "three")
    assert unread(world, chat) == 1


def test_a_visitor_reads_changes_as_all_that_is_public() -> None:
    world, anna, chat = world_with_talk()
    world.do(anna, edit(chat))
    world.do(visitor("v1"), VisitorReads(3))
    assert world.chat(chat).visitor_read == 3
