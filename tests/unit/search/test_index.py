"""The index's file: made when there is none, kept when it fits, thrown away when it doesn't, and clean of what was erased."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server_stub.desk.audience import Reach
from server_stub.journal.api import JournalFailed
from server_stub.journal.memory import MemoryStore
from server_stub.search import tables
from server_stub.search.finding import Filters
from server_stub.search.index import Index, NotReady, follow_at_once
from server_stub.search.source import StoreSource
from tests.unit.search.records import BOSS, Diary


@asynccontextmanager
async def opened(path: Path, store: MemoryStore) -> AsyncIterator[Index]:
    index = Index(path, lambda: StoreSource(store), rest=False)
    try:
        yield index
    finally:
        await index.close()


async def found(index: Index, text: str) -> list[str]:
    return [hit.snippet for hit in (await index.find(text, Filters(), BOSS)).hits]


def files(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.iterdir())


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.002)


async def test_it_is_made_by_itself_and_follows_when_it_is_nudged(diary: Diary, tmp_path: Path) -> None:
    await diary.answered(1, "v1", "где заказ", "заказ уже едет к вам")
    async with opened(tmp_path / "search.db", diary.store) as index:
        assert index.progress == (0, 0)
        with pytest.raises(NotReady):
            await found(index, "заказ")
        task = asyncio.create_task(index.run())
        await until(lambda: index.progress is None)
        assert await found(index, "заказы") == ["заказ уже едет к вам", "где заказ"]
        await diary.asks(1, "спасибо за утюг")
        index.nudge()
        await until(lambda: index._seq == diary.journal.head)
        assert await found(index, "утюги") == ["спасибо за утюг"]
        task.cancel()
        await asyncio.wait([task])


async def test_a_file_that_fits_is_gone_on_with(diary: Diary, tmp_path: Path) -> None:
    await diary.answered(1, "v1", "где заказ", "заказ уже едет к вам")
    async with opened(tmp_path / "search.db", diary.store) as index:
        await index.caught_up()
    made = (tmp_path / "search.db").stat().st_ino
    await diary.asks(1, "а утюг?")
    async with opened(tmp_path / "search.db", diary.store) as index:
        await index.caught_up()
        assert await found(index, "утюг") == ["а утюг?"]
    assert (tmp_path / "search.db").stat().st_ino == made
    assert (tmp_path / "search.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["garbage", "version", "hash", "behind", "no mark"])
async def test_a_file_that_does_not_fit_is_made_anew(diary: Diary, tmp_path: Path, harm: str) -> None:
    await diary.answered(1, "v1", "где заказ", "заказ уже едет к вам")
    path, store = tmp_path / "search.db", diary.store
    async with opened(path, store) as index:
        await index.caught_up()
    if harm == "garbage":
        path.write_bytes(b"no database at all" * 1000)
    elif harm == "behind":
        other = Diary()
        await other.opens(7, "v7")
        await other.index.close()
        store = other.store
    else:
        db = tables.open_writer(path)
        if harm == "no mark":
            db.execute("DELETE FROM meta WHERE key = 'seq'")
        else:
            db.execute("UPDATE meta SET value = x'00' WHERE key = ?", (harm,))
        db.close()
    async with opened(path, store) as index:
        await index.caught_up()
        assert len(await found(index, "заказ")) == (0 if harm == "behind" else 2)


async def test_damage_that_is_met_while_it_works_is_mended(diary: Diary, tmp_path: Path) -> None:
    for chat in range(1, 60):
        await diary.answered(chat, f"v{chat}", f"где заказ {chat}", f"заказ {chat} уже едет к вам " + "слова " * 40)
    path = tmp_path / "search.db"
    async with opened(path, diary.store) as index:
        await index.caught_up()
        assert tables.forget_log(index._write_db)  # type: ignore[arg-type]
        whole = path.read_bytes()
        path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
        index._close_reader()
        with pytest.raises(NotReady):
            await found(index, "заказ")
        await index.caught_up()
        assert len(await found(index, "заказ")) == 20


async def test_a_journal_that_can_not_be_read_ends_nothing(diary: Diary, tmp_path: Path) -> None:
    await diary.asks(1, "где заказ")

    class Broken(StoreSource):
        ill = True

        def head(self):  # type: ignore[no-untyped-def]
            if self.ill:
                raise JournalFailed("no")
            return super().head()

    index = Index(tmp_path / "search.db", lambda: Broken(diary.store))
    assert await index._step() is None
    assert index.failed
    Broken.ill = False
    assert await index._step() is False
    assert not index.failed
    await index.close()


async def test_not_a_byte_of_what_was_erased_stays_in_the_file(diary: Diary, tmp_path: Path) -> None:
    async with opened(tmp_path / "search.db", diary.store) as index:
        for chat in range(1, 30):
            word = "quokka" if chat == 7 else "zebra"
            await diary.answered(
                chat, f"v{chat}", f"my {word} is lost", f"we look for your {word} {chat}", name=word.title()
            )
            if chat % 5 == 0:
                await index.caught_up()  # several segments
        await index.caught_up()
        assert b"quokka" in files(tmp_path)
        await diary.erases(7, visitor="v7")
        await index.caught_up()
        kept = files(tmp_path).lower()
        assert b"quokka" not in kept
        assert b"zebra" in kept
        assert await found(index, "quokka") == []
    assert b"quokka" not in files(tmp_path).lower()


async def test_an_erasure_that_a_crash_cut_short_is_finished_at_the_next_start(
    diary: Diary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await diary.answered(1, "v1", "my quokka", "your quokka is safe")
    await diary.answered(2, "v2", "my zebra", "your zebra is safe")
    async with opened(tmp_path / "search.db", diary.store) as index:
        await index.caught_up()
        await diary.erases(1, visitor="v1")
        with monkeypatch.context() as patch:
            patch.setattr(tables, "clean", lambda db: True)  # the crash comes before it
            await index.caught_up()
    async with opened(tmp_path / "search.db", diary.store) as index:
        await index.caught_up()
    assert b"quokka" not in files(tmp_path)
    assert b"zebra" in files(tmp_path)


async def test_a_reader_in_the_way_of_an_erasure_is_waited_for(diary: Diary, tmp_path: Path) -> None:
    await diary.answered(1, "v1", "my quokka", "your quokka is safe")
    path = tmp_path / "search.db"
    async with opened(path, diary.store) as index:
        await index.caught_up()
        index._write_db.execute("PRAGMA busy_timeout = 1")  # type: ignore[union-attr]
        reader = tables.open_reader(path)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entry").fetchone()
        await diary.erases(1, visitor="v1")
        assert await index._step() is True, "there is something left to do"
        reader.close()
        await index.caught_up()
        assert b"quokka" not in files(tmp_path)


async def test_without_a_relay_an_erasure_brings_the_index_up_to_date(diary: Diary, tmp_path: Path) -> None:
    path = tmp_path / "search.db"
    follow_at_once(path, StoreSource(diary.store))
    assert not path.exists(), "there was none"
    await diary.answered(1, "v1", "my quokka", "your quokka is safe")
    async with opened(path, diary.store) as index:
        await index.caught_up()
    await diary.erases(1, visitor="v1")
    follow_at_once(path, StoreSource(diary.store))
    assert b"quokka" not in files(tmp_path)
    path.write_bytes(b"garbage quokka")
    follow_at_once(path, StoreSource(diary.store))
    assert not path.exists()


async def test_rights_are_asked_of_each_search(diary: Diary) -> None:
    await diary.answered(1, "v1", "вопрос один", "ответ один", by="olga")
    await diary.answered(2, "v2", "вопрос два", "ответ два", by="anna")
    await diary.opens(3, "v3")
    await diary.asks(3, "вопрос три")
    await diary.takes(3, "anna")
    for reach, chats in (
        (Reach("boss", everything=True), [3, 2, 1]),
        (Reach("olga"), [1]),
        (Reach("anna"), [2]),  # chat 3 is open: who may see it live is told by its visitor
        (Reach("anna", visitors=("v3",)), [3, 2]),
        (Reach("kim"), []),
    ):
        assert [hit.chat for hit in (await diary.find("вопрос", reach)).hits] == chats
        assert [chat for chat in (3, 2, 1) if await diary.index.had(chat, reach)] == chats
