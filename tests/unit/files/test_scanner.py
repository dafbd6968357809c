"""The scanner: its exit code is its word, and no word is a no."""

import asyncio
import sys
from pathlib import Path

import pytest

from server_stub.files.scanner import Scanner, Verdict


def scanner(*argv: str, most_s: float = 20.0, at_once: int = 2, wait_s: float = 20.0) -> Scanner:
    return Scanner(argv, most_s=most_s, at_once=at_once, wait_s=wait_s)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a file; touch x"
    path.write_bytes(b"hello")
    return path


PYTHON = (sys.executable, "-S", "-c")


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("pass", "clean"), ("raise SystemExit(1)", "infected"), ("raise SystemExit(2)", "unscanned")],
)
async def test_its_exit_code_is_its_word(code: str, verdict: Verdict, file: Path) -> None:
    assert await scanner(*PYTHON, code, "{file}").look_at(file) == verdict


async def test_it_gets_the_path_as_one_argument_and_no_shell(file: Path) -> None:
    code = "import sys; raise SystemExit(0 if open(sys.argv[1]).read() == 'hello' and len(sys.argv) == 2 else 2)"
    assert await scanner(*PYTHON, code, "{file}").look_at(file) == "clean"
    assert not (file.parent / "x").exists()


async def test_one_that_is_not_there_lets_nothing_in(file: Path) -> None:
    assert await scanner("/nowhere/scan", "{file}").look_at(file) == "unscanned"


async def test_one_that_does_not_answer_is_ended_and_lets_nothing_in(file: Path) -> None:
    assert await scanner(*PYTHON, "import signal; signal.pause()", "{file}", most_s=0.2).look_at(file) == "unscanned"


async def test_one_that_is_killed_lets_nothing_in(file: Path) -> None:
    code = "import os; os.kill(os.getpid(), 9)"
    assert await scanner(*PYTHON, code, "{file}").look_at(file) == "unscanned"


async def test_who_would_wait_longer_than_a_client_does_is_told(file: Path) -> None:
    """A hundred files that are slow to look at must not hold everybody's back for an hour, and each be looked at for nobody."""
    runs = file.with_name("runs")
    code = f"import signal; open({str(runs)!r}, 'a').write('x'); signal.pause()"
    busy = scanner(*PYTHON, code, "{file}", most_s=0.6, at_once=1, wait_s=0.05)
    assert await asyncio.gather(*(busy.look_at(file) for _ in range(3))) == ["unscanned"] * 3
    assert runs.read_text() == "x"


async def test_a_turn_is_given_back(file: Path) -> None:
    one = scanner(*PYTHON, "pass", "{file}", at_once=1, wait_s=20.0)
    assert [await one.look_at(file) for _ in range(3)] == ["clean"] * 3


async def test_without_one_everything_is_clean(file: Path) -> None:
    assert await scanner().look_at(file) == "clean"
