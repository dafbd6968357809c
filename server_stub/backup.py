"""`opconsole backup DIR`: a copy of the relay's data as of one moment, made while the relay goes on working.

The database is copied through SQLite, within one read transaction: everything that was acknowledged before is in it, and
nothing of a commit that was under way. Then the other files of the folder (keys, settings, what messages carry), and a check of
the copy as `opconsole journal verify` does it. There is no restore: a relay started on the copy goes on from there.
"""

import argparse
import contextlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from server_stub.evidence import bar
from server_stub.files.store import drop_others, look_at_file
from server_stub.journal import schema, verifying
from server_stub.journal.api import JournalError
from server_stub.journal.folder import DataFolder, FolderUnusable, find_folder, make_private
from server_stub.journal.verifying import JournalBroken, Progress, Report

PAGES: Final = 2048
"""Copied at a time, so that the bar moves and Ctrl-C is heard."""


class BackupRefused(Exception):
    """Why there is no backup; a sentence."""


def run(args: argparse.Namespace) -> int:
    """Do what the parsed command line says; the exit code."""
    try:
        folder, to = find_folder(args.data), args.to.expanduser().absolute()
        report, names = backup(folder, to)
    except JournalBroken as broken:
        sys.stderr.write(f"opconsole backup: the journal does not hold, so its copy was thrown away: {broken}\n")
        return 1
    except (BackupRefused, FolderUnusable, JournalError) as error:
        sys.stderr.write(f"opconsole backup: {error}\n")
        return 1
    sys.stdout.write(
        f"{to} holds the journal up to record {report.head.seq:,}, the accounts, {report.files:,} files that messages carry, "
        f"and: {', '.join(names) or 'nothing else'}. The copy was checked.\n"
        "It holds personal data and the relay's secrets: keep it as safe as the relay itself. Whoever is erased later stays in it.\n"
        f"Head: {report.head}\n"
        f"To restore it, start a relay on it: opconsole relay --data {to}\n"
    )
    for wrong in report.files_wrong:
        sys.stderr.write(f"opconsole backup: {wrong} So it was copied, or it was deleted meanwhile.\n")
    return 0


def backup(folder: DataFolder, to: Path) -> tuple[Report, list[str]]:
    """Copy the folder to `to`, which must not be there or be empty; the report of the copy, and the other files in it.

    All or nothing: when it fails, what was copied is removed. Raises BackupRefused, JournalUnusable, JournalBroken."""
    made = _make(folder, to)
    try:
        copy = DataFolder(to)
        with bar("copying the journal") as progress:
            copy_database(folder.database, copy.database, progress)
        names = list(_copy_files(folder, to))
        with bar("checking the copy") as progress:
            carried: set[str] = set()

            def look_at(file: str, sha256: str) -> str:
                carried.add(file)
                return look_at_file(copy.files, file, sha256)

            report = verifying.verify(copy.database, look_at=look_at, progress=progress)
        drop_others(copy.files, carried)
        _sync(to)
    except BaseException as error:
        _remove(to, made)
        if isinstance(error, OSError):
            raise BackupRefused(f"{error.filename or to} can't be copied: {error.strerror}") from error
        raise
    return report, names


def copy_database(source: Path, target: Path, progress: Progress = lambda done, of: None) -> None:
    """Copy a database as of now. Raises JournalUnusable."""
    with schema.reading(source) as db:
        db.execute("BEGIN")
        db.execute(
            "SELECT count(*) FROM meta"
        ).fetchone()  # from here on the transaction sees one state, however long it takes
        make_private(target)
        copy = sqlite3.connect(target, isolation_level=None)
        try:
            db.backup(copy, pages=PAGES, progress=lambda _, left, of: progress(of - left, of))
            copy.execute(
                "PRAGMA journal_mode = DELETE"
            )  # one file that can be read from anywhere; a relay makes it WAL again
        except sqlite3.Error as error:
            raise JournalError(schema.sentence(error, target)) from error
        finally:
            copy.close()


def _make(folder: DataFolder, to: Path) -> bool:
    """The empty folder to copy to; whether it was made."""
    if to.resolve() == folder.path.resolve() or folder.path.resolve() in to.resolve().parents:
        raise BackupRefused(f"{to} is in the relay's data folder itself; give one outside it")
    try:
        if to.exists():
            if not to.is_dir() or any(to.iterdir()):
                raise BackupRefused(f"{to} is not empty, and a backup overwrites nothing; give a new folder")
            to.chmod(0o700)
            return False
        to.mkdir(mode=0o700, parents=True)
        return True
    except OSError as error:
        raise BackupRefused(f"{to} can't be made: {error.strerror}") from error


def _copy_files(folder: DataFolder, to: Path) -> Iterator[str]:
    """Everything in the folder but the database, the lock and the search index (a relay makes it anew), readable by the owner only;
    the names of those that no message carries."""
    ours = (folder.database.name, folder.lock.name, folder.search.name)
    on_the_way = folder.files / "tmp"
    for path in sorted(folder.path.rglob("*")):
        name = path.relative_to(folder.path)
        if path == on_the_way or on_the_way in path.parents:
            continue
        if path.is_dir():
            (to / name).mkdir(mode=0o700, exist_ok=True)
        elif folder.files in path.parents:
            _copy_if_there(path, to / name)
        elif path.is_file() and not name.parts[0].startswith(ours):
            make_private(to / name)
            shutil.copyfile(path, to / name)
            yield str(name)


def _copy_if_there(path: Path, to: Path) -> None:
    """The relay may delete it meanwhile."""
    try:
        with path.open("rb") as source:
            make_private(to)
            with to.open("wb") as target:
                shutil.copyfileobj(source, target, 1024 * 1024)
    except FileNotFoundError:
        pass


def _sync(to: Path) -> None:
    """What was copied is on the disk, and found there."""
    for path in (*to.rglob("*"), to):
        fd = os.open(path, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def _remove(to: Path, made: bool) -> None:
    for path in to.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if made:
        with contextlib.suppress(OSError):
            to.rmdir()
