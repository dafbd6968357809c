"""The conversation in the team's protocol: what is said in a chat and changed of it, looked up in it, read, and typed. Part of `wire.staff`."""

from typing import Annotated

from msgspec import Meta, Struct

from opconsole.wire import limits
from opconsole.wire.base import Command, Frame, Number, Text
from opconsole.wire.files import FileId
from opconsole.wire.messages import Message

TemplateId = Annotated[str, Meta(max_length=limits.ID_CHARS)]

# ---------------------------------------------------------------- up: commands


class Say(Command, tag="say"):
    """A public message. With a `file` that was brought for this chat its text may be empty."""

    chat: Number
    text: Text
    template: TemplateId = ""
    """Id of the template that the words were made from: its uses are counted."""
    file: FileId = ""


class AddNote(Command, tag="note"):
    """A note about the visitor, in the transcript and on the visitor's card; the visitor never sees it."""

    chat: Number
    text: Text
    file: FileId = ""


class EditMessage(Command, tag="edit"):
    """Other words in place of those of entry `n`, a message or note of mine. Within a time that is a setting of the desk."""

    chat: Number
    n: Number
    text: Text


class DeleteMessage(Command, tag="delete"):
    """Take the words of entry `n` away: mine within the same time; anybody's, where the desk lets my role do that."""

    chat: Number
    n: Number


class Fetch(Command, tag="fetch"):
    """Ask for older entries of a transcript: the `limit` newest ones before number `before` (0: the newest). Answered by `page`."""

    chat: Number
    before: Number = 0
    limit: Annotated[int, Meta(ge=1, le=limits.FETCH_MESSAGES)] = limits.SYNC_MESSAGES


class History(Command, tag="history"):
    """Ask for every version of entry `n`, deleted words too (supervisors and admins). Answered by `versions`."""

    chat: Number
    n: Number


# ---------------------------------------------------------------- up: signals


class Read(Frame, tag="read"):
    """I have read the public messages up to number `p`."""

    chat: Number
    p: Number


class Typing(Frame, tag="typing"):
    """I am typing a public reply (repeat every few seconds), or have stopped."""

    chat: Number
    on: bool = True


class Watch(Frame, tag="watch"):
    """Show me this chat live, though I don't hold it (`chat` 0: none). `have`: the last entry's number that I hold.

    Answered by the entries that I lack, as `page` with an empty id, and then the live ones. A `gone` ends it."""

    chat: Number
    have: Number = 0


# ---------------------------------------------------------------- down


class PageOf(Frame, tag="page", kw_only=True):
    """Answer to `fetch` and `watch`: entries in order. `more`: there are older ones."""

    id: str = ""
    chat: int
    messages: list[Message] = []
    more: bool = False


class Version(Struct, omit_defaults=True, gc=False, kw_only=True):
    """One version of some words: the first, an edit, or that they were deleted (then without a text)."""

    version: int = 0
    at: int = 0
    by: str = ""
    """Who wrote it, as in `Message`; of a deletion: who deleted."""
    name: str = ""
    text: str = ""
    deleted: bool = False


class Versions(Frame, tag="versions", kw_only=True):
    """Answer to `history`: every version of an entry's words, in order."""

    id: str
    chat: int
    n: int
    versions: list[Version] = []


class Peek(Frame, tag="peek"):
    """What the visitor is typing right now (empty: nothing any more). Never stored."""

    chat: int
    text: str = ""


class TypingBy(Frame, tag="typing_by"):
    """A colleague is typing in this chat."""

    chat: int
    login: str
    on: bool = True
