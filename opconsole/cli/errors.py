"""How the command line says no: one line of what happened, why, and what to do; and an exit code."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of `opconsole`, listed in its help."""

    ok = 0
    failed = 1
    usage = 2
    unreachable = 3
    """The relay does not answer."""
    refused = 4
    """The relay refused the login or the command."""
    login = 5
    """Nobody is logged in, or the login has expired."""
    fault = 70
    """A fault of opconsole itself; the log says more."""
    interrupted = 130


class Failed(Exception):
    """Ends a subcommand. `text`: a translated sentence, without `opconsole:` before it."""

    def __init__(self, text: str, code: Exit = Exit.failed) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
