from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.following import ChatTold, FileTold, Follower, GapTold, GoneTold, MessageTold, Told, message_told
from opconsole.wire.cards import Place
from opconsole.wire.files import File
from opconsole.wire.messages import Message
from opconsole.wire.staff import Gone, PageOf, StaffDown, Sync
from tests.unit.state.make import chat, held, log, welcome, words


def follow(follower: Follower, *frames: StaffDown) -> list[Told]:
    return [told for frame in frames for told in follower.take(frame, now=1_000)]


def begun(sync: Sync | None = None, **more: int) -> tuple[Follower, list[Told]]:
    follower = Follower(**more)
    return follower, follow(follower, welcome(), sync or Sync(head=1))


def numbers(told: list[Told]) -> list[int]:
    return [each.n for each in told if isinstance(each, MessageTold)]


def test_what_there_is_at_the_start_is_not_told() -> None:
    follower, told = begun(Sync(head=1, chats=[chat(1), held(2, last=3)], messages=log(2, 1, 3)))
    assert told == []
    assert follower.have() == {2: 3}


def test_the_last_entries_of_my_chats_are_told_when_asked_for() -> None:
    _, told = begun(Sync(head=1, chats=[held(2, last=5)], messages=log(2, 1, 5)), last=2)
    assert numbers(told) == [4, 5]


def test_a_chat_is_told_when_it_comes_and_when_it_moves_and_not_when_its_card_only_changes() -> None:
    follower, _ = begun()
    told = follow(
        follower,
        chat(5, rev=2, words="hi", words_by="visitor"),
        chat(5, rev=3, unread=2),
        held(5, rev=4),
        held(5, rev=3),
        Gone(chat=5, rev=6, why="closed"),
        Gone(chat=5, rev=6, why="closed"),
    )
    assert [type(each) for each in told] == [ChatTold, ChatTold, GoneTold]
    assert [(each.place, each.mine) for each in told if isinstance(each, ChatTold)] == [
        ("inbox", False),
        ("held", True),
    ]
    assert isinstance(told[2], GoneTold)
    assert (told[2].why, told[2].at) == ("closed", 1_000)


def test_a_chat_that_comes_to_me_brings_its_entries_without_a_gap_before_them() -> None:
    follower, _ = begun()
    told = follow(follower, held(5, rev=2, last=300), PageOf(chat=5, messages=log(5, 101, 300), more=True))
    assert numbers(told) == list(range(101, 301))
    assert not [each for each in told if isinstance(each, GapTold)]


def test_after_a_lost_link_what_was_missed_is_told_once() -> None:
    follower, _ = begun(Sync(head=1, chats=[held(2, last=1), chat(3)], messages=log(2, 1, 1)))
    assert numbers(follow(follower, words(2, 2), words(2, 3))) == [2, 3]
    assert follower.have() == {2: 3}
    told = follow(
        follower, welcome(), Sync(head=9, chats=[held(2, rev=5, last=5), chat(4)], messages=log(2, 3, 5)), words(2, 5)
    )
    assert numbers(told) == [4, 5]
    assert [each.chat for each in told if isinstance(each, ChatTold)] == [4]
    assert [each.chat for each in told if isinstance(each, GoneTold)] == [3]


def test_more_than_a_sync_brings_is_an_honest_gap() -> None:
    follower, _ = begun(Sync(head=1, chats=[held(2, last=1)], messages=log(2, 1, 1)))
    told = follow(follower, Sync(head=9, chats=[held(2, last=500)], messages=log(2, 301, 500)))
    assert told[0] == GapTold(at=301, chat=2, after=1, before=301)
    assert numbers(told) == list(range(301, 501))


def test_of_one_chat_alone_nothing_else_is_told() -> None:
    follower, _ = begun(Sync(head=1, chats=[chat(7), held(2, last=1)], messages=log(2, 1, 1)), chat=7, last=1)
    told = follow(
        follower, PageOf(chat=7, messages=log(7, 1, 4)), words(7, 5), words(2, 2), chat(9), Gone(chat=2, rev=9)
    )
    assert numbers(told) == [4, 5]
    assert len(told) == 2


@given(st.lists(st.sampled_from(["word", "cut"]), max_size=60), st.integers(0, 5))
def test_every_entry_is_told_once_and_in_order_over_any_number_of_links(steps: list[str], last: int) -> None:
    """The relay as the protocol has it: live words stream while there is a link; a sync brings what is lacking."""
    newest = 5
    card = held(2, last=newest)
    follower, told = begun(Sync(head=1, chats=[card], messages=log(2, 1, newest)), last=last)
    linked = True
    for step in steps:
        if step == "cut":
            linked = not linked
            if linked:
                have = follower.have()[2]
                sync = Sync(head=1, chats=[held(2, rev=newest, last=newest)], messages=log(2, have + 1, newest))
                told += follow(follower, welcome(), sync)
        else:
            newest += 1
            if linked:
                told += follow(follower, words(2, newest))
    have = follower.have()[2]
    told += follow(follower, Sync(head=1, chats=[held(2, rev=newest, last=newest)], messages=log(2, have + 1, newest)))
    assert numbers(told) == list(range(5 - last + 1, newest + 1))
    assert not [each for each in told if isinstance(each, GapTold)]
    assert {each.chat for each in told if isinstance(each, MessageTold)} <= {2}
    assert card.place is Place.held


def test_what_a_message_carries_is_told_whole() -> None:
    file = File(id="f1", name="a.png", size=9, type="image/png", width=3, height=4)
    told = message_told(Message(chat=1, n=1, file=file))
    assert told.file == FileTold(id="f1", name="a.png", size=9, type="image/png", width=3, height=4)
    assert message_told(Message(chat=1, n=2, text="x")).file is None
