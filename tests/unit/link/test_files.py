"""Files brought and fetched over HTTP, streamed, and what goes wrong as values."""

import asyncio
import io
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

import pytest
import pytest_asyncio

from opconsole.link import files
from opconsole.link.files import Undone, bring, fetch, look
from opconsole.locale import set_language
from opconsole.wire.files import FetchFile, File, Ticket, Upload
from tests.ui.file_relay import FileRelay


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


@pytest_asyncio.fixture
async def relay() -> AsyncIterator[FileRelay]:
    async with FileRelay() as made:
        yield made


def in_ticket(relay: FileRelay, size: int, name: str = "a.png") -> Ticket:
    ticket = relay.ticket(Upload(id="q", name=name, size=size, chat=5))
    assert isinstance(ticket, Ticket)
    return ticket


def out_ticket(relay: FileRelay, file: str) -> Ticket:
    ticket = relay.ticket(FetchFile(id="q", file=file))
    assert isinstance(ticket, Ticket)
    return ticket


def nothing(got: int) -> None: ...


async def test_a_file_is_brought_whole_and_tells_how_far_it_is(relay: FileRelay, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(os.urandom(300_000))
    told: list[int] = []
    file = await bring(relay.address, in_ticket(relay, 300_000), look(str(path)), told.append)
    assert isinstance(file, File)
    assert relay.files[file.id][1] == path.read_bytes()
    assert told == sorted(told)
    assert (len(told) > 2, told[-1]) == (True, 300_000)


async def test_another_file_than_was_asked_about_is_not_brought(relay: FileRelay, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"one")
    looked = look(str(path))
    path.write_bytes(b"another")
    undone = await bring(relay.address, in_ticket(relay, 3), looked, nothing)
    assert isinstance(undone, Undone)
    assert (undone.code, undone.again) == ("changed", False)
    assert "a.png has changed" in undone.text
    path.unlink()
    gone = await bring(relay.address, in_ticket(relay, 3), looked, nothing)
    assert isinstance(gone, Undone)
    assert (gone.code, gone.again) == ("unreadable", False)


@pytest.mark.parametrize(
    ("status", "code", "again"),
    [
        (404, "no_ticket", True),
        (408, "too_slow", True),
        (415, "file_type", False),
        (422, "file_infected", False),
        (507, "files_full", False),
        (500, "", False),
    ],
)
async def test_what_the_relay_says_is_told_in_words(
    relay: FileRelay, tmp_path: Path, status: int, code: str, again: bool
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"x" * 10)
    relay.answers = [(status, code)]
    undone = await bring(relay.address, in_ticket(relay, 10), look(str(path)), nothing)
    assert isinstance(undone, Undone)
    assert (undone.code, undone.again) == (code or "no_relay", again)
    assert undone.text.endswith(".")


@pytest.mark.parametrize(
    ("status", "code", "again"), [(413, "file_too_big", False), (502, "broken", True), (504, "broken", True)]
)
async def test_a_proxy_s_own_no_is_told_for_what_it_is(
    relay: FileRelay, tmp_path: Path, status: int, code: str, again: bool
) -> None:
    """nginx takes a megabyte, unless it is told otherwise; and while the relay is started anew it answers in its place."""
    path = tmp_path / "a.png"
    path.write_bytes(b"x" * 10)
    relay.answers = [(status, "")]
    undone = await bring(relay.address, in_ticket(relay, 10), look(str(path)), nothing)
    assert isinstance(undone, Undone)
    assert (undone.code, undone.again) == (code, again)


async def test_without_anybody_there_it_may_be_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"x")
    undone = await bring("http://127.0.0.1:9", Ticket(id="q", path="/v1/files/t"), look(str(path)), nothing)
    assert isinstance(undone, Undone)
    assert undone.again


async def test_a_ticket_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"x")
    for elsewhere in ("@evil.example/", "/v1/login", "//evil.example/v1/files/"):
        undone = await bring("http://127.0.0.1:9", Ticket(id="q", path=elsewhere), look(str(path)), nothing)
        assert isinstance(undone, Undone)
        assert undone.code == "no_relay"


def test_only_a_regular_file_is_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/null")):
        with pytest.raises(OSError):
            look(str(path))


async def test_a_file_is_fetched_whole(relay: FileRelay) -> None:
    file = relay.keep("a.png", os.urandom(200_000))
    target, told = io.BytesIO(), list[int]()
    assert await fetch(relay.address, out_ticket(relay, file.id), file, target, told.append) is None
    assert target.getvalue() == relay.files[file.id][1]
    assert told[-1] == 200_000


@pytest.mark.parametrize("parts", [True, False])
async def test_what_broke_off_goes_on_where_it_was_or_begins_anew(relay: FileRelay, parts: bool) -> None:
    file = relay.keep("a.png", os.urandom(200_000))
    relay.parts, relay.breaks = parts, [70_000]
    target, told = io.BytesIO(), list[int]()
    undone = await fetch(relay.address, out_ticket(relay, file.id), file, target, told.append)
    assert undone is not None
    assert (undone.code, undone.again) == ("broken", True)
    there = target.tell()
    assert 0 < there <= 70_000
    assert await fetch(relay.address, out_ticket(relay, file.id), file, target, told.append) is None
    assert target.getvalue() == relay.files[file.id][1]
    assert relay.begun == [0, there if parts else 0]
    assert told[-1] == 200_000


async def test_another_part_than_was_asked_for_is_not_put_behind(relay: FileRelay) -> None:
    file = relay.keep("a.png", b"x" * 100)
    target = io.BytesIO(b"y" * 50)
    target.seek(50)
    relay.astray = 10
    undone = await fetch(relay.address, out_ticket(relay, file.id), file, target, nothing)
    assert undone is not None
    assert undone.code == "no_relay"
    assert target.getvalue() == b"y" * 50


async def test_more_or_less_than_was_promised_is_no_file(relay: FileRelay) -> None:
    file = relay.keep("a.png", b"x" * 1000)
    for size, code in ((999, "too_long"), (1001, "broken")):
        wanted = File(id=file.id, name="a.png", size=size)
        undone = await fetch(relay.address, out_ticket(relay, file.id), wanted, io.BytesIO(), nothing)
        assert undone is not None
        assert undone.code == code


async def test_a_disk_that_is_full_is_told(relay: FileRelay) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    file = relay.keep("a.png", b"x" * 1000)
    undone = await fetch(relay.address, out_ticket(relay, file.id), file, Full(), nothing)
    assert undone is not None
    assert undone.text == "It can't be written: No space left on device."


async def test_a_file_that_is_gone_says_so(relay: FileRelay) -> None:
    undone = await fetch(relay.address, out_ticket(relay, "f9"), File(id="f9", size=3), io.BytesIO(), nothing)
    assert undone is not None
    assert undone.code == "no_ticket"


async def test_a_file_that_is_cancelled_while_it_is_opened_is_closed(
    relay: FileRelay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"12345")
    opened: list[IO[bytes]] = []
    go_on = threading.Event()

    def slowly(name: str) -> IO[bytes]:
        go_on.wait(10)
        opened.append(path.open("rb"))
        return opened[0]

    looked = look(str(path))
    monkeypatch.setattr(files, "_opened", slowly)
    under_way = asyncio.create_task(bring(relay.address, in_ticket(relay, 5), looked, nothing))
    await asyncio.sleep(0)
    under_way.cancel()
    await asyncio.gather(under_way, return_exceptions=True)
    go_on.set()
    async with asyncio.timeout(10):
        while not (opened and opened[0].closed):
            await asyncio.sleep(0)
