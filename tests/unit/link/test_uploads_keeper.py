"""The list of uploads on disk: kept beside the outbox, which knows better."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from opconsole.link.keeper import Keeper
from opconsole.link.outbox_file import OutboxFile
from opconsole.link.uploads_keeper import UploadsKeeper
from opconsole.locale import set_language
from opconsole.state.store import Store
from opconsole.state.uploads import Attachment
from opconsole.wire.files import File
from opconsole.wire.staff import Say


def attachment(id: str) -> Attachment:
    return Attachment(id, 5, f"/tmp/{id}.png", f"{id}.png", 10)


async def kept() -> bool:
    return True


async def test_it_is_written_when_it_changes_and_gone_when_it_is_empty(tmp_path: Path) -> None:
    store, file = Store(), OutboxFile(tmp_path)
    keeper = UploadsKeeper(store, kept)
    assert keeper.open(file, None) == []
    store.uploads.add(attachment("u1"))
    keeper.changed()
    await keeper.close()
    assert file.read().uploads is not None
    again = UploadsKeeper(store, kept)
    again.open(file, None)
    store.uploads.drop("u1")
    await again.close()
    assert file.read().uploads is None
    file.close()


def test_what_the_outbox_has_was_brought() -> None:
    set_language("en")
    left, store = Store(), Store()
    for each in ("u1", "u2"):
        left.uploads.add(attachment(each))
    store.send(Say(id="u1", chat=5, text="", file="f1"), 0, file=File(id="f1"))
    (told,) = UploadsKeeper(store, kept).join(left.uploads.dump())
    assert told.startswith("1 file was not sent")
    assert [each.id for each in store.uploads] == ["u2"]


async def one_brought(folder: Path, on_note: Callable[[str], None] = lambda text: None) -> tuple[Keeper, OutboxFile]:
    """A console's keeper just after a file was brought and named in a message: its list on the disk has it still."""
    store = Store()
    keeper = Keeper(store, folder, on_note)
    await keeper.open("http://127.0.0.1:8600", "anna")
    file = keeper._file
    assert file is not None
    store.uploads.add(attachment("u1"))
    await keeper.uploads._write()
    store.uploads.brought("u1")
    store.send(Say(id="u1", chat=5, text="", file="f1"), 0, file=File(id="f1"))
    return keeper, file


async def test_a_file_that_was_brought_is_in_the_outbox_before_it_leaves_the_list(tmp_path: Path) -> None:
    """The console may be killed between the two writes."""
    keeper, file = await one_brought(tmp_path)
    written: list[str] = []
    for name in ("write_outbox", "write_uploads"):
        patch.object(file, name, lambda blob, name=name: written.append(name)).start()
    await keeper.uploads._write()
    assert written == ["write_outbox", "write_uploads"]
    patch.stopall()
    await keeper.close()


async def test_a_list_is_left_as_it_is_while_the_outbox_can_t_be_written(tmp_path: Path) -> None:
    told: list[str] = []
    keeper, file = await one_brought(tmp_path, told.append)
    with patch.object(file, "write_outbox", side_effect=OSError(28, "No space left on device")):
        await keeper.uploads._write()
    assert file.read().uploads is not None
    assert len(told) == 1
    await keeper.close()
    again = OutboxFile(file.folder.parent)
    assert (again.read().uploads, b"f1" in (again.read().outbox or b"")) == (None, True)
    again.close()


def test_a_list_that_is_damaged_is_moved_aside(tmp_path: Path) -> None:
    file = OutboxFile(tmp_path)
    (file.folder / "uploads.json").write_bytes(b"{")
    kept = file.read()
    assert kept.uploads is None
    assert any("uploads.json" in note for note in kept.notes)
    assert (file.folder / "uploads.json.damaged-1").exists()
    file.close()


def test_a_dead_consoles_list_is_found(tmp_path: Path) -> None:
    first, second = OutboxFile(tmp_path), OutboxFile(tmp_path)
    first.write_uploads(Store().uploads.dump())
    first.close()
    (orphan,) = second.orphans()
    assert orphan.read().uploads is not None
    orphan.discard()
    assert not (orphan.folder / "uploads.json").exists()
    orphan.close()
    second.close()
