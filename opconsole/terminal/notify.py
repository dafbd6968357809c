"""Desktop notifications, for when the operator looks elsewhere: by the terminal where it knows how, or by the desktop's program.

Three dialects, none with an answer: OSC 9 (iTerm2, WezTerm, Ghostty, Windows Terminal), OSC 777 (foot, urxvt, Konsole), OSC 99 (kitty).
Terminals of GNOME's family have none: there `notify-send` does it, when the session is local.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from textual.app import App

from opconsole.terminal.output import one_line, operating_system_command, send, through_multiplexer

TITLE_CHARS: Final = 80
BODY_CHARS: Final = 200


class Way(Enum):
    osc9 = "osc9"
    osc777 = "osc777"
    osc99 = "osc99"
    program = "program"
    none = "none"


def way_of(environment: Mapping[str, str]) -> Way:
    """How this terminal notifies. Inside tmux the variables that the terminal outside has set still tell."""
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "").lower()
    if term in {"", "dumb", "linux"}:
        return Way.none
    if environment.get("KITTY_WINDOW_ID") or term == "xterm-kitty":
        return Way.osc99
    if program in {"iterm.app", "wezterm", "ghostty", "warpterminal"} or any(
        environment.get(name) for name in ("ITERM_SESSION_ID", "WEZTERM_PANE", "GHOSTTY_RESOURCES_DIR", "WT_SESSION")
    ):
        return Way.osc9
    if term.startswith(("foot", "rxvt")) or environment.get("KONSOLE_VERSION"):
        return Way.osc777
    local = not environment.get("SSH_CONNECTION") and (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    if local and shutil.which("notify-send", path=environment.get("PATH")):
        return Way.program
    return Way.osc777 if environment.get("VTE_VERSION") else Way.osc9


def notification_sequence(way: Way, title: str, body: str) -> str:
    """The sequence that shows one notification; empty for a way that needs none."""
    title, body = one_line(title, TITLE_CHARS), one_line(body, BODY_CHARS)
    if way is Way.osc9:
        text = f"{title}: {body}" if body else title
        if text[:1].isdigit():  # `OSC 9 ; 4 ; …` is a progress bar
            text = f"· {text}"
        return operating_system_command(f"9;{text}")
    if way is Way.osc777:
        return operating_system_command(f"777;notify;{title.replace(';', ',')};{body.replace(';', ',')}")
    if way is Way.osc99:
        return operating_system_command(f"99;i=opconsole:d=0:p=title;{title}") + operating_system_command(
            f"99;i=opconsole:d=1:p=body;{body}"
        )
    return ""


def notify(
    app: App[Any], title: str, body: str = "", environment: Mapping[str, str] = os.environ, *, by: str = "auto"
) -> Way:
    """Show a notification, and say which way was taken. Whether the terminal is in focus is the caller's to know.
    `by`: a way's name, for terminals that are not known by their variables."""
    way = way_of(environment) if by == "auto" else Way(by)
    if app.is_headless:
        return way
    if way is Way.program:
        _run(title, body)
    else:
        send(app, through_multiplexer(notification_sequence(way, title, body), environment))
    return way


def _run(title: str, body: str) -> None:
    """`notify-send` takes the body as markup of its own, so that is escaped."""
    from html import escape

    arguments = [
        "notify-send",
        "--app-name=opconsole",
        "--",
        one_line(title, TITLE_CHARS),
        escape(one_line(body, BODY_CHARS)),
    ]
    try:
        child = subprocess.Popen(  # a fixed program; the words come after `--`  # noqa: S603  # nosec B603
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return
    import threading

    threading.Thread(target=child.wait, name="notify-send", daemon=True).start()  # no zombie, and no waiting
