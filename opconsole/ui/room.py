"""What a controller needs of the screen that it serves, where the operator's workspace and the supervisor's monitor share it."""

from typing import Any, Protocol

from textual.app import App
from textual.widget import Widget

from opconsole.ui.places import Place
from opconsole.ui.view import View
from opconsole.ui.widgets.chat_rows import ChatRows
from opconsole.ui.widgets.key_bar import KeyBar
from opconsole.ui.widgets.toasts import Weight
from opconsole.ui.widgets.transcript import Transcript


class Room(Protocol):
    view: View
    keys: KeyBar
    transcript: Transcript

    @property
    def app(self) -> App[Any]: ...

    @property
    def focused(self) -> Widget | None: ...

    @property
    def place(self) -> Place:
        """Where the keys are."""
        ...

    @property
    def in_lists(self) -> bool:
        """The keys are in a list whose chats can be acted on: those under its cursor, or the marked ones."""
        ...

    @property
    def chat_lists(self) -> tuple[ChatRows, ...]:
        """The first is the one that waits."""
        ...

    def toggle_lists(self) -> None:
        """The keys go to a list of chats."""
        ...

    def place_changed(self) -> None:
        """The key bar shows the keys of the place."""
        ...

    def to_composer(self) -> None:
        """Away from the lists, to where one lives."""
        ...

    def say(self, text: str, weight: Weight = "info", chat: int = 0) -> None: ...

    def action_run(self, action: str) -> None:
        """An action of the registry, by its id."""
        ...
