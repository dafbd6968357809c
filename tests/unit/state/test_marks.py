"""My own marks: flags, unread again, marked in the lists; and chats marked as read before the relay is told."""

import pytest

from opconsole.state import selectors
from opconsole.state.changes import Changes
from opconsole.state.marks import FLAGS, Marks, MarksDamaged
from opconsole.state.store import Store
from opconsole.wire.cards import Place
from opconsole.wire.staff import Gone, Read, Sync
from tests.unit.state.make import ME, chat, held, log, store, words


def unread(picture: Store, number: int = 1) -> int:
    return selectors.unread(picture, picture.chats[number])


def test_what_is_kept_comes_back_and_marks_for_several_do_not() -> None:
    marks = Marks()
    marks.flag([5, 3], True, 9)
    marks.again[4] = 7
    marks.marked = {5}
    again = Marks()
    again.load(marks.dump())
    assert (again.flagged, again.again, again.marked) == ({5: 9, 3: 9}, {4: 7}, set())


@pytest.mark.parametrize("blob", [b"", b"[]", b'{"v":2}', b'{"v":1,"flagged":{"x":1}}', b"\xff"])
def test_damaged_marks_are_told_and_change_nothing(blob: bytes) -> None:
    marks = Marks()
    marks.flag([1], True, 1)
    with pytest.raises(MarksDamaged):
        marks.load(blob)
    assert marks.flagged == {1: 1}


def test_flags_are_bounded_and_the_oldest_goes() -> None:
    marks = Marks()
    marks.flag(range(FLAGS + 2), True, 1)
    assert len(marks.flagged) == FLAGS
    assert 0 not in marks.flagged


def test_a_flag_stays_when_the_chat_goes_out_of_sight_and_a_mark_does_not() -> None:
    picture = store(held(1), chat(2))
    picture.flag([1], True, 5)
    picture.mark([1, 2, 99], True)
    assert selectors.marked(picture) == [1, 2]
    picture.apply([Gone(chat=1, rev=9, why="closed")], 1)
    assert selectors.flagged(picture, 1)
    assert selectors.marked(picture) == [2]


def test_marked_as_read_counts_at_once_and_the_relay_is_told_later() -> None:
    picture = store(held(1, unread=2, public=5, operator_read=3), held(2))
    changes = picture.sweep([1, 2])
    assert changes.chats == {1}
    assert unread(picture) == 0
    assert picture.unread_marks() == []
    assert picture.tell_swept() == [Read(chat=1, p=5)]
    assert picture.tell_swept() == []
    assert picture.unread_marks() == [Read(chat=1, p=5)]


def test_taken_back_in_time_it_is_as_if_it_had_never_been() -> None:
    picture = store(held(1, unread=2, public=5, operator_read=2))
    picture.have_read(1, 3)
    picture.sweep([1])
    assert picture.unsweep([1]).chats == {1}
    assert unread(picture) == 2
    assert picture.tell_swept() == []
    assert picture.read == {1: 3}


def test_taken_back_later_it_is_unread_for_me_alone_until_i_look() -> None:
    picture = store(held(1, unread=2, public=5, operator_read=3), *log(1, 1, 5))
    picture.sweep([1])
    picture.tell_swept()
    picture.apply([held(1, 2, public=5, operator_read=5)], 1)
    picture.unsweep([1])
    assert unread(picture) == 2
    assert selectors.read_up_to(picture, picture.chats[1]) == 3
    picture.apply([words(1, 6), held(1, 3, public=6, unread=1, operator_read=5)], 1)
    assert unread(picture) == 3
    assert picture.have_read(1, 6)[0] == Read(chat=1, p=6)
    assert unread(picture) == 0
    assert picture.marks.again == {}


def test_unread_for_me_alone_ends_by_looking_though_the_relay_has_nothing_to_learn() -> None:
    picture = store(held(1, public=5, operator_read=5))
    picture.marks.again[1] = 4
    signal, changes = picture.have_read(1, 5)
    assert signal is None
    assert changes.chats == {1}
    assert unread(picture) == 0


def test_a_chat_that_i_looked_at_since_stays_read_and_is_told_at_once() -> None:
    picture = store(held(1, unread=2, public=5, operator_read=3))
    picture.sweep([1])
    assert picture.have_read(1, 5)[0] == Read(chat=1, p=5)
    assert picture.unsweep([1]) == Changes()
    assert unread(picture) == 0


def test_unread_for_me_alone_marked_as_read_again_tells_the_relay_nothing() -> None:
    picture = store(held(1, public=5, operator_read=5))
    picture.marks.again[1] = 3
    assert picture.sweep([1]).chats == {1}
    assert unread(picture) == 0
    assert picture.tell_swept() == []
    picture.unsweep([1])
    assert picture.marks.again == {1: 3}


def test_what_is_no_longer_mine_is_not_unread_again() -> None:
    picture = store(held(1, public=5, operator_read=5), held(2))
    picture.marks.again |= {1: 3, 2: 1}
    picture.apply([chat(1, Place.inbox, 2, public=5)], 1)
    assert picture.marks.again == {2: 1}
    picture.apply([Sync(head=5, chats=[held(2, 3, owner="ivan")])], 1)
    assert picture.marks.again == {}


def test_another_person_has_marks_of_their_own() -> None:
    picture = store(held(1, owner=ME))
    picture.belong_to("anna at relay")
    picture.flag([1], True, 1)
    picture.belong_to("ivan at relay")
    assert picture.marks.flagged == {}
