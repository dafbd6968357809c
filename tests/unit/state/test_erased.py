"""What was erased is on no screen any more, though it was read long before."""

from opconsole.state import selectors
from opconsole.wire.cards import Place
from opconsole.wire.staff import Gone, PageOf
from tests.unit.state.make import chat, held, log, store


def test_a_closed_chat_that_stands_on_the_screen_is_forgotten() -> None:
    picture = store(held(1, last=3), *log(1, 1, 3))
    picture.show(1)
    picture.apply([Gone(chat=1, rev=2, why="closed")], 2)
    assert selectors.transcript(picture, 1).last == 3
    picture.apply([Gone(chat=1, rev=9, why="erased")], 3)
    assert selectors.transcript(picture, 1).last == 0
    assert selectors.gone(picture, 1) == ("erased", "")


def test_a_chat_that_was_only_read_is_forgotten() -> None:
    picture = store(PageOf(chat=7, messages=log(7, 1, 4)))
    picture.show(7)
    changes = picture.apply([Gone(chat=7, rev=9, why="erased")], 3)
    assert 7 not in picture.transcripts
    assert 7 in changes.chats


def test_other_chats_stay() -> None:
    picture = store(chat(2, Place.inbox), held(1, last=3), *log(1, 1, 3))
    picture.apply([Gone(chat=7, rev=9, why="erased")], 3)
    assert set(picture.chats) == {1, 2}
    assert picture.transcripts[1].last == 3
