"""My own marks on chats: flagged, unread again, marked for what is done to several at once. Nobody else sees them.

The relay doesn't know of them, so they are kept beside the drafts, on this machine; the marks for several at once are not kept.
"""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

FLAGS: Final = 300
"""So many flags are kept; beyond it the oldest goes. A chat that went out of sight may come back, so its flag stays."""
_FORMAT: Final = 1


class MarksDamaged(Exception):
    """The bytes are no marks that this version understands."""


class _Kept(Struct, omit_defaults=True):
    v: int
    flagged: dict[int, int] = {}
    again: dict[int, int] = {}


class Marks:
    def __init__(self) -> None:
        self.flagged: dict[int, int] = {}
        """Chats that I flagged, and when (our clock), the oldest first."""
        self.again: dict[int, int] = {}
        """Chats that are unread again by my wish: the public number up to which they count as read. The relay, and through it the
        visitor, knows them as read further."""
        self.marked: set[int] = set()
        """Chats marked in the lists."""

    def flag(self, chats: Iterable[int], on: bool, now: int) -> None:
        for chat in chats:
            if on:
                self.flagged.setdefault(chat, now)
            else:
                self.flagged.pop(chat, None)
        while len(self.flagged) > FLAGS:
            del self.flagged[next(iter(self.flagged))]

    def forget(self, chat: int) -> None:
        """It went out of sight: nothing can be done to it, and what was unread in it is no longer mine."""
        self.again.pop(chat, None)
        self.marked.discard(chat)

    def dump(self) -> bytes:
        return msgspec.json.encode(_Kept(_FORMAT, self.flagged, self.again))

    def load(self, blob: bytes) -> None:
        """What `dump` gave; what is here already is newer and stays. Raises `MarksDamaged`, and then nothing has changed."""
        try:
            kept = msgspec.json.decode(blob, type=_Kept)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise MarksDamaged(str(error)) from None
        if kept.v != _FORMAT:
            raise MarksDamaged(f"written in format {kept.v}, this program reads {_FORMAT}")
        self.flagged = dict(sorted((kept.flagged | self.flagged).items(), key=lambda flag: flag[1])[-FLAGS:])
        self.again = kept.again | self.again

    def clear(self) -> None:
        self.flagged, self.again, self.marked = {}, {}, set()
