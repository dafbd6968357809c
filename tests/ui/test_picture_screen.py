"""Pictures on the screen: by each way of a terminal, drawn anew, taken away, and what can't be drawn."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from syrupy.assertion import SnapshotAssertion

from opconsole.pictures.decoder import decode
from opconsole.settings import Settings
from opconsole.terminal.pictures import Way
from opconsole.ui.screens.picture import PictureScreen
from opconsole.wire.files import File
from tests.ui.conftest import Bench, Open
from tests.ui.file_relay import FileRelay
from tests.ui.files_scene import photo, with_message


@pytest_asyncio.fixture
async def files() -> AsyncIterator[FileRelay]:
    async with FileRelay() as made:
        yield made


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went to the terminal beside what is painted."""
    found: list[str] = []
    monkeypatch.setattr("opconsole.terminal.pictures.write", lambda app, sequence: found.append(sequence))
    return found


async def look(bench: Bench, file: File) -> PictureScreen:
    bench.app.controllers.filing.opening.look(file)
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
        bench.app.controllers.filing.opening.file(file)
        await bench.pilot.pause()
        assert "Look at it here" not in bench.screen
        assert "Save it to" in bench.screen
