"""What a durable append costs: `python -m tests.bench.bench_journal`.

Two tables. *Groups*: the journal with batches of several sizes (encoding included), beside the bare `sqlite3` with the same
rows made beforehand and given to `executemany`; in turns within one run. *Busy loop*: ways to write a batch in a thread while
the event loop never rests, which is why the journal writes as it does; once with the interpreter's own switch interval, and
once with `journal.worker`'s.

Measured (2 cores shared with other work, SQLite 3.40, fsync 0.2 ms), records a second, journal : bare, by records a commit:
1: 1,029 : 1,949 · 10: 8,584 : 14,751 · 100: 41,648 : 59,353 · 1000: 95,166 : 98,998. The two hand-overs between threads (0.3 ms)
are what the single commit pays for a loop that goes on meanwhile. (Before the chain; its salt, two hashes and 50 bytes a row cost
about 4 µs of CPU a record on a busy machine: 1.6 in the encoding, 0.7 in the writer, the rest in SQLite.)

Beside a loop that never rests, batches of 30, commits a second at 5 ms : 0.1 ms, and p50 ms at 0.1: `executemany`, which takes
the interpreter's lock for each row, 19 : 95, 8.0 · a statement for each length 16 : 276, 2.8 · `json_each` 16 : 240, 3.4 · padded
VALUES 17 : 303, 2.6. So the switch interval matters most (at 5 ms a thread waits 100 ms and more in every way), and then one
statement a batch. Without a busy loop a record of a batch of 300 costs, in CPU, 10.2 µs by `executemany`, 10.4 by padded VALUES, 12.1
by a statement for each length (most must be prepared first), 15.5 by `json_each`.
"""

import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from server_stub.desk.events import MessageSaid, Record
from server_stub.journal import schema
from server_stub.journal.chain import HASH_BYTES
from server_stub.journal.rows import _COLUMNS, _WRITTEN, chained, statement
from server_stub.journal.sqlite import SqliteJournal
from server_stub.journal.worker import SWITCH_INTERVAL_S, Worker

SIZES: Final = (1, 10, 100, 1000)
ROUNDS: Final = 5
CHATS: Final = 500
TEXT: Final = "a message of about one hundred and twenty bytes, which is what people write to one another in a support chat, it says."
SPIN_S: Final = 300e-6

Rows = list[tuple[Any, ...]]


def records(after: int, count: int) -> list[Record]:
    made = []
    for seq in range(after + 1, after + count + 1):
        chat, n = seq % CHATS + 1, seq // CHATS + 1
        event = MessageSaid(chat=chat, n=n, p=n, by="visitor", text=TEXT, cid=f"command-{seq:028d}")
        made.append(Record(seq, 1_700_000_000_000 + seq, f"v:visitor-{chat:08d}", event))
    return made


def rows_of(batch: list[Record]) -> Rows:
    """What the journal would write, row by row."""
    values = statement("main", batch, os.urandom)[1]
    chained(bytes(HASH_BYTES), values, len(batch))
    return [tuple(values[i : i + _COLUMNS]) for i in range(0, _COLUMNS * len(batch), _COLUMNS)]


@contextmanager
def database() -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        schema.open_database(path)
        connection = schema.connect(path, own_thread=False, statements=512)
        try:
            yield connection
        finally:
            connection.close()


# ---------------------------------------------------------------- groups


async def journal_commits(size: int, commits: int) -> list[float]:
    """Seconds of each commit, encoding included."""
    with tempfile.TemporaryDirectory() as folder:
        journal = await SqliteJournal.open(Path(folder) / "desk.db")
        took = []
        for _ in range(commits):
            batch = records(journal.head, size)
            began = time.perf_counter()
            await journal.append(batch, journal.head)
            took.append(time.perf_counter() - began)
        await journal.close()
        return took


def bare_commits(size: int, commits: int) -> list[float]:
    with database() as connection:
        took = []
        for number in range(commits):
            rows = rows_of(records(number * size, size))
            began = time.perf_counter()
            by_executemany(connection, rows)
            took.append(time.perf_counter() - began)
        return took


