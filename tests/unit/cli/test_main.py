"""The command line as a person at a shell sees it: help, errors in one line, exit codes; and what each start imports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from opconsole import __version__
from opconsole.cli import programs
from opconsole.cli.commands import SUBCOMMANDS
from opconsole.cli.errors import Exit, Failed
from opconsole.cli.main import build_parser, run

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")
    return tmp_path


def shell(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "opconsole", *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_the_version_is_one_line() -> None:
    said = shell("--version")
    assert (said.returncode, said.stdout) == (0, f"opconsole {__version__}\n")


def test_the_help_names_every_subcommand_and_the_exit_codes() -> None:
    said = shell("--help")
    assert said.returncode == 0
    for subcommand in SUBCOMMANDS:
        assert f"  {subcommand.name} " in said.stdout
    for code in Exit:
        assert f" {int(code)} " in f" {said.stdout.replace(chr(10), ' ')}"


def test_the_help_speaks_russian() -> None:
    assert build_parser().format_help() != ""
    said = shell("--lang", "ru", "--help")
    assert said.returncode == 0


def test_without_a_terminal_the_console_says_so() -> None:
    said = shell()
    assert said.returncode == Exit.failed
    assert said.stdout == ""
    assert said.stderr.count("\n") == 1
    assert said.stderr.startswith("opconsole: ")
    assert "terminal" in said.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--nonsense"], ["nonsense"], ["--lang", "xx"], ["monitor", "--nonsense"], ["--relay"], ["--rel", "x"]],
)
def test_wrong_arguments_are_told_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(arguments)
    assert left.value.code == Exit.usage
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("opconsole: ")
    assert "--help" in said.err


def test_a_subcommands_failure_is_one_line_and_its_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from opconsole.cli import logout

    def fail(arguments: object) -> int:
        raise Failed("the relay is away", Exit.unreachable)

    monkeypatch.setattr(logout, "run", fail)
    assert run(["logout"]) == Exit.unreachable
    assert capsys.readouterr().err == "opconsole: the relay is away\n"


def test_a_fault_is_one_line_and_a_traceback_in_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    from opconsole.cli import logout

    def stumble(arguments: object) -> int:
        raise RuntimeError("the\nunexpected")

    monkeypatch.setattr(logout, "run", stumble)
    assert run(["logout"]) == Exit.fault
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    log = home / "state" / "opconsole.log"
    assert str(log) in said
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_an_interrupt_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from opconsole.cli import logout

    def interrupt(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(logout, "run", interrupt)
    assert run(["logout"]) == Exit.interrupted
    assert capsys.readouterr().err == ""


def test_logging_out_of_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    (home / "config").mkdir()
    (home / "config" / "config.toml").write_text('keyring = "file"\n')
    assert run(["--login", "anna", "logout"]) == 0
    assert capsys.readouterr().out.count("\n") == 1


# ---------------------------------------------------------------- programs of the relay


def test_the_relays_programs_take_our_place_with_all_their_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    def execv(path: str, arguments: list[str]) -> None:
        started.append([path, *arguments])
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", execv)
    for arguments in (["relay", "--help"], ["--lang", "ru", "user", "add", "anna"], ["--relay", "relay", "relay"]):
        with pytest.raises(SystemExit):
            run(arguments)
    assert [command[2:] for command in started] == [
        ["-m", "server_stub", "relay", "--help"],
        ["-m", "server_stub", "user", "add", "anna"],
        ["-m", "server_stub", "relay"],
    ]
    assert all(command[0] == command[1] == sys.executable for command in started)


def test_a_missing_extra_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(programs, "find_spec", lambda name: None if name in ("aiohttp", "sqlmodel") else object())
    assert run(["relay"]) == Exit.failed
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "aiohttp, sqlmodel" in said
    assert "pip install 'opconsole[relay]'" in said


# ---------------------------------------------------------------- what is imported


HEAVY = ("textual", "rich", "httpx", "websockets", "keyring", "sqlmodel", "aiohttp")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["logout", "--help"], ["monitor", "--help"]])
def test_a_start_imports_only_what_it_needs(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom opconsole.cli.main import run\n"
        f"try: run({arguments!r})\nexcept SystemExit: pass\n"
        f"print('HEAVY', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "HEAVY []" in said.stdout


@pytest.mark.parametrize("subcommand", [sub for sub in SUBCOMMANDS if sub.module], ids=lambda sub: sub.name)
def test_every_subcommand_is_there_and_has_a_help(subcommand: object, capsys: pytest.CaptureFixture[str]) -> None:
    name = getattr(subcommand, "name", "")
    with pytest.raises(SystemExit) as left:
        run([name, "--help"])
    assert left.value.code == 0
    assert f"opconsole {name}" in capsys.readouterr().out


@pytest.mark.parametrize(("content", "says"), [(None, "can't be read"), ("hello", "holds no certificate")])
def test_a_file_of_authorities_that_holds_none_is_told_before_anything_is_done(
    home: Path, content: str | None, says: str
) -> None:
    file = home / "authority.pem"
    if content is not None:
        file.write_text(content)
    said = shell("--ca", str(file), "logout")
    assert said.returncode == Exit.usage
    assert said.stderr.startswith(f"opconsole: {file} {says}")
    assert said.stderr.count("\n") == 1
