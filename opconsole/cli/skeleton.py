"""What stands on the screen before the console does: which starts get an outline, how it is laid out, in which colours.

Imports nothing that the interpreter has not loaded already (a folder by platformdirs costs 25 ms, `argparse` 10, `typing` 5): the colours
of the last run are read from a small file that `remember_look` wrote. `opconsole.terminal.skeleton` writes it to the terminal.
"""

import os

_WITH_VALUE = ("--relay", "--login", "--ca", "--lang", "--theme")
_SCREENS = ("", "monitor")
"""Commands that open the screen at once."""

_DUSK = {"background": "#15131d", "surface": "#1a1825", "panel": "#24212f", "text": "#ece7f3"}
"""Before the first run has left its colours."""

SIDES = ((200, 46, 46), (146, 40, 36), (100, 36, 0), (0, 0, 0))
"""From so many columns on, the widths of the lists and of the visitor's pane. As the workspace has them: a test compares."""


def command_at(arguments: list[str]) -> int | None:
    """Where the subcommand stands; past the end: none is given. None: what stands before it is not understood here."""
    at = 0
    while at < len(arguments):
        argument = arguments[at]
        if not argument.startswith("-"):
            return at
        if argument in _WITH_VALUE:
            at += 2
        elif argument.partition("=")[0] in _WITH_VALUE:
            at += 1
        else:
            return None
    return len(arguments)


def command_of(arguments: list[str]) -> str | None:
    """The subcommand; empty: none is given. None: as in `command_at`."""
    at = command_at(arguments)
    return None if at is None else (arguments[at] if at < len(arguments) else "")


def show_early(arguments: list[str]) -> bool:
    """Paint the outline, if these arguments open the screen and there is a terminal."""
    if command_of(arguments) not in _SCREENS or "-h" in arguments or "--help" in arguments:
        return False
    from opconsole.terminal import skeleton

    if not skeleton.can_paint():
        return False
    try:
        columns, rows = os.get_terminal_size(1)
    except OSError:
        return False
    look = read_look()
    return skeleton.paint(boxes(columns, rows, look), look["text"])


def boxes(columns: int, rows: int, look: dict[str, str]) -> list[tuple[int, int, int, int, str, str]]:
    """The panes' grounds as the workspace will lay them out (`opconsole.terminal.skeleton.Box`)."""
    if columns < 20 or rows < 6:
        return [(0, 0, columns, rows, look["background"], "opconsole")]
    body = rows - 2
    panel, surface, background = look["panel"], look["surface"], look["background"]
    found = [(0, 0, columns, 1, panel, "opconsole"), (0, rows - 1, columns, 1, panel, "")]
    left, right = next((left, right) for least, left, right in SIDES if columns >= least)
    if left:
        found.append((0, 1, left, body, background, ""))
    if right:
        found.append((columns - right, 1, right, body, background, ""))
    middle = columns - left - right
    found.append((left, 1, middle, 1, panel, ""))
    found.append((left, 2, middle, body - 1, surface, ""))
    return found


def look_file() -> str:
    """Where the colours of the last run are. On every system the same place, found without a library."""
    home = os.environ.get("OPCONSOLE_HOME")
    if home:
        return os.path.join(os.path.expanduser(home), "state", "look")
    base = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(base, "opconsole", "look")


def read_look() -> dict[str, str]:
    """Colours by name; what is absent or damaged is that of the default theme."""
    look = dict(_DUSK)
    try:
        with open(look_file(), encoding="ascii", errors="replace") as file:
            for line in file.read(1000).splitlines():
                name, _, colour = line.partition("=")
                if name in look and len(colour) == 7 and colour[0] == "#":
                    look[name] = colour
    except OSError:
        pass
    return look


def remember_look(colors: dict[str, str]) -> None:
    """Keep the theme's colours for the next start. That it can't be done is no reason to complain."""
    known = read_look()
    look = {name: colors.get(name, colour) for name, colour in known.items()}
    if look == known:
        return
    path = look_file()
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "w", encoding="ascii") as file:
            file.writelines(f"{name}={colour}\n" for name, colour in look.items())
        os.replace(temporary, path)
    except OSError:
        pass
