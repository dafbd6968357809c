"""What the desk knows now. All of it follows from the journal; only `evolve` changes it, and nothing here decides.

Times are milliseconds since the epoch, UTC; 0 is *none*. The structs are plain values without cycles, so the garbage
collector need not look at them (`gc=False`).
"""

from collections import OrderedDict
from typing import Final

from msgspec import Struct, field

from opconsole.wire import limits
from opconsole.wire.cards import EarlierChat, Place, Priority, Profile, Role, Status, Tick, VisitorNote
from opconsole.wire.checklists import Step
from server_stub.desk.deadlines import Deadlines
from server_stub.desk.inbox import Inbox
from server_stub.desk.outcome import Answer
from server_stub.desk.settings import FORM, GENERAL, SITE, DepartmentSettings, Settings

__all__ = [
    "FORM",
    "GENERAL",
    "SITE",
    "Answers",
    "Chat",
    "Day",
    "DepartmentSettings",
    "Moved",
    "Operator",
    "Settings",
    "State",
    "Template",
    "Touched",
    "Visitor",
    "Vouched",
]

INBOX: Final = Place.inbox
HELD: Final = Place.held
SNOOZED: Final = Place.snoozed
CLOSED: Final = Place.closed
OFFLINE: Final = Status.offline
"""As plain names: comparing with them is on the path of every message."""

VISITOR_IDS: Final = 32
"""Answers remembered for one visitor (at least): a widget's outbox must stay below it."""


class Answers(Struct, gc=False):
    """The answers to an actor's last commands, at least `keep` of them, by command id.

    Two generations: when the younger one is full, the elder is forgotten whole. So remembering costs one insertion, and no
    more than twice `keep` are held.
    """

    keep: int = limits.REMEMBERED_IDS
    recent: dict[str, Answer] = {}
    older: dict[str, Answer] = {}

    def get(self, cid: str) -> Answer | None:
        return self.recent.get(cid) or self.older.get(cid)

    def remember(self, cid: str, answer: Answer) -> None:
        """A later entry of the same command replaces the earlier: an answer tells of the decision's last entry."""
        recent = self.recent
        if len(recent) >= self.keep:
            self.older = recent
            self.recent = recent = {}
        recent[cid] = answer


class Chat(Struct, gc=False, kw_only=True):
    chat: int
    visitor: str
    channel: str
    department: str
    place: Place = CLOSED
    rev: int = 0
    """The journal's number of the last event that changed its card."""
    lang: str = ""
    priority: Priority = Priority.normal
    owner: str = ""
    """Login of who holds or snoozed it; of a closed chat: who did last."""
    returned_by: str = ""
    """Login of who gave it back last: *take next* does not hand it straight back."""
    let_go: list[str] = []
    rescues: int = 0
    alarm: bool = False

    opened_at: int = 0
    waiting_since: int = 0
    answer_by: int = 0
    taken_at: int = 0
    answered_at: int = 0
    """The team's first public reply; 0: never answered."""
    owes_since: int = 0
    closed_at: int = 0
    last_at: int = 0

    rescue_at: int = 0
    rescue_base: int = 0
    """`rescue_at` before the owner's typing moved it: typing moves it so far and no further."""
    snoozed_until: int = 0
    leave_at: int = 0
    """The visitor has no live session: when that counts as having left."""
    left: bool = False
    close_at: int = 0

    last: int = 0
    public: int = 0
    operator_read: int = 0
    visitor_read: int = 0
    quiet: list[int] = []
    """Public numbers beyond `operator_read` of which nobody need take notice (see `evolving.changes`)."""
    words: str = ""
    words_by: str = ""
    words_n: int = 0
    """The entry whose words they are."""
    entries: bytearray = field(default_factory=bytearray)
    voices: list[str] = []
    """See `entries`."""
    rating: int = 0
    comment: str = ""
    ticks: list[Tick] = []
    """Steps of the department's checklist that are done."""

    def due(self) -> int:
        """The nearest of its deadlines; 0: it has none. (A place has its own: the others are 0 there.)"""
        due = self.rescue_at
        for other in (self.snoozed_until, self.leave_at, self.close_at):
            if other and (other < due or not due):
                due = other
        return due

    def unread(self) -> int:
        """Visitor's words that the owner has not read. A reply reads all before it, so what follows is the visitor's, or quiet."""
        return self.public - self.operator_read - len(self.quiet)


