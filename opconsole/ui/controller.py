"""What a controller is. Each does one thing for the operator, on a screen that it is given; none knows the app.

Which ones there are stands in `ui.desk_controllers` (the console) and `ui.floor_controllers` (the monitor).
"""

from collections.abc import Callable, Coroutine
from typing import Any

from opconsole.state.changes import Changes

Handlers = dict[str, Callable[[], None]]
"""What each action does, by its id in the registry (`ui.actions`)."""
Start = Callable[[Coroutine[Any, Any, None]], None]
"""Lets it run beside. Its fault is told, and ends nothing."""


class Controller:
    """What a controller may hear of. What it doesn't need stays as it is here; a hook of another shape is a mistake that mypy tells."""

    def handlers(self) -> Handlers:
        """The actions that it carries out. Each action has one controller."""
        return {}

    def problems(self) -> list[str]:
        """What is wrong with what the user has set, or what was kept: sentences, told when the first picture stands."""
        return []

    def changed(self, changes: Changes) -> None:
        """A batch came: the picture holds it, and the panes show it."""

    def edited(self) -> None:
        """The text in the composer is another."""

    def tick(self) -> None:
        """A second has passed."""

    def keys_changed(self) -> None:
        """The keymap is another."""

    def language_changed(self) -> None:
        """All words are others, in another language."""

    def handed_over(self) -> None:
        """Another person takes over this console."""

    def finish(self) -> None:
        """The app ends, and the link stands still: what must be kept is kept, what is held back goes out."""

    async def stop(self) -> None:
        """The app ends, and the link is closed: what runs beside is stopped."""
