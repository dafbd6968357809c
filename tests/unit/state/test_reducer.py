"""What frames of each kind do to the picture: cards by revision, messages by number, moves, notices, moments."""

from opconsole.state import selectors
from opconsole.state.changes import (
    Given,
    HistoryCame,
    Lost,
    MessageInOtherChat,
    MessageInShownChat,
    Need,
    NewInInbox,
    NoteCame,
    Rescued,
    Slice,
)
from opconsole.wire.cards import DeskCard, OperatorCard, Place, TemplateCard, VisitorCard
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import (
    Close,
    Done,
    Gone,
    PageOf,
    Peek,
    Refused,
    Return,
    StaffDown,
    Sync,
    Take,
    TakeNext,
    TemplateGone,
    TypingBy,
    Version,
    Versions,
)
from tests.unit.state.make import ME, chat, held, log, note, store, words

# ---------------------------------------------------------------- cards


def test_an_older_card_is_ignored() -> None:
    picture = store(chat(1, rev=5, words="new"))
    assert not picture.apply([chat(1, rev=4, words="old")], 1)
    assert picture.chats[1].words == "new"


def test_a_card_older_than_its_chats_going_does_not_bring_it_back() -> None:
    picture = store(chat(1, rev=5), Gone(chat=1, rev=6, why="taken"))
    picture.apply([chat(1, rev=5)], 1)
    assert picture.chats == {}
    picture.apply([chat(1, rev=7)], 1)
    assert 1 in picture.chats


def test_a_going_older_than_the_card_is_ignored() -> None:
    picture = store(chat(1, rev=7))
    picture.apply([Gone(chat=1, rev=6)], 1)
    assert 1 in picture.chats


def test_after_a_sync_lower_revisions_count_again() -> None:
    picture = store(chat(1, rev=50), Gone(chat=1, rev=60))
    picture.apply([Sync(head=3), chat(1, rev=2)], 1)
    assert picture.chats[1].rev == 2


def test_other_cards_go_by_revision_too() -> None:
    picture = store(
        OperatorCard(rev=5, login="boris", held=2),
        OperatorCard(rev=4, login="boris", held=1),
        TemplateCard(rev=5, template="t", code="hi"),
        TemplateCard(rev=4, template="t", code="old"),
        DeskCard(rev=5, waiting=2),
        DeskCard(rev=4, waiting=1),
        chat(1),
        VisitorCard(rev=5, visitor="v1", name="New"),
        VisitorCard(rev=4, visitor="v1", name="Old"),
    )
    assert picture.operators["boris"].held == 2
    assert picture.templates["t"].code == "hi"
    assert picture.desk.waiting == 2
    assert picture.visitors["v1"].name == "New"


def test_a_dropped_template_is_gone_and_stays_so() -> None:
    picture = store(TemplateCard(rev=5, template="t", code="hi"))
    picture.apply([TemplateGone(template="t", rev=4)], 1)
    assert "t" in picture.templates
    assert Slice.TEMPLATES in picture.apply([TemplateGone(template="t", rev=6)], 1).slices
    picture.apply([TemplateCard(rev=5, template="t", code="hi")], 1)
    assert picture.templates == {}


def test_a_visitors_card_lives_as_long_as_one_of_the_visitors_chats_is_visible() -> None:
    picture = store(chat(1, visitor="v"), chat(2, visitor="v"), VisitorCard(rev=1, visitor="v"))
    picture.apply([Gone(chat=1, rev=2)], 1)
    assert "v" in picture.visitors
    picture.apply([Gone(chat=2, rev=3)], 1)
    assert picture.visitors == {}
    picture.apply([VisitorCard(rev=1, visitor="v")], 1)
    assert picture.visitors == {}


def test_my_own_card_is_about_me() -> None:
    picture = store()
    assert Slice.ME in picture.apply([OperatorCard(rev=9, login=ME)], 1).slices
    assert Slice.ME not in picture.apply([OperatorCard(rev=9, login="boris")], 1).slices


# ---------------------------------------------------------------- moves


def test_a_chat_that_comes_to_the_inbox_is_told_once() -> None:
    picture = store()
    assert picture.apply([chat(1)], 1).notices == (NewInInbox(1),)
    assert picture.apply([chat(1, rev=2)], 1).notices == ()


def test_a_rescued_chat_is_told_as_rescued_and_not_as_new() -> None:
    picture = store(held(1))
    assert picture.apply([chat(1, rev=2, rescues=1)], 1).notices == (Rescued(1),)
    assert picture.apply([held(1, 3, rescues=1)], 1).notices == (Given(1),)
    assert picture.apply([Gone(chat=1, rev=4, why="rescued")], 1).notices == (Rescued(1),)


def test_a_colleagues_rescued_chat_is_new_in_the_inbox() -> None:
    picture = store(held(1, owner="boris"))
    assert picture.apply([chat(1, rev=2, rescues=1)], 1).notices == (NewInInbox(1),)


