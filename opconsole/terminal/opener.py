"""Opening with the desktop's own program: a link, or a file that was saved. Never by itself, never by a shell, and with nothing of ours in
the program's environment.

Who calls has asked the operator, and has checked what may be opened; here is only how.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Final

SCHEMES: Final = ("http://", "https://", "mailto:")
_SECRET: Final = re.compile(r"^OPCONSOLE|TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|PRIVATE_KEY", re.IGNORECASE)
_OF_PYTHON: Final = re.compile(r"^(?:PYTHON|TEXTUAL|VIRTUAL_ENV)")


class CannotOpen(Exception):
    """There is no program, or it can't be started. The text is the system's."""


def program(environment: Mapping[str, str] = os.environ) -> str:
    """The program that opens things on this desktop; empty: there is none, or no display that it could use."""
    if environment.get("TEXTUAL_DRIVER"):  # a browser's tab: the desktop of this machine is nobody's who looks
        return ""
    if sys.platform == "darwin":
        return "/usr/bin/open"
    if environment.get("SSH_CONNECTION") and not environment.get("WAYLAND_DISPLAY"):
        display = environment.get("DISPLAY", "")
        if not display.startswith("localhost:"):  # X forwarded over ssh shows it where one sits
            return ""
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return ""
    return shutil.which("xdg-open", path=environment.get("PATH")) or ""


def open_link(url: str, environment: Mapping[str, str] = os.environ) -> None:
    """Raises `CannotOpen`, also for what is no link."""
    scheme, colon, rest = url.partition(":")
    url = scheme.lower() + colon + rest  # desktops look their programs up by it as it stands
    if not url.startswith(SCHEMES) or not url.isprintable() or " " in url:
        raise CannotOpen("no link")
    _run(url, environment)


def open_file(path: str, environment: Mapping[str, str] = os.environ) -> None:
    """Raises `CannotOpen`. An absolute path can be taken for no option."""
    if not os.path.isabs(path):
        raise CannotOpen("no path")
    _run(path, environment)


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What another program gets: no secret of anybody's by its name, nothing that concerns this program alone."""
    return {
        name: value for name, value in environment.items() if not _SECRET.search(name) and not _OF_PYTHON.match(name)
    }


def _run(what: str, environment: Mapping[str, str]) -> None:
    command = program(environment)
    if not command:
        raise CannotOpen("")
    try:
        child = subprocess.Popen(  # the desktop's own program, one argument, no shell  # noqa: S603  # nosec B603
            [command, what],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=clean_environment(environment),
            cwd=os.path.expanduser("~"),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise CannotOpen((error.strerror if isinstance(error, OSError) else "") or str(error)) from None
    threading.Thread(target=child.wait, name="opener", daemon=True).start()  # no zombie, and no waiting
