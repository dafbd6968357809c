"""The driver in a real terminal device: what it asks of the terminal, and that bytes become keys in an app."""

import inspect
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.drivers.linux_driver import LinuxDriver

from opconsole.terminal import driver_class
from opconsole.terminal.driver import TerminalDriver, asks_for_other_keys, makes_letters_of_alt

APP = """
import sys
from textual.app import App
from textual import events
from opconsole.terminal import driver_class

class Keys(App):
    def on_ready(self):
        self.note("ready")
    def note(self, word):
        with open(sys.argv[1], "a", encoding="utf-8") as file:
            file.write(word + "\\n")
    def on_key(self, event):
        self.note(event.key)
        if event.key == "ctrl+q":
            self.exit()
    def on_paste(self, event):
        self.note(repr(event.text))

Keys(driver_class=driver_class()).run()
"""


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, notes: Path) -> None:
        self.notes = notes
        self.master, slave = pty.openpty()
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", APP, str(notes)], stdin=slave, stdout=slave, stderr=slave, env=environment
        )
        os.close(slave)
        self.painted = b""

    def wait_for(self, what: str, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < end, f"waited in vain for {what}; noted: {self.words()}"
            if select.select([self.master], [], [], 0.05)[0] and not self.read():
                self.process.wait(timeout=30)  # the program has closed its side, and so ends
                assert condition(), what

    def read(self) -> bool:
        """Whether there was something."""
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.painted += data
        return bool(data)

    def words(self) -> list[str]:
        return self.notes.read_text("utf-8").splitlines() if self.notes.exists() else []

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "notes")
    yield terminal
    terminal.close()


@pytest.mark.slow
def test_bytes_become_keys_in_both_layouts_and_the_terminal_is_left_as_it_was(terminal: Terminal) -> None:
    terminal.wait_for("the app", lambda: "ready" in terminal.words())
    typed = [
        b"\x0b",
        b"\x1b1",
        "\x1bл".encode(),
        b"\x1b[1083::107;5u",
        b"\x1b\r",
        b"\xff\xfe",
        b"\x1b[48;1;1;0;0t\x1b[<0;2;2M",
    ]
    for keys in typed:
        os.write(terminal.master, keys)
    os.write(terminal.master, "\x1b[200~вставка\r\n\x1b]0;x\x07\x1b[201~".encode())
    os.write(terminal.master, b"z")
    terminal.wait_for("the last key", lambda: "z" in terminal.words())
    words = terminal.words()
    assert [word for word in words if word in {"ctrl+k", "alt+1", "alt+k", "alt+enter"}] == [
        "ctrl+k",
        "alt+1",
        "alt+k",
        "ctrl+k",
        "alt+enter",
    ]
    assert "'вставка\\n\u241b]0;x\u2407'" in words
    assert terminal.painted.index(b"\x1b[>25u") < terminal.painted.index(b"\x1b[=29;1u")
    assert b"\x1b[>4;1m" in terminal.painted
    os.write(terminal.master, b"\x11")
    terminal.wait_for("the end", lambda: terminal.process.poll() is not None)
    assert terminal.process.returncode == 0
    while terminal.read():
        pass
    assert b"\x1b[<u" in terminal.painted
    assert b"\x1b[>4m" in terminal.painted


def test_the_driver_is_ours_unless_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEXTUAL_DRIVER", raising=False)
    assert driver_class() is TerminalDriver
    monkeypatch.setenv("TEXTUAL_DRIVER", "textual.drivers.headless_driver:HeadlessDriver")
    assert driver_class() is None


@pytest.mark.parametrize(
    ("environment", "asks"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "tmux-256color"}, True),
        ({"TERM": "linux"}, False),
        ({}, False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False),
    ],
)
def test_only_a_terminal_that_understands_is_asked_for_other_keys(environment: dict[str, str], asks: bool) -> None:
    assert asks_for_other_keys(environment) is asks


@pytest.mark.parametrize(
    ("environment", "asked"),
    [({"XTERM_VERSION": "XTerm(379)"}, True), ({"XTERM_VERSION": "XTerm(379)", "TMUX": "/tmp/x"}, False), ({}, False)],
)
def test_xterm_which_types_letters_for_alt_keys_is_asked_for_escapes_and_set_back(
    environment: dict[str, str], asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", environment)
    monkeypatch.setattr(LinuxDriver, "start_application_mode", lambda self: None)
    monkeypatch.setattr(LinuxDriver, "stop_application_mode", lambda self: None)
    written: list[str] = []
    driver = TerminalDriver.__new__(TerminalDriver)
    monkeypatch.setattr(driver, "write", written.append)
    monkeypatch.setattr(driver, "flush", lambda: None)
    driver.start_application_mode()
    driver.stop_application_mode()
    assert makes_letters_of_alt(environment) is asked
    assert ("\x1b[?1036;1039s\x1b[?1036;1039h" in written) is asked
    assert ("\x1b[?1036;1039r" in written) is asked


def test_the_private_api_that_we_use_is_as_we_know_it() -> None:
    source = inspect.getsource(LinuxDriver)
    for expected in (
        "self.exit_event.is_set()",
        "self.fileno",
        "self._debug",
        "target=self._run_input_thread",
        "self.run_input_thread()",
    ):
        assert expected in source
    assert "}u" in inspect.getsource(LinuxDriver.start_application_mode)
    assert "[<u" in inspect.getsource(LinuxDriver.stop_application_mode)
