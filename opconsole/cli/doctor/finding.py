"""What the doctor found: one thing looked at, how it is, and how to mend it."""

from enum import StrEnum
from typing import Final

from msgspec import Struct


class Level(StrEnum):
    ok = "ok"
    note = "note"
    """Nothing is wrong; less is possible than elsewhere, or it can't be known."""
    warning = "warning"
    """Something works worse than it could."""
    fault = "fault"
    """Something does not work."""


MARKS: Final = {Level.ok: "✓", Level.note: "·", Level.warning: "!", Level.fault: "✗"}


class Finding(Struct, frozen=True, kw_only=True):
    """`text` and `mend` are translated sentences; `value` is for programs."""

    area: str
    name: str
    level: Level = Level.ok
    text: str
    mend: str = ""
    value: str = ""
