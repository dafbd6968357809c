import os
from pathlib import Path
from typing import Any

import pytest
from textual.app import App

from opconsole.terminal.notify import BODY_CHARS, Way, notification_sequence, notify, way_of
from tests.unit.terminal.conftest import WrittenDriver


@pytest.mark.parametrize(
    ("environment", "way"),
    [
        ({"TERM": "xterm-kitty"}, Way.osc99),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, Way.osc99),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, Way.osc9),
        ({"TERM": "xterm-256color", "WT_SESSION": "x"}, Way.osc9),
        ({"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}, Way.osc9),
        ({"TERM": "foot"}, Way.osc777),
        ({"TERM": "rxvt-unicode-256color"}, Way.osc777),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600", "PATH": ""}, Way.osc777),
        ({"TERM": "xterm-256color", "PATH": ""}, Way.osc9),
        ({"TERM": "linux"}, Way.none),
        ({"TERM": "dumb"}, Way.none),
        ({}, Way.none),
    ],
)
def test_the_terminal_is_known_by_its_variables(environment: dict[str, str], way: Way) -> None:
    assert way_of(environment) is way


@pytest.fixture
def notify_send(tmp_path: Path) -> Path:
    """A folder with a program of that name; what it was called with goes to `called`."""
    program = tmp_path / "notify-send"
    program.write_text(
        f'#!/bin/sh\nfor word in "$@"; do echo "$word"; done > {tmp_path}/part\nmv {tmp_path}/part {tmp_path}/called\n'
    )
    program.chmod(0o755)
    return tmp_path


def test_the_desktops_program_does_it_only_for_a_local_terminal_that_has_no_way(notify_send: Path) -> None:
    here = {"TERM": "xterm-256color", "VTE_VERSION": "7600", "DISPLAY": ":0", "PATH": str(notify_send)}
    assert way_of(here) is Way.program
    assert way_of(here | {"SSH_CONNECTION": "1 2 3 4"}) is Way.osc777
    assert way_of(here | {"TERM": "xterm-kitty"}) is Way.osc99


@pytest.mark.parametrize("way", [Way.osc9, Way.osc777, Way.osc99])
def test_a_strangers_words_can_not_leave_the_notification(way: Way) -> None:
    plain = notification_sequence(way, "Olga", "hello")
    hostile = notification_sequence(way, "Ol\x1b\\ga\a;x", "hel\x9clo\n\x1b]52;c;eA==\a" + "x" * 5000)
    assert hostile.count("\x1b") == plain.count("\x1b")
    assert hostile.count("\a") == plain.count("\a")
    assert "\x9c" not in hostile
    assert len(hostile) < BODY_CHARS + 200
    if way is Way.osc777:
        assert hostile.count(";") == plain.count(";") == 3


def test_a_notification_is_no_progress_bar() -> None:
    assert notification_sequence(Way.osc9, "4;1;50", "") == "\x1b]9;· 4;1;50\a"


def test_it_is_sent_through_tmux(app: App[Any], driver: WrittenDriver) -> None:
    notify(app, "New chat", "Olga", {"TERM": "tmux-256color", "TMUX": "x", "PATH": ""})
    assert driver.written == "\x1bPtmux;\x1b\x1b]9;New chat: Olga\a\x1b\\"


def test_it_is_sent_through_screen(app: App[Any], driver: WrittenDriver) -> None:
    notify(app, "New chat", "Olga", {"TERM": "screen-256color", "STY": "x", "PATH": ""})
    assert driver.written == "\x1bP\x1b]9;New chat: Olga\a\x1b\\"


@pytest.mark.parametrize(
    ("by", "written"),
    [
        ("osc9", "\x1b]9;New chat: Olga\a"),
        ("osc777", "\x1b]777;notify;New chat;Olga\a"),
        ("osc99", "\x1b]99;i=opconsole:d=0:p=title;New chat\a\x1b]99;i=opconsole:d=1:p=body;Olga\a"),
        ("none", ""),
    ],
)
def test_the_settings_may_name_the_way(app: App[Any], driver: WrittenDriver, by: str, written: str) -> None:
    assert notify(app, "New chat", "Olga", {"TERM": "xterm-kitty"}, by=by) is Way(by)
    assert driver.written == written


def test_two_sequences_go_through_tmux_in_one_envelope(app: App[Any], driver: WrittenDriver) -> None:
    notify(app, "New chat", "Olga", {"TERM": "tmux-256color", "TMUX": "x"}, by="osc99")
    assert driver.written.startswith("\x1bPtmux;\x1b\x1b]99;")
    assert driver.written.endswith("\a\x1b\\")
    assert driver.written.count("\x1b\x1b]99;") == 2


async def test_the_desktops_program_gets_words_not_markup(
    app: App[Any], driver: WrittenDriver, notify_send: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{notify_send}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    assert notify(app, "--help", "<b>x</b>", {"TERM": "xterm", "DISPLAY": ":0", "PATH": path}) is Way.program
    called = notify_send / "called"
    import asyncio

    async with asyncio.timeout(20):
        while not called.exists():
            await asyncio.sleep(0.01)
    assert called.read_text().splitlines() == ["--app-name=opconsole", "--", "--help", "&lt;b&gt;x&lt;/b&gt;"]
    assert driver.written == ""
