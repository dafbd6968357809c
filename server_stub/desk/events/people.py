"""Events of visitors as people, and of the team."""

from opconsole.wire.cards import Page, Profile, Role, Status
from server_stub.desk.events.base import EventBase

# ---------------------------------------------------------------- visitors


class VisitorSeen(EventBase):
    """What the visitor's browser says of itself, when it is new."""

    visitor: str
    profile: Profile
    address: str = ""
    cid: str = ""


class VisitorCame(EventBase):
    """A live session, after there was none."""

    visitor: str


class VisitorWentAway(EventBase):
    """No live session any more; `leave_at`: when this counts as having left."""

    visitor: str
    leave_at: int


class PageVisited(EventBase):
    visitor: str
    page: Page


class VisitorEdited(EventBase):
    """Who the visitor is: corrected by the team, or given in the offline form. None: stays."""

    visitor: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    chat: int = 0
    """In which chat it became known."""
    cid: str = ""


class VisitorVouched(EventBase):
    """The site vouches for its customer, or says something else than before. Empty: it does not say."""

    visitor: str
    customer: str
    name: str = ""
    email: str = ""
    phone: str = ""


# ---------------------------------------------------------------- the team


class OperatorChanged(EventBase):
    login: str
    name: str
    role: Role
    limit: int | None
    departments: tuple[str, ...]
    blocked: bool = False


class OperatorConnected(EventBase):
    """A working session, after there was none. `status`: the new one, when a shift begins with it."""

    login: str
    status: Status | None = None


class OperatorWentAway(EventBase):
    """No working session any more; `gone_at`: when this counts as disconnected."""

    login: str
    gone_at: int


class OperatorDisconnected(EventBase):
    """Gone for so long that the owed replies were rescued."""

    login: str


class StatusSet(EventBase):
    login: str
    status: Status
    reason: str = ""
    cid: str = ""
