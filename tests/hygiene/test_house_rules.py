"""Rules of the house that no linter knows: what each room may import, how long a file may be, who may write escapes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for top in ("opconsole", "server_stub") for path in (ROOT / top).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

PURE_ROOMS = ("opconsole.wire", "opconsole.state", "server_stub.desk")
IMPURE = (
    "asyncio",
    "time",
    "random",
    "socket",
    "threading",
    "textual",
    "rich",
    "websockets",
    "aiohttp",
    "httpx",
    "sqlite3",
    "sqlalchemy",
    "sqlmodel",
)
MAX_LINES = 400


def modules_of(room: str) -> list[str]:
    folder = ROOT / room.replace(".", "/")
    names = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


# `time` and `_thread` are built in and loaded by the interpreter itself, so a look into sys.modules says nothing of them:
# the probe imports the room's modules with an import hook that notes who asked for what.
PROBE = """
import sys, builtins, importlib
room, modules, impure = sys.argv[1], sys.argv[2].split(","), set(sys.argv[3].split(","))
real, found = builtins.__import__, []
def spy(name, globals=None, locals=None, fromlist=(), level=0):
    who = (globals or {}).get("__name__", "")
    if level == 0 and name.split(".")[0] in impure and who.startswith(room):
        found.append(f"{who} imports {name}")
    return real(name, globals, locals, fromlist, level)
builtins.__import__ = spy
for module in modules:
    importlib.import_module(module)
heavy = {"asyncio", "textual", "rich", "websockets", "aiohttp", "httpx", "sqlite3", "sqlalchemy", "sqlmodel"} & set(sys.modules)
found += [f"{room} brings in {name}" for name in sorted(heavy)]
print("\\n".join(found))
"""


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_imports_nothing_impure(room: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROBE, room, ",".join(modules_of(room)), ",".join(IMPURE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == ""


def test_the_probe_of_the_test_above_sees_an_impure_import(tmp_path: Path) -> None:
    (tmp_path / "dirty.py").write_text("import time\nimport socket\n")
    run = subprocess.run(
        [sys.executable, "-c", PROBE, "dirty", "dirty", ",".join(IMPURE)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split("\n")[:2] == ["dirty imports time", "dirty imports socket"]


def test_no_file_is_too_long_to_hold_in_the_head() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in SOURCES + TESTS}
    assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}


ESCAPE = re.compile(r"\\x1b|\\033|\\e\[|\\u001b|\\x9b|\\N\{ESC|chr\((?:27|0x1b)\)|\x1b", re.IGNORECASE)


def test_escape_sequences_are_written_in_the_terminal_room_only() -> None:
    found = {
        str(path.relative_to(ROOT)): line
        for path in SOURCES
        for line in path.read_text("utf-8").splitlines()
        if ESCAPE.search(line)
    }
    assert found
    assert [path for path in found if not path.startswith("opconsole/terminal/")] == []


def tracked_text() -> list[Path]:
    names = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_place_on_somebodys_machine_or_a_package_registry() -> None:
    forbidden = re.compile(
        r"(?<![\w.])/(?:home|Users)/\w+/|/work/(?:main|shared)|pypi\.org|pythonhosted|registry\.npmjs|deb\.debian\.org"
    )
    me = Path(__file__)
    found = []
    for path in tracked_text():
        if path == me or path.suffix in {".png", ".ico"}:
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if forbidden.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []


def test_no_tracked_picture_is_bigger_than_300_kilobytes() -> None:
    pictures = [p for p in tracked_text() if p.suffix in {".svg", ".png", ".jpg", ".gif", ".webp"}]
    assert [p.name for p in pictures if p.stat().st_size > 300_000] == []


def test_tests_never_sleep_for_a_fixed_time() -> None:
    sleeping = re.compile(r"\btime\.sleep\(\s*[0-9.]*[1-9][0-9.]*\s*\)")
    me = Path(__file__)
    found = [str(p.relative_to(ROOT)) for p in TESTS if p != me and sleeping.search(p.read_text("utf-8"))]
    assert [name for name in found if not name.startswith("tests/bench/")] == []


def test_what_the_security_linter_is_told_to_pass_over_is_named_and_has_a_reason() -> None:
    reasoned = re.compile(r"# \w[^#]+# (?:noqa: S\d+  # )?nosec B\d+$")
    lines = [line for path in SOURCES for line in path.read_text("utf-8").splitlines() if "nosec" in line]
    assert lines
    assert [line for line in lines if not reasoned.search(line)] == []
