"""The promise itself: what was acknowledged is there after the process was killed in the middle of its work."""

import subprocess
import sys
from pathlib import Path

import pytest

from server_stub.journal.sqlite import SqliteJournal

ROOT = Path(__file__).resolve().parents[3]

WRITER = """
import asyncio, sys
from pathlib import Path
from server_stub.journal.sqlite import SqliteJournal
from tests.contract.records import conversation

async def main() -> None:
    journal = await SqliteJournal.open(Path(sys.argv[1]))
    size = 1
    while True:
        head = journal.head
        print("begun", head, head + size, flush=True)
        await journal.append(conversation(head, head + 1, size), head)
        print("acknowledged", head, head + size, flush=True)
        size = size % 1500 * 2 + 1

asyncio.run(main())
"""


def killed_after(path: Path, lines: int) -> list[list[str]]:
    """Let a writer write so many lines, kill it, and give all that it said."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert writer.stdout is not None
    said = [writer.stdout.readline().split() for _ in range(lines)]
    writer.kill()
    rest, _ = writer.communicate()
    return said + [line.split() for line in rest.splitlines() if line.count(" ") == 2]


@pytest.mark.parametrize("lines", [2, 31, pytest.param(60, marks=pytest.mark.slow)])
async def test_no_acknowledged_record_is_lost_by_a_kill_and_no_batch_is_torn(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "desk.db"
    for _ in range(2):  # the second time on what the first has left
        said = killed_after(path, lines)
        journal = await SqliteJournal.open(path)
        acknowledged = max(int(last) for word, _, last in said if word == "acknowledged")
        assert journal.head >= acknowledged
        assert journal.head in {int(last) for _, _, last in said}, "the last batch is whole, or absent"
        numbers = [record.seq async for batch in journal.read() for record in batch]
        assert numbers == list(range(1, journal.head + 1))
        for word, first, last in said:
            if word == "acknowledged":
                entries = await journal.transcript(int(first) + 1, limit=5000)
                assert [entry.n for entry in entries] == list(range(1, int(last) - int(first) + 1))
        await journal.close()
