"""What one batch of frames changed: slices to redraw, chats touched, notices to warn of, entries to ask for.

Only plain values live here. What a notice looks like, sounds like, or whether it is shown at all, is decided in `ui/`.
"""

from enum import Flag, auto
from typing import Final

from msgspec import Struct

from opconsole.wire.files import Ticket
from opconsole.wire.search import Found, Hinted
from opconsole.wire.staff import (
    ChecklistVersions,
    DropTemplate,
    PageOf,
    SaveTemplate,
    StaffCommand,
    TemplateVersions,
    Versions,
)
from opconsole.wire.staff import Refused as WireRefused


class Slice(Flag):
    """A part of what the console knows; a pane redraws when one of its slices has changed."""

    INBOX = auto()
    """The waiting chats: which, in what order, or anything on their cards."""
    MINE = auto()
    """My chats: which, their numbers, or anything on their cards."""
    TRANSCRIPT = auto()
    """Entries of a transcript, or my own messages on their way. `Changes.chats` says of which chats."""
    VISITOR = auto()
    OPERATORS = auto()
    TEMPLATES = auto()
    DESK = auto()
    ME = auto()
    """My name, role, status, limit, the desk's settings, or the clock's skew."""
    PEEK = auto()
    """What a visitor is typing, or which colleague is."""
    OUTBOX = auto()
    LINK = auto()


NOTHING: Final = Slice(0)
ALL: Final = ~NOTHING


class NewInInbox(Struct, frozen=True):
    """A chat has come to the inbox."""

    chat: int


class MessageInOtherChat(Struct, frozen=True):
    """A visitor wrote in one of my chats that isn't on the screen. `n`: the entry's number."""

    chat: int
    n: int


class MessageInShownChat(Struct, frozen=True):
    """A visitor wrote in the chat that is on the screen (worth a word when the terminal isn't in focus)."""

    chat: int
    n: int


class NoteCame(Struct, frozen=True):
    """A colleague wrote a note in a chat of mine, or in the one on the screen. The words are here, because after a gap the entry
    itself is not held yet."""

    chat: int
    by: str
    """Login of who wrote it; `name`: as they were called then."""
    name: str
    text: str


class Rescued(Struct, frozen=True):
    """A chat of mine was overdue and went back to the inbox."""

    chat: int


class Lost(Struct, frozen=True):
    """A chat is no longer mine, and not by my own doing. `why` as in `Gone`; `by`: login or name, empty if unknown."""

    chat: int
    why: str = ""
    by: str = ""


class Given(Struct, frozen=True):
    """A chat became mine without my asking (a colleague's transfer, a visitor's return)."""

    chat: int


class Awake(Struct, frozen=True):
    """A chat that I had snoozed is among those that I work on again, and not by my own doing."""

    chat: int


class Refused(Struct, frozen=True):
    """A command of mine did not happen. `code` chooses the translated sentence, `facts` fill it, `text` is the fallback."""

    code: str
    text: str
    facts: dict[str, str | int] = {}
    command: StaffCommand | None = None


class RescueSoon(Struct, frozen=True):
    """A chat of mine will be rescued at `rescue_at` (the relay's clock). Made by `due_warnings`, once per deadline."""

    chat: int
    rescue_at: int


class HistoryCame(Struct, frozen=True):
    """Every version of an entry's words, as asked for."""

    history: Versions


class Answered(Struct, frozen=True):
    """The answer to a question of mine (`Store.question`): a search, hints, a page to read, a ticket for a file."""

    frame: Found | Hinted | PageOf | ChecklistVersions | Ticket | WireRefused


class Erased(Struct, frozen=True):
    """What was said in a chat is erased for good: who has it on the screen lets it go."""

    chat: int


class TemplateHistoryCame(Struct, frozen=True):
    """The editions of a template, as asked for."""

    history: TemplateVersions


class TemplateSettled(Struct, frozen=True):
    """A template of mine is saved, or removed."""

    command: SaveTemplate | DropTemplate


Notice = (
    Answered
    | Erased
    | TemplateHistoryCame
    | TemplateSettled
    | HistoryCame
    | NewInInbox
    | MessageInOtherChat
    | MessageInShownChat
    | NoteCame
    | Rescued
    | Lost
    | Given
    | Awake
    | Refused
    | RescueSoon
)


class Need(Struct, frozen=True):
    """Entries of a transcript that must be fetched: the `limit` newest ones before number `before` (0: the newest)."""

    chat: int
    before: int
    limit: int


class Changes(Struct, frozen=True):
    """The outcome of one step of the store. Two of them join with `|`, so that several batches cost one redraw."""

    slices: Slice = NOTHING
    chats: frozenset[int] = frozenset()
    """Chats whose card, transcript, peek or pending messages changed."""
    notices: tuple[Notice, ...] = ()
    needs: tuple[Need, ...] = ()
    """For the link: what to fetch."""

    def __or__(self, other: "Changes") -> "Changes":
        return Changes(
            self.slices | other.slices, self.chats | other.chats, self.notices + other.notices, self.needs + other.needs
        )

    def __bool__(self) -> bool:
        return bool(self.slices or self.chats or self.notices or self.needs)


UNCHANGED: Final = Changes()
