"""Files on the disk: `files/ab/ID`, what came, and beside it what it is. Readable by the relay's user alone.

    tmp/RANDOM     on its way; of no worth after a stop, and thrown away at the next start
    ab/ID          the bytes, whole and synced
    ab/ID.new      brought, and in no message yet (`Kept`)
    ab/ID.json     in a message that is committed (`Kept`)

The order of the steps is what survives a `kill -9`: `ID.new` is on the disk before `ID`, and both (and the folder) are synced before
anybody is told the id, so no message can name a file that isn't there, and no file lies about that nobody knows of. An `.new` whose
message was committed meanwhile is found by the journal at the next start (`filing`).

All of it blocks: call it in a thread (`hands`). It knows nothing of who may do what.
"""

import contextlib
import errno
import hashlib
import os
import re
import secrets
import threading
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from opconsole.wire.files import File

ID: Final = re.compile(r"[0-9a-f]{32}")
FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


class StoreFull(Exception):
    """There is no room for this file."""


class Kept(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """A file, and whose it is. Times: ms."""

    file: File
    sha256: str
    by: str
    """Who brought it, as the journal has them (`Actor.key`)."""
    visitor: str
    """In whose chat it is, or may be put."""
    chat: int = 0
    """Of the team's: the chat that it was brought for. Once it was said: the one that it is in."""
    at: int = 0
    """When it was brought."""
    head: int = 0
    """The journal's head then: a message with it stands behind."""
    n: int = 0
    """The entry that carries it; 0: none yet."""
    note: bool = False
    """Only the team sees it."""


class Part:
    """A file on its way in."""

    def __init__(self, path: Path, release: Callable[[], None]) -> None:
        self.path = path
        self.size = 0
        self._release = release
        self._closing = threading.Lock()
        """A stop may drop it while another thread writes: a descriptor that is closed meanwhile may be another file's."""
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self.file: BinaryIO = os.fdopen(fd, "w+b", buffering=0)
        self._hash = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        """Raises StoreFull, OSError."""
        with self._closing, _room():
            view = memoryview(chunk)
            while view:
                view = view[self.file.write(view) :]
        self.size += len(chunk)
        self._hash.update(chunk)

    def sync(self) -> str:
        """It is whole, and on the disk: its SHA-256."""
        with self._closing, _room():
            os.fsync(self.file.fileno())
        return self._hash.hexdigest()

    def drop(self) -> None:
        """Away with it, if it was not kept. Twice does no harm."""
        with self._closing:
            if not self.file.closed:
                self.file.close()
                self._release()
        self.path.unlink(missing_ok=True)


class Store:
    """`free`: bytes left on the disk, which are not all for files: the journal needs some."""

    def __init__(
        self, root: Path, *, most_bytes: int, spare_bytes: int, free: Callable[[Path], int] | None = None
    ) -> None:
        self._root = root
        self._tmp = root / "tmp"
        self.most_bytes = most_bytes
        """Of all files together."""
        self._spare_bytes = spare_bytes
        self._free = free or _free
        self.bytes = 0
        """That they take."""
        self._coming = 0
        """Bytes that were let in, and may not be here yet."""
        self._counting = threading.Lock()

    # ------------------------------------------------------------ coming

    def start(self) -> list[Kept]:
        """Make the folders, throw away what was on its way, count what is there; those that no message is known to carry."""
        for folder in (self._root, self._tmp):
            folder.mkdir(mode=0o700, exist_ok=True)
        for path in self._tmp.iterdir():
            path.unlink(missing_ok=True)
        self.bytes = 0
        new = []
        for entry in self._entries():
            path = Path(entry.path)
            if entry.name.endswith("~"):
                path.unlink(missing_ok=True)  # half written
            elif entry.name.endswith((".new", ".json")):
                kept = self._read(path) if path.suffix == ".new" else None
                if not path.with_suffix("").exists():
                    path.unlink(missing_ok=True)  # its bytes never came, or are gone
                elif kept is not None:
                    new.append(kept)
            elif ID.fullmatch(entry.name):
                self.bytes += entry.stat().st_size
        return new

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        for folder in sorted(self._root.iterdir()):
            if len(folder.name) == 2:
                with os.scandir(folder) as entries:
                    yield from entries

    def has_room(self, size: int) -> bool:
        """Whether a file of so many bytes may come, beside those that are coming."""
        size += self._coming
        return self.bytes + size <= self.most_bytes and self._free(self._root) - size >= self._spare_bytes

    def begin(self, size: int) -> Part:
        """A place for a file of so many bytes. Raises StoreFull, OSError."""
        with self._counting:
            if not self.has_room(size):
                raise StoreFull
            self._coming += size
        try:
            with _room():
                return Part(self._tmp / secrets.token_hex(16), lambda: self._came(size))
        except BaseException:
            self._came(size)
            raise

    def _came(self, size: int) -> None:
        with self._counting:
            self._coming -= size

    def keep(self, part: Part, kept: Kept) -> None:
        """What came is synced: from now on it is there under its id. Raises StoreFull, OSError; then it is not."""
        path = self._path(kept.file.id)
        try:
            with _room():
                if not path.parent.exists():
                    path.parent.mkdir(mode=0o700, exist_ok=True)
                    _sync_folder(self._root)
                _write(path.with_suffix(".new"), kept)
                part.path.rename(path)
                _sync_folder(path.parent)
        except BaseException:
            for each in (path, path.with_suffix(".new")):
                each.unlink(missing_ok=True)
            raise
        self._count(part.size)

    # ------------------------------------------------------------ being there

    def said(self, kept: Kept) -> None:
        """A committed message carries it. Nothing happens if it is gone already. Raises OSError."""
        path = self._path(kept.file.id)
        if path.exists():
            _write(path.with_suffix(".json"), kept)
            path.with_suffix(".new").unlink(missing_ok=True)
            _sync_folder(path.parent)

    def find(self, file: str) -> Kept | None:
        """What a message carries by this id; None: there is none."""
        return self._read(self._path(file).with_suffix(".json")) if ID.fullmatch(file) else None

    def open(self, file: str) -> BinaryIO | None:
        """Its bytes; None: it is gone."""
        try:
            return self._path(file).open("rb", buffering=0) if ID.fullmatch(file) else None
        except FileNotFoundError:
            return None

    def drop(self, file: str) -> None:
        """It is gone for good, when this returns. Twice does no harm. Raises OSError."""
        if not ID.fullmatch(file):
            return
        path = self._path(file)
        if not path.parent.exists():
            return
        with contextlib.suppress(FileNotFoundError):
            size = path.stat().st_size
            path.unlink()
            self._count(-size)
        for suffix in (".json", ".new"):
            path.with_suffix(suffix).unlink(missing_ok=True)
        _sync_folder(path.parent)

    # ------------------------------------------------------------ inside

    def _path(self, file: str) -> Path:
        return self._root / file[:2] / file

    def _count(self, size: int) -> None:
        with self._counting:
            self.bytes += size

    def _read(self, path: Path) -> Kept | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=Kept)
        except (FileNotFoundError, msgspec.MsgspecError, UnicodeError):
            return None


def look_at_file(root: Path, file: str, sha256: str) -> str:
    """Whether a file of that folder is what it was: empty; or what is wrong with it, in a word."""
    if not ID.fullmatch(file):
        return "altered"
    try:
        with (root / file[:2] / file).open("rb") as source:
            return "" if hashlib.file_digest(source, "sha256").hexdigest() == sha256 else "altered"
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return f"not to be read ({error.strerror})"


def drop_others(root: Path, carried: Container[str]) -> None:
    """Of a copy: files that were said after the journal was copied are in no message of it. What is only brought stays."""
    for path in root.glob("??/*.json") if root.is_dir() else ():
        if path.stem not in carried:
            for each in (path.with_suffix(""), path):
                each.unlink(missing_ok=True)


@contextlib.contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull from error
        raise


def _write(path: Path, kept: Kept) -> None:
    """All of it or nothing, synced (but for the folder)."""
    new = path.with_suffix(path.suffix + "~")
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(msgspec.json.encode(kept))
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _sync_folder(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _free(path: Path) -> int:
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize
