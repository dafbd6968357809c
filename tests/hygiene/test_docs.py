"""The documents are true: what they name exists, and what exists is named."""

import re
import tomllib
from pathlib import Path

import pytest

from opconsole.settings.model import Settings as ConsoleSettings
from opconsole.ui.actions import BY_ID
from server_stub import deskfile

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def example(page: str, heading: str) -> str:
    """The TOML example under a heading of docs/settings.md."""
    section = page.split(heading, 1)[1]
    return section.split("```toml\n", 1)[1].split("```", 1)[0]


@pytest.fixture
def settings_page() -> str:
    return (ROOT / "docs" / "settings.md").read_text("utf-8")


def test_the_example_of_desk_toml_names_every_key_with_its_default(settings_page: str) -> None:
    text = example(settings_page, "## The relay")
    table = tomllib.loads(text)
    assert set(table) == set(deskfile.TOP)
    assert set(table["times"]) == set(deskfile.TIMES)
    assert set(table["limits"]) == set(deskfile.LIMITS)
    assert set(table["files"]) == set(deskfile.FILES)
    sales = table["departments"]["sales"]
    assert set(sales) == {*deskfile.DEPARTMENT, "checklist"}
    assert {key for step in sales["checklist"] for key in step} == set(deskfile.STEP)
    found, default = deskfile.parse(text), deskfile.DeskFile()
    assert found.rates == default.rates
    for name in (
        *deskfile.TIMES.values(),
        *deskfile.LIMITS.values(),
        "targets_ms",
        "words_warn",
        "file_bytes",
        "file_types",
    ):
        assert getattr(found.settings, name) == getattr(default.settings, name), name


def test_the_example_of_config_toml_names_every_key_and_real_actions(settings_page: str) -> None:
    table = tomllib.loads(example(settings_page, "## The console"))
    assert set(table) == set(ConsoleSettings.__struct_fields__)
    assert set(table["warnings"]) == set(ConsoleSettings().warnings.__struct_fields__)
    assert set(table["keys"]) <= set(BY_ID)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
