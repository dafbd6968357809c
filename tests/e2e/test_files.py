"""Files through a real relay: brought by both sides, carried by messages, fetched by who may, and gone with the words; and what stands
on the disk after each step, also after a `kill -9`."""

import asyncio
import json
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
from opconsole.wire.messages import Message
from opconsole.wire.staff import Refused
from tests.e2e.relay_process import PATIENCE_S, ROOT, Peer, RelayProcess, new_id, relay_process

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
    return subprocess.run(  # noqa: PLW1510
        [sys.executable, "-m", "server_stub", command, *args, "--data", str(relay.folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


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


async def test_a_visitor_sends_a_picture_and_an_operator_an_answer(relay: RelayProcess) -> None:
    page, anna, file = await one_chat(relay)
    welcome = page.all(visitor.VisitorWelcome)[0]
    assert welcome.files.bytes == 10 * 1024 * 1024
    assert "image/png" in welcome.files.types
    assert (file.name, file.size, file.type, file.width, file.height) == ("lamp.png", len(PNG), "image/png", 2, 3)
    shown = await anna.until(Message, lambda it: it.by == "visitor")
    assert (shown.text, shown.file) == ("", file)
    assert next(card for card in anna.all(staff.ChatCard) if card.words).words == "[lamp.png]"
    assert await fetches(relay, anna, file.id) == PNG
    assert await fetches(relay, page, file.id) == PNG

    answer = await brings(relay, anna, b"Yes, tomorrow.\n", "answer.txt", chat=1)
    await anna.do(staff.Say, chat=1, text="See there", file=answer.id)
    told = await page.until(visitor.VisitorMessage, lambda it: it.by == "operator")
    assert (told.text, told.file) == ("See there", answer)
    assert await fetches(relay, page, answer.id) == b"Yes, tomorrow.\n"


async def test_a_note_and_what_it_carries_are_the_teams_alone(relay: RelayProcess) -> None:
    page, anna, _ = await one_chat(relay)
    note = await brings(relay, anna, b"a,b\n1,2\n", "prices.csv", chat=1)
    await anna.do(staff.AddNote, chat=1, text="", file=note.id)
    assert note.type == "text/csv"
    assert await fetches(relay, anna, note.id) is not None
    assert await fetches(relay, page, note.id) is None


async def test_who_may_not_read_the_chat_may_not_have_its_files(relay: RelayProcess) -> None:
    _, _, file = await one_chat(relay)
    boris = await relay.operator(relay.log_in("boris"))
    sofia = await relay.operator(relay.log_in("sofia"))
    other = await relay.visitor()
    assert await fetches(relay, boris, file.id) is None
    assert await fetches(relay, other, file.id) is None
    assert await fetches(relay, sofia, file.id) == PNG
    assert await fetches(relay, sofia, "../../desk.db") is None
    assert await fetches(relay, sofia, "0" * 32) is None


async def test_a_file_is_its_bringers_for_its_chat_and_once(relay: RelayProcess) -> None:
    page, anna, _ = await one_chat(relay)
    file = await brings(relay, anna, chat=1)
    other = await relay.visitor()
    for peer, say in (
        (other, visitor.VisitorSay(id=new_id(), text="", file=file.id)),
        (page, visitor.VisitorSay(id=new_id(), text="", file="0" * 32)),
        (page, visitor.VisitorSay(id=new_id(), text="", file=file.id)),
    ):
        await peer.send(say)
        refused = await peer.until(Refused, lambda it, wanted=say.id: it.id == wanted)  # type: ignore[misc]
        assert refused.code == "file_unknown"
    said = staff.Say(id=new_id(), chat=1, text="", file=file.id)
    await anna.send(said)
    first = await anna.until(staff.Done, lambda it: it.id == said.id)
    await anna.send(said)
    assert await anna.until(staff.Done, lambda it: it.id == said.id) == first
    await anna.send(staff.Say(id="again", chat=1, text="", file=file.id))
    assert (await anna.until(Refused, lambda it: it.id == "again")).code == "file_used"


async def test_deleted_words_take_the_file_away_and_edited_ones_keep_it(relay: RelayProcess) -> None:
    page, anna, _ = await one_chat(relay)
    file = await brings(relay, anna, b"Hello", "a.txt", chat=1)
    done = await anna.do(staff.Say, chat=1, text="this", file=file.id)
    await anna.do(staff.EditMessage, chat=1, n=done.n, text="that")
    assert await fetches(relay, page, file.id) == b"Hello"
    ticket = await ask(page, FetchFile(id=new_id(), file=file.id))
    assert isinstance(ticket, Ticket)
    await anna.do(staff.DeleteMessage, chat=1, n=done.n)
    async with asyncio.timeout(PATIENCE_S):
        while any(name.startswith(file.id) for name in blobs(relay)):
            await asyncio.sleep(0.02)
    assert (await get(relay, ticket.path)).status_code == 404
    assert await fetches(relay, page, file.id) is None
    again = await relay.visitor(page.all(visitor.VisitorWelcome)[0].token)
    synced = again.all(visitor.VisitorSync)[0].messages
    deleted = next(each for each in synced if each.by == "operator")
    assert (deleted.text, deleted.file, deleted.deleted) == ("", None, True)


async def test_what_was_brought_outlives_a_kill_and_so_does_what_was_said(relay: RelayProcess) -> None:
    page = await relay.visitor()
    token = page.all(visitor.VisitorWelcome)[0].token
    said = await brings(relay, page, b"one", "one.txt")
    await page.do(visitor.VisitorSay, text="", file=said.id)
    brought = await brings(relay, page, b"two", "two.txt")
    (relay.folder / "files" / "tmp" / "half").write_bytes(b"ha")
    relay.signal(signal.SIGKILL)
    relay.wait()
    # As if the kill had come before it was written down that the first one was said.
    of_said = relay.folder / "files" / said.id[:2] / said.id
    if of_said.with_suffix(".json").exists():
        of_said.with_suffix(".json").rename(of_said.with_suffix(".new"))
    relay.start()
    page = await relay.visitor(token)
    await settled(relay, {said.id, f"{said.id}.json", brought.id, f"{brought.id}.new"})
    assert await fetches(relay, page, said.id) == b"one"
    await page.do(visitor.VisitorSay, text="", file=brought.id)
    assert await fetches(relay, page, brought.id) == b"two"
    await settled(relay, {said.id, f"{said.id}.json", brought.id, f"{brought.id}.json"})


async def test_a_deletion_that_a_kill_cut_short_is_done_at_the_next_start(relay: RelayProcess) -> None:
    _, _, file = await one_chat(relay)
    path = relay.folder / "files" / file.id[:2] / file.id
    sofia = await relay.operator(relay.log_in("sofia"))
    await sofia.do(staff.DeleteMessage, chat=1, n=2)
    await settled(relay, set())
    relay.signal(signal.SIGKILL)
    relay.wait()
    # As if the kill had come between the commit and the removal.
    path.write_bytes(PNG)
    database = sqlite3.connect(relay.folder / "desk.db")
    database.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?, '')", (f"gone:{file.id}",))
    database.commit()
    database.close()
    relay.start()
    await settled(relay, set())
    assert program(relay, "journal", "verify").returncode == 0


async def test_a_contact_who_is_erased_leaves_no_file(relay: RelayProcess) -> None:
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


async def test_a_contact_is_erased_with_their_files_without_a_relay(relay: RelayProcess) -> None:
    page, anna, _ = await one_chat(relay)
    await brings(relay, page, b"never sent", "x.txt")
    await anna.do(staff.Close, chat=1)
    await relay.close_peers()
    await asyncio.to_thread(relay.stop)
    assert program(relay, "erase", "#1", "--yes").returncode == 0
    assert blobs(relay) == set()


async def test_a_backup_has_the_files_and_a_check_misses_what_is_not_there(relay: RelayProcess) -> None:
    _, anna, file = await one_chat(relay)
    other = await brings(relay, anna, b"an answer", "a.txt", chat=1)
    await anna.do(staff.Say, chat=1, text="", file=other.id)
    copy = relay.folder.parent / "copy"
    done = await asyncio.to_thread(program, relay, "backup", str(copy))
    assert done.returncode == 0, done.stderr
    assert "2 files that messages carry" in done.stdout
    assert (copy / "files" / file.id[:2] / file.id).read_bytes() == PNG
    assert not list(copy.rglob("tmp/*"))
    (relay.folder / "files" / file.id[:2] / file.id).write_bytes(b"another picture")
    (relay.folder / "files" / other.id[:2] / other.id).unlink()
    checked = await asyncio.to_thread(program, relay, "journal", "verify")
    assert checked.returncode == 1
    assert f"The file {file.id} of chat 1, entry 2, is altered." in checked.stderr
    assert f"The file {other.id} of chat 1, entry 4, is missing." in checked.stderr
    relay.folder = copy
    assert program(relay, "journal", "verify").returncode == 0


async def test_a_changed_rule_is_told_and_holds_at_once(relay: RelayProcess) -> None:
    page, anna, _ = await one_chat(relay)
    relay.configure('[files]\nvisitors = false\nmax_mb = 0.001\ntypes = ["png"]\n')
    relay.signal(signal.SIGHUP)
    welcome = await anna.until(staff.Welcome, lambda it: it.settings.files.bytes == 1049)
    assert welcome.settings.files.types == ["image/png"]
    refused = await ask(page, Upload(id=new_id(), name="a.txt", size=5))
    assert isinstance(refused, Refused)
    assert refused.code == "files_off"
    refused = await ask(anna, Upload(id=new_id(), name="a.txt", size=2000, chat=1))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.facts) == ("file_too_big", {"size": 2000, "limit": 1049})
    ticket = await ask(anna, Upload(id=new_id(), name="a.png", size=5, chat=1))
    assert isinstance(ticket, Ticket)
    answer = await put(relay, ticket.path, b"hello")
    assert (answer.status_code, json.loads(answer.text)["code"]) == (415, "file_type")