class Operator(Struct, gc=False, kw_only=True):
    login: str
    rev: int = 0
    name: str = ""
    role: Role = Role.operator
    limit: int | None = None
    """Their own setting; what counts is `room_for`."""
    departments: tuple[str, ...] = (GENERAL,)
    blocked: bool = False
    status: Status = Status.offline
    reason: str = ""
    status_at: int = 0
    connected: bool = False
    gone_at: int = 0
    """Not connected: when that counts as disconnected; 0 and not connected: it does."""
    room_for: int = 0
    """How many chats they may hold: the smallest of their own, their departments' and the desk's limit."""
    beyond: int = 0
    """More than `room_for` were given by a supervisor's override, or held when the limit sank: so many may remain."""
    held: list[int] = []
    snoozed: list[int] = []
    taken_today: int = 0
    rescues_today: int = 0
    answers: Answers = field(default_factory=Answers)

    def is_gone(self) -> bool:
        """Disconnected, offline by their own word, or blocked: nobody is there to answer."""
        return self.blocked or self.status is Status.offline or not (self.connected or self.gone_at)

    def has_room(self) -> bool:
        return len(self.held) < self.room_for


class Vouched(Struct, gc=False, frozen=True):
    """What the site says of its customer, by its signature. Empty: it does not say."""

    customer: str = ""
    """The site's own id; empty: it has not vouched at all."""
    name: str = ""
    email: str = ""
    phone: str = ""


class Visitor(Struct, gc=False, kw_only=True):
    visitor: str
    rev: int = 0
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    profile: Profile = field(default_factory=Profile)
    first_at: int = 0
    chats: int = 0
    online: bool = False
    open: list[int] = []
    """Open chats: at most one a channel."""
    closed: int = 0
    """The chat that was closed last; 0: none that is remembered."""
    earlier: list[EarlierChat] = []
    """Closed chats, newest first."""
    notes: list[VisitorNote] = []
    vouched: Vouched = Vouched()
    answers: Answers = field(default_factory=lambda: Answers(VISITOR_IDS))


class Template(Struct, gc=False, kw_only=True):
    template: str
    rev: int
    code: str
    title: str
    text: str
    group: str = ""
    lang: str = ""
    channel: str = ""
    hotkey: int = 0
    owner: str = ""
    department: str = ""
    """Of a shared one: whose; empty: the whole desk's."""
    active_from: int = 0
    active_until: int = 0
    hours: str = ""
    by: str = ""
    at: int = 0
    """Who saved it last, and when."""
    used: int = 0
    """How often it was sent."""
    editions: list[int] = []
    """The journal's numbers of its saves (and removals), oldest first: at most `EDITIONS`."""

    @property
    def edition(self) -> int:
        return self.editions[-1] if self.editions else 0

    @property
    def scope(self) -> str:
        return scope_key(self.owner, self.department)


class Checklist(Struct, gc=False):
    """Of a department, as it was written in a console; before that, and after a reset, the settings' own counts."""

    department: str
    steps: tuple[Step, ...] | None
    """None: the settings' own."""
    by: str = ""
    at: int = 0
    """Who saved it last, and when."""
    editions: list[int] = []
    """The journal's numbers of its saves, oldest first: at most `EDITIONS`."""

    @property
    def edition(self) -> int:
        return self.editions[-1] if self.editions else 0


EDITIONS: Final = 100
"""So many of a template's saves can be looked up; older ones stay in the journal."""
DROPPED_TEMPLATES: Final = 200
"""So many removed templates are remembered, so that one that is saved again goes on counting, and its history with it."""


def scope_key(owner: str, department: str) -> str:
    """Among whom a template's code is unique, and who sees it: a login, a blank and a department, or nothing: the whole desk.
    (No login begins with a blank.)"""
    return owner or (f" {department}" if department else "")


