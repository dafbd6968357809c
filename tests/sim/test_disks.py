"""A crash loses what was not committed and nothing else, on both disks, wherever SQLite's log is torn."""

from collections.abc import Callable, Iterator
from random import Random

import pytest

from server_stub.desk.events import DayBegan, Record
from server_stub.journal.api import Journal
from tests.sim.disks import Disk, MemoryDisk, Shelf, SqliteDisk
from tests.sim.loop import Process, SimLoop
from tests.sim.running import shelf_folder


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    with shelf_folder() as folder:
        yield Shelf(folder)


def _record(seq: int) -> Record:
    return Record(seq, seq, "desk", DayBegan(ends=seq))


class Life:
    """One life of the program that writes."""

    def __init__(self, loop: SimLoop, disk: Disk) -> None:
        self.loop = loop
        self.process = Process(loop, "relay")
        self.disk = disk
        self.journal: Journal = self.do(disk.open)  # type: ignore[assignment]

    def do(self, work: Callable[[], object]) -> object:
        task = self.process.spawn(work(), "work")  # type: ignore[arg-type, var-annotated]
        self.loop.run_for(100)
        return task.result()

    def crash(self) -> None:
        self.process.kill()
        self.disk.crash()

    def numbers(self) -> list[int]:
        async def read() -> list[int]:
            return [record.seq async for batch in self.journal.read() for record in batch]

        return self.do(read)  # type: ignore[return-value]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["memory", "SQLite"])
def test_a_crash_within_an_append_leaves_all_before_it_and_nothing_of_it(shelf: Shelf, kind: str, seed: int) -> None:
    loop = SimLoop.make()
    disk: Disk = MemoryDisk() if kind == "memory" else SqliteDisk(shelf, Random(seed))
    life = Life(loop, disk)
    for seq in range(1, 4):
        life.do(lambda seq=seq: life.journal.append([_record(seq)], seq - 1))  # type: ignore[misc]
    disk.tear_next_append(life.crash)
    task = life.process.spawn(life.journal.append([_record(4), _record(5)], 3), "append")
    loop.run_for(100)
    assert task.cancelled()
    after = Life(loop, disk)
    assert after.journal.head == 3
    assert after.numbers() == [1, 2, 3]
    after.do(lambda: after.journal.append([_record(4)], 3))
    after.crash()
    assert Life(loop, disk).numbers() == [1, 2, 3, 4]
    disk.crash()
