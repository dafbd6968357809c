"""What the command line prints goes through here: whatever is in it (a file's name, an argument, a relay's words) is only text then.

Light at import: errors are told before anything else is there.
"""

import sys


def out(text: object = "", *, end: str = "\n", flush: bool = False) -> None:
    """To standard output. Lines stay lines."""
    print(_clean(text), end=end, flush=flush)


def err(text: object, *, end: str = "\n") -> None:
    """To standard error."""
    print(_clean(text), end=end, file=sys.stderr, flush=True)


def ask(question: str) -> str:
    """A line from the terminal."""
    return input(_clean(question))


def nobody_reads() -> None:
    """Who read our output has gone: what is still to be flushed at the end goes nowhere, and complains of nothing."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _clean(text: object) -> str:
    from opconsole.wire.text import clean_text

    return clean_text(str(text))