def test_a_chat_that_others_take_from_me_is_lost() -> None:
    moves: list[tuple[StaffDown, Lost]] = [
        (chat(1, rev=2), Lost(1, "returned")),
        (held(1, 2, owner="boris", owner_name="Boris"), Lost(1, "transferred", "Boris")),
        (chat(1, Place.closed, rev=2), Lost(1, "closed")),
        (Gone(chat=1, rev=2, why="transferred", by="olga"), Lost(1, "transferred", "olga")),
    ]
    for move, notice in moves:
        assert store(held(1)).apply([move], 1).notices == (notice,)


def test_what_i_do_myself_is_no_news_whichever_comes_first() -> None:
    for done_first in (True, False):
        picture = store(chat(1))
        picture.send(Take(id="a", chat=1), 1)
        taken: list[StaffDown] = [Done(id="a", chat=1), held(1, 2)]
        assert picture.apply(taken if done_first else taken[::-1], 1).notices == ()
        picture.send(Return(id="b", chat=1), 1)
        returned: list[StaffDown] = [Done(id="b", chat=1), chat(1, rev=3)]
        assert picture.apply(returned if done_first else returned[::-1], 1).notices == ()
        picture.send(TakeNext(id="c"), 1)
        again: list[StaffDown] = [Done(id="c", chat=1), held(1, 4)]
        assert picture.apply(again if done_first else again[::-1], 1).notices == ()
        picture.send(Close(id="d", chat=1), 1)
        closed: list[StaffDown] = [Done(id="d", chat=1), Gone(chat=1, rev=5, why="closed")]
        assert picture.apply(closed if done_first else closed[::-1], 1).notices == ()
        # and the next move, not mine, is news again
        picture.apply([held(1, 6)], 1)
        assert picture.apply([chat(1, rev=7)], 1).notices == (Lost(1, "returned"),)


def test_a_transcript_that_comes_before_its_card_tells_of_my_take_too() -> None:
    picture = store(chat(1, last=1))
    picture.send(TakeNext(id="a"), 1)
    taken = Message(chat=1, n=2, kind=Kind.event, text="taken", by=ME, cid="a")
    assert picture.apply([PageOf(chat=1, messages=[words(1, 1), taken])], 1).notices == ()
    assert picture.apply([held(1, 2, last=2), Done(id="a", chat=1)], 1).notices == ()
    assert len(picture.outbox) == 0


def test_a_rescue_while_i_wait_for_another_chat_is_told() -> None:
    picture = store(held(1))
    picture.send(TakeNext(id="a"), 1)
    assert picture.apply([chat(1, rev=2, rescues=1)], 1).notices == (Rescued(1),)


def test_a_page_that_was_on_its_way_joins_what_is_read_of_a_chat_that_has_gone() -> None:
    picture = store(chat(5, Place.inbox, last=3))
    picture.show(5)
    picture.apply([PageOf(chat=5, messages=log(5, 1, 3))], 0)
    picture.apply([Gone(chat=5, rev=2, why="closed"), PageOf(chat=5, messages=log(5, 4, 6))], 0)
    assert [entry.n for entry in selectors.transcript(picture, 5).entries] == [1, 2, 3, 4, 5, 6]
    picture.apply([held(5, 3, last=6)], 0)
    assert [entry.n for entry in picture.transcripts[5].entries] == [1, 2, 3, 4, 5, 6], "and is whole when it is back"


def test_the_chat_on_the_screen_stays_readable_after_it_has_gone() -> None:
    picture = store(held(1), words(1, 1))
    picture.show(1)
    picture.apply([Gone(chat=1, rev=2, why="transferred", by="boris")], 1)
    assert selectors.gone(picture, 1) == ("transferred", "boris")
    assert selectors.card(picture, 1) is not None
    assert len(selectors.transcript(picture, 1)) == 1
    picture.apply([held(1, 3, last=1)], 1)
    assert selectors.gone(picture, 1) is None
    assert len(selectors.transcript(picture, 1)) == 1
    picture.apply([Gone(chat=1, rev=4)], 1)
    picture.show(0)
    assert selectors.card(picture, 1) is None
    assert len(selectors.transcript(picture, 1)) == 0


# ---------------------------------------------------------------- messages


def test_a_visitors_words_elsewhere_and_here_are_told_apart() -> None:
    picture = store(held(1), held(2), chat(3))
    picture.show(1)
    changes = picture.apply([words(1, 1), words(2, 1), words(3, 1), words(1, 2, by=ME), note(2, 2)], 1)
    assert changes.notices == (MessageInShownChat(1, 1), MessageInOtherChat(2, 1))
    assert changes.chats == {1, 2, 3}


def test_a_colleagues_note_is_told_with_its_words_and_mine_is_not() -> None:
    picture = store(held(1), chat(2), chat(3))
    picture.show(2)
    notes = [
        note(1, 1, "boris", "look"),
        note(1, 2),
        note(2, 1, "boris"),
        note(3, 1, "boris"),
        note(1, 9, "boris", "gap"),
    ]
    assert picture.apply(notes, 1).notices == (
        NoteCame(1, "boris", "", "look"),
        NoteCame(2, "boris", "", "note"),
        NoteCame(1, "boris", "", "gap"),
    )


