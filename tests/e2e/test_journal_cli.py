"""`opconsole journal` and `opconsole backup` beside a real relay at work: what they say, and what the copy is worth."""

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from opconsole.wire import staff, visitor
from server_stub.journal.chain import parse_mark
from tests.e2e.pty_terminal import PtyTerminal
from tests.e2e.relay_process import ROOT, RelayProcess, relay_process
from tests.programs import run


def opconsole(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """As the program that `opconsole` becomes for these subcommands."""
    return run([sys.executable, "-m", "server_stub", *map(str, arguments)], cwd=ROOT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


class Talk:
    """Visitors who go on writing until they are stopped; `acknowledged` is what they were told is stored."""

    def __init__(self, relay: RelayProcess) -> None:
        self._relay = relay
        self._stop = False
        self.acknowledged: list[str] = []
        self.tokens: dict[str, str] = {}
        self.enough = asyncio.Event()

    async def visitor(self, name: str) -> None:
        page = await self._relay.visitor()
        self.tokens[name] = page.all(visitor.VisitorWelcome)[0].token
        number = 0
        while not self._stop:
            number += 1
            text = f"{name} says {number}"
            await page.send(visitor.VisitorSay(id=f"{name}-{number}", text=text))
            await page.until(staff.Done)
            self.acknowledged.append(text)
            if number >= 20:
                self.enough.set()

    def stop(self) -> None:
        self._stop = True


def stored(folder: Path) -> list[str]:
    """The texts in a folder's journal, in order."""
    connection = sqlite3.connect(folder / "desk.db")
    rows = connection.execute("SELECT body ->> '$.text' FROM journal WHERE kind = 'message_said' ORDER BY seq")
    found = [text for (text,) in rows]
    connection.close()
    return found


async def test_a_backup_of_a_relay_at_work_has_all_that_was_acknowledged_and_a_relay_starts_on_it(
    folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "backups" / "today"
    with relay_process(folder, "name = 'Shop'\n[rates]\nvisitor_frames_per_s = 10000\n") as relay:
        relay.add("anna")
        relay.start()
        talk = Talk(relay)
        talking = [asyncio.create_task(talk.visitor(name)) for name in ("one", "two", "three")]
        await talk.enough.wait()
        before = list(talk.acknowledged)
        done = await asyncio.to_thread(opconsole, "backup", copy, "--data", folder)
        after = len(talk.acknowledged)
        talk.stop()
        await asyncio.gather(*talking)
        assert done.returncode == 0, done.stderr
        assert after > len(before), "they went on writing meanwhile"
        assert f"{copy} holds the journal up to record " in done.stdout
        assert "desk.toml, visitor.key" in done.stdout
        assert "personal data and the relay's secrets" in done.stdout
        await relay.close_peers()
        relay.stop()

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (copy, *copy.iterdir())}
    private = ("desk.db", "desk.toml", "visitor.key", "customer.key")
    assert modes == {"today": 0o700, "files": 0o700, **dict.fromkeys(private, 0o600)}
    head = done.stdout.partition("Head: ")[2].split()[0]
    assert opconsole("journal", "head", "--data", copy).stdout == head + "\n"
    checked = opconsole("journal", "verify", "--data", copy, "--expect", head)
    assert checked.returncode == 0, checked.stderr
    kept_on = opconsole("journal", "verify", "--data", folder, "--expect", head)
    assert kept_on.returncode == 0, "the original went on from where the copy was taken"

    copied = stored(copy)
    assert set(before) <= set(copied)
    assert copied == stored(folder)[: len(copied)]
    with relay_process(copy, "name = 'Shop'") as restored:
        restored.start()
        for name, token in talk.tokens.items():
            page = await restored.visitor(token)
            last = page.all(visitor.VisitorSync)[0].messages[-1].text
            assert last == [text for text in copied if text.startswith(f"{name} ")][-1]
        await restored.operator(restored.log_in("anna"))
        await restored.close_peers()


async def test_a_journal_is_checked_while_the_relay_writes_and_after_it_was_killed(folder: Path) -> None:
    with relay_process(folder) as relay:
        relay.start()
        talk = Talk(relay)
        talking = asyncio.create_task(talk.visitor("one"))
        await talk.enough.wait()
        checked = await asyncio.to_thread(opconsole, "journal", "verify", "--data", folder)
        assert (checked.returncode, checked.stderr) == (0, "")
        assert checked.stdout.startswith("The journal holds: ")
        mark = parse_mark(checked.stdout.partition("Head: ")[2].strip())
        assert mark is not None
        relay.signal(signal.SIGKILL)
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        relay.wait()
        again = opconsole("journal", "verify", "--data", folder, "--expect", str(mark))
        assert (again.returncode, again.stderr) == (0, "")


def test_a_tampered_journal_is_named_with_exit_code_1(folder: Path) -> None:
    with relay_process(folder) as relay:
        relay.start()
        relay.stop()
    connection = sqlite3.connect(folder / "desk.db")
    connection.executescript(
        "INSERT INTO meta VALUES ('erasing', ''); UPDATE journal SET at = at - 1 WHERE seq = 3; DELETE FROM meta"
    )
    connection.close()
    checked = opconsole("journal", "verify", "--data", folder)
    assert (checked.returncode, checked.stdout) == (1, "")
    assert checked.stderr == (
        "opconsole journal: it does not hold: record 3 is not what was written: its hash doesn't fit\n"
    )
    copied = opconsole("backup", folder.with_name("copy"), "--data", folder)
    assert copied.returncode == 1
    assert "thrown away: record 3 is not what" in copied.stderr
    assert not folder.with_name("copy").exists()


def test_a_bar_is_drawn_on_a_terminal_only(folder: Path) -> None:
    with relay_process(folder) as relay:
        relay.start()
        relay.stop()
    command = [sys.executable, "-m", "opconsole", "journal", "verify", "--data", str(folder)]
    plain = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    assert plain.stderr == ""
    with PtyTerminal(command, columns=120, lines=20, env=os.environ, cwd=ROOT) as terminal:
        terminal.wait_for("The journal holds")
        assert terminal.wait_end() == 0
        assert b"checking the journal" in terminal.raw


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("journal", "verify", "--data", "{tmp}/nowhere"), "there is no data folder"),
        (("journal", "head", "--data", "{tmp}/data"), "there is no journal"),
        (("journal", "verify", "--expect", "12"), "is not SEQ:HASH"),
        (("backup", "{tmp}/full", "--data", "{tmp}/data"), "is not empty, and a backup overwrites nothing"),
        (("backup", "{tmp}/data/inside", "--data", "{tmp}/data"), "in the relay's data folder itself"),
        (("backup", "{tmp}/new", "--data", "{tmp}/data"), "there is no journal"),
        (("backup",), "required: DIR"),
    ],
)
def test_what_can_not_be_done_is_said_in_a_sentence(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    data, full = tmp_path / "data", tmp_path / "full"
    for path in (data, full):
        path.mkdir()
    (full / "something").touch()
    done = opconsole(*(each.format(tmp=tmp_path) for each in arguments))
    assert done.returncode in (1, 2)
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["data", "full", "something"], "nothing was made"
