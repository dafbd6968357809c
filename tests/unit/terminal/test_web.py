"""The driver of a browser's tab: our keyboard in Textual's packets, and an end when nobody serves it any more."""

import asyncio
import json
import os
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from textual import events, messages
from textual.app import App

from opconsole.terminal import driver_class, web_driver_name
from opconsole.terminal.web import WebTerminal


class Heard(App[None]):
    """An app that only keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []

    def post_message(self, message: Any) -> bool:
        self.heard.append(message)
        return True


@pytest.fixture
async def driver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[WebTerminal, Heard, int]]:
    read_end, write_end = os.pipe()
    with os.fdopen(read_end) as source:
        monkeypatch.setattr("sys.__stdin__", source)
        app = Heard()
        driver = WebTerminal(app)
        driver.process_message = app.post_message  # type: ignore[method-assign, assignment]
        yield driver, app, write_end


def packet(kind: bytes, payload: bytes) -> bytes:
    return kind + len(payload).to_bytes(4, "big") + payload


async def test_keys_pass_through_our_keyboard_and_the_end_of_the_server_ends_the_console(
    driver: tuple[WebTerminal, Heard, int],
) -> None:
    terminal, app, write_end = driver
    thread = threading.Thread(target=terminal.run_input_thread, daemon=True)
    thread.start()
    os.write(
        write_end,
        packet(b"D", b"\x1bs") + packet(b"D", "\x1bы".encode()) + packet(b"D", b"\x1b[200~a\x1b[2Jb\x1b[201~"),
    )
    os.write(write_end, packet(b"M", json.dumps({"type": "resize", "width": 90, "height": 30}).encode()))
    os.close(write_end)
    await asyncio.to_thread(thread.join, 10)
    assert not thread.is_alive()
    keys = [each.key for each in app.heard if isinstance(each, events.Key)]
    assert keys == ["alt+s", "alt+s"], "both layouts"
    assert [each.text for each in app.heard if isinstance(each, events.Paste)] == ["a␛[2Jb"]
    assert [each.size for each in app.heard if isinstance(each, events.Resize)] == [(90, 30)]
    assert isinstance(app.heard[-1], messages.ExitApp)


def test_the_drivers_name_is_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert web_driver_name() == f"{WebTerminal.__module__}:{WebTerminal.__qualname__}"
    monkeypatch.setenv("TEXTUAL_DRIVER", web_driver_name())
    assert driver_class() is None, "Textual finds it by the variable"
