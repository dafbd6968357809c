"""What the check of a journal finds: whatever is done to the file, the first record that doesn't fit is named."""

import asyncio
import shutil
import sqlite3
from pathlib import Path
from typing import Final

import pytest

from server_stub.desk import snapshot
from server_stub.desk.events import ContentErased, Record
from server_stub.desk.evolve import evolve
from server_stub.journal.api import JournalUnusable
from server_stub.journal.chain import Mark, Sealed, facts, genesis, link, seal
from server_stub.journal.sqlite import SqliteJournal
from server_stub.journal.verifying import JournalBroken, Report, head, verify
from server_stub.starting import restore
from tests.bench.journal_maker import make_journal

EVENTS: Final = 2500


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of a desk's life, with two snapshots; never changed."""
    path = tmp_path_factory.mktemp("whole") / "desk.db"
    asyncio.run(make_journal(path, EVENTS, snapshots=(EVENTS // 2, EVENTS)))
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    """A copy, to be spoilt."""
    return Path(shutil.copy(whole, tmp_path / "desk.db"))


def change(path: Path, *statements: str) -> None:
    """As somebody would who may write the file."""
    connection = sqlite3.connect(path)
    connection.executescript(
        f"BEGIN; INSERT INTO meta VALUES ('erasing', ''); {';'.join(statements)}; DELETE FROM meta; COMMIT"
    )
    connection.close()


def broken(path: Path, *expect: Mark) -> str:
    with pytest.raises(JournalBroken) as found:
        verify(path, expect=expect)
    return str(found.value)


def rows(path: Path) -> list[Sealed]:
    connection = sqlite3.connect(path)
    found = connection.execute(f"SELECT {', '.join(Sealed._fields)} FROM journal ORDER BY seq").fetchall()
    connection.close()
    return [Sealed(*row)._replace(body=row[7].encode()) for row in found]


def chain_anew(path: Path) -> None:
    """As somebody would who knows how the chain is made: all hashes fit again."""
    mark = genesis("main")
    statements = []
    for row in rows(path):
        sealed = row.seal if row.salt is None else seal(row.salt, row.body)
        mark = Mark(row.seq, link(mark.hash, facts(row[:7]) + (sealed or b"")))
        statements.append(f"UPDATE journal SET hash = x'{mark.hash.hex()}' WHERE seq = {row.seq}")
    change(path, *statements)


# ---------------------------------------------------------------- what holds


def test_a_journal_that_was_left_alone_holds_and_its_snapshots_equal_the_replay(whole: Path) -> None:
    report = verify(whole)
    assert report == Report(head(whole), erased=0, snapshots=2)
    assert report.head.seq >= EVENTS


def test_progress_is_told_to_the_end(whole: Path) -> None:
    told: list[tuple[int, int]] = []
    report = verify(whole, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (report.head.seq, report.head.seq)
    assert len(told) > 1


def test_marks_that_were_kept_are_in_the_chain(whole: Path) -> None:
    kept = rows(whole)[1233]
    verify(whole, expect=[Mark(1234, kept.hash), head(whole), genesis("main")])


def test_a_check_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    verify(path)
    assert path.read_bytes() == before


# ---------------------------------------------------------------- what doesn't


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE journal SET body = replace(body, 'order', 'ordre') WHERE seq = {at}",
            "record {at} is not what was written: its hash",
        ),
        ("UPDATE journal SET at = at + 1 WHERE seq = {at}", "record {at} is not what was written: its hash"),
        ("UPDATE journal SET actor = 'o:op1' WHERE seq = {at}", "record {at} is not what was written: its hash"),
        ("UPDATE journal SET chat = 1 WHERE seq = {at}", "record {at} is not what was written: its hash"),
        ("UPDATE journal SET hash = zeroblob(32) WHERE seq = {at}", "record {at} is not what was written: its hash"),
        ("UPDATE journal SET salt = 'sixteen letters.' WHERE seq = {at}", "record {at} has lost its salt"),
        ("UPDATE journal SET hash = 'text' WHERE seq = {at}", "record {at} is not what was written: its hash"),
        ("UPDATE journal SET salt = NULL WHERE seq = {at}", "record {at} has lost its salt"),
        (
            "UPDATE journal SET erased = {other} WHERE seq = {at}",
            "record {at} counts as erased, and its content's seal",
        ),
        (
            "UPDATE journal SET salt = NULL, seal = zeroblob(32), erased = {other} WHERE seq = {at}",
            "record {at} counts as erased by record {other}, which is no erasure that names it",
        ),
        ("DELETE FROM journal WHERE seq = {at}", "record {at} is missing"),
        ("DELETE FROM journal WHERE seq <= {at}", "record 1 is missing"),
        ("UPDATE snapshot SET seq = seq - 1", "the snapshot of record"),
    ],
)
def test_a_change_is_found_where_it_was_made(path: Path, statement: str, sentence: str) -> None:
    at = a_message(path)
    change(path, statement.format(at=at, other=at + 100))
    assert broken(path).startswith(sentence.format(at=at, other=at + 100))


def a_message(path: Path) -> int:
    """A record with words in it, near 1500."""
    return next(row.seq for row in rows(path) if row.seq >= 1500 and b"order" in row.body)


def test_a_tail_that_was_cut_off_is_found_by_a_mark_only(path: Path) -> None:
    mark = head(path)
    change(path, f"DELETE FROM journal WHERE seq > {mark.seq - 7}")
    assert broken(path, mark) == f"record {mark.seq} was expected, and the journal ends with record {mark.seq - 7}"


def test_a_chain_made_anew_is_found_by_a_mark_only(path: Path) -> None:
    mark, at = head(path), a_message(path)
    change(path, f"UPDATE journal SET body = replace(body, 'order', 'ordre') WHERE seq = {at}")
    chain_anew(path)
    assert broken(path, mark).startswith(f"record {mark.seq} is another than the one that was expected")


def test_a_body_that_is_no_event_is_found_though_the_chain_fits(path: Path) -> None:
    change(path, """UPDATE journal SET body = '{"k":"chat_teleported"}' WHERE seq = 1500""")
    chain_anew(path)
    assert broken(path).startswith("record 1500 can't be understood (")


def test_columns_that_say_another_thing_than_the_body_are_found_though_the_chain_fits(path: Path) -> None:
    change(path, "UPDATE journal SET kind = 'note_added' WHERE seq = 1500")
    chain_anew(path)
    assert broken(path) == "record 1500: its columns and its body contradict each other"


def test_a_story_that_can_not_be_is_found_though_the_chain_fits(path: Path) -> None:
    connection = sqlite3.connect(path)
    (at,) = connection.execute("SELECT min(seq) FROM journal WHERE kind = 'chat_taken'").fetchone()
    connection.close()
    opened = "json_replace(body, '$.by', 'nobody')"
    change(path, f"UPDATE journal SET body = {opened} WHERE seq = {at}")
    chain_anew(path)
    assert broken(path).startswith(f"the desk does not accept the journal: record {at} (chat_taken) does not follow")


def test_a_snapshot_that_decodes_and_says_another_thing_is_found(path: Path) -> None:
    connection = sqlite3.connect(path)
    seq, blob = connection.execute("SELECT max(seq), body FROM snapshot").fetchone()
    state = snapshot.load(blob)
    next(iter(state.visitors.values())).name = "Mallory"
    connection.execute("UPDATE snapshot SET body = ? WHERE seq = ?", (snapshot.dump(state), seq))
    connection.commit()
    connection.close()
    assert broken(path) == f"the snapshot of record {seq} is not the state that the records up to there make"


def test_a_snapshot_of_another_version_is_noted_and_no_fault(path: Path) -> None:
    connection = sqlite3.connect(path)
    (seq,) = connection.execute("SELECT max(seq) FROM snapshot").fetchone()
    connection.execute("UPDATE snapshot SET body = 'opconsole desk 00000000' WHERE seq = ?", (seq,))
    connection.execute("INSERT INTO snapshot VALUES ('main', 9999999, 0, x'00')")
    connection.commit()
    connection.close()
    report = verify(path)
    assert report.snapshots == 1
    assert [note.partition(" is ")[0] for note in report.notes] == [
        f"The snapshot of record {seq}",
        "The snapshot of record 9999999",
    ]


def test_an_index_that_has_lost_an_entry_is_found(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'journal_transcript'").fetchone()
    connection.execute("PRAGMA writable_schema = 1")
    connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'journal_transcript'", (sql + " AND chat <> 3",))
    connection.close()
    assert broken(path).startswith("the file contradicts itself (")


# ---------------------------------------------------------------- erased content


async def erase(path: Path, visitor: str) -> int:
    """By the journal itself, and a snapshot afterwards; the number of the erasure."""
    journal = await SqliteJournal.open(path)
    state = await restore(journal)
    chats = tuple(row.chat for row in rows(path) if row.kind == "chat_opened" and row.actor == f"v:{visitor}")
    record = Record(journal.head + 1, 1_800_000_000_000, "", ContentErased(visitor, chats, "asked", "anna"))
    evolve(state, record)
    await journal.append([record], journal.head)
    await journal.save_snapshot(state.head, snapshot.dump(state))
    await journal.close()
    return record.seq


async def test_a_journal_holds_after_an_erasure_and_the_snapshot_after_it_equals_the_replay(path: Path) -> None:
    words = [row.body for row in rows(path) if row.actor == "v:visitor-00000002" and row.kind == "message_said"]
    before = head(path)
    await erase(path, "visitor-00000002")
    report = verify(path, expect=[before])
    assert report.erased > len(words) > 0
    assert report.snapshots == 1
    assert not {row.body for row in rows(path)} & set(words)


async def test_content_is_not_erased_by_an_erasure_that_is_about_somebody_else(path: Path) -> None:
    eraser = await erase(path, "visitor-00000002")
    other = next(row for row in rows(path) if row.actor == "v:visitor-00000005" and row.kind == "message_said")
    assert other.salt is not None
    sealed = seal(other.salt, other.body).hex()
    blank = "body = json_replace(body, '$.text', '')"
    change(
        path, f"UPDATE journal SET {blank}, salt = NULL, seal = x'{sealed}', erased = {eraser} WHERE seq = {other.seq}"
    )
    assert broken(path) == f"record {other.seq} counts as erased by record {eraser}, which is no erasure that names it"


async def test_words_put_where_content_was_erased_are_found(path: Path) -> None:
    await erase(path, "visitor-00000002")
    at = next(row.seq for row in rows(path) if row.erased is not None and row.kind == "message_said")
    change(path, f"UPDATE journal SET body = json_replace(body, '$.text', 'I never paid') WHERE seq = {at}")
    assert broken(path).startswith(f"record {at} counts as erased by record ")


# ---------------------------------------------------------------- what can't be checked


def test_a_journal_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(JournalUnusable, match="there is no journal"):
        verify(tmp_path / "desk.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_bytes(b"Dear diary, today nothing was written. " * 200)
    with pytest.raises(JournalUnusable, match="damaged, or is not opconsole's"):
        verify(tmp_path / "desk.db")


@pytest.mark.parametrize(
    ("version", "sentence"), [("0001", "start the relay on it once"), ("9999", "was written by a newer opconsole")]
)
def test_a_journal_of_another_version_is_left_alone(path: Path, version: str, sentence: str) -> None:
    change(path, f"UPDATE alembic_version SET version_num = '{version}'")
    with pytest.raises(JournalUnusable, match=sentence):
        verify(path)


def test_pages_that_were_overwritten_are_found(path: Path) -> None:
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2 : len(damaged) // 2 + 8192] = b"\xa5" * 8192
    path.write_bytes(damaged)
    with pytest.raises((JournalBroken, JournalUnusable)):
        verify(path)
