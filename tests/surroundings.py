"""The same surroundings for every run of the tests, whatever the machine and whoever starts them: language, time zone, terminal, desktop,
proxies, rights of new files, and what Ctrl-C does. The programs that tests start inherit them.
"""

import locale
import os
import signal
import tempfile
import time
from contextlib import suppress
from typing import Final

SAME: Final = {"LANG": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color"}
OURS: Final = (
    *("LANGUAGE", "LC_", "OPCONSOLE_", "TEXTUAL", "XDG_", "DICPATH"),
    *("COLORTERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR"),
    *(
        "TERM_PROGRAM",
        "TMUX",
        "STY",
        "KITTY_",
        "WEZTERM_",
        "GHOSTTY_",
        "KONSOLE_",
        "VTE_VERSION",
        "WT_SESSION",
        "ITERM_",
    ),
    *("SSH_", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "VISUAL", "EDITOR", "BROWSER"),
    *("PYTHONASYNCIODEBUG", "PYTHONIOENCODING", "PYTHONUNBUFFERED", "PYTHONUTF8", "PYTHONWARNINGS", "SSL_CERT_"),
)
"""Beginnings of names of variables by which a person's machine would have a say in what a test sees."""
PROXIES: Final = "_proxy"


def is_ours(name: str) -> bool:
    return name.startswith(OURS) or name.lower().endswith(PROXIES)


def settle() -> None:
    for name in [name for name in os.environ if is_ours(name)]:
        del os.environ[name]
    os.environ.update(SAME)
    if not os.access(os.environ.get("HOME", ""), os.W_OK):
        os.environ["HOME"] = tempfile.gettempdir()
    with suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, SAME["LANG"])
    os.environ["OPCONSOLE_HOME"] = (
        f"{tempfile.gettempdir()}/nobodys-opconsole-{os.getpid()}"  # not there: nobody's settings are read
    )
    time.tzset()
    os.umask(0o022)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell leaves it to what it starts in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
