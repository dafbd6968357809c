"""What messages hold beside words: shown, listed, saved, opened after a question; links in full."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from syrupy.assertion import SnapshotAssertion

from opconsole.pictures.decoder import decode
from opconsole.settings import Settings
from opconsole.terminal.pictures import Way
from opconsole.ui.opening import things_of
from opconsole.ui.screens.link import LinkScreen
from opconsole.ui.screens.picture import PictureScreen
from opconsole.ui.widgets.long_text import LongText
from opconsole.wire.files import FetchFile, File
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Sync
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW
from tests.ui.file_relay import FileRelay


@pytest_asyncio.fixture
async def files() -> AsyncIterator[FileRelay]:
    async with FileRelay() as made:
        yield made


def photo(size: tuple[int, int] = (40, 20)) -> bytes:
    buffer = io.BytesIO()
    picture = Image.new("RGB", size, "#c02020")
    picture.paste("#2040c0", (0, 0, size[0] // 2, size[1]))
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def with_message(file: File | None, text: str = "") -> Sync:
    sync = scene.sync()
    said = Message(chat=11, n=12, p=9, at=NOW, by="visitor", name="Иван Петров", text=text, file=file)
    sync.messages = [*sync.messages, said]
    return sync


async def run(bench: Bench, action: str) -> None:
    bench.app.workspace.action_run(action)
    await bench.pilot.pause()


async def mark_last(bench: Bench) -> None:
    bench.app.workspace.transcript.focus()
    await bench.press("up")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed to the desktop."""
    found: list[str] = []
    monkeypatch.setattr("opconsole.terminal.opener.program", lambda environment=None: "/usr/bin/xdg-open")
    monkeypatch.setattr("opconsole.terminal.opener.open_link", found.append)
    monkeypatch.setattr("opconsole.terminal.opener.open_file", found.append)
    return found


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr("opconsole.ui.talk.Talk.copy_text", lambda self, text: texts.append(text))
    return texts


# ---------------------------------------------------------------- shown


@pytest.mark.parametrize("lang", ["en", "ru"])
async def test_a_file_in_the_conversation(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    file = File(id="f1", name="чек.png", size=219_000, type="image/png", width=1280, height=960)
    async with open_console(with_message(file, "вот он"), shown=11, size=(80, 24), lang=lang) as bench:
        assert await bench.still() == picture


async def test_without_words_the_file_is_what_is_said(open_console: Open, copied: list[str]) -> None:
    file = File(id="f1", name="a.pdf", size=2048, type="application/pdf")
    async with open_console(with_message(file), shown=11) as bench:
        assert "▤ a.pdf · PDF document, 2 KB" in bench.screen
        assert "(erased)" not in bench.screen
        await mark_last(bench)
        await run(bench, "copy_marked")
        await run(bench, "copy_chat_markdown")
        await run(bench, "quote")
        assert copied[0] == "[a.pdf: PDF document, 2 KB]"
        assert "> \\[a\\.pdf: PDF document, 2 KB\\]" in copied[1]
        assert bench.composed.startswith("> a.pdf\n")


async def test_a_deleted_message_has_no_file_any_more(open_console: Open) -> None:
    file = File(id="f1", name="a.pdf", size=2048, type="application/pdf")
    async with open_console(with_message(file), shown=11) as bench:
        bench.relay.say(
            Message(
                chat=11,
                n=13,
                p=10,
                at=NOW,
                kind=Kind.change,
                by="visitor",
                of=12,
                of_p=9,
                version=1,
                deleted_by="visitor",
            )
        )
        await bench.until(lambda: "The visitor deleted this message." in bench.screen, "it is deleted")
        assert "a.pdf" not in bench.screen
        await mark_last(bench)
        await run(bench, "open")
        assert any(text.startswith("This message holds no file and no link.") for text in bench.toasts)


async def test_a_hostile_name_is_only_text_and_has_one_line(open_console: Open) -> None:
    name = "a\x1b]52;c;x\x07\n\x9b31m\u202egnp." + "x" * 300
    async with open_console(with_message(File(id="f1", name=name, size=3, type="image/png")), shown=11) as bench:
        await mark_last(bench)
        await run(bench, "open")
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(bench.screen)


def test_what_messages_hold_is_listed_once_the_file_first() -> None:
    file = File(id="f1", name="a.png")
    said = [
        Message(chat=1, n=2, text="https://a.example and https://b.example", file=file),
        Message(chat=1, n=1, text="https://a.example"),
        Message(chat=1, n=3, text="https://c.example", deleted_by="x"),
        Message(chat=1, n=4, text="https://d.example", kind=Kind.event),
    ]
    assert [thing.url or thing.file for thing in things_of(said)] == [file, "https://a.example", "https://b.example"]


# ---------------------------------------------------------------- saved and opened


async def test_a_file_is_saved_under_a_free_name(open_console: Open, files: FileRelay, tmp_path: Path) -> None:
    file = files.keep("photo.png", photo())
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "photo.png").write_bytes(b"mine")
    async with open_console(with_message(file), shown=11, files=files) as bench:
        await mark_last(bench)
        await bench.press("o")
        assert "photo.png · PNG picture, " in bench.screen
        await bench.type("Save it to")
        await bench.press("enter")
        await bench.until(lambda: f"Saved: {folder / 'photo (1).png'}" in bench.toasts, "it is saved")
        assert (folder / "photo (1).png").read_bytes() == photo()
        assert (folder / "photo.png").read_bytes() == b"mine"
        (asked,) = bench.relay.sent(FetchFile)
        assert asked.file == "f1"
        assert bench.app.workspace.bar.progress == ""


