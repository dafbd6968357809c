"""Files from the relay on this disk: in the downloads folder, under a name that is free.

Nothing that is there is replaced; a file that did not come whole is not there at all; it is this user's alone, and may not be run. Blocking:
the console calls it in a thread.
"""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from opconsole.locale import tr
from opconsole.state.paths import free_names
from opconsole.wire.text import clean_file_name

_MODE: Final = 0o600
_PREFIX: Final = ".opconsole-"
_PART: Final = ".part"
LEFT_S: Final = 86_400.0
"""A half file that has not grown for so long is of a console that was killed."""


def drop_left(folder: Path, pattern: str, before: float) -> None:
    """Away with files of ours that nothing has been written to since `before` (the folder's own clock, seconds): whoever made them is no more."""
    with suppress(OSError):
        for path in folder.glob(pattern):
            with suppress(OSError):
                found = path.lstat()
                if stat.S_ISREG(found.st_mode) and found.st_mtime < before:
                    path.unlink()


class Saving:
    """One file on its way to the disk: `target` is written to, then `keep` gives it its name, or `drop` takes it away."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError. The folder is made, if it must be."""
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_PART, dir=folder)
        self.target: IO[bytes] = os.fdopen(handle, "wb")
        drop_left(folder, f"{_PREFIX}*{_PART}", os.fstat(handle).st_mtime - LEFT_S)
        self._folder = folder
        self._part = Path(name)

    def keep(self, wished: str) -> Path:
        """It is whole: give it this name, or one like it that is free. Raises OSError."""
        self.target.flush()
        os.fsync(self.target.fileno())
        self.target.close()
        try:
            for name in free_names(clean_file_name(wished)):
                path = self._folder / name
                if self._take(path):
                    return path
        finally:
            self._part.unlink(missing_ok=True)
        raise OSError(tr("all names like {file} are taken", file=clean_file_name(wished)))

    def _take(self, path: Path) -> bool:
        """False: there is something of this name. Never replaces, whoever else is quick."""
        try:
            os.link(self._part, path, follow_symlinks=False)
            return True
        except FileExistsError:
            return False
        except (OSError, NotImplementedError):  # a file system without links
            pass
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE))
        except FileExistsError:
            return False
        self._part.replace(path)
        return True

    def drop(self) -> None:
        with suppress(OSError):
            self.target.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)
