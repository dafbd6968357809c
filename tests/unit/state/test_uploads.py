"""The list of files on their way: one at a time, begun again, kept over the console's end."""

import msgspec
import pytest

from opconsole.state import selectors
from opconsole.state.outbox import Failure
from opconsole.state.selectors import OutgoingState
from opconsole.state.store import Store
from opconsole.state.uploads import MOST, TRIES, Attachment, Stage, Uploads, UploadsDamaged
from opconsole.wire.files import File
from opconsole.wire.staff import Done, Say


def attachment(id: str = "u1", chat: int = 5, **more: object) -> Attachment:
    return Attachment(id=id, chat=chat, path=f"/tmp/{id}.png", name=f"{id}.png", size=1000, **more)  # type: ignore[arg-type]


def test_one_is_brought_at_a_time_in_their_order() -> None:
    uploads = Uploads()
    uploads.add(attachment("u1"))
    uploads.add(attachment("u2"))
    first = uploads.next()
    assert first is not None
    assert (first.id, first.stage) == ("u1", Stage.bringing)
    assert uploads.next() is None
    uploads.brought("u1")
    second = uploads.next()
    assert second is not None
    assert second.id == "u2"


def test_progress_is_news_by_the_percent_and_only_of_what_is_brought() -> None:
    uploads = Uploads()
    uploads.add(attachment())
    assert not uploads.went("u1", 500)
    uploads.next()
    assert uploads.went("u1", 500)
    assert not uploads.went("u1", 504)
    assert uploads.went("u1", 510)


def test_a_lost_link_is_no_fault_of_the_file_and_begins_it_anew() -> None:
    uploads = Uploads()
    uploads.add(attachment())
    for _ in range(3 * TRIES):
        uploads.next()
        assert uploads.interrupted("u1", counts=False)
    assert uploads.next() is not None


def test_with_a_link_it_is_tried_some_times_and_then_is_the_operators() -> None:
    uploads = Uploads()
    uploads.add(attachment())
    for _ in range(TRIES - 1):
        uploads.next()
        assert uploads.interrupted("u1", counts=True)
    uploads.next()
    assert not uploads.interrupted("u1", counts=True)
    found = uploads.get("u1")
    assert found is not None
    assert (found.stage, found.failure and found.failure.code) == (Stage.failed, "upload_broken")
    assert uploads.retry("u1")
    assert not uploads.retry("u1")
    assert uploads.next() is not None


def test_what_was_cancelled_is_not_brought() -> None:
    uploads = Uploads()
    uploads.add(attachment())
    uploads.next()
    assert uploads.drop("u1") is not None
    assert uploads.brought("u1") is None
    assert not uploads.went("u1", 999)
    assert not uploads.interrupted("u1", counts=True)


def test_there_are_only_so_many() -> None:
    uploads = Uploads()
    assert all(uploads.add(attachment(f"u{number}")) for number in range(MOST))
    assert not uploads.add(attachment("one more"))


def test_what_another_console_left_waits_for_the_operator() -> None:
    uploads = Uploads()
    uploads.add(attachment("u1", caption="look\x1b[31m"))
    uploads.add(attachment("u2"))
    uploads.next()
    uploads.fail("u2", Failure("file_type", "no"))
    again = Uploads()
    again.add(attachment("u3"))
    assert again.load(uploads.dump()) == 2
    stages = {each.id: (each.stage, each.failure.code if each.failure is not None else "") for each in again}
    assert stages == {
        "u1": (Stage.failed, "upload_ended"),
        "u2": (Stage.failed, "file_type"),
        "u3": (Stage.waiting, ""),
    }
    assert "\x1b" not in next(iter(again)).caption


@pytest.mark.parametrize("blob", [b"", b"{", b'{"v":2,"items":[]}', b'{"v":1,"items":[{"id":1}]}'])
def test_damaged_bytes_change_nothing(blob: bytes) -> None:
    uploads = Uploads()
    with pytest.raises(UploadsDamaged):
        uploads.load(blob)
    assert len(uploads) == 0


# ---------------------------------------------------------------- in the picture


def test_a_file_on_its_way_stands_among_my_words() -> None:
    store = Store()
    store.uploads.add(attachment(caption="look", at=7))
    (waiting,) = selectors.outgoing(store, 5)
    assert (waiting.cid, waiting.text, waiting.state, waiting.at) == ("u1", "look", OutgoingState.waiting, 7)
    assert waiting.file is not None
    assert (waiting.file.name, waiting.file.size) == ("u1.png", 1000)
    store.uploads.next()
    store.uploads.went("u1", 420)
    (brought,) = selectors.outgoing(store, 5)
    assert (brought.state, brought.percent, brought.sent) == (OutgoingState.bringing, 42, 420)
    assert selectors.outgoing(store, 6) == []


def test_its_message_keeps_the_file_until_its_entry_comes() -> None:
    store = Store()
    store.show(5)
    file = File(id="f1", name="a.png", size=3, type="image/png")
    store.send(Say(id="c1", chat=5, text="", file="f1"), 0, file=file)
    (item,) = selectors.outgoing(store, 5)
    assert item.file == file
    store.apply([Done(id="c1", chat=5, n=1, p=1, at=9)], 1)
    (stored,) = selectors.outgoing(store, 5)
    assert (stored.state, stored.file) == (OutgoingState.stored, file)


def test_the_outbox_on_disk_knows_what_its_words_carry() -> None:
    store, again = Store(), Store()
    file = File(id="f1", name="a.png", size=3, type="image/png")
    store.send(Say(id="c1", chat=5, text="", file="f1"), 0, file=file)
    again.outbox.load(store.outbox.dump())
    item = again.outbox.get("c1")
    assert item is not None
    assert item.file == file


def test_another_persons_files_are_not_mine() -> None:
    store = Store()
    store.belong_to("olga")
    store.uploads.add(attachment())
    store.belong_to("anna")
    assert len(store.uploads) == 0
    assert msgspec.json.decode(store.uploads.dump())["items"] == []
