"""Prepared replies on the wire: what a console asks about them, and what it is told. Their card stands with the other cards.

A template is a *code*; its texts are *variants*, one card each: by language and by channel. Each card belongs to one scope: a
person, a department, or the whole desk.
"""

from typing import Annotated

from msgspec import Meta, Struct

from opconsole.wire import limits
from opconsole.wire.base import Command, Frame, Id, Line, Name, Number, Text


class SaveTemplate(Command, tag="save_template"):
    """Make or replace a template. `mine`: personal; otherwise the department's (its name), or with none the desk's.

    Saved into another scope it moves there with its history: one's own to a department or the desk, and between those two."""

    template: Id
    code: Annotated[str, Meta(min_length=1, max_length=limits.CODE_CHARS, pattern=r"^[^\s/]+$(?!\n)")]
    title: Line = ""
    text: Text = ""
    group: Name = ""
    lang: Name = ""
    hotkey: Annotated[int, Meta(ge=0, le=9)] = 0
    mine: bool = True
    department: Name = ""
    channel: Name = ""
    active_from: Number = 0
    active_until: Number = 0
    hours: Line = ""
    """When in the week it is offered, in the desk's time zone: `mon-fri 9:00-18:00, sat 10-14`. Empty: always."""
    edition: Number | None = None
    """The edition that was edited (`TemplateCard.edition`; 0: none, it is new): if there is another by now, this is refused as a
    `conflict`. Absent: whatever is there is replaced."""


class DropTemplate(Command, tag="drop_template"):
    """Remove a template: my own, or (whoever may edit it) a shared one."""

    template: Id
    edition: Number | None = None
    """As in `save_template`."""


class TemplateHistory(Command, tag="template_history"):
    """Ask for the editions of a template that I may see, also of one that was removed of late. Answered by `template_versions`."""

    template: Id


class TemplateGone(Frame, tag="template_gone"):
    """A template was removed, or is no longer for you to see."""

    template: str
    rev: int


class TemplateUsed(Frame, tag="template_used"):
    """So often a template has been sent by now: `TemplateCard.used`, without the card."""

    template: str
    used: int


class TemplateVersion(Struct, omit_defaults=True, gc=False, kw_only=True):
    """One edition, as it was saved; or that the template was removed then."""

    edition: int
    at: int = 0
    by: str = ""
    """Login of who saved or removed it; empty: the desk's starter set."""
    dropped: bool = False
    code: str = ""
    title: str = ""
    text: str = ""
    group: str = ""
    lang: str = ""
    channel: str = ""
    hotkey: int = 0
    owner: str = ""
    department: str = ""
    active_from: int = 0
    active_until: int = 0
    hours: str = ""


class TemplateVersions(Frame, tag="template_versions"):
    """Answer to `template_history`: its editions, oldest first."""

    id: str
    template: str
    versions: list[TemplateVersion] = []
