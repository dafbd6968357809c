"""A real console in a terminal, and a relay of one conversation that it talks to: for tests that type bytes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opconsole.link.tokens import Tokens
from opconsole.wire.staff import StaffUp
from tests.e2e.pty_terminal import PtyTerminal
from tests.ui import scene
from tests.ui.fake_relay import NOW
from tests.ui.wire_server import WireServer

ROOT = Path(__file__).resolve().parents[2]


class Desk:
    def __init__(self, terminal: PtyTerminal, server: WireServer) -> None:
        self.terminal = terminal
        self.server = server

    def see(self, data: bytes, words: str) -> None:
        """Send this, and wait until these words are on the screen."""
        self.terminal.send(data)
        self.terminal.wait_for(words)

    def until_sent(self, kind: type[StaffUp], count: int) -> None:
        self.terminal.wait_for(
            lambda _: len(self.server.sent(kind)) >= count, why=f"{count} commands of the kind {kind.__name__}"
        )


@contextmanager
def desk_in_a_terminal(home: Path, *, real: bool = False) -> Iterator[Desk]:
    """Live, with the scene. `real`: started as people start it."""
    with WireServer(scene.sync(), lambda: NOW) as server:
        (home / "config").mkdir()
        config = f'relay = "{server.address}"\nlogin = "olga"\nkeyring = "file"\nlang = "en"\n[warnings]\n'
        (home / "config" / "config.toml").write_text(config)
        Tokens(home / "data", "file").put(server.address, "olga", "token")
        env = {**os.environ, "OPCONSOLE_HOME": str(home), "TZ": "UTC"}
        command = [sys.executable, "-m", "opconsole"]
        with PtyTerminal(command, columns=120, lines=36, env=env, cwd=ROOT, real=real) as terminal:
            terminal.wait_for("● live")
            yield Desk(terminal, server)
