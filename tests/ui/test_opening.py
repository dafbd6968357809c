"""What messages hold beside words: shown, listed, saved, opened after a question; links in full."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from syrupy.assertion import SnapshotAssertion

from opconsole.ui.opening import things_of
from opconsole.ui.screens.link import LinkScreen
from opconsole.ui.widgets.long_text import LongText
from opconsole.wire.files import FetchFile, File
from opconsole.wire.messages import Kind, Message
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW
from tests.ui.file_relay import FileRelay
from tests.ui.files_scene import photo, with_message


@pytest_asyncio.fixture
async def files() -> AsyncIterator[FileRelay]:
    async with FileRelay() as made:
        yield made


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
    monkeypatch.setattr("opconsole.ui.copying.Copying.copy_text", lambda self, text: texts.append(text))
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
            bench.app.controllers.filing.opening.file(file)
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
        bench.app.controllers.filing.opening.file(file)
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
        bench.app.controllers.filing.opening.save(file)
        await bench.until(lambda: "gone.png is gone: the relay has it no more." in bench.toasts, "it is said")
        assert list((tmp_path / "downloads").iterdir()) == []
        files.refuse = ["file_gone"]
        bench.app.controllers.filing.opening.save(file)
        await bench.until(lambda: any(text.startswith("gone.png: ") for text in bench.toasts), "it is said again")


async def test_a_file_that_breaks_off_again_and_again_comes_on_and_is_saved(
    open_console: Open, files: FileRelay, tmp_path: Path
) -> None:
    file = files.keep("a.png", bytes(range(250)) * 1_600)
    async with open_console(with_message(file), shown=11, files=files) as bench:
        files.breaks = [70_000, 70_000, 70_000]
        bench.app.controllers.filing.opening.save(file)
        await bench.until(lambda: any(text.startswith("Saved: ") for text in bench.toasts), "it is saved")
        assert (tmp_path / "downloads" / "a.png").read_bytes() == files.files[file.id][1]
        assert len(files.begun) == 4
        files.breaks = [10, 10]
        bench.app.controllers.filing.opening.save(file)
        await bench.until(lambda: len(files.begun) == 6, "it is tried twice")
        await bench.until(lambda: not bench.app.controllers.filing.opening._fetching, "it is given up")
        assert len(files.begun) == 6
        assert [path.name for path in (tmp_path / "downloads").iterdir()] == ["a.png"]


async def test_without_a_link_it_says_so(open_console: Open, files: FileRelay) -> None:
    file = files.keep("a.png", photo())
    async with open_console(with_message(file), shown=11, files=files) as bench:
        bench.relay.go_down()
        await bench.until(lambda: not bench.app.store.link.is_live, "there is no link")
        bench.app.controllers.filing.opening.save(file)
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
