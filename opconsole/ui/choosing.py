"""A list over the composer while a code or a name is typed there: it is open, its keys are taken, and it is closed. What is offered, and what
taking means, each kind knows (`templating.py`, `emoji.py`)."""

from collections.abc import Sequence

from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.widgets.choices import Choice


class Choosing:
    def __init__(self, workspace: Workspace) -> None:
        self._choices = workspace.choices
        self._composer = workspace.composer
        self._dismissed = ""
        """What was typed when the operator closed the list."""
        self.open = False
        """The list that is open is of this kind."""

    def begun(self) -> str | None:
        """What is typed of it at the cursor; None: nothing that could become one."""
        raise NotImplementedError

    def take(self, code: str) -> None:
        """What is typed becomes this one."""
        raise NotImplementedError

    def key(self, key: str) -> None:
        """A key for the open list."""
        match key:
            case "up":
                self._choices.action_move(-1)
            case "down":
                self._choices.action_move(1)
            case "escape":
                self._dismissed = self.begun() or ""
                self.close()
            case _:
                self.take(self._choices.code)

    def offer(self, choices: Sequence[Choice], begun: str, sign: str = "/") -> None:
        """None: the list closes, also one of the other kind."""
        self._choices.offer(choices, begun, sign)
        self._composer.choosing = self.open = bool(choices)

    def close(self) -> None:
        if self.open:
            self.offer((), "")
