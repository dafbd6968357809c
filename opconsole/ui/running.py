"""Runs the console, or the monitor, until its user leaves. What the command line calls."""

import gc
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from opconsole.link.sign_in import SignIn
from opconsole.settings import Problem, Settings
from opconsole.terminal.gate import Gated
from opconsole.ui.app import Console

Mode = Literal["work", "monitor"]
_FAULT: Final = 70
"""Exit code: a fault of opconsole itself (`opconsole.cli.errors.Exit`)."""


def run_console(
    *,
    mode: Mode,
    sign_in: SignIn,
    settings: Settings,
    problems: Iterable[Problem] = (),
    theme: str = "",
    given: Mapping[str, str] | None = None,
) -> int:
    """Run the console until the operator leaves; returns the exit code."""
    gc.disable()
    if mode == "monitor":
        from opconsole.ui.monitor_app import MonitorApp

        return _outcome(MonitorApp(sign_in, settings, theme=theme, problems=problems, given=given))
    return _outcome(Console(sign_in, settings, theme=theme, problems=problems, given=given))


def _outcome(app: Gated[int]) -> int:
    """Runs it. An app that a fault has ended has no result, but a return code."""
    code = app.run()
    return (_FAULT if app.return_code else 0) if code is None else code
