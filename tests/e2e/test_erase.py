"""`opconsole export` and `opconsole erase` as programs, beside a running relay and without one; and the desk's own rule."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from opconsole.wire.staff import Close, Fetch, Gone, PageOf, Say, Take, Watch
from opconsole.wire.visitor import VisitorSay, VisitorSync
from server_stub.journal.contacts import Contacts
from tests.e2e.relay_process import ROOT, Peer, RelayProcess, relay_process
from tests.programs import run

pytestmark = pytest.mark.slow


def program(relay: RelayProcess, command: str, *args: str) -> "subprocess.CompletedProcess[str]":
    return run([sys.executable, "-m", "server_stub", command, *args, "--data", str(relay.folder)], cwd=ROOT)


async def one_chat(relay: RelayProcess) -> tuple[Peer, Peer, str]:
    """A chat with words that stand nowhere else, open and held by Anna: her console, the visitor's page, and the visitor's id."""
    page = await relay.visitor()
    await page.do(VisitorSay, text="my quokka is a burrower")
    anna = await relay.operator(relay.log_in("anna"))
    await anna.do(Take, chat=1)
    await anna.do(Say, chat=1, text="your quokka is safe")
    visitor = next(frame.visitor for frame in page.seen if hasattr(frame, "visitor"))
    return anna, page, visitor


def files(relay: RelayProcess) -> bytes:
    return b"".join(file.read_bytes() for file in relay.folder.iterdir() if file.is_file())


async def test_a_person_is_erased_while_the_relay_runs(tmp_path: Path) -> None:
    with relay_process(tmp_path) as relay:
        relay.add("anna")
        relay.start()
        anna, page, visitor = await one_chat(relay)
        refused = await asyncio.to_thread(program, relay, "erase", "#1", "--yes", "--by", "boss")
        assert (refused.returncode, refused.stderr) == (
            1,
            "opconsole erase: Chat 1 is open. Close it first, then erase.\n",
        )
        await anna.do(Close, chat=1)
        await anna.send(Watch(chat=1))
        await anna.until(PageOf, lambda frame: frame.chat == 1)
        done = await asyncio.to_thread(program, relay, "erase", "#1", "--yes", "--by", "boss")
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"erased: {visitor}, 1 chats; recorded as ")
        await anna.until(Gone, lambda frame: (frame.chat, frame.why) == (1, "erased"))
        assert await page.closed() == 1012
        again = await relay.visitor()
        assert again.all(VisitorSync)[0].chat.chat == 0
        await anna.send(Fetch(id="f1", chat=1))
        assert b"burrower" not in files(relay)  # a word: digits stand in times and keys sooner or later
        await relay.close_peers()
        code, said = await asyncio.to_thread(relay.stop)
        assert (code, said) == (0, "")
        assert b"quokka" not in files(relay)


async def test_a_person_is_exported_and_erased_without_a_relay(tmp_path: Path) -> None:
    with relay_process(tmp_path) as relay:
        relay.add("anna")
        relay.start()
        anna, _, visitor = await one_chat(relay)
        await anna.do(Close, chat=1)
        await relay.close_peers()
        await asyncio.to_thread(relay.stop)
        exported = program(relay, "export", visitor)
        held = json.loads(exported.stdout)
        texts = [entry["text"] for entry in held["chats"][0]["entries"] if "text" in entry]
        assert texts == ["my quokka is a burrower", "your quokka is safe"]
        out = tmp_path / "export.json"
        assert program(relay, "export", visitor, "--out", str(out)).returncode == 0
        assert out.stat().st_mode & 0o777 == 0o600
        assert "can't be made" in program(relay, "export", visitor, "--out", str(out)).stderr
        out.unlink()
        asked = program(relay, "erase", visitor)
        assert (asked.returncode, "say --yes" in asked.stderr) == (1, True)
        assert program(relay, "erase", "nobody@example.com", "--yes").returncode == 1
        assert program(relay, "erase", visitor, "--yes").returncode == 0
        assert b"quokka" not in files(relay)
        relay.start()
        assert program(relay, "export", visitor).returncode == 0


async def test_content_that_outlived_the_desks_rule_is_erased_by_itself(tmp_path: Path) -> None:
    with relay_process(tmp_path) as relay:
        relay.add("anna")
        relay.start()
        anna, _, visitor = await one_chat(relay)
        await anna.do(Close, chat=1)
        await relay.close_peers()
        await asyncio.to_thread(relay.stop)
        relay.configure(
            "keep_days = 0.0000001"
        )  # less than the restart takes: the relay looks at its start, then once an hour
        relay.start()
        with Contacts(relay.folder / "desk.db") as contacts:
            async with asyncio.timeout(30):
                while not list(contacts.erasures()):
                    await asyncio.sleep(0.05)
            (erased,) = [record.event for record in contacts.erasures()]
        assert (erased.visitor, erased.chats, erased.why, erased.by) == (visitor, (1,), "retention", "")  # type: ignore[union-attr]
        await asyncio.to_thread(relay.stop)
        assert b"quokka" not in files(relay)