def groups() -> None:
    print("groups: records a second, and a commit's p50 / p99 in ms; medians of the rounds")
    print(f"{'records a commit':>18}{'journal':>24}{'bare executemany':>28}{'ratio':>10}")
    for size in SIZES:
        commits = max(20, min(300, 20_000 // size))
        cells: dict[str, list[tuple[float, float, float]]] = {"journal": [], "bare": []}
        for _ in range(ROUNDS):
            cells["journal"].append(figures(asyncio.run(journal_commits(size, commits)), size))
            cells["bare"].append(figures(bare_commits(size, commits), size))
        ours, bare = ([statistics.median(column) for column in zip(*cells[who], strict=True)] for who in cells)
        print(f"{size:>18}{shown(ours):>24}{shown(bare):>28}{ours[0] / bare[0]:>10.2f}")


def figures(took: list[float], size: int) -> tuple[float, float, float]:
    ordered = sorted(took)
    return len(took) * size / sum(took), ordered[len(took) // 2] * 1e3, ordered[int(len(took) * 0.99)] * 1e3


def shown(figures: list[float]) -> str:
    return f"{figures[0]:,.0f}  {figures[1]:.2f} / {figures[2]:.2f}"


# ---------------------------------------------------------------- ways to write, under a busy loop


def by_executemany(connection: sqlite3.Connection, rows: Rows) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO journal ({_WRITTEN}) VALUES ({', '.join('?' * _COLUMNS)})", rows)
    connection.execute("COMMIT")


def by_values(connection: sqlite3.Connection, rows: Rows) -> None:
    row = f"({', '.join('?' * _COLUMNS)})"
    connection.execute(
        f"INSERT INTO journal ({_WRITTEN}) VALUES {', '.join([row] * len(rows))}",
        [cell for row in rows for cell in row],
    )


def by_json_each(connection: sqlite3.Connection, rows: Rows) -> None:
    """Blobs go as hex digits, for JSON has none."""
    columns = [f"json_extract(value, '$[{i}]')" for i in range(_COLUMNS)]
    columns[-2:] = [f"unhex_({column})" for column in columns[-2:]]
    texts = [[cell.hex() if isinstance(cell, bytes) else cell for cell in row] for row in rows]
    connection.create_function("unhex_", 1, bytes.fromhex, deterministic=True)
    connection.execute(
        f"INSERT INTO journal ({_WRITTEN}) SELECT {', '.join(columns)} FROM json_each(?)", (json.dumps(texts),)
    )


def by_padded_values(connection: sqlite3.Connection, rows: Rows) -> None:
    from server_stub.journal.rows import _LADDER, _NO_ROW, _insert

    size = next(size for size in _LADDER if size >= len(rows))
    values = [cell for row in rows for cell in row] + list(_NO_ROW) * (size - len(rows))
    assert len(values) == size * _COLUMNS
    connection.execute(_insert(size), values)


WAYS: Final[dict[str, Callable[[sqlite3.Connection, Rows], None]]] = {
    "executemany": by_executemany,
    "VALUES for each length": by_values,
    "json_each": by_json_each,
    "padded VALUES (ours)": by_padded_values,
}


async def spinning(stop: threading.Event) -> None:
    """A loop that is never idle, and goes through its selector every `SPIN_S`."""
    while not stop.is_set():
        until = time.perf_counter() + SPIN_S
        while time.perf_counter() < until:
            json.dumps(TEXT)
        await asyncio.sleep(0)


async def busy_commits(way: Callable[[sqlite3.Connection, Rows], None], size: int, interval_s: float) -> list[float]:
    """Seconds of each commit that a thread managed in a second, beside a spinning loop."""
    with database() as connection:
        worker = Worker("bench")
        before = sys.getswitchinterval()
        sys.setswitchinterval(interval_s)
        stop = threading.Event()
        spinner = asyncio.create_task(spinning(stop))
        took: list[float] = []
        head, until = 0, time.perf_counter() + 1.0
        while time.perf_counter() < until or not took:
            rows = rows_of(records(head, size - len(took) % 7))
            head += len(rows)
            began = time.perf_counter()
            await worker.submit(way, connection, rows)
            took.append(time.perf_counter() - began)
        stop.set()
        await spinner
        sys.setswitchinterval(before)
        await worker.stop()
        return took


def ways(size: int) -> None:
    intervals = (0.005, SWITCH_INTERVAL_S)
    print(f"busy loop: commits a second of {size} records, and a commit's p50 / p99 in ms, by switch interval; medians")
    print(f"{'':<26}" + "".join(f"{interval * 1e3:>22.1f} ms" for interval in intervals))
    found: dict[tuple[str, float], list[tuple[float, float, float]]] = {}
    for _ in range(3):
        for name, way in WAYS.items():
            for interval in intervals:
                took = asyncio.run(busy_commits(way, size, interval))
                found.setdefault((name, interval), []).append(figures(took, 1))
    for name in WAYS:
        medians = ([statistics.median(each) for each in zip(*found[name, i], strict=True)] for i in intervals)
        print(f"{name:<26}" + "".join(f"{shown(each):>25}" for each in medians))


def main() -> None:
    groups()
    ways(30)


if __name__ == "__main__":
    main()