def code_key(code: str, lang: str, channel: str = "") -> str:
    """What is unique among the templates of one scope: a code, whatever the case of its letters, once in each language and for
    each channel."""
    return f"{code.casefold()} {lang.casefold()}\n{channel.casefold()}"


class Day(Struct, gc=False):
    """Counters of the desk's day."""

    ends: int = 0
    """The next midnight; 0: not known before the relay's first start."""
    opened: int = 0
    taken: int = 0
    rescues: int = 0
    abandoned: int = 0
    closed: int = 0


class Moved(Struct, gc=False):
    """Where a chat stood when the batch began, and what moved it last: who could see it then and can't now is told so."""

    place: Place
    owner: str
    department: str
    why: str = ""
    """A `Gone.why`: `taken`, `closed`, `returned`, `rescued`, `transferred`, or empty."""
    by: str = ""


class Touched(Struct):
    """What has changed since the relay looked last (`State.drain_touched`). In no snapshot."""

    chats: set[int] = field(default_factory=set)
    moved: dict[int, Moved] = {}
    """Those of `chats` that changed place, owner or department; a new one was `closed` before: nobody saw it."""
    operators: set[str] = field(default_factory=set)
    visitors: set[str] = field(default_factory=set)
    templates: dict[str, str] = {}
    """Id to scope (`scope_key`); a dropped one is in it too."""
    rescoped: set[str] = field(default_factory=set)
    """Templates that some who saw them before may not see now."""
    used: set[str] = field(default_factory=set)
    """Templates that were sent."""
    resync: set[str] = field(default_factory=set)
    """Logins whose role, departments or blocking changed: what they may see is another set now."""
    erased: set[int] = field(default_factory=set)
    """Chats whose words are gone: who has them on the screen, or in memory, lets them go."""
    forgotten: set[str] = field(default_factory=set)
    """Visitors who were erased: their sessions begin anew."""
    desk: bool = False
    settings: bool = False


class State:
    """The desk. Make an empty one, or load a snapshot; then `evolve` it with every record that follows."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings if settings is not None else Settings()
        self.head = 0
        """Number of the last record applied."""
        self.last_chat = 0
        self.held = 0
        self.waiting = 0
        """How many chats are held, and wait, in all."""
        self.day = Day()
        self.day_rev = 0
        self.chats: dict[int, Chat] = {}
        self.operators: dict[str, Operator] = {}
        self.visitors: dict[str, Visitor] = {}
        self.templates: dict[str, Template] = {}
        self.codes: dict[str, dict[str, str]] = {}
        """By scope (`scope_key`): `code_key` to template id."""
        self.dropped: OrderedDict[str, Template] = OrderedDict()
        """Templates that were removed, the last ones: as they were."""
        self.checklists: dict[str, Checklist] = {}
        """By department: those that were ever written in a console."""
        self.inbox: dict[str, Inbox] = {}
        """By department."""
        self.closed: OrderedDict[int, int] = OrderedDict()
        """Closed chats that are remembered, oldest first, and until when."""
        self.idle: OrderedDict[str, int] = OrderedDict()
        """Visitors without an open chat, likewise."""
        self.chat_deadlines: Deadlines[int] = Deadlines(self._chat_due)
        self.operator_deadlines: Deadlines[str] = Deadlines(self._operator_due)
        self.touched = Touched()

    def next_deadline(self) -> int | None:
        """When something is due next, ms; None: nothing ever. Exact: a `Tick` at that time has something to do."""
        due = [self.chat_deadlines.next(), self.operator_deadlines.next(), self.day.ends or None]
        return min((each for each in due if each is not None), default=None)

    def drain_touched(self) -> Touched:
        """What has changed since the last call."""
        touched = self.touched
        self.touched = Touched()
        return touched

    def _chat_due(self, chat_id: int) -> int:
        chat = self.chats.get(chat_id)
        return 0 if chat is None else chat.due()

    def _operator_due(self, login: str) -> int:
        operator = self.operators.get(login)
        return 0 if operator is None else operator.gone_at
