"""Files in the line-by-line console: asked about, sent, listed, saved; and each thing that can go wrong is a sentence."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest

from opconsole.cli.reading import Desk
from opconsole.link.session import Ready
from opconsole.settings.model import Warnings
from opconsole.state.model import LinkState, Phase
from opconsole.state.store import Store
from opconsole.wire.cards import OperatorCard
from opconsole.wire.files import FetchFile, File, Upload
from opconsole.wire.staff import Say, Settings, StaffCommand, StaffDown, Sync
from tests.ui.file_relay import RULES, FileRelay
from tests.unit.state.make import ME, chat, held, welcome, words


class Bench:
    """A desk of Anna's in chat 5, with a relay's HTTP side, and a session that asks it."""

    def __init__(self, files: FileRelay, folder: Path) -> None:
        self.files = files
        self.ready = Ready(files.address, ME, "secret")
        self.said: list[str] = []
        self.sent: list[StaffCommand] = []
        self.linked = True
        self._beside: set[asyncio.Task[None]] = set()
        self.store = Store()
        self.desk = Desk(self.store, Warnings(), self.said.append, self._start, lambda: folder)
        self.desk.session = self  # type: ignore[assignment]
        self._ids = iter(range(1, 1000))
        self.desk.changed(self.store.set_link(LinkState(Phase.syncing)))
        sync = Sync(head=1, operators=[OperatorCard(rev=1, login=ME, limit=4)])
        self.hear(welcome(settings=Settings(files=RULES)), sync, held(5, name="Ivan", last=1), words(5, 1), chat(6))
        self.desk.changed(self.store.set_link(LinkState(Phase.live)))
        self.desk.typed("go 5")
        self.said.clear()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._beside.add(asyncio.create_task(work))

    def hear(self, *frames: StaffDown) -> None:
        self.desk.changed(self.store.apply(frames, 0))

    async def type(self, line: str) -> list[str]:
        """What is said until all that it began is over."""
        self.said.clear()
        self.desk.typed(line)
        while self._beside:
            await self._beside.pop()
        return self.said

    # as the session:

    def new_id(self) -> str:
        return f"c{next(self._ids)}"

    def clock(self) -> int:
        return 0

    def ask(self, question: Upload | FetchFile) -> bool:
        if self.linked:
            self.store.question(question.id)
            asyncio.get_running_loop().call_soon(lambda: self.hear(self.files.ticket(question)))
        return self.linked

    def send(self, command: StaffCommand, *, file: File | None = None) -> None:
        self.sent.append(command)
        self.desk.changed(self.store.send(command, 0, 0, file))

    def show(self, number: int) -> None:
        self.desk.changed(self.store.show(number))

    def have_read(self, number: int, p: int) -> None:
        pass


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with FileRelay() as files:
        yield Bench(files, tmp_path / "downloads")


@pytest.fixture
def note(tmp_path: Path) -> Path:
    file = tmp_path / "my note.txt"
    file.write_bytes(b"hello")
    return file


@pytest.mark.parametrize("typed", ["{}", "'{}'", "file://{}"])
async def test_a_file_is_asked_about_and_goes_with_its_words(bench: Bench, note: Path, typed: str) -> None:
    asked = await bench.type("attach " + typed.format(note))
    assert asked[0] == "Send my note.txt (5 bytes) to Ivan?"
    assert bench.files.asked == []
    assert await bench.type("yes Here it is") == ["my note.txt is on its way.", "my note.txt has been sent."]
    (say,) = bench.sent
    assert isinstance(say, Say)
    assert (say.chat, say.text) == (5, "Here it is")
    assert bench.files.files[say.file][1] == b"hello"


@pytest.mark.parametrize("other", ["no", "нет", "chats", "say Hi"])
async def test_any_other_command_is_a_no(bench: Bench, note: Path, other: str) -> None:
    await bench.type(f"attach {note}")
    assert (await bench.type(other))[0] == "my note.txt is not sent."
    assert await bench.type("yes") == ["There is no question."]
    assert bench.files.asked == []


async def test_what_cant_be_sent_is_said(bench: Bench, note: Path, tmp_path: Path) -> None:
    assert await bench.type("attach") == ["Which file? attach PATH"]
    assert await bench.type(f"attach {tmp_path}") == [f"{tmp_path.name} can't be sent: it is not a regular file."]
    assert "No such file" in (await bench.type(f"attach {note}x"))[0]
    note.write_bytes(b"")
    assert await bench.type(f"attach {note}") == ["my note.txt is empty."]
    note.write_bytes(b"x" * (RULES.bytes + 1))
    assert "too large" in (await bench.type(f"attach {note}"))[0]
    await bench.type("go 6")
    assert await bench.type(f"attach {note}") == ["This chat isn't yours: take it to reply."]


async def test_what_goes_wrong_on_the_way_is_said_and_no_message_goes(bench: Bench, note: Path) -> None:
    bench.files.answers.append((422, "file_infected"))
    await bench.type(f"attach {note}")
    assert (await bench.type("yes"))[1].startswith("my note.txt was not sent: The desk's scanner found")
    bench.linked = False
    await bench.type(f"attach {note}")
    assert (await bench.type("yes"))[1] == "my note.txt was not sent: There is no link to the relay now."
    assert bench.sent == []


async def test_files_are_listed_and_saved_by_their_number(bench: Bench, tmp_path: Path) -> None:
    assert await bench.type("files") == ["There is no file in this chat."]
    first, second = bench.files.keep("a.png", b"first", width=3, height=4), bench.files.keep("b.png", b"second")
    bench.hear(words(5, 2, text="", file=first), words(5, 3, text="look", file=second))
    assert any("[b.png: PNG picture, 6 bytes] look" in line for line in bench.said)
    listed = await bench.type("files")
    assert listed[0].startswith("1: b.png, PNG picture, 6 bytes · Ivan · ")
    assert listed[1].startswith("2: a.png, PNG picture, 5 bytes, 3×4 · Ivan · ")
    assert await bench.type("save 2") == [f"Saved: {tmp_path}/downloads/a.png"]
    assert (tmp_path / "downloads" / "a.png").read_bytes() == b"first"
    await bench.type("save")
    assert (tmp_path / "downloads" / "b.png").read_bytes() == b"second"
    assert await bench.type("save 3") == ["There is no file 3 in this chat. Type files."]
    bench.files.refuse.append("file_gone")
    assert (await bench.type("save"))[0].startswith("b.png: ")


async def test_how_far_a_long_file_is_is_told_at_its_quarters(bench: Bench, tmp_path: Path) -> None:
    big = bench.files.keep("big.png", b"x" * (1 << 20))
    bench.hear(words(5, 2, text="", file=big))
    said = await bench.type("save")
    assert said == [*(f"big.png: {n} percent" for n in (25, 50, 75)), f"Saved: {tmp_path}/downloads/big.png"]
