"""What the operator and the link do to the store; what frames do is in `test_reducer.py`."""

from opconsole.state import selectors
from opconsole.state.changes import Changes, Need, Refused, Slice
from opconsole.state.model import Draft, LinkState, Phase
from opconsole.state.selectors import OutgoingState
from opconsole.state.store import Store
from opconsole.wire.staff import AddNote, Done, PageOf, Peek, Read, Say, Sync, Take, TypingBy
from opconsole.wire.staff import Refused as RefusedFrame
from tests.unit.state.make import chat, held, log, note, store, welcome, words


def states(picture: Store, number: int) -> list[tuple[str, OutgoingState]]:
    return [(item.text, item.state) for item in selectors.outgoing(picture, number)]


def test_my_words_are_shown_as_sending_until_their_entry_is_there() -> None:
    picture = store(held(1))
    changes = picture.send(Say(id="a", chat=1, text="hi"), 5)
    assert Slice.TRANSCRIPT in changes.slices
    assert changes.chats == {1}
    assert states(picture, 1) == [("hi", OutgoingState.sending)]
    picture.apply([Done(id="a", chat=1, n=1, p=1, at=7)], 7)
    assert states(picture, 1) == [("hi", OutgoingState.stored)]
    picture.apply([words(1, 1, by="anna", text="hi", cid="a")], 8)
    assert states(picture, 1) == []


def test_an_entry_that_comes_before_its_done_is_not_shown_twice() -> None:
    picture = store(held(1))
    picture.send(Say(id="a", chat=1, text="hi"), 5)
    picture.apply([words(1, 1, by="anna", text="hi", cid="a")], 7)
    assert states(picture, 1) == []
    picture.apply([Done(id="a", chat=1, n=1, p=1)], 7)
    assert states(picture, 1) == []
    assert len(picture.outbox) == 0


def test_without_a_link_my_words_wait() -> None:
    picture = store(held(1))
    picture.set_link(LinkState(Phase.offline, why="no network"))
    picture.send(AddNote(id="a", chat=1, text="note"), 5)
    assert states(picture, 1) == [("note", OutgoingState.waiting)]


def test_refused_words_stay_and_can_be_sent_again_taken_back_or_thrown_away() -> None:
    picture = store(held(1))
    for name in "abc":
        picture.send(Say(id=name, chat=1, text=name.upper()), 5)
        picture.apply([RefusedFrame(id=name, code="not_yours", text="no")], 6)
    assert [state for _, state in states(picture, 1)] == [OutgoingState.failed] * 3
    picture.retry("a", "a2", 7)
    picture.drafts.put(1, Draft("begun"))
    picture.take_back("b", 8)
    picture.dismiss("c")
    assert states(picture, 1) == [("A", OutgoingState.sending)]
    assert picture.drafts.get(1) == Draft("B\nbegun", 1, False, 8)
    assert not picture.retry("gone", "x", 9)
    assert not picture.dismiss("gone")
    picture.outbox.mark_sent("a2")
    assert not picture.take_back("a2", 9)


def test_a_refusal_is_told_with_the_command() -> None:
    picture = store(chat(1))
    picture.send(Take(id="a", chat=1), 5)
    changes = picture.apply([RefusedFrame(id="a", code="taken", text="no", facts={"by": "Boris"})], 6)
    assert changes.notices == (Refused("taken", "no", {"by": "Boris"}, Take(id="a", chat=1)),)


def test_a_command_that_cannot_be_taken_is_refused_at_once() -> None:
    picture = store(held(1))
    changes = picture.send(Say(id="a", chat=1, text="x" * 9_000), 5)
    (notice,) = changes.notices
    assert isinstance(notice, Refused)
    assert notice.code == "text_too_long"
    assert len(picture.outbox) == 0


def test_reading_is_a_signal_once_and_counts_at_once() -> None:
    picture = store(held(1, unread=2, public=5, operator_read=3))
    signal, changes = picture.have_read(1, 5)
    assert signal == Read(chat=1, p=5)
    assert Slice.MINE in changes.slices
    assert selectors.unread(picture, picture.chats[1]) == 0
    assert picture.have_read(1, 5) == (None, Changes())
    assert picture.have_read(99, 5)[0] is None
    assert picture.unread_marks() == [Read(chat=1, p=5)]
    picture.apply([held(1, 2, public=5, operator_read=5)], 6)
    assert picture.unread_marks() == []
    assert picture.have_read(1, 5)[0] is None


