"""The outbox, the drafts and my marks on disk: one folder for each relay and login, and in it one for each console at work.

Written atomically (a new file, fsync, rename), readable by the user alone. A damaged file is moved aside and told of, never
overwritten. Blocking: the session calls it in a thread.

`drafts-now.json` is written at nearly every key, and not synced: it survives the program's death, not the machine's. What it says of a
draft is never older than what `drafts.json` says.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from opconsole.link.private_file import private_folder, write_private
from opconsole.locale import tr
from opconsole.state.marks import Marks, MarksDamaged
from opconsole.state.model import Drafts, DraftsDamaged
from opconsole.state.outbox import Outbox, OutboxDamaged
from opconsole.state.uploads import Uploads, UploadsDamaged

SLOTS: Final = 16
"""So many consoles of one login at one relay can work on one machine at once."""
_OUTBOX: Final = "outbox.json"
_DRAFTS: Final = "drafts.json"
_NOW: Final = "drafts-now.json"
_MARKS: Final = "marks.json"
_UPLOADS: Final = "uploads.json"
_LEFT: Final = (_OUTBOX, _DRAFTS, _NOW, _UPLOADS, _MARKS)
"""What a dead console may have left."""


class Kept(Struct):
    """What the disk gave, and sentences about what could not be read."""

    outbox: bytes | None
    drafts: bytes | None
    notes: list[str]
    marks: bytes | None = None
    now: bytes | None = None
    """Drafts that are newer than `drafts`."""
    uploads: bytes | None = None


def folder_of(state_dir: Path, relay: str, login: str) -> Path:
    """The folder of a relay and a login. Readable names, and a hash so that no two are the same."""
    import hashlib

    key = hashlib.sha256(f"{relay}\n{login}".encode()).hexdigest()[:10]
    host = urlsplit(relay).netloc or relay
    return state_dir / "desks" / f"{_plain(host)}-{_plain(login)}-{key}"


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "_", text)[:40] or "_"


class OutboxFile:
    """Takes the first slot that no other console holds; what a dead console left in it is picked up."""

    def __init__(self, folder: Path, *, slot: int = 0) -> None:
        """`slot`: only this one (raises OSError when another console holds it); 0: the first that is free."""
        self._lock: int | None = None
        self._all = folder
        self.folder = self._take_slot(folder, range(slot, slot + 1) if slot else range(1, SLOTS + 1))

    def read(self) -> Kept:
        """What was kept. What can't be understood is moved aside, and a note says where it is now."""
        notes: list[str] = []
        kept = Kept(self._read(_OUTBOX, notes), self._read(_DRAFTS, notes), notes, self._read(_MARKS, notes))
        kept.uploads = self._read(_UPLOADS, notes)
        try:
            kept.now = (self.folder / _NOW).read_bytes()
            Drafts().load_over(kept.now)
        except (OSError, DraftsDamaged):  # torn by a power cut; `drafts.json` is a second older at most
            kept.now = None
        return kept

    def orphans(self) -> "list[OutboxFile]":
        """The slots of consoles that are dead and left something: theirs to read, then `discard` and `close`."""
        found = []
        for number in range(1, SLOTS + 1):
            slot = self._all / str(number)
            if slot == self.folder or not any((slot / name).is_file() for name in _LEFT):
                continue
            try:
                found.append(OutboxFile(self._all, slot=number))
            except OSError:  # its console lives
                continue
        return found

    def discard(self) -> None:
        """What is kept here stands elsewhere now. Raises OSError."""
        for name in _LEFT:
            (self.folder / name).unlink(missing_ok=True)

    def write_outbox(self, blob: bytes) -> None:
        """Raises OSError; the old file is whole then."""
        self._write(_OUTBOX, blob)

    def write_drafts(self, blob: bytes) -> None:
        """Raises OSError; the old file is whole then."""
        self._write(_DRAFTS, blob)

    def write_now(self, blob: bytes) -> None:
        """The drafts that have changed since `write_drafts`; empty: none. Raises OSError; the old file is whole then."""
        if blob:
            write_private(self.folder / _NOW, blob, durable=False)
        else:
            (self.folder / _NOW).unlink(missing_ok=True)

    def write_marks(self, blob: bytes) -> None:
        """Raises OSError; the old file is whole then."""
        self._write(_MARKS, blob)

    def write_uploads(self, blob: bytes) -> None:
        """Empty: there are none. Raises OSError; the old file is whole then."""
        if blob:
            self._write(_UPLOADS, blob)
        else:
            (self.folder / _UPLOADS).unlink(missing_ok=True)

    def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take_slot(self, folder: Path, numbers: Iterable[int]) -> Path:
        try:
            import fcntl
        except ImportError:  # Windows: one console of a login
            return private_folder(folder / "1")
        for number in numbers:
            slot = private_folder(folder / str(number))
            handle = os.open(slot / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(handle)
                continue
            self._lock = handle
            return slot
        raise OSError(tr("{count} consoles of this login are open here already.", count=SLOTS))

    def _read(self, name: str, notes: list[str]) -> bytes | None:
        path = self.folder / name
        try:
            blob = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            notes.append(tr("{file} can't be read: {why}.", file=path, why=error.strerror or error))
            return None
        try:
            {_OUTBOX: Outbox, _DRAFTS: Drafts, _MARKS: Marks, _UPLOADS: Uploads}[name]().load(blob)
        except (OutboxDamaged, DraftsDamaged, MarksDamaged, UploadsDamaged) as damage:
            aside = self._move_aside(path)
            notes.append(tr("{file} is damaged ({why}) and was kept as {aside}.", file=path, why=damage, aside=aside))
            return None
        return blob

    def _move_aside(self, path: Path) -> str:
        for number in range(1, 1000):
            aside = path.with_name(f"{path.name}.damaged-{number}")
            if not aside.exists():
                path.rename(aside)
                return aside.name
        return path.name

    def _write(self, name: str, blob: bytes) -> None:
        write_private(self.folder / name, blob)
