"""The team's side of the protocol: what a console may send, and what it is sent.

A *command* has an `id` and is answered by one `done` or `refused`, after the commit. Sent again with the same id it happens
once and gets the same answer. A *signal* has no id and no answer; losing one does no harm.
"""

from typing import Literal

from msgspec import Struct, field

from opconsole.wire import limits
from opconsole.wire.base import Command as Command
from opconsole.wire.base import Frame as Frame
from opconsole.wire.base import Id as Id
from opconsole.wire.base import Line as Line
from opconsole.wire.base import Name as Name
from opconsole.wire.base import Number as Number
from opconsole.wire.base import Text as Text
from opconsole.wire.cards import (
    ChatCard,
    DeskCard,
    OperatorCard,
    Priority,
    Role,
    Status,
    TemplateCard,
    VisitorCard,
)
from opconsole.wire.checklists import ChecklistHistory as ChecklistHistory
from opconsole.wire.checklists import ChecklistVersions as ChecklistVersions
from opconsole.wire.checklists import SetChecklist as SetChecklist
from opconsole.wire.checklists import Step
from opconsole.wire.checklists import TickStep as TickStep
from opconsole.wire.files import FetchFile, FileRules, Ticket, Upload
from opconsole.wire.messages import Message
from opconsole.wire.search import Found, Hinted, Hints, Search
from opconsole.wire.talk import AddNote as AddNote
from opconsole.wire.talk import DeleteMessage as DeleteMessage
from opconsole.wire.talk import EditMessage as EditMessage
from opconsole.wire.talk import Fetch as Fetch
from opconsole.wire.talk import History as History
from opconsole.wire.talk import PageOf as PageOf
from opconsole.wire.talk import Peek as Peek
from opconsole.wire.talk import Read as Read
from opconsole.wire.talk import Say as Say
from opconsole.wire.talk import Typing as Typing
from opconsole.wire.talk import TypingBy as TypingBy
from opconsole.wire.talk import Version as Version
from opconsole.wire.talk import Versions as Versions
from opconsole.wire.talk import Watch as Watch
from opconsole.wire.templates import DropTemplate as DropTemplate
from opconsole.wire.templates import SaveTemplate as SaveTemplate
from opconsole.wire.templates import TemplateGone as TemplateGone
from opconsole.wire.templates import TemplateHistory as TemplateHistory
from opconsole.wire.templates import TemplateUsed as TemplateUsed
from opconsole.wire.templates import TemplateVersions as TemplateVersions

# ---------------------------------------------------------------- up: the first frame


class Hello(Frame, tag="hello"):
    """First frame of a session. `have`: per chat, the number of the last entry that the client holds without a gap."""

    v: int = limits.PROTOCOL_VERSION
    mode: Literal["work", "monitor", "script"] = "work"
    have: dict[Number, Number] = {}
    agent: Line = ""


# ---------------------------------------------------------------- up: commands


class Take(Command, tag="take"):
    """Take this waiting chat. The first take wins."""

    chat: Number


class TakeNext(Command, tag="take_next"):
    """Take the head of the inbox."""


class Return(Command, tag="return"):
    """Give a chat that I hold back to the inbox."""

    chat: Number


class Transfer(Command, tag="transfer"):
    """Give a chat that I hold (a supervisor: any open chat) to a colleague. `override`: a supervisor's, beyond the limit."""

    chat: Number
    to: Name
    override: bool = False


class Snooze(Command, tag="snooze"):
    """Put a chat that I hold aside until a time, or until the visitor writes. It frees its place."""

    chat: Number
    until: Number


class Close(Command, tag="close"):
    """Close a chat that I hold (a supervisor: any open chat)."""

    chat: Number


class Reopen(Command, tag="reopen"):
    """Open a closed chat again, to me."""

    chat: Number


class SetStatus(Command, tag="status"):
    """My status, and why: shown to the colleagues."""

    status: Status
    reason: Line = ""


class SetPriority(Command, tag="priority"):
    """How urgent a chat is; it moves the chat in the inbox."""

    chat: Number
    priority: Priority


class EditVisitor(Command, tag="edit_visitor"):
    """Correct who the visitor is. An absent field stays as it is."""

    chat: Number
    name: Name | None = None
    email: Line | None = None
    phone: Line | None = None


