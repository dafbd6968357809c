import pytest

from opconsole.state.changes import Changes, Need, NewInInbox, Slice
from opconsole.state.model import DRAFTS, Draft, Drafts, DraftsDamaged


def test_a_draft_is_kept_per_chat_and_an_empty_one_is_none() -> None:
    drafts = Drafts()
    assert drafts.put(1, Draft("hello", 3))
    assert drafts.put(2, Draft("note", note=True))
    assert drafts.get(1) == Draft("hello", 3)
    assert drafts.chats() == {1, 2}
    assert drafts.put(1, Draft(""))
    assert drafts.get(1) is None
    assert not drafts.put(1, Draft(""))
    assert drafts.drop(2)
    assert not drafts.drop(2)


def test_the_same_draft_is_no_change() -> None:
    drafts = Drafts()
    drafts.put(1, Draft("hello", 3, at=1))
    assert not drafts.put(1, Draft("hello", 3, at=2))
    assert drafts.put(1, Draft("hello", 4, at=2))


def test_beyond_the_bound_the_one_untouched_longest_goes() -> None:
    drafts = Drafts()
    for chat in range(1, DRAFTS + 1):
        drafts.put(chat, Draft("x"))
    drafts.put(1, Draft("touched"))
    drafts.put(DRAFTS + 1, Draft("x"))
    assert drafts.get(1) == Draft("touched")
    assert drafts.get(2) is None


def test_drafts_come_back_from_their_bytes_under_newer_ones() -> None:
    drafts = Drafts()
    drafts.put(1, Draft("две\nстроки", 2, True, 5))
    drafts.put(2, Draft("kept"))
    again = Drafts()
    again.put(2, Draft("newer"))
    again.load(drafts.dump())
    assert again.get(1) == Draft("две\nстроки", 2, True, 5)
    assert again.get(2) == Draft("newer")


@pytest.mark.parametrize("blob", [b"", b"[]", b'{"1":5}', b"\xff\xfe", b"[" * 100_000])
def test_damaged_drafts_are_refused_and_change_nothing(blob: bytes) -> None:
    drafts = Drafts()
    drafts.put(1, Draft("here"))
    with pytest.raises(DraftsDamaged):
        drafts.load(blob)
    assert drafts.get(1) == Draft("here")


def test_changes_join() -> None:
    one = Changes(Slice.INBOX, frozenset({1}), (NewInInbox(1),))
    two = Changes(Slice.MINE, frozenset({2}), (), (Need(2, 0, 5),))
    joined = one | two
    assert joined.slices == Slice.INBOX | Slice.MINE
    assert joined.chats == {1, 2}
    assert (joined.notices, joined.needs) == ((NewInInbox(1),), (Need(2, 0, 5),))
    assert joined
    assert not Changes()


def test_what_stood_on_the_disk_is_as_clean_as_what_is_pasted() -> None:
    kept = Drafts()
    kept.put(1, Draft("x\x9b6n\ny" + "\u0301" * 50, 3))
    drafts = Drafts()
    drafts.load(kept.dump())
    assert drafts.get(1) == Draft("x\ufffd6n\ny" + "\u0301" * 4, 3)
