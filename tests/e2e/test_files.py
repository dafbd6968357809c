"""Files through a real relay: brought by both sides, carried by messages, fetched by who may, and gone with the words; and what stands
on the disk after each step, also after a `kill -9`."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from opconsole.wire import staff, visitor
from opconsole.wire.cards import Role
from opconsole.wire.files import FetchFile, File, Ticket, Upload, Uploaded
from opconsole.wire.staff import Refused
from tests.e2e.relay_process import PATIENCE_S, ROOT, Peer, RelayProcess, new_id, relay_process
from tests.programs import run

pytestmark = pytest.mark.slow

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x02\x00\x00\x00\x12\x16\xf1\x4d"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProcess]:
    with relay_process(tmp_path / "data") as running:
        running.add("anna")
        running.add("boris")
        running.add("sofia", Role.supervisor)
        yield running.start()


@pytest.fixture(autouse=True)
async def _closing(relay: RelayProcess) -> AsyncIterator[None]:
    yield
    await relay.close_peers()


def program(relay: RelayProcess, command: str, *args: str) -> "subprocess.CompletedProcess[str]":
    return run([sys.executable, "-m", "server_stub", command, *args, "--data", str(relay.folder)], cwd=ROOT)


async def put(relay: RelayProcess, path: str, content: bytes, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        return await client.put(relay.url(path), content=content, headers=headers)


async def get(relay: RelayProcess, path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        return await client.get(relay.url(path), headers=headers)


async def ask(peer: Peer, question: Upload | FetchFile) -> Ticket | Refused:
    await peer.send(question)
    return await peer.until(Ticket | Refused, lambda it: it.id == question.id)  # type: ignore[arg-type]


async def brings(relay: RelayProcess, peer: Peer, content: bytes = PNG, name: str = "lamp.png", chat: int = 0) -> File:
    ticket = await ask(peer, Upload(id=new_id(), name=name, size=len(content), chat=chat))
    assert isinstance(ticket, Ticket), ticket
    answer = await put(relay, ticket.path, content)
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=Uploaded).file


async def fetches(relay: RelayProcess, peer: Peer, file: str) -> bytes | None:
    """The bytes; None: they may not."""
    ticket = await ask(peer, FetchFile(id=new_id(), file=file))
    if isinstance(ticket, Refused):
        assert ticket.code == "file_gone"
        return None
    answer = await get(relay, ticket.path)
    return answer.content if answer.status_code == 200 else None


def blobs(relay: RelayProcess) -> set[str]:
    """Names of all that lies in the folder of files."""
    return {path.name for path in (relay.folder / "files").rglob("*") if path.is_file()}


async def one_chat(relay: RelayProcess) -> tuple[Peer, Peer, File]:
    """A visitor's page, the console that holds the chat, and the picture with which the chat began, without a word."""
    page = await relay.visitor()
    file = await brings(relay, page)
    await page.do(visitor.VisitorSay, text="", file=file.id)
    anna = await relay.operator(relay.log_in("anna"))
    await anna.do(staff.Take, chat=1)
    return page, anna, file


