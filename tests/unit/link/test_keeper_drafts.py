"""Drafts survive: the program killed between two keys, a full disk, a console that dies at another place, and held words."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from opconsole.link.keeper import Keeper
from opconsole.link.outbox_file import OutboxFile, folder_of
from opconsole.state.model import Draft
from opconsole.state.store import Store
from opconsole.wire.staff import Say
from tests.unit.link.fake_relay import until

WHERE = ("http://relay", "anna")


async def opened(folder: Path, notes: list[str] | None = None) -> tuple[Store, Keeper, list[str]]:
    store = Store()
    keeper = Keeper(store, folder, (notes if notes is not None else []).append)
    return store, keeper, await keeper.open(*WHERE)


def write(store: Store, keeper: Keeper, chat: int, text: str) -> None:
    store.drafts.put(chat, Draft(text))
    keeper.drafts_changed(chat)


def text_of(store: Store, chat: int) -> str:
    draft = store.drafts.get(chat)
    return draft.text if draft is not None else ""


KILLED = """
import asyncio, os, sys
from pathlib import Path
from opconsole.link import keeper as module
from opconsole.link.keeper import Keeper
from opconsole.state.model import Draft
from opconsole.state.store import Store
from opconsole.wire.staff import Say

module.DRAFTS_SECONDS = 3600  # what is written at each key must do

async def main():
    store = Store()
    keeper = Keeper(store, Path(sys.argv[1]))
    await keeper.open("http://relay", "anna")
    store.drafts.put(1, Draft("gone before"))
    keeper.drafts_changed(1)
    store.drafts.put(1, Draft(""))
    store.send(Say(id="a", chat=7, text="still held"), 0, 5_000)
    store.send(Say(id="b", chat=8, text="on its way"), 0)
    await keeper.keep_outbox()
    for length in range(1, 6):
        text = "hello"[:length]
        store.drafts.put(5, Draft(text))
        keeper.drafts_changed(1, 5)
        while f'"{text}"' not in "".join(file.read_text() for file in Path(sys.argv[1]).rglob("drafts-now.json")):
            await asyncio.sleep(0.005)
    print("typed", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_console_killed_between_two_keys_has_lost_nothing_and_sent_nothing_held(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"typed\n"
        process.send_signal(signal.SIGKILL)
    store, keeper, notes = await opened(tmp_path)
    assert text_of(store, 5) == "hello"
    assert text_of(store, 1) == ""
    assert text_of(store, 7) == "still held"
    assert [command.id for command in store.outbox.unsent()] == ["b"]
    assert any("was not sent" in note for note in notes)
    await keeper.close()
    again, keeper, notes = await opened(tmp_path)
    assert (text_of(again, 7), notes) == ("still held", [])
    await keeper.close()


async def test_a_full_disk_is_told_once_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr("opconsole.link.keeper.DRAFTS_SECONDS", 0.01)
    monkeypatch.setattr("opconsole.link.keeper.AGAIN_SECONDS", 0.02)
    store, keeper, _ = await opened(tmp_path, told)
    tries = 0

    def full(self: OutboxFile, blob: bytes) -> None:
        nonlocal tries
        tries += 1
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(OutboxFile, "write_drafts", full)
        patch.setattr(OutboxFile, "write_now", full)
        write(store, keeper, 5, "words")
        await until(lambda: tries > 4, "it was tried again")
    kept = folder_of(tmp_path, *WHERE) / "1" / "drafts.json"
    await until(lambda: kept.is_file() and b"words" in kept.read_bytes(), "the draft is on the disk")
    assert len(told) == 1
    assert "No space left" in told[0]
    await keeper.close()


async def test_what_a_dead_console_left_at_another_place_is_taken_up(tmp_path: Path) -> None:
    first, first_keeper, _ = await opened(tmp_path)
    second, second_keeper, _ = await opened(tmp_path)
    write(first, first_keeper, 5, "of the first")
    write(second, second_keeper, 5, "of the second")
    write(second, second_keeper, 6, "only there")
    second.send(Say(id="x", chat=9, text="unsent"), 0)
    await second_keeper.keep_outbox()
    live, live_keeper, notes = await opened(tmp_path)
    assert (text_of(live, 6), notes) == ("", []), "consoles that live keep their words"
    for keeper in (live_keeper, second_keeper, first_keeper):
        await keeper.close()
    alone, keeper, notes = await opened(tmp_path)
    assert text_of(alone, 5) == "of the first\nof the second"
    assert text_of(alone, 6) == "only there"
    assert [command.id for command in alone.outbox.unsent()] == ["x"]
    assert len(notes) == 2
    await keeper.close()
    once_more, keeper, notes = await opened(tmp_path)
    assert text_of(once_more, 5) == "of the first\nof the second"
    assert notes == []
    await keeper.close()


async def test_words_that_could_not_be_taken_over_to_the_disk_stay_where_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, first_keeper, _ = await opened(tmp_path)
    second, second_keeper, _ = await opened(tmp_path)
    write(second, second_keeper, 6, "precious")
    for keeper in (second_keeper, first_keeper):
        await keeper.close()

    def full(self: OutboxFile, blob: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(OutboxFile, "write_drafts", full)
        store, keeper, _ = await opened(tmp_path)
        assert text_of(store, 6) == "precious"
        keeper._stop_waiting()
    assert b"precious" in (folder_of(tmp_path, *WHERE) / "2" / "drafts.json").read_bytes()
    await keeper.close()


async def test_a_torn_file_of_the_last_second_costs_only_that_second(tmp_path: Path) -> None:
    store, keeper, _ = await opened(tmp_path)
    write(store, keeper, 5, "kept")
    await keeper.close()
    (folder_of(tmp_path, *WHERE) / "1" / "drafts-now.json").write_bytes(b"\x00" * 50)
    again, keeper, notes = await opened(tmp_path)
    assert (text_of(again, 5), notes) == ("kept", [])
    await keeper.close()


async def test_what_is_newer_for_good_never_gives_way_to_what_is_older(tmp_path: Path) -> None:
    """Whatever the order in which the two files come to be written, reading gives the last key."""
    store, keeper, _ = await opened(tmp_path)
    for number in range(30):
        write(store, keeper, 5, f"text {number}")
        if number % 3 == 0:
            await keeper._keep_drafts()
        if number % 4 == 0:
            await asyncio.sleep(0.012)
        file = keeper._file
        assert file is not None
        durable = file.read()
        if durable.now is not None and durable.drafts is not None and number % 3 == 0:
            fresh = Store()
            fresh.drafts.load(durable.drafts)
            fresh.drafts.load_over(durable.now)
            assert text_of(fresh, 5) == f"text {number}"
    await keeper.close()
