"""Files that I send: asked about, brought beside, followed by their message exactly once."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

import pytest
import pytest_asyncio
from textual import events

from opconsole.link.files import look
from opconsole.state.uploads import Attachment, Stage
from opconsole.terminal.clipboard_picture import Got
from opconsole.ui.screens.ask_path import AskPath
from opconsole.wire.files import FileRules, Upload
from opconsole.wire.staff import AddNote, Done, Say
from tests.ui.conftest import Bench, Open
from tests.ui.file_relay import FileRelay


@pytest_asyncio.fixture
async def files() -> AsyncIterator[FileRelay]:
    async with FileRelay() as made:
        yield made


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    folder = tmp_path / "my files"
    folder.mkdir()
    path = folder / "photo one.png"
    path.write_bytes(b"p" * 50_000)
    return path


async def paste(bench: Bench, text: str) -> None:
    bench.app.workspace.composer.post_message(events.Paste(text))
    await bench.pilot.pause()


def said(bench: Bench) -> list[tuple[int, str, str]]:
    return [(say.chat, say.text, say.file) for say in bench.relay.sent(Say)]


async def sent(bench: Bench, count: int = 1) -> None:
    await bench.until(
        lambda: len(bench.relay.sent(Say)) + len(bench.relay.sent(AddNote)) == count, "the message is sent"
    )


async def test_a_pasted_path_is_asked_about_and_sent(open_console: Open, files: FileRelay, photo: Path) -> None:
    async with open_console(shown=11, files=files) as bench:
        await paste(bench, f"'{photo}'")
        await bench.until(lambda: "Send photo one.png (49 KB) to Иван Петров?" in bench.screen, "it is asked")
        assert bench.composed == ""
        assert "one.png" in bench.screen.split("Send it")[1]  # the path, beside, in as many lines as it needs
        await bench.press("enter")
        await sent(bench)
        assert said(bench) == [(11, "", "f1")]
        assert files.files["f1"][1] == photo.read_bytes()
        (asked,) = bench.relay.sent(Upload)
        assert (asked.name, asked.size, asked.chat) == ("photo one.png", 50_000, 11)
        assert "▤ photo one.png" in bench.screen
        bench.relay.say(Done(id=bench.relay.sent(Say)[0].id, chat=11, n=12, p=9))
        await bench.until(lambda: not len(bench.app.store.outbox), "it is stored")
        assert "▤ photo one.png" in bench.screen
        assert len(bench.app.store.uploads) == 0


async def test_the_path_may_be_meant_as_text(open_console: Open, files: FileRelay, photo: Path) -> None:
    async with open_console(shown=11, files=files) as bench:
        await paste(bench, f"file://{str(photo).replace(' ', '%20')}")
        await bench.until(lambda: "Put the path into the composer as text" in bench.screen, "it is asked")
        await bench.type("text")
        await bench.press("enter")
        assert bench.composed.startswith("file://")
        assert said(bench) == []


async def test_a_paste_that_is_no_files_path_is_text(open_console: Open, files: FileRelay, tmp_path: Path) -> None:
    async with open_console(shown=11, files=files) as bench:
        for text in ("/refund", f"{tmp_path}", "~/nothing here"):
            await paste(bench, text)
            await bench.until(lambda text=text: bench.composed == text, "it is put in")  # type: ignore[misc]
            bench.app.workspace.composer.replace_all("")


async def test_what_is_written_goes_with_it(open_console: Open, files: FileRelay, photo: Path) -> None:
    async with open_console(shown=11, files=files) as bench:
        await bench.type("Here it is")
        bench.app.controllers.filing.attach_command([str(photo)])
        await bench.until(lambda: "Send it with “Here it is”" in bench.screen, "it is asked")
        await bench.press("enter")
        await sent(bench)
        assert said(bench) == [(11, "Here it is", "f1")]
        assert bench.composed == ""


async def test_words_may_be_asked_for(open_console: Open, files: FileRelay, photo: Path) -> None:
    async with open_console(shown=11, files=files) as bench:
        bench.app.controllers.filing.attach_command([str(photo)])
        await bench.until(lambda: "Write some words to it…" in bench.screen, "it is asked")
        await bench.press("down", "enter")
        await bench.type("look")
        await bench.press("enter")
        await sent(bench)
        assert said(bench) == [(11, "look", "f1")]


async def test_a_note_may_carry_one_in_a_chat_that_is_not_mine(
    open_console: Open, files: FileRelay, photo: Path
) -> None:
    async with open_console(shown=21, files=files) as bench:
        assert "take it to reply" in bench.app.controllers.filing.attach_command([str(photo)])
        bench.app.controllers.writing.toggle_note()
        bench.app.controllers.filing.attach_command([str(photo)])
        await bench.until(lambda: "as a note for the team?" in bench.screen, "it is asked")
        await bench.press("enter")
        await sent(bench)
        (note,) = bench.relay.sent(AddNote)
        assert (note.chat, note.file) == (21, "f1")


@pytest.mark.parametrize(
    ("name", "size", "says"),
    [
        ("empty.png", 0, "empty.png is empty."),
        ("large.png", 1_000_001, "large.png is too large: 977 KB, and this desk takes 977 KB at most."),
    ],
)
async def test_what_the_desk_would_refuse_is_said_at_once(
    open_console: Open, files: FileRelay, tmp_path: Path, name: str, size: int, says: str
) -> None:
    (tmp_path / name).write_bytes(b"x" * size)
    async with open_console(shown=11, files=files) as bench:
        bench.app.controllers.filing.attach_command([str(tmp_path / name)])
        await bench.until(lambda: says in bench.toasts, "it is said")
        assert bench.relay.sent(Upload) == []


async def test_what_is_no_file_is_said(open_console: Open, files: FileRelay, tmp_path: Path) -> None:
    async with open_console(shown=11, files=files) as bench:
        bench.app.controllers.filing.attach_command([str(tmp_path / "none.png")])
        await bench.until(lambda: "none.png can't be sent: No such file or directory." in bench.toasts, "it is said")
        bench.relay.settings.files = FileRules()
        bench.app.store.me.settings.files = FileRules()
        assert bench.app.controllers.filing.attach_command([]) == "This desk takes no files."


async def test_progress_is_shown_and_it_can_be_cancelled(open_console: Open, files: FileRelay, tmp_path: Path) -> None:
    path = tmp_path / "long.png"
    path.write_bytes(b"x" * 900_000)
    async with open_console(shown=11, files=files) as bench:
        files.stalled.clear()
        await queue(bench, path)
        await bench.until(
            lambda: "% · " in bench.screen and " of 879 KB · x cancels it" in bench.screen, "it is on its way"
        )
        bench.app.workspace.transcript.focus()
        await bench.press("x")
        await bench.until(lambda: "long.png is not sent." in bench.toasts, "it is cancelled")
        assert len(bench.app.store.uploads) == 0
        assert "▤ long.png" not in bench.screen
        files.stalled.set()
        await bench.pilot.pause()
        assert said(bench) == []


async def test_several_go_one_after_the_other(open_console: Open, files: FileRelay, photo: Path) -> None:
    other = photo.with_name("b.png")
    other.write_bytes(b"b" * 10)
    async with open_console(shown=11, files=files) as bench:
        await paste(bench, f"'{photo}' '{other}'")
        await bench.until(lambda: "Send 2 files (49 KB) to Иван Петров?" in bench.screen, "it is asked")
        await bench.press("enter")
        await sent(bench, 2)
        assert [file.name for file, _ in files.files.values()] == ["photo one.png", "b.png"]


async def queue(bench: Bench, path: Path, *, chat: int = 11) -> None:
    """As if it had been asked about."""
    looked = look(str(path))
    session = bench.app.shift.session
    assert session is not None
    upload = Attachment(
        session.new_id(), chat, str(path), path.name, looked.size, looked.changed_ns, at=session.clock()
    )
    bench.app.store.uploads.add(upload)
    session.uploads_changed(chat)
    bench.app.controllers.filing.carrying.go_on()
    await bench.pilot.pause()


async def test_a_lost_link_begins_it_anew_when_it_is_back(open_console: Open, files: FileRelay, photo: Path) -> None:
    async with open_console(shown=11, files=files) as bench:
        bench.relay.go_down()
        await bench.until(lambda: not bench.app.store.link.is_live, "there is no link")
        await queue(bench, photo)
        assert bench.relay.sent(Upload) == []
        assert "◌" in bench.screen
        bench.relay.come_back()
        bench.app.retry_link()
        await sent(bench)
        assert said(bench) == [(11, "", "f1")]


async def test_a_ticket_that_ran_out_is_asked_for_again(
    open_console: Open, files: FileRelay, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opconsole.ui.carrying.AGAIN_S", 0.0)
    files.answers = [(404, "no_ticket"), (408, "too_slow")]
    async with open_console(shown=11, files=files) as bench:
        await queue(bench, photo)
        await sent(bench)
        assert len(bench.relay.sent(Upload)) == 3


async def test_what_is_refused_stands_there_and_can_be_sent_again(
    open_console: Open, files: FileRelay, photo: Path
) -> None:
    files.answers = [(415, "file_type")]
    async with open_console(shown=11, files=files) as bench:
        await queue(bench, photo)
        await bench.until(
            lambda: "Not sent: This desk doesn't take files of this kind." in bench.screen, "it is refused"
        )
        assert any("photo one.png was not sent" in text for text in bench.toasts)
        bench.app.workspace.transcript.focus()
        await bench.press("r")
        await sent(bench)
        assert said(bench) == [(11, "", "f1")]


async def test_a_refused_ticket_is_told_too(open_console: Open, files: FileRelay, photo: Path) -> None:
    files.refuse = ["files_full"]
    async with open_console(shown=11, files=files) as bench:
        await queue(bench, photo)
        await bench.until(lambda: "Not sent: " in bench.screen, "it is refused")
        bench.app.workspace.transcript.focus()
        await bench.press("x")
        await bench.until(lambda: not len(bench.app.store.uploads), "it is thrown away")


async def test_what_was_not_finished_waits_at_the_next_start(
    open_console: Open, files: FileRelay, photo: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    async with open_console(shown=11, files=files, state_dir=state) as bench:
        bench.relay.go_down()
        await bench.until(lambda: not bench.app.store.link.is_live, "there is no link")
        await queue(bench, photo)
    async with open_console(shown=11, files=files, state_dir=state) as bench:
        await bench.until(
            lambda: any("1 file was not sent when the console ended" in text for text in bench.toasts), "it is said"
        )
        assert [each.stage for each in bench.app.store.uploads] == [Stage.failed]
        assert "Not sent: The console ended before the file was sent." in bench.screen
        assert bench.relay.sent(Upload) == []
        bench.app.workspace.transcript.focus()
        await bench.press("r")
        await sent(bench)
        bench.relay.say(Done(id=bench.relay.sent(Say)[0].id, chat=11, n=12, p=9))
        await bench.until(lambda: not len(bench.app.store.outbox), "it is stored")
    async with open_console(shown=11, files=files, state_dir=state) as bench:
        assert len(bench.app.store.uploads) == 0


async def test_a_picture_out_of_the_clipboard_is_asked_about_and_its_copy_goes(
    open_console: Open, files: FileRelay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def take(target: IO[bytes], most_bytes: int) -> Got:
        target.write(b"picture")
        return Got.picture

    monkeypatch.setattr("opconsole.terminal.clipboard_picture.take", take)
    folder = tmp_path / "state" / "clipboard"
    folder.mkdir(parents=True)
    (folder / "of-one-that-was-killed.png").write_bytes(b"old")
    os.utime(folder / "of-one-that-was-killed.png", (1, 1))
    async with open_console(shown=11, files=files) as bench:
        for answer in ("escape", "enter"):
            bench.app.workspace.action_run("attach_clipboard")
            await bench.until(lambda: "Send clipboard-" in bench.screen, "it is asked")
            await bench.press(answer)
            await bench.pilot.pause()
        await sent(bench)
        assert files.files["f1"][1] == b"picture"
        await bench.until(lambda: list(folder.iterdir()) == [], "both copies are gone")


# ---------------------------------------------------------------- the prompt


async def test_a_path_is_completed_by_tab_and_taken(open_console: Open, files: FileRelay, photo: Path) -> None:
    photo.with_name("photos").mkdir()
    async with open_console(shown=11, files=files) as bench:
        bench.app.workspace.action_run("attach")
        await bench.pilot.pause()
        screen = bench.app.screen
        assert isinstance(screen, AskPath)
        await paste_into(bench, f"{photo.parent}/ph")
        await bench.until(lambda: "photo one.png" in bench.screen, "the folder is read")
        await bench.press("tab")
        assert screen._entry.text == f"{photo.parent}/photo"
        await bench.type(" ")
        await bench.press("tab")
        assert screen._entry.text == str(photo)
        await bench.press("enter")
        await bench.until(lambda: "Send photo one.png (49 KB)" in bench.screen, "it is asked")


async def paste_into(bench: Bench, text: str) -> None:
    bench.app.screen.post_message(events.Paste(text))
    await bench.pilot.pause()


async def test_the_name_under_the_cursor_is_taken_where_the_typed_one_is_a_beginning(
    open_console: Open, files: FileRelay, photo: Path
) -> None:
    async with open_console(shown=11, files=files) as bench:
        bench.app.workspace.action_run("attach")
        await bench.pilot.pause()
        await paste_into(bench, f"{photo.parent.parent}/my")
        await bench.until(lambda: "my files/" in bench.screen, "the folder is read")
        await bench.press("enter")
        await bench.until(lambda: "photo one.png" in bench.screen, "its folder is read")
        await bench.press("enter")
        await bench.until(lambda: "Send photo one.png" in bench.screen, "it is asked")
        await bench.press("escape")
        assert bench.relay.sent(Upload) == []


async def test_names_of_a_hostile_folder_are_only_text(open_console: Open, files: FileRelay, photo: Path) -> None:
    photo.with_name("a\x1b]52;c;x\x07b.png").write_bytes(b"x")
    async with open_console(shown=11, files=files) as bench:
        bench.app.workspace.action_run("attach")
        await bench.pilot.pause()
        await paste_into(bench, f"{photo.parent}/")
        await bench.until(lambda: "b.png" in bench.screen, "the folder is read")
        assert not {"\x1b", "\x07"} & set(bench.screen)
