"""Files on the disk: what lies there after each step, and after a stop at any of them."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from opconsole.wire.files import File
from server_stub.files.store import Kept, Part, Store, StoreFull, drop_others, look_at_file

ID = "ab" * 16
OTHER = "cd" * 16


def kept(file: str = ID, size: int = 5, **more: Any) -> Kept:
    facts = {"sha256": "00", "by": "v:v1", "visitor": "v1", "at": 1000, **more}
    return Kept(file=File(id=file, name="a.txt", size=size, type="text/plain"), **facts)


@pytest.fixture
def free() -> list[int]:
    """Bytes that are free on the disk; to be changed by a test."""
    return [10**9]


@pytest.fixture
def store(tmp_path: Path, free: list[int]) -> Store:
    made = Store(tmp_path / "files", most_bytes=100, spare_bytes=1000, free=lambda path: free[0])
    assert made.start() == []
    return made


def arrive(store: Store, content: bytes = b"hello", file: str = ID, **more: Any) -> Kept:
    part = store.begin(len(content))
    try:
        part.write(content)
        what = kept(file, len(content), sha256=part.sync(), **more)
        store.keep(part, what)
    except BaseException:
        part.file.close()  # as a stop does it: nothing is cleaned up
        raise
    part.drop()
    return what


def again(store: Store) -> tuple[Store, list[Kept]]:
    """The store after a restart."""
    made = Store(store._root, most_bytes=100, spare_bytes=1000, free=lambda path: 10**9)
    return made, made.start()


def names(store: Store) -> set[str]:
    return {str(path.relative_to(store._root)) for path in store._root.rglob("*") if path.is_file()}


def test_what_came_is_there_for_its_owner_alone_and_known_after_a_restart(store: Store) -> None:
    what = arrive(store)
    assert names(store) == {f"ab/{ID}", f"ab/{ID}.new"}
    assert {oct(path.stat().st_mode & 0o777) for path in store._root.rglob("*")} == {"0o600", "0o700"}
    assert look_at_file(store._root, ID, what.sha256) == ""
    assert store.find(ID) is None, "no message carries it yet"
    later, new = again(store)
    assert new == [what]
    assert later.bytes == 5


def test_what_was_said_is_found_and_new_no_more(store: Store) -> None:
    what = arrive(store)
    said = Kept(**{**{name: getattr(what, name) for name in what.__struct_fields__}, "n": 4, "chat": 7})
    store.said(said)
    assert names(store) == {f"ab/{ID}", f"ab/{ID}.json"}
    assert store.find(ID) == said
    source = store.open(ID)
    assert source is not None
    with source:
        assert source.read() == b"hello"
    assert again(store)[1] == []


def test_what_is_dropped_leaves_nothing_whatever_it_was(store: Store) -> None:
    store.said(arrive(store))
    arrive(store, b"bye", OTHER)
    for file in (ID, OTHER, ID, "not an id", "../../x", "ef" * 16):
        store.drop(file)
    assert names(store) == set()
    assert store.bytes == 0
    assert (store.find(ID), store.open(ID)) == (None, None)
    store.said(kept())
    assert names(store) == set(), "what is gone is not written down again"


def test_an_id_is_no_path(store: Store, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    for file in ("../secret", "ab/../../secret", "", "tmp", "/etc/passwd", ID + "\n", ID.upper()):
        assert store.find(file) is None
        assert store.open(file) is None
        assert look_at_file(store._root, file, "") == "altered"


def test_what_was_on_its_way_is_thrown_away_at_the_next_start(store: Store) -> None:
    part = store.begin(5)
    part.write(b"he")
    part.file.close()
    (store._root / "ab").mkdir()
    (store._root / "ab" / f"{OTHER}.new").write_bytes(b"{}")
    (store._root / "ab" / f"{ID}.json~").write_bytes(b"{")
    later, new = again(store)
    assert (names(later), new, later.bytes) == (set(), [], 0)


def test_an_upload_that_breaks_off_leaves_nothing_and_its_room_is_free_again(store: Store) -> None:
    part = store.begin(90)
    with pytest.raises(StoreFull):
        store.begin(20)
    part.write(b"half")
    part.drop()
    part.drop()
    assert names(store) == set()
    store.begin(100).drop()


def test_no_more_than_the_desk_allows_is_kept(store: Store, free: list[int]) -> None:
    arrive(store, b"x" * 60)
    with pytest.raises(StoreFull):
        store.begin(41)
    store.begin(40).drop()
    free[0] = 1009
    with pytest.raises(StoreFull):
        store.begin(10)
    store.begin(9).drop()


@pytest.mark.parametrize("step", ["write", "fsync", "open", "rename"])
def test_a_full_disk_leaves_nothing_half_behind(store: Store, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(store, b"first", OTHER)
    before = names(store)

    def fails(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    part = store.begin(5)
    if step == "write":
        part.file.close()
        part.file = Full()  # type: ignore[assignment]
    elif step in ("fsync", "open"):
        monkeypatch.setattr(os, step, fails)
    else:
        monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(StoreFull):
        come(store, part)
    monkeypatch.undo()
    part.drop()
    assert names(store) == before
    assert store.bytes == 5


def come(store: Store, part: Part) -> None:
    part.write(b"hello")
    store.keep(part, kept(sha256=part.sync()))


class Full:
    """A file on a disk that has no room."""

    closed = False

    def write(self, view: memoryview) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def close(self) -> None:
        self.closed = True


def test_a_disk_that_fails_otherwise_is_an_error_and_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = store.begin(5)
    part.write(b"hello")
    monkeypatch.setattr(os, "fsync", lambda fd: _raise(OSError(errno.EIO, "Input/output error")))
    with pytest.raises(OSError, match="Input/output"):
        store.keep(part, kept())
    monkeypatch.undo()
    part.drop()
    assert names(store) == set()


def _raise(error: Exception) -> None:
    raise error


# ---------------------------------------------------------------- a stop at any step


class Stopped(BaseException):
    """The power went."""


def steps(monkeypatch: pytest.MonkeyPatch, stop_at: int) -> Callable[[], int]:
    """Stop before the `stop_at`-th call that changes the disk; how many there were."""
    count = [0]

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            count[0] += 1
            if count[0] == stop_at:
                raise Stopped
            return call(*args, **kwargs)

        return wrapper

    monkeypatch.setattr(os, "fsync", counted(os.fsync))
    monkeypatch.setattr(Path, "rename", counted(Path.rename))
    monkeypatch.setattr(Path, "unlink", counted(Path.unlink))
    return lambda: count[0]


def walked(store: Store, tell: Callable[[str], None]) -> None:
    """A file's whole life; `tell` hears what somebody was told."""
    what = arrive(store)
    tell("brought")
    store.said(what)
    tell("said")
    store.drop(ID)
    tell("dropped")


