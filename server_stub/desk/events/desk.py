"""Events of the desk itself: settings, restarts, days; and its templates."""

from opconsole.wire.checklists import Step
from server_stub.desk.events.base import ErasedWhy, EventBase
from server_stub.desk.settings import Settings


class SettingsChanged(EventBase):
    settings: Settings
    day_ends: int = 0


class RelayRestarted(EventBase):
    """Nobody is connected. Rescues and closings are not before `floor`; presence counts from now (`gone_at`, `leave_at`)."""

    floor: int
    gone_at: int
    leave_at: int


class DayBegan(EventBase):
    """The day's counters start from zero; the day lasts until `ends`."""

    ends: int


class ContentErased(EventBase):
    """What was personal is gone from the journal's earlier records: counts, times and decisions stay (`desk.erasing`).

    With `visitor`: all of that contact, whom the desk forgets, and these are all their chats. Without: what was said in
    these chats. The journal overwrites the records in the commit that appends this one."""

    visitor: str = ""
    chats: tuple[int, ...] = ()
    why: ErasedWhy = "asked"
    by: str = ""
    """Who asked for it; empty: the desk's own rule of how long content is kept."""


# ---------------------------------------------------------------- templates


class TemplateSaved(EventBase):
    template: str
    code: str
    title: str
    text: str
    group: str = ""
    lang: str = ""
    hotkey: int = 0
    owner: str = ""
    cid: str = ""
    department: str = ""
    channel: str = ""
    active_from: int = 0
    active_until: int = 0
    hours: str = ""


class TemplateDropped(EventBase):
    template: str
    cid: str = ""


# ---------------------------------------------------------------- checklists


class ChecklistSet(EventBase):
    """A department's checklist was written in a console: all its steps. `reset`: from now on the desk's file counts again."""

    department: str
    steps: tuple[Step, ...] = ()
    reset: bool = False
    cid: str = ""
