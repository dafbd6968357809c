"""Words that are held back: kept, not sent, never overtaken by what must come after them, and given back after a crash."""

import pytest

from opconsole.state.outbox import Outbox
from opconsole.wire.cards import Status
from opconsole.wire.staff import (
    AddNote,
    Close,
    Refused,
    Return,
    Say,
    SetStatus,
    Snooze,
    StaffCommand,
    Take,
    TakeNext,
    Transfer,
)
from tests.unit.state.make import held, store


def holding(*chats: int) -> Outbox:
    outbox = Outbox()
    for chat in chats:
        assert outbox.add(Say(id=f"held {chat}", chat=chat, text="hello"), 1_000, 4_000) is None
    return outbox


def unsent(outbox: Outbox) -> list[str]:
    return [command.id for command in outbox.unsent()]


def test_held_words_are_kept_and_not_sent_until_they_are_let_go() -> None:
    outbox = holding(5)
    assert unsent(outbox) == []
    assert len(outbox) == 1
    before = outbox.revision
    assert outbox.let_go("held 5")
    assert outbox.revision > before
    assert unsent(outbox) == ["held 5"]
    assert not outbox.let_go("held 5")


@pytest.mark.parametrize(
    "command",
    [
        Close(id="x", chat=5),
        Return(id="x", chat=5),
        Transfer(id="x", chat=5, to="kim"),
        Snooze(id="x", chat=5, until=1),
        Say(id="x", chat=5, text="and"),
        AddNote(id="x", chat=5, text="and"),
        SetStatus(id="x", status=Status.offline),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_must_not_overtake_held_words_lets_them_go_first(command: StaffCommand) -> None:
    outbox = holding(5)
    outbox.add(command, 2_000)
    assert unsent(outbox) == ["held 5", "x"]


@pytest.mark.parametrize("command", [Close(id="x", chat=6), TakeNext(id="x"), Take(id="x", chat=5)])
def test_what_has_nothing_to_do_with_them_leaves_them_held(command: StaffCommand) -> None:
    outbox = holding(5)
    outbox.add(command, 2_000)
    assert unsent(outbox) == ["x"]


def test_a_second_held_message_leaves_the_first_its_time() -> None:
    outbox = holding(5)
    outbox.add(Say(id="x", chat=5, text="and"), 2_000, 5_000)
    assert [item.command.id for item in outbox.held()] == ["held 5", "x"]


def test_words_that_are_held_for_a_shorter_time_do_not_overtake_those_before_them() -> None:
    outbox = holding(5)
    outbox.add(Say(id="of another chat", chat=6, text="there"), 1_500, 9_000)
    outbox.add(Say(id="x", chat=5, text="and"), 2_000, 2_500)
    assert outbox.let_go("x")
    assert unsent(outbox) == ["held 5", "x"]
    assert [item.command.id for item in outbox.held()] == ["of another chat"]


def test_refused_words_that_are_sent_again_come_after_held_ones() -> None:
    outbox = Outbox()
    outbox.add(Say(id="refused", chat=5, text="no"), 0)
    outbox.refuse(Refused(id="refused", code="chat_waits", text="It waits."))
    outbox.add(Say(id="held", chat=5, text="and"), 1_000, 6_000)
    outbox.retry("refused", "again", 2_000)
    assert unsent(outbox) == ["held", "again"]


def test_held_words_stay_held_on_the_disk_and_others_do_not_become_so() -> None:
    outbox = holding(5)
    outbox.add(Say(id="sent", chat=6, text="away"), 2_000)
    again = Outbox()
    again.load(outbox.dump())
    assert [item.command.id for item in again.held()] == ["held 5"]
    assert unsent(again) == ["sent"]


def test_only_what_surely_did_not_happen_can_be_taken_back() -> None:
    outbox = holding(5)
    outbox.add(Say(id="waits", chat=6, text="no link"), 0)
    outbox.add(Say(id="tried", chat=6, text="perhaps there"), 0)
    outbox.mark_sent("tried")
    outbox.link_lost()
    loaded = Outbox()
    loaded.load(outbox.dump())
    assert outbox.can_be_taken_back("held 5")
    assert outbox.can_be_taken_back("waits")
    assert not outbox.can_be_taken_back("tried")
    assert outbox.dismiss("tried") is None
    assert loaded.can_be_taken_back("held 5")
    assert not loaded.can_be_taken_back("waits"), "the disk doesn't say whether it was tried"


def test_after_a_crash_held_words_are_in_the_draft_before_what_stood_there() -> None:
    console = store(held(5))
    console.send(Say(id="a", chat=5, text="one"), 0, 3_000)
    console.send(Say(id="b", chat=5, text="two"), 0, 3_000)
    console.send(AddNote(id="c", chat=6, text="a note"), 0, 3_000)
    console.send(Say(id="d", chat=7, text="goes out"), 0)
    assert console.give_back_held() == 3
    draft, note = console.drafts.get(5), console.drafts.get(6)
    assert draft is not None
    assert note is not None
    assert draft.text == "one\ntwo"
    assert note.note
    assert unsent(console.outbox) == ["d"]


def test_words_of_this_console_are_known_by_their_ids() -> None:
    outbox = holding(5)
    assert outbox.is_own("held 5")
    assert not outbox.is_own("of another console")
    outbox.settle("held 5")
    assert outbox.is_own("held 5")
