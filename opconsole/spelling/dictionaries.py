"""Where hunspell's dictionaries are: this user's own, the system's, and the one that the binding brings along."""

import os
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from opconsole.spelling.words import Script

_NAMES: Final = {
    Script.latin: ("en_US", "en_GB", "en-US", "en-GB", "en"),
    Script.cyrillic: ("ru_RU", "ru-RU", "ru", "russian-aot"),
}
"""The first that is there."""
_FOLDERS: Final = (
    "/usr/share/hunspell",
    "/usr/local/share/hunspell",
    "/usr/share/myspell",
    "/usr/share/myspell/dicts",
    "/opt/homebrew/share/hunspell",
    "/Library/Spelling",
)


def has_binding() -> bool:
    """Whether hunspell itself can be used (the package `chunspell`)."""
    return find_spec("hunspell") is not None


def folders(own: Path, environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Where is looked, in order. `own`: this user's."""
    named = [Path(part) for part in environment.get("DICPATH", "").split(os.pathsep) if part]
    spec = find_spec("hunspell")
    packaged = (
        [Path(place) / "dictionaries" for place in (spec.submodule_search_locations or ()) if spec] if spec else []
    )
    return [own, *named, *map(Path, _FOLDERS), Path.home() / "Library/Spelling", *packaged]


def found_in(places: Iterable[Path]) -> dict[Script, Path]:
    """By script the dictionary: its path without `.aff` and `.dic`."""
    places = list(places)
    found: dict[Script, Path] = {}
    for script, names in _NAMES.items():
        for place in places:
            fitting = (place / name for name in names)
            path = next((path for path in fitting if _is_there(path)), None)
            if path is not None:
                found[script] = path
                break
    return found


def _is_there(path: Path) -> bool:
    return path.with_name(path.name + ".aff").is_file() and path.with_name(path.name + ".dic").is_file()
