"""What can be set about a desk. Times are milliseconds. The desk's rules read them; nothing here decides.

Every field has the default of DESIGN.md's rules. A department may override some of them (`DepartmentSettings`), a channel
its target.
"""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct, field

from opconsole.wire.cards import Priority, Role
from opconsole.wire.checklists import Step

GENERAL: Final = "general"
"""The department in which everybody is, unless told otherwise."""
SITE: Final = "site"
"""The channel of the web widget: the only one whose visitors have live sessions, so the only one that they can leave."""
FORM: Final = "form"
"""The channel of the offline form."""

PRIORITY_PERCENT: Final[Mapping[Priority, int]] = {
    Priority.low: 200,
    Priority.normal: 100,
    Priority.high: 50,
    Priority.urgent: 25,
}
"""By how much a chat's priority multiplies its target."""

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


class DepartmentSettings(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """What a department has of its own. None: as the desk."""

    limit: int | None = None
    max_waiting: int | None = None
    first_reply_ms: int | None = None
    reply_ms: int | None = None
    checklist: tuple[Step, ...] = ()
    """What is to be done in a chat of the department, in its order."""


class Settings(Struct, omit_defaults=True, frozen=True, kw_only=True):
    # Order
    targets_ms: dict[str, int] = field(default_factory=lambda: {SITE: 60_000, "email": 300_000, FORM: 300_000})
    """By channel: within this time a waiting chat should be taken."""
    target_ms: int = 90_000
    """For every channel that has none of its own: messengers and social networks."""

    # Limit
    limit: int = 4
    """No operator holds more chats than this (an operator's and a department's own may be smaller)."""
    max_waiting: int = 1_000
    """In one department; beyond it a visitor is offered the form."""
    max_forms: int = 10_000
    """Chats of the offline form that wait in one department."""

    # Owes and rescue
    first_reply_ms: int = 90_000
    reply_ms: int = 180_000
    warn_ms: int = 30_000
    typing_ahead_ms: int = 15_000
    typing_most_ms: int = 60_000
    restart_grace_ms: int = 30_000

    # Presence, and visitors who leave
    gone_ms: int = 30_000
    """An operator without a session for so long is disconnected."""
    left_ms: int = 120_000
    silent_ms: int = 10 * MINUTE
    short_ms: int = 10_000
    """Who leaves within this time of the first words abandoned *short*."""
    reopen_ms: int = 30 * MINUTE
    rate_ms: int = DAY
    snooze_most_ms: int = 30 * DAY

    # Words that are changed
    change_ms: int = 15 * MINUTE
    """So long after they were sent an operator may edit or delete their own words; 0: not at all."""
    visitor_change_ms: int = 5 * MINUTE
    """The same of visitors."""
    delete_any: Literal["supervisor", "admin", "nobody"] = "supervisor"
    """The least role that may delete anybody's words, at any time."""
    changes_most: int = 20
    """The words of one entry are edited at most so often."""

    # What is remembered
    closed_keep_ms: int = DAY
    closed_keep: int = 50_000
    """Closed chats are kept in memory so long, and at most so many (they stay in the journal for ever)."""
    content_keep_ms: int = 0
    """What was said and who it was is erased from the journal when it is older; 0: it is kept for ever."""
    visitor_keep_ms: int = 30 * DAY
    visitor_keep: int = 50_000
    """The same for visitors without an open chat."""

    # Files
    file_bytes: int = 0
    """Largest file; 0: there are no files."""
    file_types: tuple[str, ...] = ()
    """Media types that are taken."""
    visitor_files: bool = True
    """Whether visitors may send any, too."""

    # Templates
    templates_shared: int = 2_000
    templates_mine: int = 500
    templates_department: int = 1_000
    """In one department."""
    department_templates: Role = Role.supervisor
    """The least role that may edit a department's templates; an operator only in their own departments."""

    # The rest
    words_warn: int = 10
    tz: str = "UTC"
    """IANA name; its midnight starts the desk's day."""
    departments: dict[str, DepartmentSettings] = {}
