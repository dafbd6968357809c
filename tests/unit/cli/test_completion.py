"""Completion scripts, run by the shells themselves (zsh and fish where they are installed)."""

import shutil
import subprocess
from pathlib import Path

import pytest

from opconsole.cli.commands import SUBCOMMANDS
from opconsole.cli.completion import FILES, Command, bash, command_line, fish, zsh
from opconsole.locale import set_language
from opconsole.settings import themes_dirs
from opconsole.settings.palette import theme_files


@pytest.fixture(scope="module")
def line() -> Command:
    set_language("en")
    return command_line()


def test_every_command_and_option_of_the_parsers_is_described(line: Command) -> None:
    assert [command.name for command in line.commands] == [each.name for each in SUBCOMMANDS]
    by_path = {command.path: command for command in line.all()}
    options = {name: option for option in by_path[("template", "import")].options for name in option.names}
    assert {"--mine", "--shared", "--dry-run", "--relay", "-h"} <= options.keys()
    assert by_path[("template", "import")].files
    top = {name: option for option in line.options for name in option.names}
    assert top["--lang"].choices == ("auto", "en", "ru")
    assert top["--theme"].choices == tuple(theme_files())
    assert top["--ca"].takes == FILES
    assert by_path[("completion",)].choices == ("bash", "zsh", "fish")


def test_a_themes_name_that_means_something_to_a_shell_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
    themes = tmp_path / "config" / "themes"
    themes.mkdir(parents=True)
    for name in ("mine", "$(touch oops)", "`x`", "a b", '";x', "-x"):
        (themes / f"{name}.toml").touch()
    (top,) = [option for option in command_line().options if "--theme" in option.names]
    assert set(top.choices) - set(theme_files((themes_dirs()[0],))) == {"mine"}


ASK_BASH = """
source /dev/stdin <<< "$SCRIPT"
COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 ))
_opconsole 2>&1
printf '%s\\n' "${COMPREPLY[@]}"
"""


def in_bash(script: str, *words: str, cwd: Path) -> list[str]:
    program = shutil.which("bash")
    assert program is not None
    run = subprocess.run(
        [program, "--norc", "-c", ASK_BASH, "bash", "opconsole", *words],
        env={"SCRIPT": script, "PATH": "/usr/bin:/bin"},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stderr == ""
    return sorted(run.stdout.split("\n")[:-1]) if run.stdout.strip() else []


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["ta"], ["tail", "take"]),
        (["--la"], ["--lang"]),
        (["--lang", "r"], ["ru"]),
        (["--lang", "=", "r"], ["ru"]),
        (["--lang", "="], ["auto", "en", "ru"]),
        (["--theme", "high"], ["high-contrast", "high-contrast-light"]),
        (["--relay", "tail", "mon"], ["monitor"]),
        (["--relay", ""], []),
        (["tail", "--j"], ["--json"]),
        (["tail", "--chat", ""], []),
        (["template", ""], ["export", "import"]),
        (["template", "export", "--sh"], ["--shared"]),
        (["template", "export", "my"], ["my file.toml"]),
        (["--ca", "my"], ["my file.toml"]),
        (["completion", "z"], ["zsh"]),
        (["relay", "my"], ["my file.toml"]),
        (["nonsense", "--zz"], []),
    ],
)
def test_bash_offers_what_fits(line: Command, tmp_path: Path, words: list[str], offered: list[str]) -> None:
    (tmp_path / "my file.toml").touch()
    assert in_bash(bash(line), *words, cwd=tmp_path) == offered


@pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh (Debian: zsh)")
def test_zsh_takes_the_script_and_knows_the_commands(line: Command, tmp_path: Path) -> None:
    (tmp_path / "_opconsole").write_text(zsh(line))
    asked = (
        f"fpath=({tmp_path} $fpath); autoload -Uz compinit; compinit -u -D; "
        "autoload +X _opconsole; _describe() { print -l ${(P)4} }; _arguments() { state=command }; _opconsole"
    )
    run = subprocess.run(["zsh", "-f", "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert (run.stderr, {each.partition(":")[0] for each in run.stdout.split("\n")} >= {"tail", "doctor"}) == ("", True)


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish (Debian: fish)")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("opconsole ta", {"tail", "take"}),
        ("opconsole --lang r", {"ru"}),
        ("opconsole tail --js", {"--json"}),
        ("opconsole template ", {"import", "export"}),
        ("opconsole completion f", {"fish"}),
    ],
)
def test_fish_offers_what_fits(line: Command, tmp_path: Path, typed: str, offered: set[str]) -> None:
    (tmp_path / "opconsole.fish").write_text(fish(line))
    asked = f"source {tmp_path}/opconsole.fish; complete -C '{typed}'"
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    run = subprocess.run(["fish", "-c", asked], env=env, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert {each.partition("\t")[0] for each in run.stdout.splitlines()} == offered


@pytest.mark.parametrize("script", [bash, zsh, fish])
def test_a_script_holds_no_control_characters_and_is_made_in_russian_too(script: object) -> None:
    assert callable(script)
    set_language("ru")
    try:
        text = script(command_line())
    finally:
        set_language("en")
    assert all(character == "\n" or character.isprintable() for character in text)
    assert "tail" in text
