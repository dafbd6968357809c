"""Small values that the console keeps beside the cards: who I am, how the link stands, what I have begun to write.

Transcripts are in `transcript.py`, messages on their way in `outbox.py`.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct, field

from opconsole.wire.cards import Role
from opconsole.wire.codec import clean_struct
from opconsole.wire.staff import Settings, Welcome

DRAFTS: Final = 300
"""So many drafts are kept; beyond it the one untouched for the longest time goes."""


class Me(Struct):
    """Who works at this console, from the relay's `welcome`. Before the first one: what is known from the last run."""

    login: str = ""
    name: str = ""
    role: Role = Role.operator
    mode: str = "work"
    desk: str = ""
    settings: Settings = field(default_factory=Settings)
    skew_ms: int = 0
    """The relay's clock minus ours."""

    def welcomed(self, welcome: Welcome, now: int) -> "Me":
        return Me(
            login=welcome.login,
            name=welcome.name,
            role=welcome.role,
            mode=welcome.mode,
            desk=welcome.desk,
            settings=welcome.settings,
            skew_ms=welcome.now - now,
        )


class Phase(StrEnum):
    """Where the link is. `stopped`: it will not try again by itself (see `LinkState.stop`)."""

    offline = "offline"
    connecting = "connecting"
    syncing = "syncing"
    live = "live"
    stopped = "stopped"


class Stop(StrEnum):
    """Why a link has stopped trying."""

    none = ""
    login = "login"
    """The relay wants a login: no token, an expired or a revoked one."""
    blocked = "blocked"
    replaced = "replaced"
    """The same operator opened another console that took over."""
    version = "version"
    """The relay speaks another version of the protocol."""
    refused = "refused"
    """The relay will not have this session for another reason; `LinkState.why` says which."""
    closed = "closed"
    """We closed it."""


class LinkState(Struct, frozen=True):
    """How the link to the relay stands; always on the screen. Times are of our own clock."""

    phase: Phase = Phase.offline
    since: int = 0
    """When this phase began; of `offline` and `connecting`: since when there has been no link."""
    why: str = ""
    """A sentence: why there is no link."""
    retry_at: int = 0
    """When it is tried again; 0: not waiting."""
    done: int = 0
    total: int = 0
    """While `syncing`: so many of so many waiting commands are answered."""
    stop: Stop = Stop.none

    @property
    def is_live(self) -> bool:
        return self.phase is Phase.live


class Draft(Struct, frozen=True):
    """What stands in the composer of one chat."""

    text: str
    cursor: int = 0
    """Offset in `text`, in characters."""
    note: bool = False
    """It is a note, not a reply."""
    at: int = 0
    seen: int = 0
    """Number of the chat's newest entry when this text was begun: what others have said since, its writer may not have read.
    0: unknown."""


_NO_DRAFT: Final = Draft("")


class DraftsDamaged(Exception):
    """The bytes are no drafts."""


class Drafts:
    """One draft a chat. Kept even for a chat that has gone: it may come back, and words should not be lost."""

    def __init__(self) -> None:
        self._drafts: dict[int, Draft] = {}

    def get(self, chat: int) -> Draft | None:
        return self._drafts.get(chat)

    def put(self, chat: int, draft: Draft) -> bool:
        """Keep it (an empty text drops it). True: something changed, and should go to disk."""
        old = self._drafts.get(chat)
        if not draft.text:
            return self._drafts.pop(chat, None) is not None
        if old is not None and (old.text, old.cursor, old.note) == (draft.text, draft.cursor, draft.note):
            return False
        self._drafts.pop(chat, None)  # the newest goes last
        self._drafts[chat] = draft
        while len(self._drafts) > DRAFTS:
            del self._drafts[next(iter(self._drafts))]
        return True

    def drop(self, chat: int) -> bool:
        return self._drafts.pop(chat, None) is not None

    def look(self, chat: int, seen: int) -> None:
        """What others said up to entry `seen` has been read by who writes this draft."""
        draft = self._drafts.get(chat)
        if draft is not None:
            self._drafts[chat] = msgspec.structs.replace(draft, seen=max(draft.seen, seen))

    def chats(self) -> frozenset[int]:
        return frozenset(self._drafts)

    def dump(self) -> bytes:
        return msgspec.json.encode(self._drafts)

    def dump_some(self, chats: Iterable[int]) -> bytes:
        """Those of some chats, and an empty one for each that has none any more: for `load_over`."""
        return msgspec.json.encode({chat: self._drafts.get(chat, _NO_DRAFT) for chat in chats})

    def load(self, blob: bytes) -> None:
        """What `dump` gave; what is here already is newer and stays. Raises `DraftsDamaged`, and then nothing has changed."""
        self._drafts = _decoded(blob) | self._drafts

    def load_over(self, blob: bytes) -> None:
        """What `dump_some` gave, which is newer than what is here. Raises `DraftsDamaged`, and then nothing has changed."""
        for chat, draft in _decoded(blob).items():
            self.put(chat, draft)

    def join(self, blob: bytes) -> int:
        """Another console's `dump`: where both have a draft, its words follow ours. Returns how many had any. Raises as `load`."""
        others = {chat: draft for chat, draft in _decoded(blob).items() if draft.text}
        for chat, draft in others.items():
            own = self._drafts.get(chat)
            if own is None:
                self.put(chat, draft)
            elif draft.text not in own.text:
                self.put(chat, msgspec.structs.replace(own, text=f"{own.text}\n{draft.text}"))
        return len(others)

    def clear(self) -> None:
        self._drafts = {}


def _decoded(blob: bytes) -> dict[int, Draft]:
    try:
        kept = msgspec.json.decode(blob, type=dict[int, Draft])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise DraftsDamaged(str(error)) from None
    return {chat: clean_struct(draft) for chat, draft in kept.items()}
