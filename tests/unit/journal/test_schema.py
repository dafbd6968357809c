import hashlib
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from argon2 import PasswordHasher
from sqlalchemy import create_engine, pool
from sqlmodel import SQLModel

from server_stub.journal import schema, tables
from server_stub.journal.accounts import Accounts
from server_stub.journal.api import JournalUnusable
from server_stub.journal.people import SignedIn

MIGRATIONS = Path(schema.__file__).parent / "migrations"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.db"


def structure(path: Path) -> dict[str, str]:
    """Tables and indexes by name, as the file itself describes them."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
    )
    found = {name: " ".join(sql.split()) for name, sql in rows if name != "alembic_version"}
    connection.close()
    return found


def test_the_migrations_make_what_the_models_declare(path: Path) -> None:
    schema.open_database(path)
    declared = path.with_name("declared.db")
    engine = create_engine(f"sqlite:///{declared}", poolclass=pool.NullPool)
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    assert structure(path) == structure(declared)
    assert tables.JournalRow.__tablename__ in structure(path)


def test_alembic_sees_no_difference_between_models_and_migrations(path: Path) -> None:
    schema.open_database(path)
    engine = create_engine(f"sqlite:///{path}", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_the_newest_migration_is_the_version_that_is_opened_as_it_is() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [schema.SCHEMA]


def test_accounts_of_the_first_schema_are_as_they_were_after_the_migrations(path: Path) -> None:
    """Made as the first release made it, with a person and their login in it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{path}", poolclass=pool.NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("short then")
        insert = "INSERT INTO account VALUES ('anna', 'Anna', 'admin', 4, '[\"general\"]', 0, ?, 1, 1)"
        connection.exec_driver_sql(insert, (hashed,))
        token_hash = hashlib.sha256(b"token").hexdigest()
        connection.exec_driver_sql("INSERT INTO session VALUES (?, 'anna', 1, 1000, 1, 'x')", (token_hash,))
    engine.dispose()
    accounts = Accounts(path, clock=lambda: 500)
    known = accounts.session("token")
    assert known is not None
    assert (known[1].name, known[1].totp_since, known[1].totp_required) == ("Anna", 0, False)
    assert isinstance(accounts.sign_in("anna", "short then"), SignedIn), "rules for passwords are for new ones"
    accounts.close()


def test_a_new_database_is_readable_by_its_owner_only(path: Path) -> None:
    schema.open_database(path)
    connection = schema.connect(path)
    connection.execute("INSERT INTO meta VALUES ('a', 'b')")
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    connection.close()
    assert modes == {"desk.db": 0o600, "desk.db-wal": 0o600, "desk.db-shm": 0o600}


def test_a_database_that_is_up_to_date_is_opened_without_importing_the_orm(path: Path) -> None:
    schema.open_database(path)
    program = (
        "import sys; from pathlib import Path; from server_stub.journal import accounts, schema, sqlite\n"
        "schema.open_database(Path(sys.argv[1]))\n"
        "print(sorted({'sqlmodel', 'sqlalchemy', 'alembic', 'pydantic'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_two_programs_may_make_the_database_at_once(path: Path) -> None:
    program = "import sys; from pathlib import Path; from server_stub.journal import schema; schema.open_database(Path(sys.argv[1]))"
    both = [subprocess.Popen([sys.executable, "-c", program, str(path)], stderr=subprocess.PIPE) for _ in range(2)]
    errors = [each.communicate()[1].decode() for each in both]
    assert [each.returncode for each in both] == [0, 0], errors
    schema.open_database(path)


def test_a_commit_is_durable_and_the_log_is_written_ahead(path: Path) -> None:
    schema.open_database(path)
    connection = schema.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"
    connection.close()


# ---------------------------------------------------------------- refusals


def test_a_database_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    schema.open_database(path)
    connection = schema.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(JournalUnusable, match=r"newer opconsole \(schema 9999; this one knows"):
        schema.open_database(path)


def test_a_version_that_never_was_is_refused_as_damage(path: Path) -> None:
    schema.open_database(path)
    connection = schema.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '0001 or so'")
    connection.close()
    with pytest.raises(JournalUnusable, match="is damaged, or is not opconsole's"):
        schema.open_database(path)


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE photos (id INTEGER)")
    connection.commit()
    connection.close()
    with pytest.raises(JournalUnusable, match="another program's database"):
        schema.open_database(path)
    assert list(structure(path)) == ["photos"]


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_bytes(b"Dear diary, today the relay did not start. " * 100)
    with pytest.raises(JournalUnusable, match="damaged, or is not opconsole's"):
        schema.open_database(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalUnusable, match=r"nowhere/desk.db can't be opened: No such file"):
        schema.open_database(tmp_path / "nowhere" / "desk.db")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SQLITE_FULL", "disk is full"),
        ("SQLITE_IOERR_SHMSIZE", "disk is full"),
        ("SQLITE_READONLY_DIRECTORY", "read-only"),
        ("SQLITE_IOERR_FSYNC", r"disk failed .*SQLITE_IOERR_FSYNC"),
        ("SQLITE_BUSY", "another program"),
        ("SQLITE_CORRUPT", "damaged"),
        ("SQLITE_MISUSE", "SQLITE_MISUSE"),
    ],
)
def test_each_failure_has_a_sentence_that_names_the_file(name: str, words: str) -> None:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorname = name
    sentence = schema.sentence(error, Path("/data/desk.db"))
    assert "/data/desk.db" in sentence
    import re

    assert re.search(words, sentence)


# ---------------------------------------------------------------- append-only


@pytest.fixture
def filled(path: Path) -> sqlite3.Connection:
    schema.open_database(path)
    connection = schema.connect(path)
    connection.execute(
        "INSERT INTO journal VALUES ('main', 1, 0, 'kind', 0, 0, 0, '', 'secret', NULL, NULL, x'00', NULL)"
    )
    return connection


@pytest.mark.parametrize("statement", ["UPDATE journal SET body = 'x'", "DELETE FROM journal"])
def test_the_journal_refuses_to_be_rewritten(filled: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        filled.execute(statement)
    assert filled.execute("SELECT body FROM journal").fetchall() == [("secret",)]
    filled.close()


def test_erasing_a_person_is_the_exception_within_its_own_transaction(filled: sqlite3.Connection) -> None:
    filled.execute("BEGIN IMMEDIATE")
    filled.execute("INSERT INTO meta VALUES ('erasing', '')")
    filled.execute("UPDATE journal SET body = 'erased'")
    filled.execute("DELETE FROM meta WHERE key = 'erasing'")
    filled.execute("COMMIT")
    assert filled.execute("SELECT body FROM journal").fetchall() == [("erased",)]
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        filled.execute("UPDATE journal SET body = 'x'")
    filled.close()