def stops() -> Iterator[int]:
    return iter(range(1, 40))


def test_a_stop_at_any_step_loses_nothing_that_was_told_and_leaves_nothing_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = 0
    for stop_at in stops():
        store = Store(tmp_path / str(stop_at), most_bytes=100, spare_bytes=0, free=lambda path: 10**9)
        store.start()
        told: list[str] = []
        with monkeypatch.context() as patched:
            steps(patched, stop_at)
            try:
                walked(store, told.append)
                ends += 1
            except Stopped:
                pass
        later, new = again(store)
        there = (later._root / "ab" / ID).exists()
        state = told[-1] if told else ""
        if state == "brought":
            assert there, "who was told that it is here finds it here"
            assert [each.file.id for each in new] == [ID] or later.find(ID) is not None
        if state == "dropped":
            assert names(later) == set()
        if there:
            assert new or later.find(ID) is not None, "nothing lies about that nobody knows of"
        elif state != "said":
            assert names(later) == set()
        if state == "said":
            later.drop(ID)  # the journal's list has it: it is tried again
            assert names(later) == set()
    assert ends > 0, "the walk has fewer steps than are tried"


def test_files_of_a_copy_that_no_message_carries_go_and_what_is_only_brought_stays(store: Store) -> None:
    store.said(arrive(store))
    arrive(store, b"new", OTHER)
    drop_others(store._root, {"ef" * 16})
    assert names(store) == {f"cd/{OTHER}", f"cd/{OTHER}.new"}
    drop_others(store._root / "nowhere", set())


def test_a_file_is_looked_at_by_its_hash(store: Store) -> None:
    what = arrive(store)
    path = store._root / "ab" / ID
    path.write_bytes(b"other")
    assert look_at_file(store._root, ID, what.sha256) == "altered"
    path.unlink()
    assert look_at_file(store._root, ID, what.sha256) == "missing"
    path.mkdir()
    assert look_at_file(store._root, ID, what.sha256).startswith("not to be read")


def test_a_part_is_hashed_as_it_comes(tmp_path: Path) -> None:
    part = Part(tmp_path / "part", lambda: None)
    for piece in (b"he", b"", b"llo"):
        part.write(piece)
    assert part.sync() == hashlib.sha256(b"hello").hexdigest()
    assert part.size == 5
    part.drop()
