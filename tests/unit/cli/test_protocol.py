"""`opconsole protocol`."""

import json
from pathlib import Path

import pytest

from opconsole.cli.main import run
from opconsole.cli.protocol import BEGIN, END, SIDES, replaced
from opconsole.wire import schema


@pytest.mark.parametrize("side", SIDES)
def test_a_side_is_printed_as_a_json_schema(side: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["protocol", "--side", side]) == 0

    assert json.loads(capsys.readouterr().out) == schema.json_schema(side)


def test_without_a_side_all_four_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["protocol"]) == 0

    assert tuple(json.loads(capsys.readouterr().out)) == SIDES == tuple(schema.SIDES)


def test_the_tables_are_printed_as_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["protocol", "--page"]) == 0

    assert capsys.readouterr().out == schema.page()


def test_a_page_gets_the_tables_between_its_marks_and_keeps_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Mine\n{BEGIN}old{END}the end\n", "utf-8")

    assert run(["protocol", "--update", str(page)]) == 0

    assert page.read_text("utf-8") == f"# Mine\n{BEGIN}\n{schema.page()}\n{END}the end\n"
    assert replaced(page.read_text("utf-8"), schema.page()) == page.read_text("utf-8")


def test_a_page_without_marks_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Mine\n", "utf-8")

    assert run(["--lang", "en", "protocol", "--update", str(page)]) == 1

    assert "has no marks" in capsys.readouterr().err
    assert page.read_text("utf-8") == "# Mine\n"


def test_a_page_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "protocol", "--update", str(tmp_path / "no.md")]) == 1

    assert "can't be read" in capsys.readouterr().err
