"""Search over what was said, and hints from past answers: two questions of a console, and their answers.

Questions are answered by one frame with their id, which changes nothing and is not remembered: asked again, they are answered anew.
The answer comes when it is there, between whatever else is sent, and holds nothing else up.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from opconsole.wire import limits
from opconsole.wire.base import Command, Frame, Line, Name, Number

IndexState = Literal["ready", "building", "off"]
Stars = Annotated[int, Meta(ge=0, le=5)]


class Search(Command, tag="search"):
    """Find what was said, of all that I may read. Answered by `found`; or refused `search_busy`.

    All words must be there, in whatever form; the last one may be half typed; `"a phrase"` as it stands; `-word` must not be there. With
    filters alone the chats that fit are given, each by its last words."""

    text: Annotated[str, Meta(max_length=limits.QUERY_CHARS)] = ""
    visitor: Line = ""
    """A part of the visitor's name, e-mail address or phone number."""
    operator: Name = ""
    """Login, or the beginning of a name: who wrote it, or had the chat last."""
    channel: Name = ""
    since: Number = 0
    until: Number = 0
    """Milliseconds; `until` is not included. 0: no bound."""
    least: Stars = 0
    most: Stars = 0
    """Of the chat's rating; 0: any, and none."""
    mine: bool = False
    """What I wrote, and chats that I had last."""
    before: Number = 0
    """The next page: `next` of the one before."""
    limit: Annotated[int, Meta(ge=1, le=limits.FOUND_MOST)] = 20


class Hints(Command, tag="hints"):
    """Past answers of the team that fit what I am typing in this chat. Answered by `hinted`; or refused `search_busy`."""

    chat: Number
    text: Annotated[str, Meta(max_length=limits.PEEK_CHARS)]


class Hit(Struct, omit_defaults=True, gc=False, kw_only=True):
    """A message or note that fits; without words asked for, a chat's last one."""

    chat: int
    n: int
    at: int = 0
    by: str = ""
    """As in `Message`."""
    name: str = ""
    note: bool = False
    visitor: str = ""
    """The visitor's name; empty: not known."""
    rating: int = 0
    """Of the chat; 0: none."""
    snippet: str = ""
    """One line of its words, around the first that fits."""
    marks: list[int] = []
    """In the snippet, where what was asked for begins and how long it is, in turns, in Unicode characters."""


class Found(Frame, tag="found", kw_only=True):
    """Answer to `search`, the newest first. `next`: there may be more; ask with it as `before`. The search stops looking after a time, so
    a page may have few hits, or none, and yet a `next`."""

    id: str
    hits: list[Hit] = []
    next: int = 0
    state: IndexState = "ready"
    """`building`: the index is being made, and there is more than was found. `off`: there is none."""
    done: int = 0
    total: int = 0
    """While it is built: so many of so many records are in it."""


class Hint(Struct, omit_defaults=True, gc=False, kw_only=True):
    """A past answer."""

    text: str
    said: int = 1
    """How often it was said, in these words."""
    by: str = ""
    """Who said it last; me, if I ever did."""
    name: str = ""
    at: int = 0
    rating: int = 0
    """Of the chat in which it was said then; 0: none."""
    mine: bool = False


class Hinted(Frame, tag="hinted", kw_only=True):
    """Answer to `hints`, the best first; each answer once, however often it was said."""

    id: str
    chat: int
    hints: list[Hint] = []
