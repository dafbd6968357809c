from opconsole.state import selectors
from opconsole.state.changes import (
    Given,
    Lost,
    MessageInOtherChat,
    MessageInShownChat,
    NewInInbox,
    NoteCame,
    Rescued,
    Slice,
)
from opconsole.state.model import Draft
from opconsole.wire.cards import VisitorCard
from opconsole.wire.staff import Gone, Peek, Return, Say, Sync
from tests.unit.state.make import chat, held, log, note, store, words


def test_what_is_not_in_a_sync_is_forgotten() -> None:
    picture = store(
        chat(1), chat(2), VisitorCard(rev=1, visitor="v1"), words(1, 1), words(2, 1), Peek(chat=2, text="x")
    )
    changes = picture.apply([Sync(head=9, chats=[chat(2)])], 1)
    assert list(picture.chats) == [2]
    assert [card.chat for card in selectors.inbox(picture)] == [2]
    assert picture.visitors == {}
    assert picture.operators == {}
    assert list(picture.transcripts) == [2]
    assert picture.peeks == {}
    assert changes.chats == {1, 2}
    assert Slice.LINK not in changes.slices
    assert Slice.DESK | Slice.OPERATORS | Slice.TEMPLATES in changes.slices


def test_the_first_sync_is_no_news() -> None:
    assert store(sync=Sync(head=1)).synced
    picture = store(sync=Sync(head=1, chats=[chat(1), held(2)], messages=[words(2, 1)]))
    assert [row.card.chat for row in selectors.mine(picture)] == [2]


def test_what_happened_meanwhile_is_told() -> None:
    picture = store(held(1), held(2), held(3), held(4), words(4, 1), held(5))
    picture.show(5)
    sync = Sync(
        head=9,
        chats=[chat(1, rev=2, rescues=1), held(4), held(5), held(6), chat(7), chat(2, rev=2)],
        messages=[words(4, 2), note(4, 3, "boris"), words(5, 1), words(5, 2, by="anna"), note(5, 3)],
    )
    assert set(picture.apply([sync], 1).notices) == {
        Rescued(1),
        Lost(2, "returned"),
        Lost(3),
        MessageInOtherChat(4, 2),
        NoteCame(4, "boris", "", "note"),
        MessageInShownChat(5, 1),
        Given(6),
        NewInInbox(7),
    }


def test_what_i_did_myself_before_the_link_broke_is_no_news() -> None:
    picture = store(held(1), held(2))
    picture.send(Return(id="a", chat=1), 1)
    picture.send(Return(id="b", chat=2), 1)
    assert picture.apply([Sync(head=9, chats=[chat(1, rev=2)])], 1).notices == ()


def test_transcripts_go_on_where_they_join_and_start_over_where_not() -> None:
    picture = store(held(1), held(2), *log(1, 1, 3), *log(2, 1, 3))
    sync = Sync(head=9, chats=[held(1, last=5), held(2, last=300)], messages=[*log(1, 4, 5), *log(2, 101, 300)])
    assert picture.apply([sync], 1).needs == ()
    assert (selectors.transcript(picture, 1).first, selectors.transcript(picture, 1).last) == (1, 5)
    assert (selectors.transcript(picture, 2).first, selectors.transcript(picture, 2).last) == (101, 300)


def test_a_relay_restored_from_an_older_copy_is_right() -> None:
    picture = store(held(1), *log(1, 1, 9))
    picture.apply([Sync(head=2, chats=[held(1, rev=0, last=2)], messages=log(1, 1, 2))], 1)
    assert selectors.transcript(picture, 1).last == 2


def test_words_of_mine_that_the_sync_brings_are_not_sent_again() -> None:
    picture = store(held(1))
    picture.send(Say(id="a", chat=1, text="hi"), 1)
    picture.outbox.mark_sent("a")
    picture.outbox.link_lost()
    picture.apply([Sync(head=9, chats=[held(1, last=1)], messages=[words(1, 1, by="anna", text="hi", cid="a")])], 1)
    assert picture.outbox.unsent() == []
    assert selectors.outgoing(picture, 1) == []


def test_the_chat_on_the_screen_stays_readable_if_it_went_meanwhile() -> None:
    picture = store(held(1), words(1, 1))
    picture.show(1)
    picture.apply([Sync(head=9)], 1)
    assert selectors.gone(picture, 1) == ("", "")
    assert len(selectors.transcript(picture, 1)) == 1


def test_drafts_outlive_everything() -> None:
    picture = store(held(1))
    picture.drafts.put(1, Draft("begun"))
    picture.apply([Gone(chat=1, rev=2), Sync(head=9)], 1)
    assert picture.drafts.get(1) == Draft("begun")
