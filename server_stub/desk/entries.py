"""What the desk remembers of every entry of a transcript, so that it can judge who may change its words: 16 bytes each.

Texts are the journal's alone. `Chat.entries` is the book (entry `n` at offset 16·(n - 1)), `Chat.voices` the people who have
spoken in it. Replaying fills both, and a snapshot keeps them. The functions here read and write the book; nothing is decided.
"""

from bisect import bisect_left
from struct import Struct as Layout
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from server_stub.desk.model import Chat

_LAYOUT: Final = Layout("<qIHH")
"""When it was said; how many public entries there are up to it; whose words (0: none, else the place in `voices`, from 1); flags."""
SIZE: Final = _LAYOUT.size
_AT_VERSION: Final = SIZE - 2
_DELETED: Final = 0x8000
_PUBLIC: Final = 0x4000
MOST_VERSIONS: Final = 0x3FFF - 1
"""More versions than this have no room in the book."""
_pack: Final = _LAYOUT.pack
_unpack: Final = _LAYOUT.unpack_from


class Entry(Struct, frozen=True, gc=False):
    n: int
    p: int
    """0: not public."""
    at: int
    by: str
    """`visitor`, a login, or empty: it is no words of anybody, and can't be changed."""
    version: int
    deleted: bool


def add(chat: "Chat", at: int, by: str = "", *, public: bool = False) -> None:
    """Write down the chat's newest entry; call it when `chat.public` counts it already. `by`: whose words; empty: no words."""
    voice = 0
    if by:
        voices = chat.voices
        if by not in voices:
            voices.append(by)
        voice = voices.index(by) + 1
    chat.entries += _pack(at, chat.public, voice, _PUBLIC if public else 0)


def find(chat: "Chat", n: int) -> Entry | None:
    """Entry `n` of the chat; None: there is none."""
    if not 0 < n <= chat.last:
        return None
    at, public, voice, flags = _unpack(chat.entries, (n - 1) * SIZE)
    return Entry(
        n,
        public if flags & _PUBLIC else 0,
        at,
        chat.voices[voice - 1] if voice else "",
        flags & ~(_DELETED | _PUBLIC),
        bool(flags & _DELETED),
    )


def find_public(chat: "Chat", p: int) -> Entry | None:
    """The entry with the public number `p`; None: there is none."""
    if not 0 < p <= chat.public:
        return None
    # The first entry at which so many are counted is the public one itself.
    index = bisect_left(range(chat.last), p, key=lambda each: _unpack(chat.entries, each * SIZE)[1])
    return find(chat, index + 1)


def note_change(chat: "Chat", n: int, *, deleted: bool) -> None:
    """The words of entry `n` have one version more."""
    at = (n - 1) * SIZE + _AT_VERSION
    flags = int.from_bytes(chat.entries[at : at + 2], "little") + 1
    chat.entries[at : at + 2] = (flags | _DELETED if deleted else flags).to_bytes(2, "little")