async def test_the_desktop_opens_it_only_after_a_question(
    open_console: Open, files: FileRelay, tmp_path: Path, opened: list[str]
) -> None:
    file = files.keep("a.pdf", b"%PDF-1.7", type="application/pdf")
    async with open_console(with_message(file), shown=11, files=files) as bench:
        for answer in ("escape", "enter"):
            bench.app.filing.opening.file(file)
            await bench.pilot.pause()
            await bench.type("desktop")
            await bench.press("enter")
            await bench.until(lambda: "desktop's" in bench.screen and "PDF document" in bench.screen, "it is asked")
            assert opened == []
            await bench.press(answer)
        await bench.until(lambda: opened, "it is opened")
        assert opened == [str(tmp_path / "downloads" / "a (1).pdf")]


async def test_what_is_not_of_the_desks_kinds_is_not_opened(
    open_console: Open, files: FileRelay, opened: list[str]
) -> None:
    file = files.keep("a.exe", b"MZ", type="application/x-msdownload")
    async with open_console(with_message(file), shown=11, files=files) as bench:
        bench.app.filing.opening.file(file)
        await bench.pilot.pause()
        assert "not a kind that this desk takes" in bench.screen
        await bench.type("desktop")
        await bench.press("enter")
        assert opened == []
        assert bench.relay.sent(FetchFile) == []


async def test_a_file_that_is_gone_says_so_and_leaves_nothing(
    open_console: Open, files: FileRelay, tmp_path: Path
) -> None:
    file = File(id="f9", name="gone.png", size=3, type="image/png")
    async with open_console(with_message(file), shown=11, files=files) as bench:
        files.answers = [(404, "no_ticket"), (404, "no_ticket")]
        bench.app.filing.opening.save(file)
        await bench.until(lambda: "gone.png is gone: the relay has it no more." in bench.toasts, "it is said")
        assert list((tmp_path / "downloads").iterdir()) == []
        files.refuse = ["file_gone"]
        bench.app.filing.opening.save(file)
        await bench.until(lambda: any(text.startswith("gone.png: ") for text in bench.toasts), "it is said again")


async def test_a_file_that_breaks_off_again_and_again_comes_on_and_is_saved(
    open_console: Open, files: FileRelay, tmp_path: Path
) -> None:
    file = files.keep("a.png", bytes(range(250)) * 1_600)
    async with open_console(with_message(file), shown=11, files=files) as bench:
        files.breaks = [70_000, 70_000, 70_000]
        bench.app.filing.opening.save(file)
        await bench.until(lambda: any(text.startswith("Saved: ") for text in bench.toasts), "it is saved")
        assert (tmp_path / "downloads" / "a.png").read_bytes() == files.files[file.id][1]
        assert len(files.begun) == 4
        files.breaks = [10, 10]
        bench.app.filing.opening.save(file)
        await bench.until(lambda: len(files.begun) == 6, "it is tried twice")
        await bench.until(lambda: not bench.app.filing.opening._fetching, "it is given up")
        assert len(files.begun) == 6
        assert [path.name for path in (tmp_path / "downloads").iterdir()] == ["a.png"]


