"""Events of the desk itself: settings, restarts, days; and its templates."""

from server_stub.desk.events.base import EventBase
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


class TemplateDropped(EventBase):
    template: str
    cid: str = ""
