"""The desk of the random shifts: short deadlines, so that a shift meets them all; two departments, each with a checklist."""

from opconsole.wire.cards import Role
from opconsole.wire.checklists import Step
from server_stub.desk.settings import DepartmentSettings, Settings

DEPARTMENTS = ("general", "sales")
CHECKED = DepartmentSettings(checklist=(Step(id="greet", title="Greet"), Step(id="offer", title="Offer")))
SETTINGS = Settings(
    first_reply_ms=20_000,
    reply_ms=30_000,
    gone_ms=5_000,
    left_ms=15_000,
    silent_ms=20_000,
    department_templates=Role.operator,
    departments=dict.fromkeys(DEPARTMENTS, CHECKED),
)
