import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from opconsole.cli import skeleton
from opconsole.terminal import skeleton as terminal_skeleton
from tests.e2e.pty_terminal import PtyTerminal

ROOT = Path(__file__).resolve().parents[3]
LOOK = {"background": "#000000", "surface": "#000001", "panel": "#000002", "text": "#ffffff"}


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ([], ""),
        (["monitor"], "monitor"),
        (["--relay", "demo", "--login=relay", "--theme", "dusk", "relay", "--data", "x"], "relay"),
        (["--help"], None),
        (["--unknown", "demo"], None),
        (["--relay"], ""),
    ],
)
def test_the_subcommand_is_found_among_the_options(arguments: list[str], command: str | None) -> None:
    assert skeleton.command_of(arguments) == command


@pytest.mark.parametrize("size", [(80, 24), (110, 30), (160, 48), (240, 70), (10, 3), (20, 6), (1, 1)])
def test_the_panes_cover_the_screen_exactly_once(size: tuple[int, int]) -> None:
    columns, rows = size
    painted = [[0] * columns for _ in range(rows)]
    for column, row, width, height, _, _ in skeleton.boxes(columns, rows, LOOK):
        for y in range(row, row + height):
            for x in range(column, column + width):
                painted[y][x] += 1
    assert painted == [[1] * columns for _ in range(rows)]


def test_the_panes_stand_where_the_workspace_will_have_them() -> None:
    from opconsole.ui.screens import workspace

    styles = (ROOT / "opconsole" / "ui" / "styles" / "console.tcss").read_text("utf-8")

    def width(selector: str) -> int:
        found = re.search(rf"^{re.escape(selector)} {{[^}}]*?\bwidth: (\d+);", styles, re.MULTILINE)
        assert found is not None, selector
        return int(found[1])

    as_styled = (
        (workspace.VAST_CELLS, width("Workspace.-vast #lists"), width("Workspace.-vast #visitor")),
        (workspace.WIDE_CELLS, width("Workspace.-wide #lists"), width("#visitor")),
        (workspace.MIDDLE_CELLS, width("#lists"), 0),
        (0, 0, 0),
    )
    assert as_styled == skeleton.SIDES


def test_colours_are_remembered_for_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
    before = skeleton.read_look()
    skeleton.remember_look({**LOOK, "accent": "#123456"})
    assert skeleton.read_look() == LOOK != before
    file = Path(skeleton.look_file())
    written = file.stat().st_mtime_ns
    skeleton.remember_look(LOOK)
    assert file.stat().st_mtime_ns == written


def test_damaged_colours_are_those_of_the_default_theme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
    default = skeleton.read_look()
    file = Path(skeleton.look_file())
    file.parent.mkdir()
    file.write_bytes(b"panel=#12345\ntext=\x1b[31m#\nnonsense\n\xff=#000000\nsurface=#zzzzzz")
    assert {**skeleton.read_look(), "surface": ""} == {**default, "surface": ""}
    assert "\x1b" not in "".join(skeleton.read_look().values())
    file.unlink()
    file.parent.rmdir()
    file.parent.write_text("a file in its place")
    skeleton.remember_look(LOOK)
    assert skeleton.read_look() == default


def test_without_a_terminal_nothing_is_written(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert not skeleton.show_early([])
    assert not terminal_skeleton.paint([(0, 0, 1, 1, "", "x")], "#ffffff")
    terminal_skeleton.erase()
    assert capfdbinary.readouterr().out == b""


PROBE = """
import sys
known = set(sys.modules)
from opconsole.cli.skeleton import show_early
shown = show_early({arguments!r})
brought = sorted(name for name in set(sys.modules) - known if not name.startswith("opconsole"))
from opconsole.terminal import skeleton
skeleton.erase()
print("SHOWN", shown, "BROUGHT", brought)
"""


def run_in_terminal(code: str, env: dict[str, str], columns: int = 120) -> PtyTerminal:
    return PtyTerminal(
        [sys.executable, "-c", code], columns=columns, lines=30, env={**os.environ, **env, "PYTHONPATH": str(ROOT)}
    )


@pytest.mark.parametrize("arguments", [[], ["monitor"], ["--relay", "x"]])
def test_the_outline_is_there_before_anything_is_imported(arguments: list[str], tmp_path: Path) -> None:
    env = {"OPCONSOLE_HOME": str(tmp_path)}
    with run_in_terminal(PROBE.format(arguments=arguments), env) as terminal:
        terminal.wait_for("SHOWN True BROUGHT []")
        assert bytes(terminal.raw).count(b"\x1b[?1049h") == bytes(terminal.raw).count(b"\x1b[?1049l") == 1
        assert b" opconsole" in terminal.raw


@pytest.mark.parametrize(
    "arguments", [["demo"], ["template", "export"], ["--help"], ["monitor", "--help"], ["--version"]]
)
def test_other_starts_leave_the_terminal_alone(arguments: list[str], tmp_path: Path) -> None:
    env = {"OPCONSOLE_HOME": str(tmp_path)}
    with run_in_terminal(PROBE.format(arguments=arguments), env) as terminal:
        terminal.wait_for("SHOWN False")
        assert b"\x1b" not in terminal.raw


def test_wrong_arguments_give_the_terminal_back_before_they_are_told(tmp_path: Path) -> None:
    env = {"OPCONSOLE_HOME": str(tmp_path), "LANG": "C"}
    code = "import sys; sys.argv[1:] = ['monitor', '--nonsense']; from opconsole.cli import main; sys.exit(main())"
    with run_in_terminal(code, env) as terminal:
        terminal.wait_for("unrecognized arguments")
        raw = bytes(terminal.raw)
        assert raw.index(b"\x1b[?1049l") < raw.index(b"unrecognized")
        assert terminal.wait_end() == 2


def test_a_dumb_terminal_gets_no_outline(tmp_path: Path) -> None:
    code = f"import os; os.environ['TERM'] = 'dumb'\n{PROBE.format(arguments=[])}"
    with run_in_terminal(code, {"OPCONSOLE_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("SHOWN False")


def test_the_entry_point_imports_nothing_heavy_itself() -> None:
    code = "import sys, opconsole.cli; print(sorted({'msgspec', 'textual', 'asyncio', 'argparse'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
