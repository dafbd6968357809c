"""The console in a browser's tab: who has the page has nothing of the disk of the machine on which it runs, neither to read nor to write."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from textual import events

from opconsole.terminal import web_driver_name
from opconsole.ui.template_exchange import TemplateExchange
from opconsole.wire.files import FetchFile, Upload
from tests.ui.conftest import Open
from tests.ui.file_relay import FileRelay
from tests.ui.files_scene import photo, with_message


@pytest_asyncio.fixture
async def files() -> AsyncIterator[FileRelay]:
    async with FileRelay() as made:
        yield made


async def test_no_file_of_that_machine_is_sent(
    open_console: Open, files: FileRelay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("secret")
    async with open_console(shown=11, files=files) as bench:
        monkeypatch.setenv("TEXTUAL_DRIVER", web_driver_name())
        for action in ("attach", "attach_clipboard"):
            bench.app.workspace.action_run(action)
            await bench.pilot.pause()
        assert "the disk here is not yours" in bench.app.controllers.filing.attach_command([str(path)])
        bench.app.controllers.filing.attaching.attach([str(path)])
        bench.app.workspace.composer.post_message(events.Paste(str(path)))
        await bench.until(lambda: bench.app.workspace.composer.text == str(path), "a path is text like any other")
        assert bench.app.screen is bench.app.workspace
        assert any("the disk here is not yours" in text for text in bench.toasts)
        assert bench.relay.sent(Upload) == []


async def test_nothing_is_saved_there(
    open_console: Open, files: FileRelay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = files.keep("authorized_keys", photo())
    async with open_console(with_message(file), shown=11, files=files) as bench:
        monkeypatch.setenv("TEXTUAL_DRIVER", web_driver_name())
        bench.app.controllers.filing.opening.file(file)
        await bench.pilot.pause()
        assert "not in a browser's tab" in bench.screen
        await bench.press("escape")
        bench.app.controllers.filing.opening.save(file)
        await bench.until(lambda: any("can't be saved" in text for text in bench.toasts), "it is said")
        assert bench.relay.sent(FetchFile) == []
        assert not (tmp_path / "downloads").exists()


async def test_templates_are_neither_written_there_nor_read(
    open_console: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    async with open_console(shown=11) as bench:
        exchange = TemplateExchange(bench.app.workspace, bench.app.shift, lambda work: work.close(), said.append)
        monkeypatch.setenv("TEXTUAL_DRIVER", web_driver_name())
        exchange.give()
        exchange.take()
        await bench.pilot.pause()
        assert bench.app.screen is bench.app.workspace
        assert len(said) == 2
