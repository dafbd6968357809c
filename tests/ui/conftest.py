"""A console on a fake relay, its files in a temporary folder, in English and in UTC."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual import events
from textual.pilot import Pilot

from opconsole.locale import set_language
from opconsole.settings import Settings
from opconsole.ui.app import Console
from opconsole.wire.cards import Role
from opconsole.wire.staff import Sync
from tests.ui import scene
from tests.ui.fake_relay import Clock, FakeRelay, console, until
from tests.ui.file_relay import RULES, FileRelay
from tests.ui.settling import teach_the_pilot


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    teach_the_pilot(monkeypatch)
    set_language("en")
    yield
    set_language("en")
    monkeypatch.undo()
    time.tzset()


class Bench:
    """One running console, its pilot, its relay and its clock."""

    def __init__(self, app: Console, pilot: Pilot[Any], relay: FakeRelay, clock: Clock) -> None:
        self.app = app
        self.pilot = pilot
        self.relay = relay
        self.clock = clock

    async def until(self, condition: Callable[[], object], what: str) -> None:
        await until(self.pilot, condition, what)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        for character in text:  # without the pilot's wait after each key
            self.app.post_message(events.Key(character, character))
        await self.pilot.pause()

    async def show(self, chat: int) -> None:
        self.app.controllers.navigation.show(chat)
        await self.pilot.pause()

    async def still(self) -> str:
        """The screen, when it has come to rest."""
        before = ""
        while (now := self.screen) != before:
            before = now
            await self.pilot.pause(0.05)
        return now

    @property
    def toasts(self) -> list[str]:
        return self.app.workspace.toasts.texts

    @property
    def composed(self) -> str:
        return self.app.workspace.composer.text

    @property
    def lines(self) -> list[str]:
        from tests.ui.fake_relay import screen_text

        return screen_text(self.app)

    @property
    def screen(self) -> str:
        return "\n".join(self.lines)


class Picture(SingleFileSnapshotExtension):
    """The screen's text, so that a change of it can be read in a diff. Made anew with `pytest --snapshot-update`."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Picture)


Open = Callable[..., AbstractAsyncContextManager[Bench]]


@pytest.fixture
def open_console(tmp_path: Path) -> Open:
    @asynccontextmanager
    async def opened(
        sync: Sync | None = None,
        *,
        size: tuple[int, int] = (120, 36),
        role: Role = Role.operator,
        settings: Settings | None = None,
        shown: int = 0,
        lang: str = "en",
        files: FileRelay | None = None,
        state_dir: Path | None = None,
    ) -> AsyncIterator[Bench]:
        set_language(lang)
        relay, clock = FakeRelay(sync or scene.sync(), role), Clock()
        relay.files = files
        relay.settings.files = RULES if files is not None else relay.settings.files
        app = console(relay, tmp_path, clock=clock, settings=settings, state_dir=state_dir)
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.store.link.is_live, "the link is live")
            bench = Bench(app, pilot, relay, clock)
            if shown:
                await bench.show(shown)
            yield bench

    return opened
