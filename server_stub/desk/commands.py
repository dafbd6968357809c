"""What visitors, presence and the relay ask of the desk. The team's commands are the wire's own structs (`opconsole.wire.staff`).

A command with an `id` happens once, however often it is sent; the others are signals of the relay and are safe to repeat.
No behaviour lives here.
"""

from msgspec import Struct

from opconsole.wire import staff
from opconsole.wire.cards import Page, Profile, Role
from opconsole.wire.files import File
from server_stub.desk.model import GENERAL, SITE, Settings, Vouched


class _Command(Struct, gc=False):
    """What is common: a value, compared by its fields and never changed."""


class Carried(_Command):
    """A file that a message carries: the relay has it, and has seen to it that it is its author's to send there."""

    file: File
    sha256: str


# ---------------------------------------------------------------- by a visitor (actor kind `visitor`)


class VisitorSays(_Command):
    """A message. Opens a chat where none is open, or reopens the last one (see `Settings.reopen_ms`).

    Pass the session's `profile` with every message (the same object each time costs nothing): the desk keeps what it did
    not know. `address` is the network address, where the desk may know it.
    """

    id: str
    text: str
    profile: Profile | None = None
    channel: str = SITE
    department: str = GENERAL
    address: str = ""
    vouched: Vouched | None = None
    """What the site vouches for; None: nothing."""
    file: str = ""
    """Id of a file that was brought; the relay puts the file itself into `carried`."""
    carried: Carried | None = None


class VisitorEdits(_Command):
    """Other words in place of the visitor's own message with the public number `p`."""

    id: str
    chat: int
    p: int
    text: str


class VisitorDeletes(_Command):
    """The visitor takes their own words away."""

    id: str
    chat: int
    p: int


class VisitorHere(_Command):
    """The visitor's first live session began. Journaled only while a chat of theirs can still go on."""

    profile: Profile | None = None
    vouched: Vouched | None = None


class VisitorAway(_Command):
    """The visitor's last live session ended."""


class VisitorMoved(_Command):
    """The visitor went to another page."""

    page: Page


class VisitorReads(_Command):
    """The visitor has seen the public messages up to number `p` of their chat."""

    p: int


class VisitorRates(_Command):
    """A rating of the visitor's chat, 1 to 5; may be changed by rating again."""

    id: str
    score: int
    text: str = ""


class VisitorEnds(_Command):
    """The visitor ends the chat."""

    id: str


class VisitorLeaves(_Command):
    """The offline form: makes a waiting chat of channel `form`, or adds to the one that waits."""

    id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    text: str = ""
    profile: Profile | None = None
    department: str = GENERAL
    vouched: Vouched | None = None


# ---------------------------------------------------------------- of a person of the team (actor kind `operator`)


class SaysWithFile(_Command):
    """The wire's `say` or `note`, and the file that it names."""

    id: str
    said: staff.Say | staff.AddNote
    carried: Carried


class OperatorHere(_Command):
    """The operator's first working session began (a monitor's is none)."""


class OperatorAway(_Command):
    """The operator's last working session ended."""


# ---------------------------------------------------------------- by the desk itself (actor `DESK`)


class OperatorSet(_Command):
    """This person works here, so. `limit` None: no limit of their own. A blocked person's chats go back to the inbox."""

    login: str
    name: str = ""
    role: Role = Role.operator
    limit: int | None = None
    departments: tuple[str, ...] = (GENERAL,)
    blocked: bool = False


class EraseContent(_Command):
    """Take what is personal out of the journal. `visitor`: all of that contact, whose chats these all are (the journal
    knows). Without one: what was said in these chats. `by`: who asks for it, for the record; empty: the desk's own rule."""

    visitor: str = ""
    chats: tuple[int, ...] = ()
    by: str = ""


class SettingsSet(_Command):
    settings: Settings


class RelayStarted(_Command):
    """The relay has just read its journal: nobody is connected, and nobody is to blame for the time it was down."""


class Tick(_Command):
    """Do what is due. Send it when `now >= state.next_deadline()`; one Tick does a bounded part, so ask again."""


VisitorCommand = (
    VisitorSays
    | VisitorEdits
    | VisitorDeletes
    | VisitorHere
    | VisitorAway
    | VisitorMoved
    | VisitorReads
    | VisitorRates
    | VisitorEnds
    | VisitorLeaves
)
TeamCommand = staff.StaffCommand | SaysWithFile | staff.Read | staff.Typing | OperatorHere | OperatorAway
"""`Fetch`, `History`, `Search`, `Hints`, `Upload` and `FetchFile` are answered by the relay itself, see `audience.may_read`,
`may_read_history`, `reach`."""
DeskCommand = OperatorSet | SettingsSet | EraseContent | RelayStarted | Tick
Command = VisitorCommand | TeamCommand | DeskCommand
