"""docs/templates.md says what is so."""

import re
from pathlib import Path

from opconsole.state.template_files import FIELDS, read_templates
from opconsole.state.templates import KNOWN

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "templates.md").read_text("utf-8")
(TEMPLATE,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_is_right_and_has_every_field() -> None:
    read = read_templates(TEMPLATE, Path("page.toml"))
    assert read.problems == ()
    assert len(read.templates) == 1
    assert all(f"{field} = " in TEMPLATE for field in FIELDS)


def test_every_name_that_the_console_fills_is_named() -> None:
    assert all(f"`{{{name}}}`" in PAGE for name in KNOWN)