def test_words_after_what_i_read_are_unread_again() -> None:
    picture = store(held(1, unread=1, public=5))
    picture.have_read(1, 5)
    picture.apply([held(1, 2, unread=1, public=6)], 6)
    assert selectors.unread(picture, picture.chats[1]) == 1


def test_older_entries_are_asked_for_once_and_not_before_the_first() -> None:
    picture = store(sync=Sync(head=1, chats=[held(1, last=9)], messages=log(1, 7, 9)))
    need = picture.older(1)
    assert need == Need(1, 7, 200)
    assert picture.older(1) is None
    picture.asked("f", need)
    picture.apply([PageOf(id="f", chat=1, messages=log(1, 1, 6))], 5)
    assert selectors.transcript(picture, 1).first == 1
    assert picture.older(1) is None
    assert picture.older(2) is None


def test_older_entries_that_do_not_come_are_not_asked_for_for_ever() -> None:
    picture = store(sync=Sync(head=1, chats=[held(1, last=9)], messages=log(1, 7, 9)))
    need = picture.older(1)
    assert need is not None
    picture.asked("f", need)
    picture.apply([PageOf(id="f", chat=1)], 5)
    assert picture.older(1) is None


def test_a_lost_link_takes_what_it_alone_told_and_what_was_asked() -> None:
    picture = store(sync=Sync(head=1, chats=[held(1, last=9)], messages=log(1, 7, 9)))
    picture.apply([Peek(chat=1, text="wait"), TypingBy(chat=1, login="boris")], 5)
    picture.send(Take(id="a", chat=1), 5)
    picture.outbox.mark_sent("a")
    assert picture.older(1)
    changes = picture.set_link(LinkState(Phase.offline, why="no network"))
    assert Slice.PEEK in changes.slices
    assert changes.chats == {1}
    assert selectors.peek(picture, 1) == ""
    assert selectors.typists(picture, 1, 5) == []
    assert picture.outbox.unsent() == [Take(id="a", chat=1)]
    assert picture.older(1)
    assert picture.set_link(LinkState(Phase.connecting)).slices == Slice.LINK


def test_showing_a_chat_changes_what_is_drawn_once() -> None:
    picture = store(held(1), held(2))
    assert picture.show(1).chats == {1}
    assert picture.show(2).chats == {1, 2}
    assert not picture.show(2)
    assert picture.shown == 2


def test_hello_says_what_is_held_of_visible_chats() -> None:
    picture = store(held(1), chat(2), words(1, 1), words(1, 2), words(2, 1), words(3, 1))
    assert picture.have() == {1: 2, 2: 1}


def test_another_person_starts_from_nothing() -> None:
    picture = store(held(1), words(1, 1))
    picture.belong_to("anna at relay")
    picture.send(Say(id="a", chat=1, text="hi"), 5)
    picture.drafts.put(1, Draft("begun"))
    picture.belong_to("anna at relay")
    assert len(picture.outbox) == 1
    picture.belong_to("boris at relay")
    assert len(picture.outbox) == 0
    assert picture.drafts.get(1) is None
    assert picture.chats == {}
    assert picture.transcripts == {}


def test_the_relay_naming_another_person_empties_the_picture() -> None:
    picture = store(held(1), note(1, 1))
    picture.apply([welcome(login="boris")], 9)
    assert picture.me.login == "boris"
    assert picture.chats == {}
    assert not picture.synced


def test_transcripts_that_nobody_looks_at_are_bounded_and_mine_stay() -> None:
    picture = store(held(1), words(1, 1))
    for number in range(10, 110):
        picture.apply([chat(number), words(number, 1)], 5)
    assert len(picture.transcripts) <= 62
    assert 1 in picture.transcripts
    assert 109 in picture.transcripts
    assert 10 not in picture.transcripts
