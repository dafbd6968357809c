"""The keeper writes one file at a time, whatever is cancelled meanwhile: two writes at once would tear the file."""

import asyncio
import threading
from pathlib import Path

from opconsole.link.keeper import Keeper
from opconsole.link.outbox_file import OutboxFile
from opconsole.state.store import Store
from opconsole.wire.staff import Say
from tests.unit.link.fake_relay import until


class SlowDisk(OutboxFile):
    """Each write waits until it is let go."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.go = threading.Event()
        self.under_way = 0
        self.at_once = 0
        self.begun = 0

    def write_outbox(self, blob: bytes) -> None:
        self.begun += 1
        self.under_way += 1
        self.at_once = max(self.at_once, self.under_way)
        self.go.wait(60)
        super().write_outbox(blob)
        self.under_way -= 1


async def test_a_write_whose_waiter_is_cancelled_is_finished_before_the_next_begins(tmp_path: Path) -> None:
    store = Store()
    keeper = Keeper(store, tmp_path)
    await keeper.open("http://relay", "anna")
    disk = SlowDisk(tmp_path / "slow")
    keeper._file = disk
    store.send(Say(id="1", chat=5, text="one"), 0)
    waiter = asyncio.create_task(keeper.keep_outbox())
    await until(lambda: disk.begun == 1, "the first write")
    waiter.cancel()
    store.send(Say(id="2", chat=5, text="two"), 0)
    closing = asyncio.create_task(keeper.close())
    for _ in range(5):
        await asyncio.sleep(0)
    disk.go.set()
    await asyncio.gather(waiter, closing, return_exceptions=True)
    assert disk.at_once == 1
    assert disk.begun == 2
    kept = (disk.folder / "outbox.json").read_bytes()
    assert b'"one"' in kept
    assert b'"two"' in kept
