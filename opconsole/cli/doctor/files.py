"""Settings and folders of this user: what is wrong in the files, and whether what must be private is."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from opconsole.cli.doctor.finding import Finding, Level
from opconsole.locale import tr
from opconsole.settings import Problem, config_dir, config_file, data_dir, downloads_dir, state_dir
from opconsole.settings.file import Loaded
from opconsole.wire.text import clean_line

LEAST_FREE: Final = 50 * 1024 * 1024


def settings(loaded: Loaded) -> Iterator[Finding]:
    """The file, its faults, and those of the theme and of the keys."""
    file = config_file()
    problems = [*loaded.problems, *_more(loaded)]
    if not file.exists():
        yield _setting("file", tr("No {file}: all settings are default.", file=file), Level.note)
    elif not problems:
        yield _setting("file", tr("{file} is read.", file=file))
    for problem in problems:
        yield _setting("problem", clean_line(problem.text) if not problem.key else f"{problem.key}: {clean_line(problem.text)}",
                       Level.warning, tr("Mend it in {file}", file=problem.file), problem.key)  # fmt: skip


def _more(loaded: Loaded) -> list[Problem]:
    from opconsole.settings.palette import load_palette
    from opconsole.settings.problems import unknown_key
    from opconsole.ui.actions import BY_ID, Keymap

    _, problems = load_palette(loaded.settings.theme)
    keymap = Keymap(loaded.settings.keys)
    found = [*problems, *(unknown_key(config_file(), f"keys.{name}", BY_ID) for name in keymap.unknown)]
    for conflict in keymap.conflicts:
        text = tr(
            "Two actions want the key {key}: {first} has it, {second} hasn't.",
            key=conflict.key,
            first=conflict.first,
            second=conflict.second,
        )
        found.append(Problem(config_file(), f"keys.{conflict.second}", text))
    return found


def _setting(name: str, text: str, level: Level = Level.ok, mend: str = "", value: str = "") -> Finding:
    return Finding(area="settings", name=name, level=level, text=text, mend=mend, value=value)


def folders(downloads: str = "") -> Iterator[Finding]:
    """`downloads`: the setting."""
    yield _folder("config", config_dir(), private=False)
    yield _folder("data", data_dir(), private=True)
    yield _folder("state", state_dir(), private=True)
    yield _folder("downloads", downloads_dir(downloads), private=False)


def _folder(name: str, folder: Path, *, private: bool) -> Finding:
    def one(text: str, level: Level = Level.ok, mend: str = "") -> Finding:
        return Finding(area="folders", name=name, level=level, text=text, mend=mend, value=str(folder))

    if not folder.exists():
        above = next(parent for parent in folder.parents if parent.exists())
        if os.access(above, os.W_OK):
            return one(tr("{folder} is not there yet; it will be made when it is needed.", folder=folder), Level.note)
        return one(tr("{folder} is not there and can't be made.", folder=folder), Level.fault,
                   tr("Make it, or put everything elsewhere: export OPCONSOLE_HOME=DIR"))  # fmt: skip
    if not folder.is_dir():
        return one(tr("{folder} is no folder.", folder=folder), Level.fault, tr("Move the file away."))
    if not os.access(folder, os.W_OK | os.X_OK):
        return one(tr("{folder} can't be written.", folder=folder), Level.fault, f"chmod u+rwx {folder}")
    if sys.platform != "win32" and private:
        open_ones = [
            path for path in (folder, *_secrets(folder)) if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        ]
        if open_ones:
            names = " ".join(str(path) for path in open_ones)
            return one(
                tr("Others on this machine may read {names}.", names=names), Level.warning, f"chmod go-rwx {names}"
            )
    free = _free(folder)
    if free is not None and free < LEAST_FREE:
        return one(
            tr("{folder}: the disk is nearly full.", folder=folder),
            Level.warning,
            tr("Make room, or words on their way can't be kept."),
        )
    return one(tr("{folder} is fine.", folder=folder))


def _secrets(folder: Path) -> list[Path]:
    """Files that hold a login or people's words."""
    return [path for path in sorted(folder.glob("*.json")) if path.is_file()]


def _free(folder: Path) -> int | None:
    import shutil

    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
