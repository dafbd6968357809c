"""Where the relay's data is: one folder that only its owner may read, and what the files in it are called."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path


class FolderUnusable(Exception):
    """The folder can't hold the relay's data; the sentence says why."""


@dataclass(frozen=True)
class DataFolder:
    path: Path

    @property
    def database(self) -> Path:
        """The journal, its snapshots, and the accounts."""
        return self.path / "desk.db"

    @property
    def search(self) -> Path:
        """The full-text index: made of the journal, and made anew when it isn't there."""
        return self.path / "search.db"

    @property
    def files(self) -> Path:
        """What messages carry."""
        return self.path / "files"

    @property
    def lock(self) -> Path:
        return self.path / "relay.lock"

    @property
    def visitor_key(self) -> Path:
        return self.path / "visitor.key"

    @property
    def site_key(self) -> Path:
        return self.path / "site.key"

    @property
    def customer_key(self) -> Path:
        return self.path / "customer.key"


def default_path() -> Path:
    """`$OPCONSOLE_HOME/data`, otherwise the user's data folder."""
    if home := os.environ.get("OPCONSOLE_HOME"):
        return Path(home).expanduser() / "data"
    from platformdirs import user_data_path

    return user_data_path("opconsole", appauthor=False)


def open_folder(path: Path | None = None) -> DataFolder:
    """The data folder, made (0700) if it isn't there. Raises FolderUnusable."""
    path = (path or default_path()).expanduser().absolute()
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir(mode=0o700, exist_ok=True)
        mode = path.stat().st_mode
    except OSError as error:
        raise FolderUnusable(f"the data folder {path} can't be made: {error.strerror}") from error
    if not stat.S_ISDIR(mode):
        raise FolderUnusable(f"{path} is not a folder; give another with --data")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise FolderUnusable(f"this user may not write in {path}; mend its permissions, or give another with --data")
    return DataFolder(path)


def find_folder(path: Path | None = None) -> DataFolder:
    """The data folder that is there, to be read: nothing is made. Raises FolderUnusable."""
    path = (path or default_path()).expanduser().absolute()
    if not path.is_dir():
        raise FolderUnusable(f"there is no data folder {path}; give the relay's with --data")
    return DataFolder(path)


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read (0600), unless it is there."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        pass
