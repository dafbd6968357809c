"""The terminal beyond painting, and the one place that writes escape sequences: keys in two layouts, the last gate for painted
text, notifications, clipboard, window title, the skeleton shown before the first import. Knows nothing of chats.

Light at import: the skeleton is painted before Textual is there.
"""

import os
import sys

TYPE_CHECKING = False  # as in `typing`, whose import is spared: the skeleton comes first
if TYPE_CHECKING:
    from textual.driver import Driver


def web_driver_name() -> str:
    """What TEXTUAL_DRIVER names in a browser's tab (`opconsole web`)."""
    return "opconsole.terminal.web:WebTerminal"


def in_a_tab() -> bool:
    """Whether this console is in a browser's tab. Nothing of the machine on which it runs is its operator's then, the disk least of all."""
    return os.environ.get("TEXTUAL_DRIVER") == web_driver_name()


def driver_class() -> "type[Driver] | None":
    """The driver for `App(driver_class=...)`; None where Textual's own must do: on Windows, or where TEXTUAL_DRIVER names one."""
    if sys.platform == "win32" or os.environ.get("TEXTUAL_DRIVER"):
        return None
    from opconsole.terminal.driver import TerminalDriver

    return TerminalDriver
