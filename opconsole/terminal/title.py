"""The title of the terminal's window, by which an operator sees in the task bar that something waits."""

from typing import Any, Final

from textual.app import App

from opconsole.terminal.output import one_line, operating_system_command, send

TITLE_CHARS: Final = 120

_REMEMBER: Final = "\x1b[22;2t"
_RECALL: Final = "\x1b[23;2t"


def title_sequence(text: str) -> str:
    return operating_system_command(f"2;{one_line(text, TITLE_CHARS)}")


class Title:
    """The window's title while the app runs. Sends only changes; `restore` gives the terminal back its own."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._shown = ""

    def show(self, text: str) -> None:
        sequence = title_sequence(text)
        if sequence == self._shown:
            return
        send(self._app, sequence if self._shown else _REMEMBER + sequence)
        self._shown = sequence

    def restore(self) -> None:
        if self._shown:
            send(self._app, _RECALL)
            self._shown = ""
