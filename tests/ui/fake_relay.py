"""A relay that lives in the test: the console's link dials it, it keeps what was sent up, and sends down what the test says."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from textual.pilot import Pilot

from opconsole.link.backoff import Backoff
from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.link.session import Ready, Session
from opconsole.link.sign_in import Ask, SignIn
from opconsole.link.tokens import Tokens
from opconsole.settings import Settings
from opconsole.ui.app import Console
from opconsole.wire.cards import Role
from opconsole.wire.files import FetchFile, Upload
from opconsole.wire.staff import Hello, StaffDown, StaffUp, Sync, Welcome
from opconsole.wire.staff import Settings as DeskSettings
from tests.ui.file_relay import FileRelay

NOW = 1_773_500_000_000
"""Saturday, 14 March 2026, 14:53:20 UTC."""

Sent = TypeVar("Sent", bound=StaffUp)


class Clock:
    """Stands still until the test moves it."""

    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


class FakeRelay:
    """One connection at a time. `sync`: what it says after the greeting."""

    def __init__(self, sync: Sync | None = None, role: Role = Role.operator) -> None:
        self.sync = sync or Sync(head=1)
        self.role = role
        self.login = "olga"
        self.up: list[StaffUp] = []
        """All that the console sent, in order."""
        self.refuse: LinkTrouble | None = None
        """Why the next dial fails; None: it succeeds."""
        self.files: FileRelay | None = None
        """Its HTTP side; None: it has none."""
        self.settings = DeskSettings()
        self._down: asyncio.Queue[list[StaffDown] | LinkTrouble] = asyncio.Queue()

    # ------------------------------------------------------------ for the test

    def say(self, *frames: StaffDown) -> None:
        self._down.put_nowait(list(frames))

    def drop(self, why: LinkTrouble | None = None) -> None:
        self._down.put_nowait(why or LinkTrouble(Trouble.dropped, "The link was lost."))

    def go_down(self) -> None:
        """The link is lost, and no other comes through until `come_back`: a pause before the next attempt may be very short."""
        lost = LinkTrouble(Trouble.dropped, "The link was lost.")
        self.refuse = lost
        self.drop(lost)

    def come_back(self) -> None:
        self.refuse = None

    def sent(self, kind: type[Sent]) -> list[Sent]:
        return [frame for frame in self.up if isinstance(frame, kind)]

    # ------------------------------------------------------------ the console's side (`Dial` and `Connection`)

    async def dial(self) -> "FakeRelay":
        if self.refuse is not None:
            raise self.refuse
        return self

    async def receive(self) -> list[StaffDown]:
        got = await self._down.get()
        if isinstance(got, LinkTrouble):
            raise got
        return got

    async def send(self, frames: list[StaffUp]) -> None:
        for frame in frames:
            self.up.append(frame)
            if isinstance(frame, Hello):
                welcome = Welcome(
                    v=1,
                    desk="Shop",
                    login=self.login,
                    name="Olga",
                    role=self.role,
                    mode="work",
                    now=NOW,
                    settings=self.settings,
                )
                self.say(welcome, self.sync)
            elif self.files is not None and isinstance(frame, Upload | FetchFile):
                self.say(self.files.ticket(frame))

    async def close(self) -> None:
        pass


class _NoLogin(SignIn):
    address = "http://127.0.0.1:1"

    async def begin(self, message: str = "") -> Ready | Ask:
        return Ready(self.address, "olga", "token")


def console(
    relay: FakeRelay,
    folder: Path,
    *,
    clock: Clock | None = None,
    settings: Settings | None = None,
    state_dir: Path | None = None,
) -> Console:
    """A console that dials the fake relay. Ids are c1, c2, …"""
    clock = clock or Clock()
    numbers = iter(range(1, 100_000))

    def session(ready: Ready) -> Session:
        return Session(
            ready,
            app.store,
            on_changes=app.changed,
            on_note=app.workspace.say,
            state_dir=state_dir,
            clock=clock,
            dial=relay.dial,
            backoff=Backoff(),
            dice=lambda: 0.5,
            new_id=lambda: f"c{next(numbers)}",
        )

    sign_in = _NoLogin(Tokens(folder, "file"), folder)
    sign_in.address = relay.files.address if relay.files is not None else sign_in.address
    app = Console(
        sign_in, settings or Settings(theme="dusk", spelling=False), clock=clock, make_session=session, beat_s=0
    )
    return app


async def until(pilot: Pilot[Any], condition: Callable[[], object], what: str, seconds: float = 30) -> None:
    """Wait for a condition; fails with its description."""
    end = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < end, f"never came: {what}"
        await pilot.pause(0.01)
    await pilot.pause()


def screen_text(app: Console) -> list[str]:
    """The screen as lines of text, without spaces at their ends."""
    _, height = app.size
    lines = app.screen._compositor.render_strips()
    return [line.text.rstrip() for line in lines[:height]]


def everything(texts: Iterable[str]) -> str:
    return "\n".join(texts)
