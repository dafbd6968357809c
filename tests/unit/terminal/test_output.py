from typing import Any

import pytest
from textual.app import App
from textual.driver import Driver

from opconsole.terminal.output import one_line, ring, send, through_multiplexer
from tests.unit.terminal.conftest import WrittenDriver


def test_what_is_sent_is_written(app: App[Any], driver: WrittenDriver) -> None:
    send(app, "words")
    ring(app)
    assert driver.written == "words\a"


def test_without_a_terminal_nothing_happens(app: App[Any], driver: WrittenDriver) -> None:
    driver.started = False
    ring(app)
    driver.started, driver.is_headless = True, True
    ring(app)
    app._driver = None
    ring(app)
    assert driver.written == ""


def test_the_private_api_that_we_use_is_as_we_know_it() -> None:
    assert App()._driver is None
    assert callable(Driver.write)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\nlines", "two lines"),
        ("\x1b]0;x\x07", "\u241b]0;x\u2407"),
        ("a\x9bb", "a\ufffdb"),
        ("x" * 30, "x" * 9 + "…"),
    ],
)
def test_words_inside_a_sequence_can_not_end_it(text: str, line: str) -> None:
    assert one_line(text, 10) == line


def test_a_multiplexer_gets_an_envelope() -> None:
    assert through_multiplexer("\x1b]9;x\a", {}) == "\x1b]9;x\a"
    assert through_multiplexer("\x1b]9;x\a", {"TMUX": "/tmp/x"}) == "\x1bPtmux;\x1b\x1b]9;x\a\x1b\\"
    assert through_multiplexer("\x1b]9;x\a", {"STY": "1.x"}) == "\x1bP\x1b]9;x\a\x1b\\"
