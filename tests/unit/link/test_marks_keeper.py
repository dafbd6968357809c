"""My marks are on the disk soon after they change, and there again at the next start."""

from pathlib import Path

import pytest

from opconsole.link import marks_keeper
from opconsole.link.keeper import Keeper
from opconsole.link.outbox_file import OutboxFile
from opconsole.state.store import Store
from tests.unit.link.fake_relay import until


async def test_my_marks_are_there_at_the_next_start(tmp_path: Path) -> None:
    store = Store()
    keeper = Keeper(store, tmp_path)
    await keeper.open("http://relay", "anna")
    store.flag([7], True, 5)
    store.marks.again[8] = 3
    keeper.marks.changed()
    await keeper.close()
    again = Store()
    keeper = Keeper(again, tmp_path)
    assert await keeper.open("http://relay", "anna") == []
    assert (again.marks.flagged, again.marks.again) == ({7: 5}, {8: 3})
    await keeper.close()


async def test_a_crash_loses_no_mark_that_is_older_than_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks_keeper, "MARKS_SECONDS", 0.0)
    file, store = OutboxFile(tmp_path), Store()
    keeper = marks_keeper.MarksKeeper(store)
    keeper.open(file, None)
    store.flag([7], True, 5)
    keeper.changed()
    await until(lambda: file.read().marks == store.marks.dump(), "the marks are written")
    file.close()


async def test_what_the_disk_did_not_take_is_written_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, store = OutboxFile(tmp_path), Store()
    keeper = marks_keeper.MarksKeeper(store)
    keeper.open(file, None)
    store.flag([7], True, 5)
    keeper.changed()

    def full(blob: bytes) -> None:
        raise OSError(28, "no space left")

    with monkeypatch.context() as broken:
        broken.setattr(file, "write_marks", full)
        await keeper._write()
    assert file.read().marks is None
    await keeper.close()
    assert file.read().marks == store.marks.dump()
    file.close()


async def test_marks_of_a_console_that_is_gone_are_adopted_and_do_not_come_again(tmp_path: Path) -> None:
    first, second = Store(), Store()
    one, two = Keeper(first, tmp_path), Keeper(second, tmp_path)
    await one.open("http://relay", "anna")
    await two.open("http://relay", "anna")
    second.flag([7], True, 5)
    second.marks.again[8] = 3
    two.marks.changed()
    first.flag([9], True, 4)
    one.marks.changed()
    await two.close()
    await one.close()
    again = Store()
    keeper = Keeper(again, tmp_path)
    assert await keeper.open("http://relay", "anna") == []
    assert (list(again.marks.flagged), again.marks.again) == ([9, 7], {8: 3})
    again.flag([7], False, 6)
    keeper.marks.changed()
    await keeper.close()
    last = Store()
    keeper = Keeper(last, tmp_path)
    await keeper.open("http://relay", "anna")
    assert list(last.marks.flagged) == [9]
    await keeper.close()


async def test_marks_of_a_console_that_lives_are_left_to_it(tmp_path: Path) -> None:
    first, second = Store(), Store()
    one, two = Keeper(first, tmp_path), Keeper(second, tmp_path)
    await one.open("http://relay", "anna")
    first.flag([7], True, 5)
    one.marks.changed()
    await one.marks._write()
    await two.open("http://relay", "anna")
    assert second.marks.flagged == {}
    await two.close()
    await one.close()