async def test_without_a_link_it_says_so(open_console: Open, files: FileRelay) -> None:
    file = files.keep("a.png", photo())
    async with open_console(with_message(file), shown=11, files=files) as bench:
        bench.relay.go_down()
        await bench.until(lambda: not bench.app.store.link.is_live, "there is no link")
        bench.app.filing.opening.save(file)
        await bench.until(lambda: "There is no link to the relay now." in bench.toasts, "it is said")


# ---------------------------------------------------------------- links

EVIL = "https://bank.example@xn--pypal-4ve.com:8443/" + "a" * 90 + "/end"


async def test_a_link_is_shown_whole_with_what_is_odd_and_opened_after_a_question(
    open_console: Open, opened: list[str], copied: list[str]
) -> None:
    async with open_console(with_message(None, f"see {EVIL}."), shown=11) as bench:
        await mark_last(bench)
        await bench.press("o")
        assert isinstance(bench.app.screen, LinkScreen)
        card = bench.app.screen.query_one(LongText)
        assert EVIL in "".join(words.strip() for line in card.lines for words, _ in line)
        for words in ("pаypal.com", "xn--pypal-4ve.com", "8443", "“bank.example” before the @", "several scripts"):
            assert words in " ".join(line.strip() for line in bench.lines), words
        assert opened == []
        await bench.press("c")
        assert copied == [EVIL]
        await bench.press("o", "escape")
        assert opened == []
        await bench.press("o", "enter")
        await bench.until(lambda: opened, "it is opened")
        assert opened == [EVIL]


@pytest.mark.parametrize("lang", ["en", "ru"])
async def test_the_question_about_a_link(
    open_console: Open, opened: list[str], picture: SnapshotAssertion, lang: str
) -> None:
    async with open_console(with_message(None, EVIL), shown=11, size=(80, 24), lang=lang) as bench:
        await mark_last(bench)
        await bench.press("o")
        assert await bench.still() == picture