StaffCommand = (
    Take
    | TakeNext
    | Return
    | Transfer
    | Snooze
    | Close
    | Reopen
    | Say
    | AddNote
    | EditMessage
    | DeleteMessage
    | SetStatus
    | SetPriority
    | EditVisitor
    | SaveTemplate
    | DropTemplate
    | TickStep
    | SetChecklist
    | ChecklistHistory
    | Fetch
    | History
    | Search
    | Hints
    | TemplateHistory
    | Upload
    | FetchFile
)
StaffSignal = Read | Typing | Watch
StaffUp = Hello | StaffCommand | StaffSignal


# ---------------------------------------------------------------- down


class Settings(Struct, omit_defaults=True, gc=False, kw_only=True):
    """Settings of the desk that a console needs to show times as the relay counts them. Milliseconds."""

    first_reply_ms: int = 90_000
    reply_ms: int = 180_000
    warn_ms: int = 30_000
    reopen_ms: int = 30 * 60_000
    change_ms: int = 15 * 60_000
    """So long after they were sent an operator may edit or delete their own words; 0: not at all."""
    snooze_most_ms: int = 30 * 24 * 60 * 60_000
    """A chat may be snoozed for at most so long."""
    words_warn: int = 10
    """A message of more words than this is long for a chat: the composer's counter warns."""
    tz: str = "UTC"
    department_templates: Role = Role.supervisor
    """The least role that may edit a department's templates (an operator: only of their own departments)."""
    checklists: dict[str, list[Step]] = {}
    """By department; one that has no checklist is not in it."""
    checklist_editions: dict[str, int] = {}
    """By department, of the checklists that were written in a console: the number of the save. One that isn't here is as in the desk's file."""
    files: FileRules = FileRules()


class Welcome(Frame, tag="welcome"):
    """First frame down: the session stands. `now`: the relay's clock, against which the client corrects its own."""

    v: int
    desk: str
    login: str
    name: str
    role: Role
    mode: str
    now: int
    settings: Settings = field(default_factory=Settings)


class Sync(Frame, tag="sync"):
    """All that the session may see, whole: what is not in it, the client forgets.

    `messages`: the entries that the client lacks, in order, at most `SYNC_MESSAGES` of each chat. If they don't join what the
    client has, there is a gap before them, and what was before it is fetched when somebody wants to see it."""

    head: int
    """The journal's number up to which this is true."""
    chats: list[ChatCard] = []
    visitors: list[VisitorCard] = []
    operators: list[OperatorCard] = []
    templates: list[TemplateCard] = []
    messages: list[Message] = []
    desk: DeskCard | None = None


class Gone(Frame, tag="gone"):
    """This chat is no longer for you to see. `why`: `taken`, `closed`, `returned`, `rescued`, `transferred`; or `erased`: what
    you hold of it is to be forgotten, on the screen too."""

    chat: int
    rev: int
    why: str = ""
    by: str = ""


class Done(Frame, tag="done"):
    """It happened, and is stored. `chat`, `n`, `p`: which chat, and the numbers of the entry that it made (0: none).

    To a visitor `n` is the public number, as in all that a visitor is shown, and `p` is absent."""

    id: str
    chat: int = 0
    n: int = 0
    p: int = 0
    at: int = 0


class Refused(Frame, tag="refused", kw_only=True):
    """It did not happen. `code` is for programs, `text` for people (English), `facts` fill a translated sentence."""

    id: str = ""
    code: str
    text: str
    facts: dict[str, str | int] = {}


class Bye(Frame, tag="bye"):
    """The relay ends the session. `code`: `stopping`, `replaced`, `expired`, `blocked`, `version`, or why the `hello` was
    refused; empty: the rights have changed, and a new session will have them."""

    code: str
    text: str = ""


StaffDown = (
    Welcome
    | Sync
    | ChatCard
    | VisitorCard
    | OperatorCard
    | TemplateCard
    | DeskCard
    | Message
    | Gone
    | TemplateGone
    | TemplateUsed
    | PageOf
    | Versions
    | Found
    | Hinted
    | TemplateVersions
    | ChecklistVersions
    | Ticket
    | Done
    | Refused
    | Peek
    | TypingBy
    | Bye
)
