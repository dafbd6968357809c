"""The terminal lent to another program while the app lives on: nothing of ours is painted into it, but the bell is heard."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

APP = """
import asyncio, os
from textual.app import App
from textual.widgets import Label
from opconsole.terminal import driver_class

class Lender(App):
    def compose(self):
        yield Label("at home", id="label")
    def on_ready(self):
        self.run_worker(self.lend())
    async def lend(self):
        with self.suspend():
            guest = 'printf GUEST-BEGINS; >begun; read line <go; printf GUEST-ENDS'
            program = await asyncio.create_subprocess_exec("sh", "-c", guest)
            while not os.path.exists("begun"):
                await asyncio.sleep(0.005)
            for number in range(60):  # more than the queue of a writer that is no longer there would take
                self.query_one(Label).update(f"painted {number}")
                self.bell() if number == 30 else None
                await asyncio.sleep(0.005)
            with open("go", "w") as go:
                go.write("on\\n")
            await program.wait()
        self.query_one(Label).update("home again")
        self.call_after_refresh(self.call_after_refresh, self.exit)

Lender(driver_class=driver_class()).run()
"""


@pytest.mark.slow
def test_a_guest_has_the_terminal_to_itself_and_the_app_lives_on(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    os.mkfifo(tmp_path / "go")
    process = subprocess.Popen(
        [sys.executable, "-c", APP], stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=tmp_path
    )
    os.close(slave)
    painted, end = b"", time.monotonic() + 30
    try:
        while True:
            assert time.monotonic() < end, painted[-500:]
            if select.select([master], [], [], 0.05)[0]:
                try:
                    painted += os.read(master, 65536)
                except OSError:  # all is read of a program that has ended
                    break
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(master)
    guest = painted[painted.index(b"GUEST-BEGINS") : painted.index(b"GUEST-ENDS")]
    assert guest == b"GUEST-BEGINS\x07"
    assert b"home again" in painted[painted.index(b"GUEST-ENDS") :]
