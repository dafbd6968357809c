"""The database file: opened with the settings that durability needs, made and migrated when it must be, its errors in words.

Nothing here knows what the tables are for. Making and migrating imports Alembic and SQLModel (a second); opening a file that is
up to date imports neither.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from server_stub.journal.api import JournalUnusable
from server_stub.journal.folder import make_private

SCHEMA: Final = "0003"
"""The newest migration; a file with this version is opened as it is."""

CHAINED: Final = "0002"
"""Since this version the records have their chain."""

BUSY_S: Final = 10.0
"""How long to wait while another program writes to the same file."""

CHECKPOINT_PAGES: Final = 8000
"""The write-ahead log goes into the database when it has so many pages (32 MB): rarely, for that delays one commit."""

CACHE_KIB: Final = 32 * 1024


def open_database(path: Path) -> None:
    """Make the file (0600), or bring it up to date. Quick when there is nothing to do. Raises JournalUnusable."""
    try:
        make_private(path)
        version = _version(path)
        if version != SCHEMA:
            if version and not version < SCHEMA:
                raise JournalUnusable(newer(path, version))
            _migrate(path)
    except OSError as error:
        raise JournalUnusable(f"{path} can't be opened: {error.strerror}") from error
    except sqlite3.Error as error:
        raise JournalUnusable(sentence(error, path)) from error


def connect(
    path: Path, *, read_only: bool = False, own_thread: bool = True, statements: int = 128
) -> sqlite3.Connection:
    """A connection in which each statement commits by itself, durably. `own_thread`: it stays in the thread that made it."""
    connection = sqlite3.connect(
        path, timeout=BUSY_S, isolation_level=None, check_same_thread=own_thread, cached_statements=statements
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
        if read_only:
            connection.execute("PRAGMA query_only = 1")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only looks: nothing is made, migrated or written, so it is the same journal afterwards.

    Raises JournalUnusable: for what it finds, and for errors of SQLite within."""
    connection = None
    try:
        if not path.exists():
            raise JournalUnusable(f"there is no journal: {path} does not exist")
        connection = _look(path)
        version = _version_of(connection, path)
        if version < CHAINED:
            raise JournalUnusable(
                f"{path} is an older opconsole's (schema {version or 'none'}); start the relay on it once, and it is brought up to date"
            )
        if version > SCHEMA:
            raise JournalUnusable(newer(path, version))
        yield connection
    except OSError as error:
        raise JournalUnusable(f"{path} can't be opened: {error.strerror}") from error
    except sqlite3.Error as error:
        raise JournalUnusable(sentence(error, path)) from error
    finally:
        if connection is not None:
            connection.close()


def _look(path: Path) -> sqlite3.Connection:
    """Read only. In a folder that can't be written SQLite can't make the files that readers share: when no log stands beside
    the database nobody is at work on it, and it is read as it is."""
    where = path.absolute().as_uri()
    alone = not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()
    connection = sqlite3.connect(
        f"{where}?mode=ro{'&immutable=1' if alone else ''}", uri=True, timeout=BUSY_S, isolation_level=None
    )
    try:
        connection.execute("PRAGMA query_only = 1")
        connection.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


def newer(path: Path, version: str) -> str:
    """Why a file of a later version is left alone."""
    return f"{path} was written by a newer opconsole (schema {version}; this one knows {SCHEMA}): upgrade opconsole"


def sentence(error: Exception, path: Path) -> str:
    """What went wrong with the file, why, and what to do: for the person who runs the relay."""
    name: str = getattr(error, "sqlite_errorname", "") or ""
    start = "then start again"
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")):  # the second: no room for the file that readers share
        return f"the disk is full: {path} could not be written. Free some space, {start}"
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN", "SQLITE_AUTH")):
        return f"{path} can't be written: it, its folder or its disk is read-only for this user. Mend the permissions, {start}"
    if name.startswith("SQLITE_IOERR"):
        return f"the disk failed while {path} was read or written ({name}). Check the disk, {start}"
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"another program has kept {path} locked for more than {BUSY_S:.0f} s. Stop it, {start}"
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return f"{path} is damaged, or is not opconsole's ({error}). Put it aside and restore a backup, {start}"
    return f"{path}: {error}" + (f" ({name})" if name else "")


def _version(path: Path) -> str:
    """The file's schema; empty: it has none yet."""
    connection = connect(path)
    try:
        return _version_of(connection, path)
    finally:
        connection.close()


def _version_of(connection: sqlite3.Connection, path: Path) -> str:
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone() is None:
        if connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
            raise JournalUnusable(f"{path} is another program's database; give another folder with --data")
        return ""
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _migrate(path: Path) -> None:
    """Run the missing migrations, all or none: in one transaction, which a second process waits for."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError
    from sqlalchemy import create_engine, event, pool
    from sqlalchemy.exc import DBAPIError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=pool.NullPool)
    # sqlite3 by itself begins no transaction before DDL; here SQLAlchemy says when.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise JournalUnusable(f"{path} is damaged, or is not opconsole's ({error}). Restore a backup") from error
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise error.orig from error
        raise
    finally:
        engine.dispose()
