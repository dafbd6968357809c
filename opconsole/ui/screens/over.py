"""What lies over the workspace. Every screen that is closed by a key is one of these."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Over(ModalScreen[Result]):
    """Closes itself at most once. Of several keys that come in one burst (Esc, Esc) each may want to close it, and Textual's own
    `dismiss` takes away whatever screen is the uppermost: in the end the workspace itself, and the console with it."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()
