"""Wavy lines under words: only where the terminal says that it has them, and by what of Textual's and Rich's is private."""

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from opconsole.terminal.undercurl import MARK, can_curl, curled

RED = Style(color="#ff0000", bold=True)
STRIP = Strip([Segment("good ", RED), Segment("bda", RED + MARK), Segment(" end", RED)])


def codes(strip: Strip) -> list[str]:
    return [Strip.render_style(style, text, ColorSystem.TRUECOLOR) for text, style, _ in strip if style is not None]


def test_a_marked_word_is_wavy_where_the_terminal_is_able() -> None:
    good, marked, _ = codes(curled(STRIP, ColorSystem.TRUECOLOR, able=True))
    assert marked == "\x1b[1;38;2;255;0;0;4:3mbda\x1b[0m"
    assert good == "\x1b[1;38;2;255;0;0mgood \x1b[0m"


def test_and_underlined_where_it_is_not() -> None:
    assert codes(curled(STRIP, ColorSystem.TRUECOLOR, able=False))[1] == "\x1b[1;4;38;2;255;0;0mbda\x1b[0m"


def test_a_strip_without_marks_is_itself() -> None:
    strip = Strip([Segment("good", RED), Segment("plain")])
    assert curled(strip, ColorSystem.TRUECOLOR, able=True) is strip


@pytest.mark.parametrize(
    ("environment", "able"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "foot"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7200"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "4000"}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/x", "KITTY_WINDOW_ID": "1"}, False),
        ({}, False),
    ],
)
def test_the_terminal_says_by_its_name_what_it_can(environment: dict[str, str], able: bool) -> None:
    assert can_curl(environment) is able
