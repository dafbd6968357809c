"""Pictures' sequences: what is sent, what is deleted, and which terminal gets which."""

import base64
import re

import pytest

from opconsole.terminal.gate import seal
from opconsole.terminal.pictures import (
    CHUNK,
    IDS,
    NUMBERS,
    PLACEHOLDER,
    Way,
    kitty_forget,
    kitty_show,
    passes,
    placeholder,
    sixel_show,
    way_of,
)

APC = re.compile(r"\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\")


def test_a_picture_is_sent_in_pieces_once_with_its_place_in_cells() -> None:
    png = bytes(range(256)) * 40
    sent = APC.findall(kitty_show(png, 77, 10, 5, {}))
    assert sent[0][0] == "a=T,U=1,i=77,f=100,t=d,c=10,r=5,q=2,m=1"
    assert [head for head, _ in sent[1:]] == ["m=1"] * (len(sent) - 2) + ["m=0"]
    assert all(len(payload) <= CHUNK for _, payload in sent)
    assert base64.b64decode("".join(payload for _, payload in sent)) == png


def test_it_is_deleted_with_its_memory() -> None:
    assert APC.findall(kitty_forget(77, {})) == [("a=d,d=I,i=77,q=2", "")]


def test_in_tmux_both_go_through_its_envelope() -> None:
    for sequence in (kitty_show(b"x" * 9000, 77, 1, 1, {"TMUX": "x"}), kitty_forget(77, {"TMUX": "x"})):
        inner = [part.removesuffix("\x1b\\") for part in sequence.split("\x1bPtmux;") if part]
        assert all(part.startswith("\x1b\x1b_G") and part.endswith("\x1b\x1b\\") for part in inner)


def test_every_cell_says_its_row_and_column_and_passes_the_gate() -> None:
    assert len(set(NUMBERS)) == len(NUMBERS) == 297
    assert (NUMBERS[0], NUMBERS[1], NUMBERS[-1]) == ("\u0305", "\u030d", "\U0001d244")
    cells = [placeholder(row, column) for row in (0, 1, 200) for column in range(297)]
    assert all(len(cell) == 3 and cell[0] == PLACEHOLDER for cell in cells)
    line = "".join(cells[:297])
    assert seal(line) == line
    assert min(IDS) >= 16


def test_sixels_are_drawn_at_their_cell_and_can_say_nothing_else() -> None:
    sequence = sixel_show('"1;1;2;6#0;2;0;0;0#0~\x1b\\\x07\x9b31m', 4, 2)
    assert sequence.startswith("\x1b7\x1b[3;5H\x1bP")
    assert sequence.endswith("\x1b\\\x1b8")
    inner = sequence[len("\x1b7\x1b[3;5H\x1bP") : -len("\x1b\\\x1b8")]
    assert all(" " < character <= "~" for character in inner)


@pytest.mark.parametrize(
    ("environment", "way"),
    [
        ({"TERM": "xterm-kitty"}, Way.kitty),
        ({"TERM": "tmux-256color", "TMUX": "x", "KITTY_WINDOW_ID": "1"}, Way.kitty),
        ({"TERM": "xterm-ghostty"}, Way.kitty),
        ({"TERM": "foot"}, Way.sixel),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, Way.sixel),
        ({"TERM": "tmux-256color", "TMUX": "x", "TERM_PROGRAM": "tmux"}, Way.blocks),
        ({"TERM": "xterm-256color"}, Way.blocks),
        ({"TERM": "screen", "STY": "x", "KITTY_WINDOW_ID": "1"}, Way.blocks),
        ({"TERM": "xterm-kitty", "NO_COLOR": ""}, Way.off),
        ({"TERM": "xterm-kitty", "TEXTUAL_DRIVER": "x:Y"}, Way.blocks),
    ],
)
def test_each_terminal_gets_what_it_can(environment: dict[str, str], way: Way) -> None:
    assert way_of("auto", environment) is way


def test_the_setting_comes_first_but_for_no_colours() -> None:
    assert way_of("sixel", {"TERM": "xterm-kitty"}) is Way.sixel
    assert way_of("off", {"TERM": "xterm-kitty"}) is Way.off
    assert way_of("kitty", {"NO_COLOR": "1"}) is Way.off


def test_without_tmux_nothing_is_in_the_way() -> None:
    assert passes(Way.kitty, {})
    assert passes(Way.blocks, {"TMUX": "x"})
    assert not passes(Way.kitty, {"TMUX": "x", "PATH": "/nowhere"})
