"""Cards: state, sent whole with a revision. Applying one twice, or missing one before a newer, does no harm.

Times are integers: milliseconds since the Unix epoch, UTC. `rev` is the journal's sequence number of the last event that
changed the card: of two cards of one thing, the one with the higher `rev` is the newer.
"""

from enum import StrEnum

from msgspec import Struct, field


class Role(StrEnum):
    """What a person of the team may do; each may do all that the ones before it may."""

    operator = "operator"
    supervisor = "supervisor"
    admin = "admin"


class Status(StrEnum):
    """An operator's own word. `busy` keeps the chats and gets none; `away` has a reason."""

    online = "online"
    busy = "busy"
    away = "away"
    offline = "offline"


class Place(StrEnum):
    """Where a chat is. An open chat is in exactly one of the first three."""

    inbox = "inbox"
    held = "held"
    snoozed = "snoozed"
    closed = "closed"


class Priority(StrEnum):
    """How urgent a chat is: it multiplies the time in which it should be answered."""

    low = "low"
    normal = "normal"
    high = "high"
    urgent = "urgent"


class Card(Struct, omit_defaults=True, gc=False, tag_field="t"):
    """What is common to all cards."""

    rev: int


class Tick(Struct, omit_defaults=True, gc=False, frozen=True):
    """A step of the chat's checklist that is done."""

    step: str
    """The step's id; what it is called stands in the settings."""
    by: str
    """Login of who ticked it."""
    at: int


class ChatCard(Card, tag="chat", kw_only=True):
    """One chat as the team sees it. Numbers `last` and `public` count its transcript (see `Message`)."""

    chat: int
    place: Place
    visitor: str
    name: str = ""
    """The visitor's name; empty: not known (screens then show `Visitor <chat>`)."""
    channel: str = "site"
    department: str = "general"
    lang: str = ""
    priority: Priority = Priority.normal
    owner: str = ""
    """Login of the operator who holds it (also while snoozed)."""
    owner_name: str = ""
    opened_at: int = 0
    waiting_since: int = 0
    answer_by: int = 0
    """In the inbox: its place in the order."""
    taken_at: int = 0
    snoozed_until: int = 0
    owes_since: int = 0
    """0: nobody owes the visitor a reply."""
    rescue_at: int = 0
    """Held and owing: when it goes back to the inbox. 0: no deadline."""
    close_at: int = 0
    """The visitor has gone and the chat closes by itself then."""
    closed_at: int = 0
    last: int = 0
    """Number of the newest entry of the transcript."""
    public: int = 0
    """Number of the newest public message."""
    unread: int = 0
    """Visitor's messages that the owner has not read."""
    operator_read: int = 0
    """The team has read public messages up to this number."""
    visitor_read: int = 0
    """The visitor has read public messages up to this number."""
    words: str = ""
    """The last public words, one line; empty, though there are some: they were deleted."""
    words_by: str = ""
    """`visitor`, or the operator's login."""
    last_at: int = 0
    online: bool = False
    """The visitor has a live session."""
    rescues: int = 0
    let_go: list[str] = []
    """Logins of operators from whom it was rescued."""
    alarm: bool = False
    """Every operator who could have it has let it go: supervisors, look."""
    rating: int = 0
    comment: str = ""
    ticks: list[Tick] = []
    """Of its department's checklist, in the order in which they were ticked."""


class OperatorCard(Card, tag="operator", kw_only=True):
    """One person of the team, as colleagues see them."""

    login: str
    name: str = ""
    role: Role = Role.operator
    status: Status = Status.offline
    reason: str = ""
    connected: bool = False
    """Has a live working session (a monitor's doesn't count)."""
    held: int = 0
    limit: int = 4
    owes_since: int = 0
    """The oldest reply that they owe; 0: none."""
    status_at: int = 0
    rescues_today: int = 0
    taken_today: int = 0
    blocked: bool = False
    departments: list[str] = []


class Page(Struct, omit_defaults=True, gc=False, frozen=True):
    """A page of the site."""

    url: str = ""
    title: str = ""


class Profile(Struct, omit_defaults=True, gc=False, kw_only=True):
    """What a visitor's browser says of itself; nothing of it is trusted."""

    page: Page = Page()
    referrer: str = ""
    landing: str = ""
    query: str = ""
    """The words searched for, where the referrer tells."""
    utm: dict[str, str] = {}
    lang: str = ""
    tz: str = ""
    """IANA name, such as `Europe/Moscow`."""
    screen: str = ""
    agent: str = ""
    """The browser's User-Agent, as sent."""
    visits: int = 1
    name: str = ""
    email: str = ""
    phone: str = ""


class EarlierChat(Struct, omit_defaults=True, gc=False):
    """A closed chat of the same visitor."""

    chat: int
    opened_at: int
    owner_name: str = ""
    words: str = ""
    rating: int = 0


class VisitorNote(Struct, omit_defaults=True, gc=False):
    """What a colleague noted about the visitor."""

    at: int
    by: str
    text: str
    chat: int = 0
    n: int = 0
    """The entry of which chat it is."""


class VisitorCard(Card, tag="visitor", kw_only=True):
    """Who writes. Sent to those who may see one of the visitor's open chats."""

    visitor: str
    name: str = ""
    email: str = ""
    phone: str = ""
    city: str = ""
    """Where an address database tells; empty: unknown."""
    address: str = ""
    profile: Profile = field(default_factory=Profile)
    first_at: int = 0
    chats: int = 0
    """How many chats this visitor has begun."""
    earlier: list[EarlierChat] = []
    notes: list[VisitorNote] = []
    online: bool = False
    customer: str = ""
    """The site's own id of a customer who is signed in there; empty: the site has not vouched for this visitor."""
    vouched: list[str] = []
    """Which of `name`, `email`, `phone` are as the site vouched for them; the others are what somebody said."""


class TemplateCard(Card, tag="template", kw_only=True):
    """A prepared reply, in one language and for one channel. `owner`: whose own it is. Without one, `department`: the department's;
    with neither it is shared by the whole desk."""

    template: str
    """Id, made by whoever saved it first."""
    code: str
    """Typed as `/code` in the composer. Cards of one code are variants of one template."""
    title: str = ""
    text: str = ""
    group: str = ""
    """Folders are told apart by `/`."""
    owner: str = ""
    department: str = ""
    lang: str = ""
    """Empty: for every language that has no variant of its own."""
    channel: str = ""
    """Empty: for every channel that has no variant of its own."""
    hotkey: int = 0
    """1–9: favourite, at this number; 0: none."""
    active_from: int = 0
    active_until: int = 0
    """It is offered from the one time until before the other; 0: no such bound."""
    hours: str = ""
    """When in the week it is offered, in the desk's time zone: `mon-fri 9:00-18:00, sat 10:00-14:00`. Empty: always."""
    edition: int = 0
    """The journal's number of its last save."""
    by: str = ""
    """Login of who saved it last; empty: the desk itself."""
    at: int = 0
    """When that was."""
    used: int = 0
    """How often it was sent. (A newer count comes as `template_used`.)"""


class DeskCard(Card, tag="desk", kw_only=True):
    """Counters of the desk's day (its time zone's midnight starts it)."""

    waiting: int = 0
    held: int = 0
    opened_today: int = 0
    taken_today: int = 0
    rescues_today: int = 0
    abandoned_today: int = 0
    closed_today: int = 0
