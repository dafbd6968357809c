"""The samples of checklists that are written, for `samples.py`."""

from typing import Final

from opconsole.wire.checklists import ChecklistHistory, ChecklistVersion, ChecklistVersions, SetChecklist, Step

NOON: Final = 1_767_268_800_000
STEPS: Final = [Step(id="greet", title="Greet by name", template="hi"), Step(id="offer", title="Offer", required=True)]

UP: Final[list[SetChecklist | ChecklistHistory]] = [
    SetChecklist(id="c30", department="sales", steps=STEPS, edition=44),
    SetChecklist(id="c31", department="sales", reset=True),
    ChecklistHistory(id="c32", department="sales"),
]

DOWN: Final = [
    ChecklistVersions(
        id="c32",
        department="sales",
        versions=[
            ChecklistVersion(edition=44, at=NOON, by="maria", steps=STEPS),
            ChecklistVersion(edition=51, at=NOON + 60_000, by="sue", reset=True),
        ],
    ),
]
