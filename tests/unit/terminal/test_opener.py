"""Opening with the desktop's program: one argument, no shell, nothing of ours in its environment."""

import json
import os
from pathlib import Path

import pytest

from opconsole.state.links import links_in
from opconsole.terminal import opener
from opconsole.terminal.opener import CannotOpen, clean_environment, open_file, open_link, program


@pytest.fixture
def desktop(tmp_path: Path) -> dict[str, str]:
    """A desktop whose `xdg-open` writes down what it was given."""
    tool = tmp_path / "xdg-open"
    tool.write_text(
        "#!/bin/sh\n"
        f'printf "%s\\n" "$#" "$@" > {tmp_path}/given.part; env | cut -d= -f1 | sort > {tmp_path}/env\n'
        f"mv {tmp_path}/given.part {tmp_path}/given\n"
    )
    tool.chmod(0o755)
    return {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "DISPLAY": ":9", "HOME": str(tmp_path)}


def given(folder: Path) -> list[str]:
    for _ in range(500):
        if (folder / "given").exists():
            return (folder / "given").read_text().splitlines()
        os.sched_yield()
        os.stat(folder)
        import select

        select.select([], [], [], 0.01)
    raise AssertionError("the program was never started")


def test_a_link_is_one_argument_whatever_is_in_it(desktop: dict[str, str], tmp_path: Path) -> None:
    url = "https://shop.example/a?b=$(touch${IFS}x);`id`&c='d'"
    open_link(url, desktop)
    assert given(tmp_path) == ["1", url]


def test_a_scheme_that_a_phone_has_written_large_is_one(desktop: dict[str, str], tmp_path: Path) -> None:
    (link,) = links_in("Https://Shop.example/A")
    open_link(link.url, desktop)
    assert given(tmp_path) == ["1", "https://Shop.example/A"]


def test_no_secret_of_anybodys_goes_with_it(desktop: dict[str, str], tmp_path: Path) -> None:
    secrets = {
        "OPCONSOLE_HOME": "x",
        "GITHUB_TOKEN": "x",
        "DB_PASSWORD": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "PYTHONPATH": "x",
    }
    open_file(str(tmp_path / "a.pdf"), {**desktop, **secrets, "LANG": "ru_RU.UTF-8"})
    given(tmp_path)
    names = set((tmp_path / "env").read_text().split())
    assert not names & set(secrets)
    assert {"LANG", "DISPLAY", "HOME"} <= names


@pytest.mark.parametrize(
    "what", ["javascript:alert(1)", "file:///etc/passwd", "--help", "https://a b", "https://a\n", ""]
)
def test_only_links_are_opened_as_links(desktop: dict[str, str], what: str) -> None:
    with pytest.raises(CannotOpen):
        open_link(what, desktop)


def test_only_whole_paths_are_opened_as_files(desktop: dict[str, str]) -> None:
    with pytest.raises(CannotOpen):
        open_file("--help", desktop)


def test_without_a_display_or_over_ssh_there_is_no_program(desktop: dict[str, str]) -> None:
    assert program(desktop).endswith("xdg-open")
    assert program({**desktop, "DISPLAY": ""}) == ""
    assert program({**desktop, "SSH_CONNECTION": "1 2 3 4"}) == ""
    assert program({**desktop, "SSH_CONNECTION": "1 2 3 4", "DISPLAY": "localhost:10.0"}) != ""
    assert program({**desktop, "PATH": "/nowhere"}) == ""
    assert program({**desktop, "TEXTUAL_DRIVER": "x:Y"}) == ""
    with pytest.raises(CannotOpen):
        open_link("https://shop.example", {**desktop, "DISPLAY": ""})


def test_names_of_secrets_are_known_in_any_case() -> None:
    assert json.dumps(clean_environment({"my_token": "1", "Passwd": "2", "KEEP": "3"})) == '{"KEEP": "3"}'
    assert opener.SCHEMES == ("http://", "https://", "mailto:")