def test_a_known_entry_is_no_news() -> None:
    picture = store(held(1), words(1, 1))
    assert not picture.apply([words(1, 1)], 1)


def test_a_gap_is_asked_for_once_and_filled() -> None:
    picture = store(held(1, last=1), words(1, 1))
    changes = picture.apply([words(1, 4)], 1)
    assert changes.needs == (Need(1, 4, 2),)
    assert picture.apply([words(1, 5)], 1).needs == ()
    picture.asked("f", changes.needs[0])
    picture.apply([PageOf(id="f", chat=1, messages=log(1, 2, 3))], 1)
    assert selectors.transcript(picture, 1).last == 5


def test_a_gap_that_the_relay_will_not_fill_is_given_up() -> None:
    for answer in (PageOf(id="f", chat=1), Refused(id="f", code="forbidden", text="no")):
        picture = store(held(1, last=1), words(1, 1))
        (need,) = picture.apply([words(1, 4)], 1).needs
        picture.asked("f", need)
        assert picture.apply([answer], 1).notices == ()
        assert [message.n for message in selectors.transcript(picture, 1).entries] == [4]


def test_entries_that_only_a_card_tells_of_are_asked_for() -> None:
    picture = store(sync=Sync(head=1, chats=[held(1, last=2)], messages=log(1, 1, 2)))
    assert picture.apply([held(1, 2, last=4)], 1).needs == (Need(1, 5, 2),)


def test_a_card_before_its_message_in_one_batch_asks_for_nothing() -> None:
    picture = store(sync=Sync(head=1, chats=[held(1, last=2)], messages=log(1, 1, 2)))
    assert picture.apply([held(1, 2, last=3), words(1, 3)], 1).needs == ()


def test_the_transcript_of_a_chat_that_becomes_mine_comes_by_itself() -> None:
    picture = store(chat(1, last=3))
    assert picture.apply([held(1, 2, last=4)], 1).needs == ()
    assert picture.show(1).needs == ()
    picture.apply([PageOf(chat=1, messages=log(1, 1, 4))], 1)
    assert selectors.transcript(picture, 1).last == 4


def test_if_it_does_not_come_by_itself_it_is_asked_for_at_the_next_word() -> None:
    picture = store(chat(1, last=3), held(1, 2, last=4))
    assert picture.apply([held(1, 3, last=5), words(1, 5)], 1).needs == (Need(1, 5, 4),)


def test_a_sync_that_brings_too_little_of_mine_is_completed() -> None:
    picture = store()
    changes = picture.apply([Sync(head=1, chats=[held(1, last=3)])], 1)
    assert changes.needs == (Need(1, 4, 3),)


# ---------------------------------------------------------------- moments


def test_a_peek_lasts_until_it_is_empty_or_said() -> None:
    picture = store(held(1))
    assert Slice.PEEK in picture.apply([Peek(chat=1, text="whe")], 1).slices
    assert selectors.peek(picture, 1) == "whe"
    picture.apply([Peek(chat=1)], 1)
    assert selectors.peek(picture, 1) == ""
    picture.apply([Peek(chat=1, text="where")], 1)
    assert Slice.PEEK in picture.apply([words(1, 1)], 1).slices
    assert selectors.peek(picture, 1) == ""


def test_a_colleagues_typing_is_believed_for_some_seconds_and_mine_is_no_news() -> None:
    picture = store(held(1))
    assert not picture.apply([TypingBy(chat=1, login=ME)], 1_000)
    picture.apply([TypingBy(chat=1, login="boris")], 1_000)
    assert selectors.typists(picture, 1, 2_000) == ["boris"]
    assert selectors.typists(picture, 1, 60_000) == []
    picture.apply([TypingBy(chat=1, login="boris", on=False)], 2_000)
    assert picture.typing == {}


def test_moments_of_a_chat_go_with_it() -> None:
    picture = store(held(1), Peek(chat=1, text="whe"), TypingBy(chat=1, login="boris"))
    picture.apply([Gone(chat=1, rev=2)], 1)
    assert (picture.peeks, picture.typing) == ({}, {})


def test_a_history_comes_as_a_notice_and_changes_nothing() -> None:
    picture = store(held(1, last=1))
    history = Versions(id="h", chat=1, n=1, versions=[Version(text="what it was")])
    changes = picture.apply([history], 0)
    assert changes.notices == (HistoryCame(history),)
    assert (changes.slices, changes.chats) == (Slice(0), frozenset())


def test_changed_words_are_no_new_words() -> None:
    picture = store(held(1, last=1, public=1), words(1, 1))
    entry = words(1, 2, "visitor", "other", kind=Kind.change, of=1, of_p=1, version=1)
    changes = picture.apply([entry], 0)
    assert changes.notices == ()
    assert changes.slices & Slice.TRANSCRIPT
    assert picture.transcripts[1].entries[0].text == "other"