async def test_without_a_display_a_link_is_copied(
    open_console: Open, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opconsole.terminal.opener.program", lambda environment=None: "")
    async with open_console(with_message(None, "http://shop.example"), shown=11) as bench:
        await mark_last(bench)
        await bench.press("o")
        assert "There is no display here (ssh?)" in bench.screen
        assert "not encrypted" in bench.screen
        await bench.press("enter")
        assert copied == ["http://shop.example"]


async def test_without_a_mark_the_chat_is_meant_the_newest_first(open_console: Open) -> None:
    async with open_console(with_message(None, "https://new.example/"), shown=11) as bench:
        await run(bench, "open")
        lines = [line for line in bench.lines if "link" in line and "https://" in line]
        assert "https://new.example/" in lines[0]
        assert "https://shop.example/product/blue-kettle" in lines[1]


# ---------------------------------------------------------------- pictures


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went to the terminal beside what is painted."""
    found: list[str] = []
    monkeypatch.setattr("opconsole.terminal.pictures.write", lambda app, sequence: found.append(sequence))
    return found


async def look(bench: Bench, file: File) -> PictureScreen:
    bench.app.filing.opening.look(file)
    await bench.until(lambda: isinstance(bench.app.screen, PictureScreen), "the screen is open")
    screen = bench.app.screen
    assert isinstance(screen, PictureScreen)
    return screen


async def test_a_picture_in_half_blocks(open_console: Open, files: FileRelay, picture: SnapshotAssertion) -> None:
    file = files.keep("photo.png", photo(), width=40, height=20)
    async with open_console(
        with_message(file),
        shown=11,
        files=files,
        size=(60, 16),
        settings=Settings(theme="dusk", spelling=False, pictures="blocks"),
    ) as bench:
        screen = await look(bench, file)
        await bench.until(lambda: "▀" in bench.screen, "it is drawn")
        assert await bench.still() == picture
        strip = screen._canvas.draw_line(screen._canvas.cells.height // 2)
        colours = {
            segment.style.color.get_truecolor().hex
            for segment in strip
            if segment.style and segment.style.color and "▀" in segment.text
        }
        assert {"#c02020", "#2040c0"} <= colours
        await bench.press("escape")
        assert "▀" not in bench.screen


async def test_kittys_picture_is_placed_by_text_and_deleted_when_it_is_closed(
    open_console: Open, files: FileRelay, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = files.keep("photo.png", photo(), width=40, height=20)
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setattr("opconsole.ui.opening.Opening._way", lambda self: Way.kitty)
    async with open_console(with_message(file), shown=11, files=files) as bench:
        screen = await look(bench, file)
        await bench.until(lambda: "\U0010eeee" in bench.screen, "it is drawn")
        number = screen._number
        assert written[0].startswith(f"\x1b_Ga=T,U=1,i={number},f=100,t=d,c=4,r=1,q=2,")
        assert bench.screen.count("\U0010eeee") == 4
        await bench.press("q")
        await bench.until(lambda: bench.app.screen is bench.app.workspace, "it is closed")
        assert written[-1] == f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"
        assert "\U0010eeee" not in bench.screen


async def test_the_end_of_the_console_takes_the_picture_away(
    open_console: Open, files: FileRelay, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = files.keep("photo.png", photo())
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setattr("opconsole.ui.opening.Opening._way", lambda self: Way.kitty)
    async with open_console(with_message(file), shown=11, files=files) as bench:
        await look(bench, file)
        await bench.until(lambda: "\U0010eeee" in bench.screen, "it is drawn")
    assert "a=d,d=I" in written[-1]


async def test_sixels_are_drawn_over_the_text_and_erased(
    open_console: Open, files: FileRelay, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = files.keep("photo.png", photo())
    monkeypatch.setattr("opconsole.ui.opening.Opening._way", lambda self: Way.sixel)
    async with open_console(with_message(file), shown=11, files=files) as bench:
        await look(bench, file)
        await bench.until(lambda: written, "it is drawn")
        assert "\x1bP0;1;0q" in written[0]
        await bench.press("escape")
        assert written[-1] == "\x1b[2J"


async def test_another_size_draws_it_anew(open_console: Open, files: FileRelay) -> None:
    file = files.keep("photo.png", photo((400, 200)))
    settings = Settings(theme="dusk", spelling=False, pictures="blocks")
    async with open_console(with_message(file), shown=11, files=files, size=(60, 16), settings=settings) as bench:
        await look(bench, file)
        await bench.until(lambda: "▀" in bench.screen, "it is drawn")
        before = bench.screen.count("▀")
        await bench.pilot.resize_terminal(100, 40)
        await bench.until(lambda: bench.screen.count("▀") > 2 * before, "it is drawn larger")


async def test_two_sizes_in_a_row_are_decoded_one_after_the_other(
    open_console: Open, files: FileRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decoders share the place in the open file: two at once would each read a part of it."""
    file = files.keep("photo.png", photo((400, 200)))
    settings = Settings(theme="dusk", spelling=False, pictures="blocks")
    under_way: list[int] = []
    most = 0

    async def counted(*args: Any) -> Any:
        nonlocal most
        under_way.append(1)
        most = max(most, len(under_way))
        try:
            return await decode(*args)
        finally:
            under_way.pop()

    async with open_console(with_message(file), shown=11, files=files, size=(60, 16), settings=settings) as bench:
        screen = await look(bench, file)
        await bench.until(lambda: "▀" in bench.screen, "it is drawn")
        monkeypatch.setattr("opconsole.ui.screens.picture.decode", counted)
        await asyncio.gather(screen._draw(), screen._draw(), screen._draw())
        assert most == 1
        assert "▀" in bench.screen


async def test_a_broken_picture_gets_a_sentence(open_console: Open, files: FileRelay) -> None:
    file = files.keep("photo.png", photo()[:50])
    settings = Settings(theme="dusk", spelling=False, pictures="blocks")
    async with open_console(with_message(file), shown=11, files=files, settings=settings) as bench:
        await look(bench, file)
        await bench.until(
            lambda: "it can't be decoded" in bench.screen or "It is no picture" in bench.screen, "it is said"
        )


async def test_without_pictures_none_is_offered(open_console: Open, files: FileRelay) -> None:
    file = files.keep("photo.png", photo())
    settings = Settings(theme="dusk", spelling=False, pictures="off")
    async with open_console(with_message(file), shown=11, files=files, settings=settings) as bench:
        bench.app.filing.opening.file(file)
        await bench.pilot.pause()
        assert "Look at it here" not in bench.screen
        assert "Save it to" in bench.screen
