import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from opconsole.ui.layout import (
    FILE_BYTES,
    LEAST_INBOX,
    LEAST_MINE,
    LEAST_SIDE,
    LEAST_TALK,
    Layout,
    LayoutDamaged,
    dump,
    load,
    mine_lines,
    side,
    with_share,
)

LAYOUTS = st.builds(
    Layout,
    lists=st.integers(0, 1_000),
    visitor=st.integers(0, 1_000),
    mine=st.integers(0, 1_000),
    share=st.integers(25, 75),
    no_visitor=st.booleans(),
    alone=st.booleans(),
    split=st.booleans(),
)


@given(LAYOUTS)
def test_what_is_kept_is_read(layout: Layout) -> None:
    assert load(dump(layout)) == layout


@given(st.binary())
@example(b"")
@example(b'{"lists":-1}')
@example(b'{"lists":1001}')
@example(b'{"share":99}')
@example(b'{"alone":1}')
@example(b'{"lists":40')
@example(b"[" * 2_000)
@example(b" " * (FILE_BYTES + 1))
def test_anything_else_is_damage_and_nothing_worse(blob: bytes) -> None:
    try:
        layout = load(blob)
    except LayoutDamaged:
        return
    assert load(dump(layout)) == layout


def test_every_torn_file_is_damage() -> None:
    blob = dump(Layout(lists=50, share=60, split=True))
    for end in range(len(blob)):
        with pytest.raises(LayoutDamaged):
            load(blob[:end])


@given(st.integers(0, 1_000), st.integers(0, 1_000), st.integers(100, 400), st.sampled_from([1, 2]))
def test_the_conversations_keep_their_room(lists: int, visitor: int, width: int, talks: int) -> None:
    if width < 2 * LEAST_SIDE + talks * LEAST_TALK:
        return
    wide = side(lists, width, LEAST_SIDE, talks, over=False)
    info = side(visitor, width, wide, talks, over=False)
    assert wide >= LEAST_SIDE
    assert info >= LEAST_SIDE
    assert width - wide - info >= talks * LEAST_TALK


@given(st.integers(0, 1_000), st.integers(80, 240))
def test_what_lies_over_the_conversation_leaves_a_rim_of_it(wish: int, width: int) -> None:
    assert LEAST_SIDE <= side(wish, width, 0, 1, over=True) <= width * 9 // 10


@given(st.integers(0, 1_000), st.integers(LEAST_MINE + LEAST_INBOX, 100))
def test_both_lists_keep_some_lines(wish: int, height: int) -> None:
    assert LEAST_MINE <= mine_lines(wish, height) <= height - LEAST_INBOX


def test_neither_conversation_is_squeezed_away() -> None:
    assert [with_share(Layout(), percent).share for percent in (-5, 50, 101)] == [25, 50, 75]
