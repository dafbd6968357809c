"""All controllers of an app, as one: what it hears, each of them hears, in the order in which they were made."""

from typing import TypeVar

from opconsole.state.changes import Changes
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.place_keys import PlaceKeys
from opconsole.ui.preferences import Preferences

Made = TypeVar("Made", bound=Controller)


class Controllers(Controller):
    preferences: Preferences
    keys: PlaceKeys

    def __init__(self) -> None:
        self._all: list[Controller] = []

    def join(self, controller: Made) -> Made:
        """From now on it hears what happens, after those that are here already."""
        self._all.append(controller)
        return controller

    def handlers(self) -> Handlers:
        found: Handlers = {}
        for controller in self._all:
            own = controller.handlers()
            if twice := found.keys() & own.keys():
                raise ValueError(f"{type(controller).__name__} has actions of another controller: {sorted(twice)}")
            found |= own
        return found

    def problems(self) -> list[str]:
        return [problem for controller in self._all for problem in controller.problems()]

    def changed(self, changes: Changes) -> None:
        for controller in self._all:
            controller.changed(changes)

    def edited(self) -> None:
        for controller in self._all:
            controller.edited()

    def tick(self) -> None:
        for controller in self._all:
            controller.tick()

    def keys_changed(self) -> None:
        for controller in self._all:
            controller.keys_changed()

    def language_changed(self) -> None:
        for controller in self._all:
            controller.language_changed()

    def handed_over(self) -> None:
        for controller in self._all:
            controller.handed_over()

    def finish(self) -> None:
        for controller in self._all:
            controller.finish()

    async def stop(self) -> None:
        for controller in self._all:
            await controller.stop()
