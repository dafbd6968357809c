"""A department's checklist while a supervisor writes it: the steps as they will be saved, and the way back. Pure."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from opconsole.state.picture import Picture
from opconsole.wire import limits
from opconsole.wire.checklists import Step

_BACK: Final = 50
"""So many changes can be taken back."""


class ChecklistDraft:
    def __init__(self, department: str, steps: Sequence[Step], edition: int) -> None:
        """`edition`: the one that is being changed (0: the desk's file)."""
        self.department = department
        self.edition = edition
        self.before = list(steps)
        self.steps = list(steps)
        self._back: list[list[Step]] = []

    @property
    def changed(self) -> bool:
        return self.steps != self.before

    @property
    def full(self) -> bool:
        return len(self.steps) >= limits.STEPS

    def add(self, at: int, step: Step) -> None:
        self._keep()
        self.steps.insert(at, step)

    def change(self, at: int, **fields: str | bool) -> None:
        step = replace(self.steps[at], **fields)
        if step != self.steps[at]:
            self._keep()
            self.steps[at] = step

    def remove(self, at: int) -> None:
        self._keep()
        del self.steps[at]

    def move(self, at: int, by: int) -> int:
        """Returns where it stands then."""
        to = max(0, min(at + by, len(self.steps) - 1))
        if to != at:
            self._keep()
            self.steps.insert(to, self.steps.pop(at))
        return to

    def back(self) -> bool:
        """Take the last change back. False: there is none."""
        if not self._back:
            return False
        self.steps = self._back.pop()
        return True

    def _keep(self) -> None:
        self._back = [*self._back[1 - _BACK :], list(self.steps)]


def begun(picture: Picture, department: str) -> ChecklistDraft:
    """What counts now, to be changed."""
    settings = picture.me.settings
    return ChecklistDraft(
        department, settings.checklists.get(department, ()), settings.checklist_editions.get(department, 0)
    )


def departments(picture: Picture) -> list[str]:
    """Of all that is to be seen, by name."""
    found = set(picture.me.settings.checklists) | {card.department for card in picture.chats.values()}
    found |= {name for card in picture.operators.values() for name in card.departments}
    return sorted(found - {""}, key=str.casefold)
