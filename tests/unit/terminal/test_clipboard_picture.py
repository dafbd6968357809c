"""A picture out of the clipboard: by the programs that are there, and never more than is taken."""

import io
import sys
from pathlib import Path

import pytest

from opconsole.terminal.clipboard_picture import Got, command, take

SAYS = (sys.executable, "-c")


@pytest.mark.parametrize(
    ("does", "most", "got"),
    [
        ("import sys; sys.stdout.buffer.write(b'x' * 1000)", 1000, Got.picture),
        ("import sys; sys.stdout.buffer.write(b'x' * 1001)", 1000, Got.too_large),
        ("raise SystemExit(1)", 1000, Got.nothing),
        ("pass", 1000, Got.nothing),
    ],
)
async def test_what_the_program_gives_is_taken(does: str, most: int, got: Got) -> None:
    target = io.BytesIO()
    assert await take(target, most, (*SAYS, does)) is got
    assert len(target.getvalue()) <= most


async def test_without_a_program_it_says_so() -> None:
    assert await take(io.BytesIO(), 10, ()) is Got.no_program
    assert await take(io.BytesIO(), 10, ("/nowhere/at/all",)) is Got.no_program


def test_the_program_is_the_displays(tmp_path: Path) -> None:
    for name in ("wl-paste", "xclip"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    path = {"PATH": str(tmp_path)}
    assert command({**path, "WAYLAND_DISPLAY": "w", "DISPLAY": ":0"})[0].endswith("wl-paste")
    assert command({**path, "DISPLAY": ":0"})[0].endswith("xclip")
    if sys.platform != "darwin":
        assert command(path) == ()
