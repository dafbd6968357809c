"""How the panes share the screen: the operator's sizes and modes as one value, its form in a file, and what of a wish has room. Pure."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

LEAST_SIDE: Final = 24
"""Cells: narrower than this, a list of chats or the visitor's card can't be read."""
LEAST_TALK: Final = 40
"""Cells that a conversation keeps, whatever the panes beside it want."""
LEAST_MINE: Final = 3
"""Lines: a title and one chat."""
LEAST_INBOX: Final = 5
SPLIT_CELLS: Final = 160
"""From this width on two chats have room side by side."""
LEAST_SHARE: Final = 25
MOST_SHARE: Final = 75
"""Percent of the two conversations' room that the second may have."""
FILE_BYTES: Final = 4_096

_Cells = Annotated[int, Meta(ge=0, le=1_000)]


class Layout(Struct, frozen=True, omit_defaults=True):
    """What the operator wished. Of sizes, 0 is none: as the width of the screen gives it. What has no room is cut at each drawing,
    so a wish made on a wide screen is there again when the screen is."""

    lists: _Cells = 0
    visitor: _Cells = 0
    mine: _Cells = 0
    """Lines of my chats, above the inbox."""
    share: Annotated[int, Meta(ge=LEAST_SHARE, le=MOST_SHARE)] = 50
    """Percent of the second conversation."""
    no_visitor: bool = False
    """On wide screens too the visitor is shown only by key."""
    alone: bool = False
    """Focus mode: the conversation and the composer."""
    split: bool = False


class LayoutDamaged(Exception):
    """The bytes are no layout."""


def dump(layout: Layout) -> bytes:
    return msgspec.json.encode(layout)


def load(blob: bytes) -> Layout:
    """What `dump` gave. Raises `LayoutDamaged` for everything else, also for sizes that no screen has."""
    if len(blob) > FILE_BYTES:
        raise LayoutDamaged("too long")
    try:
        return msgspec.json.decode(blob, type=Layout)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise LayoutDamaged(str(error)) from None


def most_side(width: int, others: int, talks: int, *, over: bool) -> int:
    """How wide a pane at the side may be. `others`: cells of the other side panes; `talks`: conversations that need room (1 or 2);
    `over`: it lies over the conversation, and leaves only a rim of it."""
    return max(LEAST_SIDE, width * 9 // 10 if over else width - others - talks * LEAST_TALK)


def side(wish: int, width: int, others: int, talks: int, *, over: bool) -> int:
    """The wish, as far as there is room for it."""
    return max(LEAST_SIDE, min(wish, most_side(width, others, talks, over=over)))


def mine_lines(wish: int, height: int) -> int:
    """Lines of my chats, of `height` for both lists."""
    return max(LEAST_MINE, min(wish, height - LEAST_INBOX))


def with_share(layout: Layout, percent: int) -> Layout:
    return replace(layout, share=max(LEAST_SHARE, min(MOST_SHARE, percent)))
