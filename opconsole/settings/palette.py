"""Themes as data: a palette of named colours from one TOML file. What paints with them is the screens' affair.

A theme's name is its file's name. A user's theme may say `base = "dusk"` and name only what differs:

    base = "dusk"
    [colors]
    accent = "#c0ffee"
"""

import re
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from opconsole.locale import tr
from opconsole.settings.folders import themes_dirs
from opconsole.settings.problems import Problem, did_you_mean, unknown_key
from opconsole.wire.text import clean_data

DEFAULT: Final = "dusk"


class Colors(Struct, frozen=True, kw_only=True):
    """What each colour means; all are `#rrggbb`. Text colours are readable (WCAG AA) on every ground."""

    background: str
    """The ground behind everything."""
    surface: str
    """The ground of lists and of the conversation."""
    panel: str
    """The ground of bars and headings."""
    raised: str
    """The ground of what lies on top: the palette, help, a question."""
    selection: str
    """The ground of the row under the cursor, in the pane that has the focus."""
    selection_dim: str
    """The same in a pane without the focus."""
    border: str
    border_focus: str
    text: str
    muted: str
    """Times, counts, what is there to be found but not to be read."""
    faint: str
    """Lines and dots; never words."""
    accent: str
    """The console's own colour: keys, the place where one is."""
    owes: str
    """A reply is owed."""
    unread: str
    warning: str
    """Soon."""
    danger: str
    """Now, or too late."""
    ok: str
    visitor: str
    """A visitor's name."""
    operator: str
    """An operator's name."""
    note: str
    """Words that only the team sees."""
    peek: str
    """What the visitor is typing."""
    link: str
    on_bright: str
    """Text on a badge, whose ground is one of the bright colours (accent, owes, unread, warning, danger, ok)."""


class Palette(Struct, frozen=True):
    name: str
    title: str
    dark: bool
    colors: Colors


GROUNDS: Final = ("background", "surface", "panel", "raised", "selection", "selection_dim")
WORDS: Final = (
    "text", "muted", "accent", "owes", "unread", "warning", "danger", "ok", "visitor", "operator", "note", "peek", "link",
)  # fmt: skip
BADGES: Final = ("accent", "owes", "unread", "warning", "danger", "ok")

_NAMES: Final = Colors.__struct_fields__
_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
_KEYS: Final = ("title", "dark", "base", "colors")


def theme_files(folders: tuple[Path, ...] | None = None) -> dict[str, Path]:
    """Name to file, in order of the names; of two with one name the later folder's, which is the user's."""
    found: dict[str, Path] = {}
    for folder in themes_dirs() if folders is None else folders:
        if folder.is_dir():
            found |= {path.stem: path for path in folder.glob("*.toml")}
    return dict(sorted(found.items()))


def load_palette(name: str, folders: tuple[Path, ...] | None = None) -> tuple[Palette, tuple[Problem, ...]]:
    """The theme of this name; where it lacks or mistakes a colour, its base's (or the default theme's), and a problem that says so.

    Raises FileNotFoundError only when the packaged themes themselves are missing."""
    folders = themes_dirs() if folders is None else folders
    reading = _Reading(theme_files(folders))
    if name not in reading.files:
        hint = did_you_mean(name, reading.files)
        reading.problems.append(Problem(folders[-1], name, tr("there is no such theme. {hint}", hint=hint)))
        name = DEFAULT
    palette = reading.palette(name) or reading.palette(DEFAULT)
    if palette is None:  # a user's own theme of the default's name may be damaged
        reading.files = theme_files(folders[:1])
        palette = reading.palette(DEFAULT)
    if palette is None:
        raise FileNotFoundError(tr("the packaged theme {name} is missing or damaged", name=DEFAULT))
    return palette, tuple(reading.problems)


class _Reading:
    """One theme being read, with the themes that it is based on, and what is wrong with any of them."""

    def __init__(self, files: dict[str, Path]) -> None:
        self.files = files
        self.problems: list[Problem] = []

    def palette(self, name: str, above: tuple[str, ...] = ()) -> Palette | None:
        """`above`: the themes that are based on this one. None: unreadable, or incomplete without a base."""
        import tomllib

        file = self.files.get(name)
        if file is None:
            return None
        try:
            data = clean_data(tomllib.loads(file.read_text("utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self._fault(file, "", tr("is not TOML: {why}", why=str(error)))
            return None
        self.problems += [unknown_key(file, key, _KEYS) for key in data if key not in _KEYS]
        colors = self._colors(file, data.get("colors", {}))
        complete = len(colors) == len(_NAMES) and "base" not in data
        base = None if complete else self._base(file, data, (*above, name))
        if base is not None:
            found = msgspec.structs.replace(base.colors, **colors)
        elif len(colors) == len(_NAMES):
            found = Colors(**colors)
        else:
            return None
        dark = bool(data.get("dark", base.dark if base else True))
        return Palette(name, str(data.get("title", name)), dark, found)

    def _base(self, file: Path, data: dict[str, Any], above: tuple[str, ...]) -> Palette | None:
        """The palette that lends what this theme lacks; None where nothing is lacking (or this is the default theme)."""
        wanted = data.get("base")
        if wanted is None:
            colors = data.get("colors", {})
            missing = [name for name in _NAMES if not isinstance(colors, dict) or name not in colors]
            if DEFAULT in above:
                return None
            if len(missing) < len(_NAMES) and missing:
                text = tr("missing: {names}. Taken from {base}.", names=", ".join(missing), base=DEFAULT)
                self._fault(file, "colors", text)
            wanted = DEFAULT
        elif wanted not in self.files or wanted in above:
            hint = did_you_mean(str(wanted), [name for name in self.files if name not in above])
            self._fault(file, "base", tr("can't be {value}. {hint}", value=repr(wanted), hint=hint))
            wanted = DEFAULT
        return None if wanted in above else self.palette(wanted, above)

    def _colors(self, file: Path, table: Any) -> dict[str, str]:
        if not isinstance(table, dict):
            self._fault(file, "colors", tr("must be a table: [{key}]", key="colors"))
            return {}
        good: dict[str, str] = {}
        for key, value in table.items():
            if key not in _NAMES:
                self.problems.append(unknown_key(file, f"colors.{key}", _NAMES))
            elif not isinstance(value, str) or not _HEX.match(value):
                text = tr("can't be {value}. It must be {wanted}.", value=repr(value), wanted='"#rrggbb"')
                self._fault(file, f"colors.{key}", text)
            else:
                good[key] = (
                    value.lower() if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:].lower())
                )
        return good

    def _fault(self, file: Path, key: str, text: str) -> None:
        self.problems.append(Problem(file, key, text))
