"""The visitor's side of the protocol: spoken by the widget, by the simulated visitors, and by anything that writes in.

Numbers of messages here are public numbers (`p` in `Message`), under the name `n`: a visitor's log has no gaps of its own.
"""

from typing import Annotated, Literal

from msgspec import Meta, field

from opconsole.wire import limits
from opconsole.wire.base import Frame, Id, Line, Name, Number, Text
from opconsole.wire.cards import Profile
from opconsole.wire.files import FetchFile, File, FileId, FileRules, Ticket, Upload
from opconsole.wire.staff import Bye, Done, Refused

# ---------------------------------------------------------------- up


class VisitorHello(Frame, tag="hello"):
    """First frame. `token`: from an earlier `welcome` (empty: a new visitor). `chat`, `have`: what the client holds.

    `identity`: the site's signed token for a customer who is signed in there (JWT); then `token` counts for nothing. One that is
    not taken is answered by `refused` and `bye` with the code `identity_expired` or `identity`."""

    v: int = limits.PROTOCOL_VERSION
    token: Annotated[str, Meta(max_length=512)] = ""
    chat: Number = 0
    have: Number = 0
    profile: Profile = field(default_factory=Profile)
    identity: Annotated[str, Meta(max_length=limits.IDENTITY_CHARS)] = ""

    def __repr__(self) -> str:
        return f"VisitorHello(chat={self.chat}, have={self.have}, token=…)"


class VisitorSay(Frame, tag="say"):
    """A message. Opens a chat where none is open. With a `file` that this visitor brought its text may be empty.
    Answered by `done` or `refused`."""

    id: Id
    text: Text
    file: FileId = ""


class VisitorEdit(Frame, tag="edit"):
    """Other words in place of the visitor's own message `n` of the chat, within `change_ms` after it."""

    id: Id
    chat: Number
    n: Number
    text: Text


class VisitorDelete(Frame, tag="delete"):
    """Take the words of the visitor's own message `n` away, within the same time."""

    id: Id
    chat: Number
    n: Number


class VisitorTyping(Frame, tag="typing"):
    """What stands in the input now (the peek). A signal; send it at most a few times a second."""

    text: Annotated[str, Meta(max_length=limits.PEEK_CHARS)] = ""


class VisitorRead(Frame, tag="read"):
    """The visitor has seen the messages up to number `n` of the chat. A signal."""

    n: Number


class VisitorPage(Frame, tag="page"):
    """The visitor went to another page of the site. A signal."""

    url: Annotated[str, Meta(max_length=limits.URL_CHARS)] = ""
    title: Line = ""


class VisitorRate(Frame, tag="rate"):
    """A rating of the last chat, 1 to 5."""

    id: Id
    score: Annotated[int, Meta(ge=1, le=5)]
    text: Annotated[str, Meta(max_length=1000)] = ""


class VisitorEnd(Frame, tag="end"):
    """The visitor ends the chat."""

    id: Id


class VisitorForm(Frame, tag="form"):
    """The offline form: leave a message and where to answer."""

    id: Id
    name: Name = ""
    email: Line = ""
    phone: Line = ""
    text: Text = ""


VisitorCommand = VisitorSay | VisitorEdit | VisitorDelete | VisitorRate | VisitorEnd | VisitorForm | Upload | FetchFile
VisitorSignal = VisitorTyping | VisitorRead | VisitorPage
VisitorUp = VisitorHello | VisitorCommand | VisitorSignal

# ---------------------------------------------------------------- down


class VisitorWelcome(Frame, tag="welcome"):
    """The session stands. Keep `token` for the next time: it *is* the visitor. Empty for one for whom the site vouches: they come
    by the site's word only, each time."""

    v: int
    token: str
    visitor: str
    now: int
    change_ms: int = 0
    """So long after it was sent a message can be edited or deleted; 0: not at all."""
    files: FileRules = FileRules()
    """What the visitor may send now."""

    def __repr__(self) -> str:
        return f"VisitorWelcome(visitor={self.visitor!r}, token=…)"


class VisitorChat(Frame, tag="chat"):
    """The visitor's chat: state, sent whole whenever it changes."""

    chat: int = 0
    """0: there is no chat yet."""
    rev: int = 0
    state: Literal["none", "waiting", "held", "closed"] = "none"
    operator: str = ""
    """Name of the operator who answers."""
    position: int = 0
    """While waiting: 1 is next."""
    read: int = 0
    """The operator has read up to this number."""
    last: int = 0
    rating: int = 0


class VisitorMessage(Frame, tag="message"):
    """One message. `by`: `visitor` or `operator`; `cid`: the id of the visitor's own command that made it.

    With `of` it is a change: nothing to show by itself, but message `of` is now so (`text`, `version`, `deleted`)."""

    chat: int
    n: int
    at: int
    by: Literal["visitor", "operator"]
    name: str = ""
    text: str = ""
    file: File | None = None
    cid: str = ""
    version: int = 0
    """How often the words (of a change: those of message `of`) have been changed."""
    deleted: bool = False
    """They are deleted; `text` is empty."""
    of: int = 0


class VisitorSync(Frame, tag="sync"):
    """The chat as it is, and the messages that the client lacks. If `chat.chat` is not the client's chat, it forgets its own."""

    chat: VisitorChat
    messages: list[VisitorMessage] = []


class OperatorTyping(Frame, tag="typing"):
    """An operator is typing."""

    on: bool = True


VisitorDown = (
    VisitorWelcome | VisitorSync | VisitorChat | VisitorMessage | OperatorTyping | Ticket | Done | Refused | Bye
)
