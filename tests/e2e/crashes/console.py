"""The real console in a terminal, for the tests here: started, signed in, killed, started again; and what stands on its disk."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.pty_terminal import PtyTerminal
from tests.e2e.relay_process import PASSWORD, PATIENCE_S, ROOT


class Home:
    """Where a console keeps its things, over its deaths."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "config").mkdir(parents=True)
        (folder / "config" / "config.toml").write_text('keyring = "file"\nlang = "en"\n')

    @contextmanager
    def console(self, relay: str, login: str = "anna") -> Iterator[PtyTerminal]:
        """Signed in (it asks for the password only once) and live."""
        env = {**os.environ, "OPCONSOLE_HOME": str(self.folder), "TZ": "UTC"}
        command = [sys.executable, "-m", "opconsole", "--relay", relay, "--login", login]
        with PtyTerminal(command, columns=120, lines=36, env=env, cwd=ROOT) as terminal:
            screen = terminal.wait_for(lambda screen: "Password" in screen or "● live" in screen, why="the console")
            if "● live" not in screen:
                terminal.type(PASSWORD)
                terminal.press("enter")
                terminal.wait_for("● live")
            yield terminal

    def outbox(self) -> list[str]:
        """The texts that wait on the disk."""
        return [
            item["command"]["text"]
            for file in self.folder.glob("state/desks/*/1/outbox.json")
            for item in json.loads(file.read_bytes())["items"]
            if "text" in item["command"]
        ]

    def drafts(self) -> list[str]:
        return [
            draft["text"]
            for file in self.folder.glob("state/desks/*/1/drafts.json")
            for draft in json.loads(file.read_bytes()).values()
        ]


def kill(terminal: PtyTerminal) -> None:
    """`kill -9`: no handler runs, nothing is written any more."""
    os.kill(terminal.process.pid, signal.SIGKILL)
    terminal.process.wait(PATIENCE_S)


def say(terminal: PtyTerminal, text: str) -> None:
    terminal.type(text)
    terminal.wait_for(text)
    terminal.press("enter")
