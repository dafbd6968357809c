import base64
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from textual.app import App

from opconsole.terminal import clipboard
from opconsole.terminal.clipboard import OSC52_BYTES, Copied, clipboard_sequence, copy
from tests.unit.terminal.conftest import WrittenDriver


class Unavailable(RuntimeError):
    pass


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A system clipboard that works; its contents."""
    contents: list[str] = []
    module = SimpleNamespace(copy=contents.append, PyperclipException=Unavailable)
    monkeypatch.setitem(sys.modules, "pyperclip", module)
    return contents


@pytest.fixture
def no_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> None:
        raise Unavailable

    monkeypatch.setitem(sys.modules, "pyperclip", SimpleNamespace(copy=refuse, PyperclipException=Unavailable))


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    over = threading.Event()
    module = SimpleNamespace(copy=lambda text: over.wait(), PyperclipException=Unavailable)
    monkeypatch.setitem(sys.modules, "pyperclip", module)
    yield
    over.set()


async def test_a_tabs_words_do_not_go_into_the_clipboard_of_the_machine_that_serves_it(
    app: App[Any], driver: WrittenDriver, system: list[str]
) -> None:
    assert await copy(app, "заказ 12", {"TEXTUAL_DRIVER": "opconsole.terminal.web:WebTerminal"}) is Copied.terminal
    assert system == []


async def test_the_systems_clipboard_comes_first(app: App[Any], driver: WrittenDriver, system: list[str]) -> None:
    assert await copy(app, "заказ 12", {}) is Copied.system
    assert system == ["заказ 12"]
    assert driver.written == ""


@pytest.mark.usefixtures("no_system")
async def test_without_one_the_terminal_copies(app: App[Any], driver: WrittenDriver) -> None:
    assert await copy(app, "заказ 12\x1b", {}) is Copied.terminal
    assert driver.written.startswith("\x1b]52;c;")
    assert base64.b64decode(driver.written[7:-1]).decode() == "заказ 12\x1b"


async def test_over_ssh_the_terminal_copies(app: App[Any], driver: WrittenDriver, system: list[str]) -> None:
    assert await copy(app, "x", {"SSH_CONNECTION": "1 2 3 4"}) is Copied.terminal
    assert system == []
    assert driver.written


@pytest.mark.usefixtures("no_system")
async def test_what_is_too_long_for_a_terminal_is_said_not_cut(app: App[Any], driver: WrittenDriver) -> None:
    assert await copy(app, "x" * (OSC52_BYTES + 1), {}) is Copied.too_long
    assert driver.written == ""


def test_a_lone_surrogate_is_no_obstacle() -> None:
    assert clipboard_sequence("\ud800")


async def test_a_clipboard_program_that_hangs_is_left_behind(hanging: None) -> None:
    assert await clipboard._in_thread(lambda: clipboard._system_copy("x"), timeout_s=0.01) is False