async def settled(relay: RelayProcess, names: set[str]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while blobs(relay) != names:
            await asyncio.sleep(0.02)


async def test_a_file_goes_both_ways_to_those_who_may_have_it_and_goes_with_the_words(relay: RelayProcess) -> None:
    page, anna, file = await one_chat(relay)
    welcome = page.all(visitor.VisitorWelcome)[0]
    assert welcome.files.bytes == 10 * 1024 * 1024
    assert "image/png" in welcome.files.types
    assert (file.name, file.size, file.type, file.width, file.height) == ("lamp.png", len(PNG), "image/png", 2, 3)
    given = await anna.until(staff.PageOf)
    shown = next(each for each in given.messages if each.p)
    assert (shown.text, shown.file) == ("", file)

    answer = await brings(relay, anna, b"Yes, tomorrow.\n", "answer.txt", chat=1)
    done = await anna.do(staff.Say, chat=1, text="See there", file=answer.id)
    told = await page.until(visitor.VisitorMessage, lambda it: it.by == "operator")
    assert (told.text, told.file) == ("See there", answer)
    note = await brings(relay, anna, b"a,b\n1,2\n", "prices.csv", chat=1)
    await anna.do(staff.AddNote, chat=1, text="", file=note.id)
    assert note.type == "text/csv"

    boris, sofia = await relay.operator(relay.log_in("boris")), await relay.operator(relay.log_in("sofia"))
    other = await relay.visitor()
    for peer, what, content in (
        (page, file, PNG),
        (page, answer, b"Yes, tomorrow.\n"),
        (page, note, None),
        (anna, file, PNG),
        (sofia, note, b"a,b\n1,2\n"),
        (boris, file, None),
        (other, answer, None),
    ):
        assert await fetches(relay, peer, what.id) == content

    ticket = await ask(page, FetchFile(id=new_id(), file=answer.id))
    assert isinstance(ticket, Ticket)
    await anna.do(staff.DeleteMessage, chat=1, n=done.n)
    await settled(relay, {file.id, f"{file.id}.json", note.id, f"{note.id}.json"})
    assert (await get(relay, ticket.path)).status_code == 404
    assert await fetches(relay, page, answer.id) is None

    relay.configure('[files]\nvisitors = false\nmax_mb = 0.001\ntypes = ["png"]\n')
    relay.signal(signal.SIGHUP)
    told_anew = await anna.until(staff.Welcome, lambda it: it.settings.files.bytes == 1049)
    assert told_anew.settings.files.types == ["image/png"]
    refused = await ask(page, Upload(id=new_id(), name="a.txt", size=5))
    assert isinstance(refused, Refused)
    assert refused.code == "files_off"
    ticket = await ask(anna, Upload(id=new_id(), name="a.png", size=5, chat=1))
    assert isinstance(ticket, Ticket)
    assert (await put(relay, ticket.path, b"hello")).status_code == 415


async def test_what_was_brought_and_said_and_deleted_outlives_a_kill(relay: RelayProcess) -> None:
    page = await relay.visitor()
    token = page.all(visitor.VisitorWelcome)[0].token
    said = await brings(relay, page, b"one", "one.txt")
    await page.do(visitor.VisitorSay, text="", file=said.id)
    brought = await brings(relay, page, b"two", "two.txt")
    gone = await brings(relay, page, b"three", "three.txt")
    done = await page.do(visitor.VisitorSay, text="", file=gone.id)
    await page.do(visitor.VisitorDelete, chat=done.chat, n=done.n)
    await settled(relay, {said.id, f"{said.id}.json", brought.id, f"{brought.id}.new"})
    relay.signal(signal.SIGKILL)
    relay.wait()
    # As if the kill had come before any of it was done: a half upload, a message not written down as said, a deletion not done.
    folder = relay.folder / "files"
    (folder / "tmp" / "half").write_bytes(b"ha")
    (folder / said.id[:2] / f"{said.id}.json").rename(folder / said.id[:2] / f"{said.id}.new")
    (folder / gone.id[:2] / gone.id).write_bytes(b"three")
    database = sqlite3.connect(relay.folder / "desk.db")
    database.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?, '')", (f"gone:{gone.id}",))
    database.commit()
    database.close()
    relay.start()
    page = await relay.visitor(token)
    assert blobs(relay) == {said.id, f"{said.id}.json", brought.id, f"{brought.id}.new"}
    assert await fetches(relay, page, said.id) == b"one"
    await page.do(visitor.VisitorSay, text="", file=brought.id)
    assert await fetches(relay, page, brought.id) == b"two"
    assert program(relay, "journal", "verify").returncode == 0


async def test_who_is_erased_leaves_no_file_and_can_be_given_them_before(relay: RelayProcess) -> None:
    page, anna, file = await one_chat(relay)
    unsaid = await brings(relay, page, b"never sent", "x.txt")
    answer = await brings(relay, anna, b"an answer", "a.txt", chat=1)
    await anna.do(staff.Say, chat=1, text="", file=answer.id)
    await anna.do(staff.Close, chat=1)
    exported = relay.folder.parent / "about.json"
    done = await asyncio.to_thread(program, relay, "export", "#1", "--out", str(exported))
    assert done.returncode == 0, done.stderr
    names = {path.name.split("-", 1)[1] for path in (relay.folder.parent / "about.json.files").iterdir()}
    assert names == {"lamp.png", "a.txt"}
    assert '"lamp.png"' in exported.read_text()
    assert {file.id, answer.id, unsaid.id} < blobs(relay)
    done = await asyncio.to_thread(program, relay, "erase", "#1", "--yes")
    assert done.returncode == 0, done.stderr
    assert blobs(relay) == set()
    assert (await asyncio.to_thread(program, relay, "journal", "verify")).returncode == 0


async def test_a_backup_has_the_files_a_check_misses_what_is_not_there_and_an_erasure_needs_no_relay(
    relay: RelayProcess,
) -> None:
    page, anna, file = await one_chat(relay)
    other = await brings(relay, anna, b"an answer", "a.txt", chat=1)
    await anna.do(staff.Say, chat=1, text="", file=other.id)
    await brings(relay, page, b"never sent", "x.txt")
    copy = relay.folder.parent / "copy"
    done = await asyncio.to_thread(program, relay, "backup", str(copy))
    assert done.returncode == 0, done.stderr
    assert "2 files that messages carry" in done.stdout
    assert (copy / "files" / file.id[:2] / file.id).read_bytes() == PNG
    (relay.folder / "files" / file.id[:2] / file.id).write_bytes(b"another picture")
    (relay.folder / "files" / other.id[:2] / other.id).unlink()
    checked = await asyncio.to_thread(program, relay, "journal", "verify")
    assert checked.returncode == 1
    assert f"The file {file.id} of chat 1, entry 2, is altered." in checked.stderr
    assert f"The file {other.id} of chat 1, entry 4, is missing." in checked.stderr
    await anna.do(staff.Close, chat=1)
    await relay.close_peers()
    await asyncio.to_thread(relay.stop)
    assert program(relay, "erase", "#1", "--yes").returncode == 0
    assert blobs(relay) == set()
    relay.folder = copy
    assert program(relay, "journal", "verify").returncode == 0
