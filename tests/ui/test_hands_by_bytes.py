"""The switcher, the command line, filters and the help of the moment by the bytes that terminals send: legacy and kitty, both layouts."""

from collections.abc import Iterator

import pytest

from opconsole.wire.staff import Say
from tests.ui.by_bytes import Desk, desk_in_a_terminal

pytestmark = pytest.mark.slow
ESC = b"\x1b[27u"
"""Escape as the kitty protocol sends it: nobody waits whether more follows."""
LISTS = b"\x1b[18~"
"""F7."""


OPEN = ("T take", "-f fuzzy", "Tab completes", "Keys here and now", "# chats  @ people")
"""What is on the screen while something is open, or the lists have the keys."""


def back(desk: Desk) -> None:
    """To the composer of chat 3, with nothing open: what the test before has opened may still be on the screen."""
    desk.terminal.send(ESC * 3 + b"\x1b3")
    desk.terminal.wait_for(
        lambda screen: "To Сергей" in screen and not any(words in screen for words in OPEN), why="nothing is open"
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_in_a_terminal(tmp_path_factory.mktemp("home")) as desk:
        yield desk


@pytest.fixture
def desk(running: Desk) -> Desk:
    back(running)
    return running


SWITCHER = {
    "Ctrl+K": b"\x0b",
    "Ctrl+K, kitty": b"\x1b[107;5u",
    "Ctrl+K in the Russian layout, kitty": b"\x1b[1083::107;5u",
    "Ctrl+K in the Russian layout, kitty without the base key": b"\x1b[1083;5u",
    "Ctrl+K, modifyOtherKeys": b"\x1b[27;5;107~",
}


@pytest.mark.parametrize("data", SWITCHER.values(), ids=SWITCHER.keys())
def test_the_switcher(desk: Desk, data: bytes) -> None:
    desk.see(data, "# chats  @ people")
    desk.see("ыьшер".encode(), "Anna Smith")  # "smith" with the Russian layout on
    desk.see(b"\r", "To Anna Smith")


COMMAND_LINE = {
    "Alt+;": b"\x1b;",
    "Alt+Ж": "\x1bж".encode(),
    "Alt+;, kitty": b"\x1b[59;3u",
    "Alt+Ж, kitty": b"\x1b[1078::59;3u",
    "Ctrl+G, ;": b"\x07;",
    "Ctrl+G, ж": "\x07ж".encode(),
}


@pytest.mark.parametrize("data", COMMAND_LINE.values(), ids=COMMAND_LINE.keys())
def test_the_command_line(desk: Desk, data: bytes) -> None:
    desk.see(data, "Tab completes")
    desk.see("срфе 2\r".encode(), "To Anna Smith")  # "chat 2" with the Russian layout on


IN_LISTS = {
    "/": (b"/", "-f fuzzy"),
    "/ in the Russian layout": (b".", "-f fuzzy"),
    "/, kitty": (b"\x1b[47;;47u", "-f fuzzy"),
    "/ in the Russian layout, kitty": (b"\x1b[46::47;;46u", "-f fuzzy"),
    ":": (b":", "Tab completes"),
    ": in the Russian layout": ("Ж".encode(), "Tab completes"),
    ":, kitty": (b"\x1b[59:58;2;58u", "Tab completes"),
    ": in the Russian layout, kitty": (b"\x1b[1078:1046:59;2;1046u", "Tab completes"),
    "?": (b"?", "Keys here and now"),
    "? in the Russian layout": (b",", "Keys here and now"),
    "?, kitty": (b"\x1b[47:63;2;63u", "Keys here and now"),
    "? in the Russian layout, kitty": (b"\x1b[46:44:47;2;44u", "Keys here and now"),
}


@pytest.mark.parametrize(("data", "words"), IN_LISTS.values(), ids=IN_LISTS.keys())
def test_signs_in_the_lists(desk: Desk, data: bytes, words: str) -> None:
    desk.see(LISTS, "T take")
    desk.see(data, words)


def test_a_filter_is_typed_in_one_burst_with_its_key(desk: Desk) -> None:
    desk.see(LISTS, "T take")
    desk.see(b"/channel:telegram\r", "1 of 5")
    desk.see(ESC, "5 · oldest")


def test_of_one_burst_every_key_reaches_what_it_was_meant_for(desk: Desk) -> None:
    """Open, search, choose, write, send; then by a command to another chat, write, send: all in two reads."""
    before = len(desk.server.sent(Say))
    desk.terminal.send(b"\x0bsmith\rone\r" + b"\x1b;chat 1\rtwo\r")
    desk.until_sent(Say, before + 2)
    assert [(say.chat, say.text) for say in desk.server.sent(Say)[before:]] == [(12, "one"), (11, "two")]
